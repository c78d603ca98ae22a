"""Dataclasses that cost a kernel little to load: nothing is compiled for them.

A kernel's start pays for a hundred classes of which it makes a few, and `dataclass(frozen=True, slots=True)` compiles
six methods for each, half a millisecond. Here all classes share theirs. What `dataclasses` offers works: fields,
replace, asdict, match.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make an immutable dataclass with slots, compared and hashed by its values."""
    own = set(vars(cls))
    made = _made(cls)
    for name, method in _IMMUTABLE.items():
        if name not in own or name == "__hash__":
            setattr(made, name, method)
    return made


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """Make a dataclass with slots whose values may change; compared by identity."""
    return _made(cls)


def _made(cls: type[T]) -> type[T]:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__init__ = _init(made)
    return made  # type: ignore[no-any-return]


def _init(made: Any) -> Callable[..., None]:
    """An `__init__` that takes what that of a dataclass would."""
    wanted: dict[str, Any] = made.__dataclass_fields__
    count = len(wanted)
    setters = [getattr(made, name).__set__ for name in wanted]
    defaults = [one.default for one in wanted.values()]
    rests = {place: tuple(defaults[place:]) for place in range(count) if MISSING not in defaults[place:]}

    def __init__(self: object, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it is one
        if kwargs:
            args = _complete(made.__name__, wanted, args, kwargs)
        elif len(args) != count:
            rest = rests.get(len(args))
            args = args + rest if rest is not None else _complete(made.__name__, wanted, args, kwargs)
        for put, value in zip(setters, args, strict=True):
            put(self, value)

    return __init__


def _complete(name: str, wanted: dict[str, Any], args: tuple[Any, ...], given: dict[str, Any]) -> tuple[Any, ...]:
    """All values in the order of the fields.

    Raises:
        TypeError: There are too many, or too few, or one that no field takes.
    """
    if len(args) > len(wanted):
        raise TypeError(f"{name} takes {len(wanted)} values but {len(args)} were given")
    values = list(args)
    for one in list(wanted.values())[len(args) :]:
        if one.name in given:
            values.append(given.pop(one.name))
        elif one.default is not MISSING:
            values.append(one.default)
        elif one.default_factory is not MISSING:
            values.append(one.default_factory())
        else:
            raise TypeError(f"{name} needs a value for {one.name!r}")
    if given:
        raise TypeError(f"{name} takes no {next(iter(given))!r}, or it was given twice")
    return tuple(values)


_getters: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def _values(one: Any) -> tuple[Any, ...]:
    kind = type(one)
    get = _getters.get(kind)
    if get is None:
        names = kind.__match_args__
        get = attrgetter(*names) if len(names) > 1 else lambda each: tuple([getattr(each, name) for name in names])
        _getters[kind] = get
    return get(one)


def _refuse_change(self: object, name: str, *_value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change {name!r}: a {type(self).__name__} is immutable")


def _is_equal(self: object, other: object) -> bool:
    return _values(self) == _values(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: object) -> int:
    return hash(_values(self))


def _show(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({fields})"


def _reduce(self: object) -> tuple[object, ...]:
    return type(self), _values(self)


_IMMUTABLE: dict[str, object] = {
    "__setattr__": _refuse_change,
    "__delattr__": _refuse_change,
    "__eq__": _is_equal,
    "__hash__": _hash,
    "__repr__": _show,
    "__reduce__": _reduce,
}
