"""An estimator's own parameters as records: flat, each with its default marked, objects named by their class."""

import inspect
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from celltrail.capture.params import kind_of, plain, without_secrets
from celltrail.records import Origin, Param, ParamKind

_MAX_VALUE = 6000
_MAX_ITEMS = 200
_PLAIN = (str, int, float, bool, type(None))


def hyperparameters(estimator: Any) -> tuple[Param, ...]:
    """The parameters of a fitted or unfitted estimator, with those of nested ones as `step__name`."""
    values: Mapping[str, Any] = estimator.get_params(deep=True)
    return tuple(_param(key, value, values, type(estimator)) for key, value in values.items())


def grid_params(values: Mapping[str, Any]) -> tuple[Param, ...]:
    """One candidate of a search."""
    return tuple(value_param(str(key), value, origin=Origin.GRID) for key, value in values.items())


def _param(key: str, value: Any, values: Mapping[str, Any], kind: type) -> Param:
    step, _, name = key.rpartition("__")
    owner = type(values[step]) if step in values else kind
    defaults = _defaults(owner if step else kind)
    is_default = name in defaults and _is_same(value, defaults[name])
    return value_param(key, value, origin=Origin.ESTIMATOR, source=owner.__name__, is_default=is_default)


def value_param(key: str, value: Any, *, origin: Origin, source: str = "", is_default: bool = False) -> Param:
    """A parameter of any value, without running code of a class that we do not know, and without secrets."""
    kind = kind_of(value)
    text = str(plain(value)) if kind is not ParamKind.OBJECT else describe(value)
    text, kind = without_secrets(key, text, kind)
    if len(text) > _MAX_VALUE:
        text = f"{text[:_MAX_VALUE]} ... (cut: {len(text):,} characters)"
    return Param(key, text, kind, origin, source, is_default)


def describe(value: Any) -> str:
    """A value in words: containers of plain values in full, estimators and other objects by their class."""
    if type(value) in {list, tuple, set, frozenset, dict}:
        return _container(value)
    if isinstance(value, _PLAIN):
        return repr(value)
    if type(value).__module__ == "numpy" and hasattr(value, "shape"):
        return repr(value.tolist()) if value.size <= _MAX_ITEMS else f"array of shape {value.shape}, {value.dtype}"
    name = getattr(value, "__qualname__", None)
    return name if isinstance(name, str) else type(value).__qualname__


def _container(value: Any) -> str:
    if len(value) > _MAX_ITEMS:
        return f"{type(value).__name__} of {len(value):,} items"
    if type(value) is dict:
        return "{" + ", ".join(f"{describe(key)}: {describe(item)}" for key, item in value.items()) + "}"
    left, right = "[]" if type(value) is list else "()" if type(value) is tuple else "{}"
    return left + ", ".join(describe(item) for item in value) + right


@lru_cache(maxsize=1024)
def _defaults(kind: type) -> Mapping[str, Any]:
    """The defaults in a class's signature, and in its bases' as long as `**kwargs` hands the rest on to them."""
    found: dict[str, Any] = {}
    for owner in kind.__mro__:
        if owner is not kind and "__init__" not in vars(owner):
            continue
        try:
            parameters = inspect.signature(owner).parameters.values()
        except (TypeError, ValueError):
            break
        found = {p.name: p.default for p in parameters if p.default is not p.empty} | found
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
    return found


def _is_same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    if type(value) is not type(default) or not isinstance(value, (*_PLAIN, tuple)):
        return False
    if isinstance(value, float) and math.isnan(value):
        return math.isnan(default)
    return bool(value == default)
