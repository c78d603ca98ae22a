"""Folders by content: the list of their files with size and digest, whose own digest is the folder's."""

import os

from celltrail import codec
from celltrail.fingerprint.files import FileDigests, digest_bytes
from celltrail.lean import record

_MAX_FILES = 20_000
_SKIPPED = frozenset({".git", ".celltrail", ".ipynb_checkpoints", "__pycache__"})


@record
class FolderFile:
    """A file of a folder; `path` is relative to it, POSIX."""

    path: str
    digest: str
    size_bytes: int


@record
class FolderListing:
    """What is in a folder.

    Attributes:
        files: Its files, also of folders within, in the order of their paths. A link to a file counts as the file,
            one to a folder is not followed.
        digest: Of `packed`; empty where a file has none.
        note: What is not known, for people.
        packed: The list as JSON: what is kept of a folder, besides its files.
    """

    files: tuple[FolderFile, ...]
    digest: str
    size_bytes: int
    note: str
    packed: bytes


def list_folder(folder: str, digests: FileDigests, *, budget_bytes: int) -> FolderListing:
    """Read a folder.

    Args:
        folder: Its path.
        digests: Remembers the digests of files that did not change.
        budget_bytes: How much may be read in all.
    """
    found: list[FolderFile] = []
    left, unread = budget_bytes, 0
    for path in _paths(folder):
        size = _size(path)
        digest = digests.digest(path, budget_bytes=max(left, 0)) if size is not None else None
        if digest is None or size is None:
            unread += 1
            continue
        left -= size
        found.append(FolderFile(os.path.relpath(path, folder).replace(os.sep, "/"), digest, size))
        if len(found) > _MAX_FILES:
            return FolderListing((), "", 0, f"it has no digest: more than {_MAX_FILES:,} files", b"")
    files = tuple(sorted(found, key=lambda one: one.path))
    packed = codec.dumps(files)
    total = sum(one.size_bytes for one in files)
    if unread:
        note = f"it has no digest: {unread} files are no regular ones, changed meanwhile, or exceed the budget"
        return FolderListing(files, "", total, note, b"")
    return FolderListing(files, digest_bytes(packed), total, "", packed)


def _paths(folder: str) -> list[str]:
    paths = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _SKIPPED)
        paths += [os.path.join(place, name) for name in names]  # noqa: PTH118 - half the time of a Path
        if len(paths) > _MAX_FILES + 1:
            break
    return paths


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - a Path costs ten times as much here
    except (OSError, ValueError):
        return None
