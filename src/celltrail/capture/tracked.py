"""Files that DVC tracks: a cell that reads one has read the version that DVC knows by its md5, if it is still that."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from celltrail.fingerprint import dvc
from celltrail.records import FileUse, SourceUse

_PIECE_BYTES = 1 << 20
_MOST_BYTES = 1 << 30  # of one file: DVC's md5 is made beside our own digest
_REMEMBERED = 1_000

_md5s: dict[str, str] = {}  # by our own digest of the content


def dvc_versions(uses: tuple[FileUse, ...], root: Path) -> tuple[SourceUse, ...]:
    """What DVC has of the files that a cell read.

    Args:
        uses: The cell's files.
        root: The project's root.
    """
    return tuple(_tracked(uses, root))


def _tracked(uses: tuple[FileUse, ...], root: Path) -> Iterator[SourceUse]:
    repositories: dict[str, Path | None] = {}  # by folder: most projects have no DVC, and are asked once
    for use in uses:
        if use.mode != "read" or not use.digest:
            continue
        name = os.path.normpath(f"{root}/{use.path}" if not use.path.startswith("/") else use.path)
        folder = os.path.dirname(name)  # noqa: PTH120 - a Path costs ten times as much here
        if folder not in repositories:
            repositories[folder] = dvc.repository_of(name)
        repository = repositories[folder]
        path = Path(name) if repository is not None else None
        known = dvc.tracking(path, repository) if path is not None else None
        if path is not None and known is not None:
            version, note = _version(known, path, use)
            yield SourceUse(use.path, "dvc", "read", version, digest=use.digest, size_bytes=use.size_bytes, note=note)


def _version(known: dvc.TrackedFile, path: Path, use: FileUse) -> tuple[str, str]:
    """The md5 that DVC knows the content by, empty with a reason where the content is another."""
    if (use.size_bytes or 0) > _MOST_BYTES:
        return "", "DVC tracks it; too large to tell whether it is still what DVC knows"
    expected = known.md5
    if known.within:
        listed = dvc.listed_md5(known.repository, known.md5, known.within)
        if listed is None:
            return "", "DVC tracks its folder, whose list is not in the cache or does not have it"
        expected = listed
    if _md5_of(path, use.digest) != expected:
        return "", f"it is not what {known.said_by.name} says: changed since `dvc add`"
    return known.md5, ""


def _md5_of(path: Path, digest: str) -> str:
    if digest not in _md5s:
        hasher = hashlib.md5(usedforsecurity=False)
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    hasher.update(piece)
        except OSError:
            return ""
        if len(_md5s) >= _REMEMBERED:
            _md5s.clear()
        _md5s[digest] = hasher.hexdigest()
    return _md5s[digest]
