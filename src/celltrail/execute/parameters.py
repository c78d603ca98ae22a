"""Parameters of a notebook: what its parameters cell declares, and whether what the user gave fits.

The type of a parameter is its annotation where it has one, else the type of its default value where that is a literal.
Anything else is of unknown type and takes any value.
"""

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celltrail.errors import ParameterError

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"

_TYPES: dict[str, type[Any]] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter that a notebook declares; `kinds` are the types that it takes, none of them meaning any."""

    name: str
    kinds: tuple[type[Any], ...]
    is_optional: bool
    default: str


def read_declared(source: str) -> tuple[Declared, ...]:
    """The parameters that a Python parameters cell declares, in their order.

    A cell that is not Python (a magic in it, another language) declares what can be read of it: nothing.
    """
    try:
        module = ast.parse(source)
    except SyntaxError:
        return ()
    found: dict[str, Declared] = {}
    for statement in module.body:
        for declared in _declared_by(statement):
            found[declared.name] = declared
    return tuple(found.values())


def resolve_texts(declared: tuple[Declared, ...], texts: Mapping[str, str]) -> dict[str, Any]:
    """The values that `-p name text` stands for, read as the declared types say.

    Raises:
        ParameterError: A name is not declared, or its text is not of its type.
    """
    by_name = {parameter.name: parameter for parameter in declared}
    _refuse_unknown(by_name, texts)
    return {name: _read_text(by_name[name], text) for name, text in texts.items()}


def check_values(declared: tuple[Declared, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that have types already (a YAML file, papermill's own), each as its declared type.

    Raises:
        ParameterError: A name is not declared, or its value is not of its type.
    """
    by_name = {parameter.name: parameter for parameter in declared}
    _refuse_unknown(by_name, values)
    return {name: _fit(by_name[name], value) for name, value in values.items()}


def read_any(text: str) -> Any:
    """A text of unknown type, as papermill reads it: True, False, None, an int, a float, else the text."""
    constants = {"True": True, "False": False, "None": None}
    if text in constants:
        return constants[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _declared_by(statement: ast.stmt) -> list[Declared]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
        kinds, is_optional = _annotated(statement.annotation)
        return [Declared(statement.target.id, kinds, is_optional, ast.unparse(statement.value))]
    if isinstance(statement, ast.Assign):
        kinds, is_optional = _inferred(statement.value)
        default = ast.unparse(statement.value)
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        return [Declared(name, kinds, is_optional, default) for name in names]
    return []


def _inferred(value: ast.expr) -> tuple[tuple[type[Any], ...], bool]:
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return (), True
    kind = list if isinstance(default, tuple | set) else type(default)
    return ((kind,), False) if kind in _TYPES.values() else ((), True)


def _annotated(annotation: ast.expr) -> tuple[tuple[type[Any], ...], bool]:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return (), True
    names = {part.strip() for part in _union_parts(annotation)}
    is_optional = "None" in names
    kinds = [_TYPES.get(name) for name in sorted(names - {"None"})]
    known = tuple(kind for kind in kinds if kind is not None)
    return (known, is_optional) if len(known) == len(kinds) else ((), True)


def _union_parts(annotation: ast.expr) -> list[str]:
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _union_parts(annotation.left) + _union_parts(annotation.right)
    if isinstance(annotation, ast.Subscript):
        outer = ast.unparse(annotation.value).rpartition(".")[2]
        if outer == "Optional":
            return [*_union_parts(annotation.slice), "None"]
        return [outer.lower()]
    return [ast.unparse(annotation)]


def _refuse_unknown(by_name: Mapping[str, Declared], given: Mapping[str, Any]) -> None:
    for name in given:
        if name in by_name:
            continue
        if not by_name:
            raise ParameterError(name, "the notebook declares no parameters: tag a cell with `parameters`")
        close = difflib.get_close_matches(name, by_name, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"it declares {', '.join(by_name)}"
        raise ParameterError(name, f"the notebook has no such parameter; {hint}")


def _read_text(parameter: Declared, text: str) -> Any:
    if not parameter.kinds:
        return _read_literal(text)
    if parameter.is_optional and text in {"None", "null"}:
        return None
    for kind in sorted(parameter.kinds, key=_strictness):
        try:
            return _READERS[kind](text)
        except (ValueError, SyntaxError, KeyError):
            continue
    raise _wrong_type(parameter, text)


def _strictness(kind: type[Any]) -> int:
    """The narrower type is tried first: whatever is left is a str."""
    return (bool, int, float, list, dict, str).index(kind)


def _read_literal(text: str) -> Any:
    if text[:1] in {"[", "{"}:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text
    return read_any(text)


def _read_collection(kind: type[Any]) -> Any:
    def read(text: str) -> Any:
        import yaml

        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(text) from error
        if not isinstance(value, kind):
            raise ValueError(text)  # noqa: TRY004 - the text is what is wrong
        return value

    return read


_READERS: dict[type[Any], Any] = {
    bool: lambda text: _BOOLEANS[text.lower()],
    int: int,
    float: float,
    str: str,
    list: _read_collection(list),
    dict: _read_collection(dict),
}


def _fit(parameter: Declared, value: Any) -> Any:
    if not parameter.kinds or (parameter.is_optional and value is None):
        return value
    if type(value) in parameter.kinds:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and float in parameter.kinds:
        return float(value)
    raise _wrong_type(parameter, value)


def _wrong_type(parameter: Declared, value: object) -> ParameterError:
    kinds = " or ".join(kind.__name__ for kind in parameter.kinds)
    return ParameterError(parameter.name, f"{value!r} is no {kinds} (its default is {parameter.default})")
