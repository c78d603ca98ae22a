"""Parameters out of a notebook's variables: the scalars that a cell reads, and what papermill was given."""

import json
import linecache
import re
from collections.abc import Iterable
from typing import Any

from celltrail.capture.context import CellContext, OpenRun
from celltrail.records import Origin, Param, ParamKind

_MAX_TEXT = 200
_MAX_VALUE = 6000
_NUMERIC_SECRET = re.compile("passw|passphrase|pwd|secret", re.IGNORECASE)
_KINDS = {int: ParamKind.NUMBER, float: ParamKind.NUMBER, bool: ParamKind.BOOLEAN, str: ParamKind.TEXT}


def scalar_params(run: OpenRun, earlier_sources: Iterable[str]) -> tuple[Param, ...]:
    """The scalars that were given to a run: variables that its cell and the functions it calls read, as they are now.

    Args:
        run: A run of a cell.
        earlier_sources: The cells that have run before, the latest last.
    """
    cell = run.cell
    if cell is None:
        return ()
    found = []
    for name in cell.names_read:
        if name.startswith("_") or name not in cell.namespace:
            continue
        value = cell.namespace[name]
        kind = kind_of(value)
        if kind is not ParamKind.OBJECT and not (kind is ParamKind.TEXT and len(value) > _MAX_TEXT):
            found.append(variable_param(name, value, kind))
    return _given(found, run, cell, earlier_sources) if found else ()


def variable_param(name: str, value: object, kind: ParamKind) -> Param:
    """The parameter that a variable with a scalar is; what looks like a secret is not kept."""
    text, kind = without_secrets(name, str(value), kind)
    return Param(name, text, kind, Origin.VARIABLE, source=name)


def without_secrets(name: str, text: str, kind: ParamKind) -> tuple[str, ParamKind]:
    """A parameter's text and kind: `***`, a text, where the name says that it is a secret (True, False, None never)."""
    match kind:
        case ParamKind.TEXT:
            from celltrail.capture.uris import public_value  # numbers need none of it

            return public_value(name, text), kind
        case ParamKind.OBJECT:
            from celltrail.capture.uris import public_repr

            return public_repr(name, text), kind
        case ParamKind.NUMBER if _NUMERIC_SECRET.search(name):
            return "***", ParamKind.TEXT  # max_token is a number too, and none
        case _:
            return text, kind


def _given(found: list[Param], run: OpenRun, cell: CellContext, earlier_sources: Iterable[str]) -> tuple[Param, ...]:
    from celltrail.capture.attribution import givens  # a kernel without a run does not pay for it

    is_block, line = run.kind in {"explicit", "cell"}, run.place.line
    text = "".join(linecache.getlines(run.place.filename)) or cell.source
    if run.kind == "cell":
        line = 0  # it spans the loop that it began in
    elif is_block and cell.source.startswith("%%"):
        text, line = cell.source.partition("\n")[2], 0
    scope, earlier = givens.scope_of_text(text), givens.PastCells(earlier_sources)
    place = givens.Place(line, is_block)
    return tuple(param for param in found if givens.is_given(scope, param.key, place, earlier.is_given))


def kind_of(value: object) -> ParamKind:
    """What a parameter's text stands for; numpy's scalars count as Python's."""
    if value is None:
        return ParamKind.NONE
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        return _KINDS.get(type(plain(value)), ParamKind.OBJECT)
    return ParamKind.OBJECT


def plain(value: Any) -> Any:
    """A numpy scalar as Python's; anything else as it is."""
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        return value.item()
    return value


def to_param(key: str, value: object, origin: Origin, source: str = "") -> Param:
    """A parameter of any value: `str` of a scalar, `repr` of anything else, cut with a note that says so.

    Secrets are left out, but of what the user logged in so many words.
    """
    kind = kind_of(value)
    text = repr(value) if kind is ParamKind.OBJECT else str(value)
    if origin is not Origin.LOGGED:
        text, kind = without_secrets(key, text, kind)
    if len(text) > _MAX_VALUE:
        text = f"{text[:_MAX_VALUE]} ... (cut: {len(text):,} characters)"
    return Param(key, text, kind, origin, source)


def papermill_params(text: str) -> tuple[Param, ...]:
    """The parameters that the engine passed as JSON text."""
    values = json.loads(text or "{}")
    return tuple(to_param(str(name), value, Origin.NOTEBOOK, source=str(name)) for name, value in values.items())
