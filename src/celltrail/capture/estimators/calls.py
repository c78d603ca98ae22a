"""Wrap functions and methods so that nobody can tell: same result, exception, traceback, warning and pickle.

Three properties of CPython carry this, each held by a test:
- an `except` clause that drops its own entry from `error.__traceback__` and then raises bare is not entered again, so
  the wrapper's frame is in no traceback;
- `warnings` and `logging` count no frame of the import system, which they know by "importlib" and "_bootstrap" in the
  file's name: a `stacklevel` reaches the same line with the wrapper and without it;
- a class attribute that is pickled by value (cloudpickle, for classes of a notebook) is pickled by `__reduce__`: the
  original goes, the wrapper stays; where the wrapper itself goes, its switch arrives as an empty dict, which is off.
"""

import copy
import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any, Protocol, cast

from celltrail.lean import record

_HIDDEN_FILE = "<celltrail: not shown, like importlib._bootstrap>"


@record
class Given:
    """The arguments of one call; those of a method begin with its object."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def argument(self, place: int, keyword: str) -> Any:
        """An argument that was given by place or by keyword; None where it was not."""
        return self.args[place] if place < len(self.args) else self.kwargs.get(keyword)

    def give(self, keyword: str, value: Any) -> None:
        """Give the call an argument that it was not given; in a replay, never in the user's own run."""
        cast("dict[str, Any]", self.kwargs)[keyword] = value  # the very dict that the wrapper calls with


class Call(Protocol):
    """One call that is being watched; neither method raises."""

    def returned(self, result: Any) -> Any:
        """The call came back; what this gives goes to the caller."""

    def failed(self, error: BaseException) -> None:
        """The call raised."""


Begin = Callable[[str, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Call | None]


class Switch(dict[str, Begin]):
    """Holds "begin" while capture is on; in another process it is an empty dict, so that the wrapper does nothing."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (dict, ())


def _wrapper(name: str, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
    def tracked(*args: Any, **kwargs: Any) -> Any:
        begin = switch.get("begin")
        call = None if begin is None else begin(name, original, args, kwargs)
        try:
            result = original(*args, **kwargs)
        except BaseException as error:
            # as `pass_on`, which a class that is pickled by value would ask for where celltrail is not installed
            if call is not None:
                call.failed(error)
            if error.__traceback__ is not None:
                error.__traceback__ = error.__traceback__.tb_next
            raise
        return result if call is None else call.returned(result)

    return tracked


def pass_on(error: BaseException, call: Call | None = None) -> None:
    """An original raised in a wrapper: its call is told, and the wrapper's frame goes from the traceback."""
    if call is not None:
        call.failed(error)
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


def _nothing() -> None:
    """Only its wrapper's code object is wanted."""


_HIDDEN_CODE = _wrapper("", _nothing, Switch()).__code__.replace(co_filename=_HIDDEN_FILE)


def tracked_function(name: str, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
    """A function that is `original` to its caller, and tells the switch's `begin` of each call.

    Args:
        name: What `begin` is told: "fit", "sklearn.metrics.f1_score".
        original: A Python function.
        switch: Turns all wrappers that share it on and off.
    """
    wrapper = _wrapper(name, original, switch)
    wrapper.__code__ = _HIDDEN_CODE
    return functools.wraps(original)(wrapper)


def tracked_coroutine(name: str, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
    """As `tracked_function`, for a coroutine function: the call comes back when it has been awaited."""

    async def tracked(*args: Any, **kwargs: Any) -> Any:
        begin = switch.get("begin")
        call = None if begin is None else begin(name, original, args, kwargs)
        try:
            result = await original(*args, **kwargs)
        except BaseException as error:
            pass_on(error, call)
            raise
        return result if call is None else call.returned(result)

    return as_original(tracked, original)


def as_original(wrapper: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """Another wrapper, dressed like those of `tracked_function`: warnings and tracebacks do not count its frame."""
    if isinstance(wrapper, FunctionType):
        wrapper.__code__ = wrapper.__code__.replace(co_filename=_HIDDEN_FILE)
    return functools.wraps(original)(wrapper)


class TrackedMethod:
    """The class attribute in a method's place: a descriptor, so that pickling a class by value takes the original."""

    def __init__(self, name: str, original: FunctionType, switch: Switch) -> None:
        self.original = original
        self.function = tracked_function(name, original, switch)
        functools.update_wrapper(self, original, updated=())

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """The wrapper as a function of the class, or as a method of an object."""
        return self.function if instance is None else MethodType(self.function, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the class's own text does when it calls the attribute as a function."""
        return self.function(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return (copy.copy, (self.original,))  # copy.copy of a function is the function


def track_methods(owner: type, names: frozenset[str], switch: Switch) -> None:
    """Wrap those of the named methods that the class itself defines; again is harmless.

    Abstract methods, static and class methods and anything else that is no plain function are left alone;
    scikit-learn's `available_if` is wrapped inside, so that it still decides.
    """
    for name in names & vars(owner).keys():
        attribute = vars(owner)[name]
        if isinstance(attribute, FunctionType) and not getattr(attribute, "__isabstractmethod__", False):
            setattr(owner, name, TrackedMethod(name, attribute, switch))
        elif _is_available_if(attribute) and not _is_tracked(attribute.fn):
            attribute.fn = tracked_function(name, attribute.fn, switch)


class FollowedInit(classmethod):  # type: ignore[type-arg]
    """A class's own `__init_subclass__`, which may not call its parent's; pickled by value it is the original."""

    def __init__(self, original: Any, switch: Switch) -> None:
        super().__init__(tracked_function("__init_subclass__", original.__func__, switch))
        self.original = original

    def __reduce__(self) -> tuple[Any, ...]:
        return (classmethod, (self.original.__func__,))


def follow_subclasses(owner: type, switch: Switch) -> None:
    """Tell the switch's `begin` of each subclass of a class with an `__init_subclass__` of its own."""
    own = vars(owner).get("__init_subclass__")
    if type(own) is classmethod and isinstance(own.__func__, FunctionType):
        type.__setattr__(owner, "__init_subclass__", FollowedInit(own, switch))


def untrack_methods(owner: type, names: frozenset[str]) -> None:
    """Put the originals back where our wrapper still stands."""
    followed = vars(owner).get("__init_subclass__")
    if isinstance(followed, FollowedInit):
        type.__setattr__(owner, "__init_subclass__", followed.original)
    for name in names & vars(owner).keys():
        attribute = vars(owner)[name]
        if isinstance(attribute, TrackedMethod):
            setattr(owner, name, attribute.original)
        elif _is_available_if(attribute) and _is_tracked(attribute.fn):
            attribute.fn = attribute.fn.__wrapped__


def _is_available_if(attribute: Any) -> bool:
    return type(attribute).__name__ == "_AvailableIfDescriptor" and isinstance(
        getattr(attribute, "fn", None), FunctionType
    )


def _is_tracked(function: Any) -> bool:
    return getattr(function, "__code__", None) is _HIDDEN_CODE


def track_in_closure(name: str, decorated: Callable[..., Any], variable: str, switch: Switch) -> bool:
    """Wrap the function that a decorator keeps in its closure, so that every name already bound to it is watched.

    Returns:
        False where `decorated` is not built that way, or where that was done before.
    """
    cell = _closure_cell(decorated, variable)
    if cell is None or not isinstance(cell.cell_contents, FunctionType) or _is_tracked(cell.cell_contents):
        return False
    cell.cell_contents = tracked_function(name, cell.cell_contents, switch)
    return True


def untrack_in_closure(decorated: Callable[..., Any], variable: str) -> None:
    """Undo `track_in_closure`."""
    cell = _closure_cell(decorated, variable)
    if cell is not None and _is_tracked(cell.cell_contents):
        cell.cell_contents = cell.cell_contents.__wrapped__


def replace_everywhere(
    package: str, original: FunctionType, tracked: Callable[..., Any]
) -> Iterator[Callable[[], None]]:
    """Put a wrapper in a function's place in each loaded module of its package, and in the notebook's.

    Returns:
        What puts the function back where the wrapper still stands.
    """
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] not in {package, "__main__"}:
            continue
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is original:
                vars(module)[name] = tracked
                yield functools.partial(_put_back, module, name, tracked)


def _put_back(module: ModuleType, name: str, tracked: Callable[..., Any]) -> None:
    if vars(module).get(name) is tracked:
        vars(module)[name] = tracked.__wrapped__


def _closure_cell(decorated: Any, variable: str) -> Any:
    if not isinstance(decorated, FunctionType) or variable not in decorated.__code__.co_freevars:
        return None
    closure = decorated.__closure__ or ()
    return closure[decorated.__code__.co_freevars.index(variable)]
