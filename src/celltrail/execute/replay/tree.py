"""A replay's own folder in place of the project's: the same files, but for those that it has to find otherwise.

Folders are made anew, small files and those that cells may write are copied, the rest are links. So nothing that
cells write by a relative path reaches the user's files: where a cell goes on to write through a link, the kernel's
guard puts a copy in its place (`guard`). What native code writes unseen through a link is found afterwards, and told.
"""

import contextlib
import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from celltrail.config import STORE_FOLDER, Settings
from celltrail.datasets.kept import KeptContent
from celltrail.errors import ExecutionError
from celltrail.execute.replay.private import COPIED_BYTES, copy_file
from celltrail.execute.replay.recorded import Recorded
from celltrail.execute.replay.session import CANNOT_REPLAY
from celltrail.store.runs import CellExecution

_COPIED_BYTES = 1 << 20  # of one file
_TOTAL_BYTES = 256 << 20
_MOST_ENTRIES = 20_000
_LEFT_OUT = frozenset({".git", STORE_FOLDER, "__pycache__", ".ipynb_checkpoints"})
_LINKED = frozenset({"node_modules", ".venv", "venv", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


@dataclass(slots=True)
class Tree:
    """A folder that stands for the project's root.

    Attributes:
        root: The project's root.
        folder: What stands for it.
        links: The files that are links, with their state when they were made.
    """

    root: Path
    folder: Path
    links: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place_of(self, folder: str) -> str:
        """Where a folder of the project is in the tree; made if it is not there. One outside of it stays."""
        path = Path(folder or self.root)
        if not path.is_relative_to(self.root):
            return folder
        inside = self.folder / path.relative_to(self.root)
        inside.mkdir(parents=True, exist_ok=True)
        return str(inside)

    def written_through(self) -> tuple[str, ...]:
        """The user's files that were changed while the replay ran, maybe by it: by no cell that the trail saw."""
        return tuple(str(path) for path, state in self.links.items() if _state(path) != state)

    def remove(self) -> None:
        """Take it away; what links point to stays."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.folder.parent.rmdir()  # unless something else is kept there


def lay_out(settings: Settings, folder: Path, contents: Sequence[Recorded], writes: Collection[str]) -> Tree:
    """Make the tree of a replay.

    Args:
        settings: The project's; the store's folder has no place in the tree.
        folder: Where the tree is made.
        contents: The files that the replay has to find otherwise than they are.
        writes: Files that the cells may write, relative to the root.

    Raises:
        ExecutionError: The disk refuses, or a recorded name leads out of the tree; nothing is left behind.
    """
    tree = Tree(settings.root, folder)
    others = {one.path: one for one in contents}
    try:
        _Layout(tree, settings.store, frozenset(others), frozenset(writes)).fill()
        for one in others.values():
            _put(one, folder)
    except ExecutionError:
        tree.remove()
        raise
    except OSError as error:
        tree.remove()
        problem = f"the folder that it runs in cannot be made ({error.strerror}): make room, or another store's folder"
        raise ExecutionError(folder, CANNOT_REPLAY, problem) from error
    return tree


class _Layout:
    """Fills a tree, level by level; what is beyond the bounds is linked whole."""

    def __init__(self, tree: Tree, store: Path, others: frozenset[str], writes: frozenset[str]) -> None:
        self._tree = tree
        self._store = store
        self._others = others
        self._writes = writes
        self._needed = {str(parent) for path in others | writes for parent in PurePosixPath(path).parents}
        self._left = _TOTAL_BYTES
        self._left_of_written = COPIED_BYTES
        self._entries = 0

    def fill(self) -> None:
        waiting = [self._tree.root]
        self._tree.folder.mkdir(parents=True)
        while waiting:
            source = waiting.pop(0)
            for entry in sorted(os.scandir(source), key=lambda one: one.name):
                self._entries += 1
                if self._take(entry):
                    waiting.append(Path(entry.path))

    def _take(self, entry: "os.DirEntry[str]") -> bool:
        """Put one entry into the tree; whether it is a folder whose entries are to follow."""
        source = Path(entry.path)
        path = source.relative_to(self._tree.root).as_posix()
        target = self._tree.folder / path
        if entry.name in _LEFT_OUT or source == self._store or path in self._others:
            return False
        if (
            path in self._needed and entry.is_dir()
        ):  # also where it is a link: what is written in it is not to follow it
            target.mkdir()
            return True
        if entry.is_dir(follow_symlinks=False):
            if self._is_linked(source, entry.name):
                target.symlink_to(source)
                return False
            target.mkdir()
            return True
        self._put_file(entry, path, target)
        return False

    def _is_linked(self, source: Path, name: str) -> bool:
        return name in _LINKED or self._entries > _MOST_ENTRIES or (source / "pyvenv.cfg").exists()

    def _put_file(self, entry: "os.DirEntry[str]", path: str, target: Path) -> None:
        if not entry.is_file():
            if entry.is_symlink():
                target.symlink_to(Path(entry.path).resolve())
            return  # sockets, pipes and devices have no place in it
        size = entry.stat().st_size
        if path in self._writes:
            self._copy_written(Path(entry.path), target, size)
        elif size <= min(_COPIED_BYTES, self._left):
            shutil.copy2(entry.path, target)
            self._left -= size
        else:
            source = Path(entry.path).resolve()
            target.symlink_to(source)
            self._tree.links[source] = _state(source)

    def _copy_written(self, source: Path, target: Path, size: int) -> None:
        left = min(self._left_of_written, shutil.disk_usage(target.parent).free)
        if size > left:
            problem = (
                f"its cells write it, and it is too large to work on a copy: {size:,} bytes, where {left:,} are left "
                f"({COPIED_BYTES:,} in all); make a smaller one, or run its cells yourself"
            )
            raise ExecutionError(source, CANNOT_REPLAY, problem)
        if not copy_file(source, target):
            self._left_of_written -= size


def _put(one: Recorded, folder: Path) -> None:
    target = folder / one.path
    if one.content is None:
        return
    there = next(parent for parent in target.parents if parent.exists())
    if ".." in target.parts or not there.resolve().is_relative_to(folder.resolve()):
        raise ExecutionError(
            target, CANNOT_REPLAY, "its recorded content would be written outside of the replay's folder"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    match one.content:
        case bytes():
            target.write_bytes(one.content)
        case KeptContent():
            one.content.write_to(target)
        case _:
            shutil.copyfile(one.content, target)


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def named_as_recorded(executions: Sequence[CellExecution], root: Path) -> tuple[CellExecution, ...]:
    """Executions in a tree with the names that files of the project have in the trail.

    What a cell named by its absolute path was not redirected into the tree, and is told by `unredirected`.
    """
    prefix = f"{root.as_posix().rstrip('/')}/"
    return tuple(
        replace(one, files=tuple(replace(use, path=use.path.removeprefix(prefix)) for use in one.files))
        for one in executions
    )


def unredirected(executions: Sequence[CellExecution], root: Path) -> frozenset[str]:
    """The files of the project that cells in a tree named by absolute paths: they used the user's own."""
    prefix = f"{root.as_posix().rstrip('/')}/"
    paths = (use.path for one in executions for use in one.files)
    return frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix))
