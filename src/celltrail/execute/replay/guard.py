"""Inside a replay's kernel: no file of the user's is removed or overwritten that the plan did not agree to.

Python tells an audit hook of each file before it is opened, removed or renamed, in whichever module that happens. What
would change a file of the user's is refused; in a replay's own tree, where large files and folders are links, the link
is replaced by a private copy first. Native code and other programs tell nothing: those are not held (docs/replay.md).

Standard library only. An audit hook cannot be taken away: it lasts as long as the kernel.
"""

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from celltrail import codec
from celltrail.capture.files import CHANGE_EVENT, CONNECT_EVENT, WRITE_EVENT
from celltrail.errors import ReplayRefusedError
from celltrail.execute.replay.private import PrivateCopies
from celltrail.execute.replay.territory import Territory, free_places, tell_refused

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_TRUNC | os.O_APPEND | os.O_CREAT
_Check = Callable[..., None]
_MOST_OWN = 200_000


def protect(path: str) -> None:
    """Hold the user's files in this process, as the territory in the file `path` says.

    Where there is no such file nothing is held: the replay is over, and somebody runs its notebook by hand.
    """
    try:
        territory = codec.loads(Territory, Path(path).read_bytes())
    except FileNotFoundError:
        return
    sys.addaudithook(Guard(replace(territory, free=free_places())).hook())


class Guard:
    """What one kernel's audit hook asks.

    Thread safety: any thread may raise an audit event.
    """

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._copies = PrivateCopies(territory)
        self._agreed = frozenset(territory.agreed)
        self._own: set[str] = set()  # files and folders that the replay has made itself
        self._lock = threading.RLock()
        self._mine = threading.local()
        self._checks: dict[str, _Check] = {
            "open": self._opened,
            WRITE_EVENT: self._written,
            "os.truncate": self._written,
            "os.chmod": self._written,
            "os.chown": self._written,
            "os.remove": self._removed,
            "os.rmdir": self._folder_removed,
            "shutil.rmtree": self._folder_removed,
            "os.rename": self._renamed,
            "os.mkdir": self._made,
            "os.symlink": self._linked,
            "os.link": self._linked,
            "sqlite3.connect": self._connected,
            CONNECT_EVENT: self._connected,
            CHANGE_EVENT: self._changed,
        }

    def hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        """The audit hook, which raises `ReplayRefusedError`; a closure: Python tells it of each import."""
        checks, ask = self._checks, self._ask

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event in checks:
                ask(checks[event], arguments)

        return hear

    def _ask(self, check: _Check, arguments: tuple[Any, ...]) -> None:
        if getattr(self._mine, "is_busy", False):
            return
        self._mine.is_busy = True  # what is done here raises events too
        try:
            check(*arguments)
        finally:
            self._mine.is_busy = False

    # --- what is told -----------------------------------------------------------------------------------------------

    def _opened(self, path: Any, _mode: Any, flags: Any) -> None:
        if isinstance(flags, int) and flags & _WRITES:
            self._write(_absolute(path), is_emptied=bool(flags & os.O_TRUNC))

    def _written(self, path: Any, *_: Any) -> None:
        self._write(_absolute(path), is_emptied=False)

    def _removed(self, path: Any, folder: Any = None, what: str = "removed") -> None:
        self._remove(_absolute(path, folder), what)

    def _folder_removed(self, path: Any, folder: Any = None) -> None:
        found = _absolute(path, folder)
        if found is None:
            return
        if self._territory.holds(os.path.realpath(found)):
            self._refuse(found, "removed")
        if self._territory.is_in_tree(found) and os.path.islink(found):  # noqa: PTH114
            with self._lock:
                self._copies.make(found, is_emptied=False)
        self._remove(found, "removed")

    def _renamed(self, old: Any, new: Any, old_folder: Any = None, new_folder: Any = None) -> None:
        source, target = _absolute(old, old_folder), _absolute(new, new_folder)
        if source is not None and os.path.isdir(source) and self._territory.holds(os.path.realpath(source)):  # noqa: PTH112
            self._refuse(source, "renamed")
        self._remove(source, "renamed")
        self._remove(target, "overwritten")
        if source is not None and target is not None:
            self._note_own(_real_entry(target))

    def _made(self, path: Any, _mode: Any = 0, folder: Any = None) -> None:
        self._made_new(_absolute(path, folder))

    def _linked(self, old: Any, new: Any, *folders: Any) -> None:
        source = _absolute(old, folders[0] if len(folders) > 1 else None)
        if len(folders) > 1 and source is not None and self._is_users(_real_entry(source)):
            self._refuse(source, "linked: a write through the link would reach it")  # a hard link is the file itself
        self._made_new(_absolute(new, folders[-1] if folders else None))

    def _connected(self, database: Any) -> None:
        path = _database_file(database)
        if path is not None:
            self._made_new(path)

    def _changed(self, path: Any) -> None:
        """A database is open already: a copy in its place would come too late."""
        found = _absolute(path)
        if found is not None and self._is_users(os.path.realpath(found)):
            self._refuse(found, "changed")

    # --- whose it is ------------------------------------------------------------------------------------------------

    def _write(self, path: str | None, *, is_emptied: bool) -> None:
        if path is None:
            return
        real = os.path.realpath(path)
        if not self._is_users(real):
            if not os.path.lexists(real):
                self._note_own(real)
            return
        with self._lock:
            is_private = self._copies.make(path, is_emptied=is_emptied)
        if not is_private:
            self._refuse(path, "overwritten")

    def _remove(self, path: str | None, what: str) -> None:
        """An entry of a folder goes: a link itself, not what it points to."""
        if path is None or not self._is_users(_real_entry(path)):
            return
        with self._lock:
            is_private = self._copies.make(os.path.dirname(path), is_emptied=False)  # noqa: PTH120 - it is a str
        if not is_private:
            self._refuse(path, what)

    def _made_new(self, path: str | None) -> None:
        if path is not None and not os.path.lexists(path):
            self._note_own(_real_entry(path))

    def _is_users(self, real: str) -> bool:
        """Whether it is there, is the user's, and was neither made by the replay nor agreed to be written."""
        return (
            self._territory.is_users(real)
            and real not in self._agreed
            and os.path.lexists(real)
            and not self._is_own(real)
        )

    def _is_own(self, real: str) -> bool:
        while len(real) > 1:
            if real in self._own:
                return True
            real = os.path.dirname(real)  # noqa: PTH120 - a str, on the way of each write
        return False

    def _note_own(self, real: str) -> None:
        if len(self._own) < _MOST_OWN:
            self._own.add(real)

    def _refuse(self, path: str, what: str) -> None:
        error = ReplayRefusedError(path, what)
        tell_refused(self._territory, str(error))
        raise error


def _absolute(path: Any, folder: Any = None) -> str | None:
    """The absolute path of an event's argument; None of a descriptor, and where the call itself will fail."""
    try:
        text = os.fsdecode(path)
        if not os.path.isabs(text) and isinstance(folder, int) and folder >= 0:  # noqa: PTH117 - an event has a str
            base = _folder_of(folder)
            return None if base is None else os.path.join(base, text)  # noqa: PTH118 - see above
        return os.path.abspath(text) if "\0" not in text else None  # noqa: PTH100 - a link is not followed here
    except (TypeError, OSError):
        return None


def _folder_of(descriptor: int) -> str | None:
    """The folder behind a descriptor, which `shutil.rmtree` removes relative to; its own event came before."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115
    except OSError:
        return None


def _real_entry(path: str) -> str:
    """Where an entry of a folder really is; if it is a link, the link."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118 - strings, on the way of each removal


def _database_file(database: Any) -> str | None:
    try:
        text = os.fsdecode(database)
    except TypeError:
        return None
    if text.startswith("file:"):
        text = text.removeprefix("file:").partition("?")[0]
    return _absolute(text) if text and not text.startswith(":") else None
