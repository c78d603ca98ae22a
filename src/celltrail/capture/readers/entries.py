"""Putting a watched function in an entry point's place, everywhere the library keeps it, and taking it back."""

import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import (
    Call,
    Given,
    Switch,
    TrackedMethod,
    track_methods,
    tracked_function,
    untrack_methods,
)
from celltrail.capture.sources import is_recording

Begun = Callable[[Given], Call | None]
Make = Callable[[str, Callable[..., Any], Switch], Callable[..., Any]]


OURS = ("celltrail.",)  # what our own store and fingerprints read is not the user's
TOLD_BY_SQLALCHEMY = (*OURS, "sqlalchemy.")  # what it asks a database for itself as it connects is not told


class Entry(NamedTuple):
    """One function of a module, or one method of a class, that reads or writes.

    Attributes:
        owner: The module or the class; None where this version of the library has none.
        name: The attribute; one that the owner itself does not define is left out.
        begun: Told of each call of a recorded cell before it goes on; what it returns is told of its end.
        make: Makes the watched function of an original.
        not_from: Modules whose calls are left alone, by the beginnings of their names.
    """

    owner: Any
    name: str
    begun: Begun
    make: Make = tracked_function
    not_from: tuple[str, ...] = OURS


class Installed:
    """The watched functions of one library."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._switches: list[Switch] = []
        self._undo: list[Callable[[], None]] = []
        for entry in entries:
            original = getattr(entry.owner, "__dict__", {}).get(entry.name)
            if original is not None and not isinstance(original, TrackedMethod):
                self._install(entry, original)

    def _install(self, entry: Entry, original: Any) -> None:
        switch = Switch({"begin": begin_of(entry.begun, entry.not_from)})
        self._switches.append(switch)
        if isinstance(entry.owner, type) and isinstance(original, FunctionType) and entry.make is tracked_function:
            owner, names = entry.owner, frozenset({entry.name})
            track_methods(owner, names, switch)
            self._undo.append(lambda: untrack_methods(owner, names))
            return
        if not callable(original):
            return
        watched = entry.make(entry.name, original, switch)
        for owner, name in _places(entry, original):
            setattr(owner, name, watched)
            self._undo.append(_putting_back(owner, name, watched, original))

    def and_undo(self, undo: Callable[[], None]) -> None:
        """Something else to be taken away with them."""
        self._undo.append(undo)

    def remove(self) -> None:
        """Put the originals back where ours still stand; a watched function that somebody keeps does nothing more."""
        for switch in self._switches:
            switch.clear()
        for undo in reversed(self._undo):
            undo()


def begin_of(begun: Begun, not_from: tuple[str, ...] = OURS) -> Callable[..., Call | None]:
    """What a watched function's switch holds: asks `begun` of calls in a recorded cell, but for those of `not_from`."""

    def begin(name: str, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call | None:
        if not is_recording() or _caller().startswith(not_from):
            return None
        return attempt(f"reader {name}", begun, Given(args, kwargs))

    return begin


def _caller() -> str:
    """The module that called the watched function: three frames of ours stand between."""
    return str(sys._getframe(3).f_globals.get("__name__", ""))  # noqa: SLF001 - the documented way to the caller


def _places(entry: Entry, original: Any) -> list[tuple[Any, str]]:
    """Where the function is to be found: as named, and in the module that defines it, for a pickle by reference."""
    places = [(entry.owner, entry.name)]
    home = sys.modules.get(getattr(original, "__module__", None) or "")
    name = getattr(original, "__name__", "")
    is_elsewhere = isinstance(entry.owner, ModuleType) and home is not None and home is not entry.owner
    if is_elsewhere and vars(home).get(name) is original:
        places.append((home, name))
    return places


def _putting_back(owner: Any, name: str, watched: Any, original: Any) -> Callable[[], None]:
    def put_back() -> None:
        if vars(owner).get(name) is watched:
            setattr(owner, name, original)

    return put_back
