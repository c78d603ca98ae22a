"""Dataclasses that cost a kernel little to load: nothing is compiled for them.

A kernel's start pays for a hundred classes of which it makes a few, and `dataclass(frozen=True, slots=True)` compiles
six methods for each, half a millisecond. Here all classes share theirs. What `dataclasses` offers works: fields,
replace, asdict, match.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import MISSING, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclasses.dataclass(init=False, repr=False, eq=False)
class _Plain:
    """A dataclass, to be asked what marks one of its fields and says how it was made."""

    one: int


_SAMPLE: Any = dataclasses.fields(_Plain)[0]
_MARKS = tuple((name, getattr(_SAMPLE, name)) for name in ("_field_type", "kw_only"))  # `dataclasses` sets them itself
_LEFT_OUT = frozenset({"__dict__", "__weakref__"})


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make an immutable dataclass with slots, compared and hashed by its values."""
    own = vars(cls)
    return _made(cls, {name: method for name, method in _IMMUTABLE.items() if name not in own or name == "__hash__"})


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """Make a dataclass with slots whose values may change; compared by identity."""
    return _made(cls, {})


def _made(cls: type[T], methods: dict[str, object]) -> type[T]:
    """What `dataclasses` would make, in one step: a method that is set on a class later costs more than the class."""
    own = vars(cls)
    fields = {name: _field(name, kind, own.get(name, MISSING)) for name, kind in cls.__annotations__.items()}
    content = {name: value for name, value in own.items() if name not in fields and name not in _LEFT_OUT}
    content |= methods
    content["__slots__"] = content["__match_args__"] = tuple(fields)
    content["__qualname__"] = cls.__qualname__
    content["__dataclass_fields__"] = fields
    content["__dataclass_params__"] = _Plain.__dict__["__dataclass_params__"]
    setters: list[Callable[[object, Any], None]] = []
    content["__init__"] = _init(cls.__name__, fields, setters)
    kind: Any = type(cls)
    made: Any = kind(cls.__name__, cls.__bases__, content)
    setters += [getattr(made, name).__set__ for name in fields]
    return made  # type: ignore[no-any-return]


def _field(name: str, kind: object, default: Any) -> "dataclasses.Field[Any]":
    made: Any = default if isinstance(default, dataclasses.Field) else field(default=default)
    made.name, made.type = name, kind
    for mark, value in _MARKS:
        setattr(made, mark, value)
    return made  # type: ignore[no-any-return]


def _init(name: str, wanted: dict[str, Any], setters: Sequence[Callable[[object, Any], None]]) -> Callable[..., None]:
    """An `__init__` that takes what that of a dataclass would; `setters` are filled in when there is a class."""
    count = first = len(wanted)
    defaults = [one.default for one in wanted.values()]
    while first and defaults[first - 1] is not MISSING:
        first -= 1
    rests = {place: tuple(defaults[place:]) for place in range(first, count)}

    def __init__(self: object, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it is one
        if kwargs:
            args = _complete(name, wanted, args, kwargs)
        elif len(args) != count:
            rest = rests.get(len(args))
            args = args + rest if rest is not None else _complete(name, wanted, args, kwargs)
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
