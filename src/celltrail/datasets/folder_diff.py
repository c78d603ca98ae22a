"""How two versions of a folder differ: by the lists of their files."""

from dataclasses import dataclass

from celltrail import codec
from celltrail.config import Settings
from celltrail.datasets.contents import content_of
from celltrail.fingerprint.folders import FolderFile
from celltrail.store.base import DatasetEntry


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that only one side has (`added`, `removed`), or that is another (`changed`); sizes where it is."""

    path: str
    change: str
    before_bytes: int | None
    after_bytes: int | None


def diff_folders(settings: Settings, before: DatasetEntry, after: DatasetEntry) -> tuple[FileDiff, ...]:
    """The files that differ, by path.

    Raises:
        VersionGoneError: The list of a side's files is nowhere any more.
    """
    earlier, later = _files(settings, before), _files(settings, after)
    found = []
    for path in sorted(earlier.keys() | later.keys()):
        first, second = earlier.get(path), later.get(path)
        if first is None and second is not None:
            found.append(FileDiff(path, "added", None, second.size_bytes))
        elif first is not None and second is None:
            found.append(FileDiff(path, "removed", first.size_bytes, None))
        elif first is not None and second is not None and first.digest != second.digest:
            found.append(FileDiff(path, "changed", first.size_bytes, second.size_bytes))
    return tuple(found)


def _files(settings: Settings, entry: DatasetEntry) -> dict[str, FolderFile]:
    with content_of(settings, entry).opened() as stream:
        return {one.path: one for one in codec.loads(tuple[FolderFile, ...], stream.read())}
