"""Files that a replay writes again: what they were is put back, so that a check changes nothing that it checks."""

import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from celltrail.errors import ExecutionError
from celltrail.execute.replay.session import CANNOT_REPLAY
from celltrail.fingerprint.files import FileDigests
from celltrail.store.runs import CellExecution

_LIMIT_BYTES = 1 << 30
_PIECE_BYTES = 1 << 20
OWNER_NAME = "kept.json"  # beside the copies: whose they are, see `leftovers`


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of files that a replay may have written.

    Attributes:
        paths: Those that are again what they were.
        others: Those that changed meanwhile by no cell that is known, each with the copy of what it was.
    """

    paths: tuple[str, ...]
    others: tuple[tuple[str, Path], ...] = ()

    def notes(self) -> tuple[str, ...]:
        """What people should know of the others."""
        said = "changed while the replay ran, by no cell that the trail saw: what it was is kept in"
        return tuple(f"{path} {said} {copy}" for path, copy in self.others)


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Copies of files, by the names that the trail gives them; they lie in `folder`."""

    root: Path
    folder: Path
    copies: Mapping[str, Path]

    def put_back(self, again: Sequence[CellExecution], claimed: Collection[str] = ()) -> PutBack:
        """Put back what a replay overwrote or removed, and forget the copies of all that is as it was.

        A file that somebody else has written meanwhile is left as it is, and its copy is kept: only what has the
        content that a replayed cell gave it is replaced, and what a cell may have left half written.

        Args:
            again: The replayed executions, in their order.
            claimed: Files that cells write which did not come to their end in the replay.

        Raises:
            ExecutionError: The disk refuses; the copies stay.
        """
        written = {use.path: use.digest for one in again for use in one.files if use.mode == "write"}
        changed = [path for path, copy in self.copies.items() if self._is_changed(path, copy)]
        ours = [path for path in changed if path in claimed or self._is_ours(path, written.get(path, ""))]
        for path in ours:
            try:
                shutil.copy2(self.copies[path], self.root / path)
            except OSError as error:
                problem = f"it cannot be put back ({error.strerror}): what it was is kept in {self.copies[path]}"
                raise ExecutionError(self.root / path, CANNOT_REPLAY, problem) from error
        others = tuple((path, self.copies[path]) for path in changed if path not in ours)
        self._forget({copy for _, copy in others})
        return PutBack(tuple(ours), others)

    def _forget(self, kept: Collection[Path]) -> None:
        """Remove the copies but those that may be wanted."""
        if not kept:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        for path in self.folder.glob("*.json*"):
            path.unlink(missing_ok=True)
        for copy in self.copies.values():
            if copy not in kept:
                copy.unlink(missing_ok=True)

    def appended(self) -> tuple[str, ...]:
        """The files that begin with what they were, and have more now."""
        return tuple(path for path, copy in self.copies.items() if _has_grown(self.root / path, copy))

    def _is_changed(self, path: str, copy: Path) -> bool:
        target = self.root / path
        if not target.exists():
            return target.parent.is_dir()  # else its folder is gone too, which no cell of ours is known to do
        return FileDigests().digest(target) != FileDigests().digest(copy)

    def _is_ours(self, path: str, written: str) -> bool:
        target = self.root / path
        return not target.exists() or (bool(written) and FileDigests().digest(target) == written)


def _has_grown(now: Path, before: Path) -> bool:
    if not now.is_file() or not 0 < before.stat().st_size < now.stat().st_size:
        return False
    with before.open("rb") as first, now.open("rb") as second:
        while piece := first.read(_PIECE_BYTES):
            if second.read(len(piece)) != piece:
                return False
    return True


def keep_files(root: Path, paths: Iterable[str], folder: Path) -> KeptFiles:
    """Copy those of the files that are there, up to a gigabyte in all; links are left alone.

    Args:
        root: The project's root, which the names are relative to.
        paths: As the trail names them.
        folder: Where the copies go; made where there are any.

    Raises:
        ExecutionError: A file cannot be read, or the disk refuses.
    """
    copies: dict[str, Path] = {}
    left = _LIMIT_BYTES
    for path in paths:
        source = root / path
        try:
            if source.is_symlink() or not source.is_file() or source.stat().st_size > left:
                continue
            left -= source.stat().st_size
            folder.mkdir(parents=True, exist_ok=True)
            copies[path] = folder / str(len(copies))
            shutil.copy2(source, copies[path])
        except OSError as error:
            problem = f"the replay may write it, and it cannot be copied aside first ({error.strerror})"
            raise ExecutionError(source, CANNOT_REPLAY, problem) from error
    return KeptFiles(root, folder, copies)
