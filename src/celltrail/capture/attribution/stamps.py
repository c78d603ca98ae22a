"""What a fitted model looks like, to tell after a time in which nobody watched whether it is still the same."""

from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.params import kind_of
from celltrail.records import ParamKind

_MAX_MEMBERS = 200
_MAX_DEPTH = 4


def stamp(model: object, depth: int = 0) -> tuple[object, ...]:
    """The content of a model's attributes: scalars, arrays and estimators within by value, anything else by identity.

    A refit changes it, also one in place: what a fit learns are arrays, or new objects.
    """
    attributes = getattr(model, "__dict__", {})
    return tuple((name, _mark(value, depth)) for name, value in sorted(attributes.items()))


def _mark(value: Any, depth: int) -> object:
    if type(value) in {list, tuple, dict} and depth < _MAX_DEPTH:
        members = list(value.values() if type(value) is dict else value)[:_MAX_MEMBERS]
        return (id(value), len(value), tuple(_mark(member, depth + 1) for member in members))
    if hasattr(type(value), "get_params") and depth < _MAX_DEPTH:
        return (id(value), stamp(value, depth + 1))
    if kind_of(value) is not ParamKind.OBJECT:
        return repr(value)
    return (contents.digest(value) if contents.is_array_like(value) else "") or id(value)
