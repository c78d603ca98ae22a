"""Which files a cell opens: seen by Python's `open` audit event, filtered, and digested after the cell.

An audit hook cannot be removed from a process: there is one, and it leaves at once where nobody listens. What is read
by native code (parquet, arrow, DuckDB, child processes) raises no such event and is not seen (docs/capture.md).
"""

import os
import stat
import sys
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from celltrail.capture.boundary import attempt
from celltrail.config import is_reading
from celltrail.fingerprint.files import FileDigests
from celltrail.lean import mutable
from celltrail.records import FileUse

_SKIPPED_ENDINGS = (
    ".py", ".pyc", ".pyi", ".pyx", ".so", ".pyd", ".dll", ".dylib", ".ipynb", ".ttf", ".otf", ".afm", ".pfb",
    ".woff", ".woff2", ".mplstyle", "matplotlibrc", ".pth", ".egg-link", ".ctj", ".git/HEAD", ".git/index",
    ".gitconfig",
)  # fmt: skip
_SKIPPED_PARTS = frozenset({
    "site-packages", "dist-packages", "__pycache__", ".ipynb_checkpoints", ".git", ".cache", ".ipython", ".jupyter",
    ".matplotlib", "node_modules", ".venv", ".dvc", "fonts", ".local", ".config",
})  # fmt: skip
_MAX_FILES = 500
_SOURCE_ENDINGS = (".pyc", ".py")
INSTALLED = "site-packages"
_INSTALLED_PARTS = frozenset({INSTALLED, "dist-packages"})
_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120 - as in paths
INLINE_BYTES = 1 << 20  # digested before the next cell may start; more goes to a thread
BUDGET_BYTES = 2 << 30
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR
# Audit events of ours, each with a path, so that whoever guards files hears of what native code is going to do.
WRITE_EVENT = "celltrail.write"  # a file is written
CONNECT_EVENT = "celltrail.connect"  # a database that is a file is opened, or made
CHANGE_EVENT = "celltrail.change"  # a database that is open is changed

digests = FileDigests()


@mutable
class OpenedFiles:
    """The files that one cell opened, by absolute path; a file that it wrote first and then read is no input."""

    modes: dict[str, str] = field(default_factory=dict)
    too_many: int = 0

    def note(self, path: str, mode: str) -> None:
        """One file was opened."""
        before = self.modes.get(path)
        if before is None and len(self.modes) >= _MAX_FILES:
            self.too_many += 1
        elif before is None or (before == "read" and mode == "write"):
            self.modes[path] = mode if before is None else "read and write"


class FileWatch:
    """Decides which opens belong to the project's work and to which cell.

    Args:
        find: The open files of the cell that the calling code belongs to, None outside any.
        store: The store's folder; what lies in it is ours.
        root: The project's root; within the store where a replay has a tree of its own, which is the user's.
        modules: Told of each module's source or compiled file that is opened; None for nobody.
    """

    def __init__(
        self,
        find: Callable[[], OpenedFiles | None],
        store: Path,
        root: Path | None = None,
        *,
        modules: Callable[[str], None] | None = None,
    ) -> None:
        self._find = find
        self._modules = modules
        self._tree = os.path.normpath(root) + "/" if root is not None and root.is_relative_to(store) else ""
        self._folders: dict[str, bool] = {}
        self._skipped = _skipped_folders(store)

    def opened(self, path: object, flags: object) -> None:
        """The audit event `open`; an exception here would fail the user's open, so the caller guards it."""
        if type(path) is not str:
            if not isinstance(path, bytes):
                return  # a descriptor
            path = os.fsdecode(path)
        if path.endswith(_SKIPPED_ENDINGS):
            if self._modules is not None and INSTALLED not in path and path.endswith(_SOURCE_ENDINGS):
                self._modules(path)
            return
        if not path.startswith(os.sep):
            path = os.path.abspath(path)  # noqa: PTH100 - no link is followed, nothing is read
        if not self.is_wanted(path):
            return
        found = self._find()
        if found is not None and not is_reading():
            _note(found, os.path.normpath(path), flags if isinstance(flags, int) else 0)

    def forget(self, path: str) -> None:
        """The cell has not opened that absolute path."""
        found = self._find()
        if found is not None:
            found.modes.pop(path, None)

    def is_wanted(self, path: str) -> bool:
        """Whether the folder of an absolute path is one for the user's files."""
        folder, _, _ = path.rpartition(os.sep)
        wanted = self._folders.get(folder)
        if wanted is None:
            wanted = self._folders[folder] = self._is_wanted(folder)
        return wanted

    def is_own_code(self, folder: str) -> bool:
        """Whether modules in an absolute folder are the user's own: not installed, not Python's, not celltrail's."""
        inside = os.path.normpath(folder) + os.sep
        if not _INSTALLED_PARTS.isdisjoint(Path(inside).parts) or inside.startswith(_OWN_FOLDER):
            return False
        return bool(self._tree and inside.startswith(self._tree)) or not inside.startswith(self._skipped)

    def _is_wanted(self, folder: str) -> bool:
        inside = os.path.normpath(folder) + "/"
        if inside.startswith(_OWN_FOLDER):
            return False
        if self._tree and inside.startswith(self._tree):
            return not _SKIPPED_PARTS.intersection(inside.removeprefix(self._tree).split("/"))
        return not inside.startswith(self._skipped) and not _SKIPPED_PARTS.intersection(inside.split("/"))


def _note(found: OpenedFiles, path: str, flags: int) -> None:
    """A file that is there and opened to be read is an input; so is one that is appended to or changed in place."""
    is_write = bool(flags & _WRITE_FLAGS)
    keeps = not is_write or (bool(flags & (os.O_APPEND | os.O_RDWR)) and not flags & os.O_TRUNC)
    if keeps and path not in found.modes and os.path.isfile(path):  # noqa: PTH113 - else there is nothing to read
        found.note(path, "read")
    if is_write:
        found.note(path, "write")


_watch: FileWatch | None = None
_is_hooked = False


def watch(found: FileWatch | None) -> None:
    """Let `found` know of every open from now on, once `hear` was called; None stops."""
    global _watch
    _watch = found


def hear() -> None:
    """Be told of opens by Python from now on, and for good."""
    global _is_hooked
    if not _is_hooked:
        _is_hooked = True
        sys.addaudithook(_audit)


def note_file(path: str | bytes, mode: str, *, is_done: bool = False) -> None:
    """A file is being opened by code that raises no audit event; what is filtered, and whose it is, as for `open`.

    Call it before a write, and before or after a read: a file that was there, unread, when it was written is no input.
    A write that is to come is an audit event.

    Args:
        path: Of a local file, absolute or relative to the working directory; a link stays what it is.
        mode: "read" or "write".
        is_done: Whether it was written already.

    Raises:
        ReplayRefusedError: A replay's guard does not let it be written.
    """
    if mode == "write" and not is_done:
        sys.audit(WRITE_EVENT, path)
    if _watch is not None:
        attempt("open", _watch.opened, path, os.O_WRONLY | os.O_TRUNC if mode == "write" else os.O_RDONLY)


def forget_file(path: str) -> None:
    """What was told as read in this cell is no input after all: the cell goes on to change it by other means."""
    if _watch is not None:
        _watch.forget(path)


def is_wanted(path: str) -> bool:
    """Whether a file at that absolute path is one of the user's work, as far as its name tells."""
    return _watch is not None and _watch.is_wanted(path)


def is_own_code(folder: str) -> bool:
    """Whether modules in that absolute folder are the user's own; False while nobody watches."""
    return _watch is not None and _watch.is_own_code(folder)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _watch is not None:
        attempt("open", _watch.opened, arguments[0], arguments[2])


def _skipped_folders(store: Path) -> tuple[str, ...]:
    """Python itself, the system, and our own store; what is installed lies below a folder that `_SKIPPED_PARTS` names.

    `sysconfig` would tell Python's own folders, but loading what it knows takes as long as a cell.
    """
    own = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__), str(store)}  # noqa: PTH120 - text
    folders = {os.path.normpath(path) + "/" for path in own if path and path != "/usr"}
    return tuple(folders | {"/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib/", "/run/", "/var/lib/"})


def describe(opened: OpenedFiles, root: Path, budget_bytes: int) -> tuple[tuple[FileUse, ...], tuple[str, ...]]:
    """The files with the digests of their content now, and notes on what is partial."""
    uses: list[FileUse] = []
    left = budget_bytes
    undigested = 0
    for path, modes in opened.modes.items():
        size = _size(path)
        if size is None:  # no regular file, or gone again: what was only read was an input all the same
            if modes == "read" and not os.path.lexists(path):
                uses.append(FileUse(relative(path, root), "read"))
            continue
        digest = (digests.digest(path, budget_bytes=left) or "") if size <= left else ""
        left -= size if digest else 0
        undigested += not digest
        shown = relative(path, root)
        uses += [FileUse(shown, mode, digest, size) for mode in modes.split(" and ")]
    notes = []
    if undigested:
        notes.append(f"{undigested} files have no digest: larger than the budget, or changed while they were read")
    if opened.too_many:
        notes.append(f"{opened.too_many} more opens of files were not kept: a cell keeps {_MAX_FILES} files")
    return tuple(uses), tuple(notes)


def total_bytes(opened: OpenedFiles) -> int:
    """What a digest of all of them has to read."""
    return sum(_size(path) or 0 for path in opened.modes)


def _size(path: str) -> int | None:
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def relative(path: str, root: Path) -> str:
    """Relative to the project's root where it lies within, POSIX."""
    base = str(root)
    if path.startswith(base + os.sep):
        path = path[len(base) + 1 :]
    return path.replace(os.sep, "/")
