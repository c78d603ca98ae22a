"""How two versions of a folder differ: by the lists of their files."""

from dataclasses import dataclass

from celltrail import codec
from celltrail.config import Settings
from celltrail.datasets.contents import content_of
from celltrail.datasets.kept import KeptContent
from celltrail.errors import VersionGoneError
from celltrail.fingerprint.folders import FolderFile
from celltrail.store.datasets import DatasetEntry


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
    return {one.path: one for one in listed_files(entry, content_of(settings, entry))}


def listed_files(entry: DatasetEntry, content: KeptContent) -> tuple[FolderFile, ...]:
    """The list that is a folder's content.

    Raises:
        VersionGoneError: What is kept is no such list.
    """
    with content.opened() as stream:
        data = stream.read()
    try:
        return codec.loads(tuple[FolderFile, ...], data)
    except ValueError as error:
        why = f"what is kept of it is no list of files ({str(error)[:100]})"
        raise VersionGoneError.of(entry.name, entry.dataset.digest[:24], why) from error
