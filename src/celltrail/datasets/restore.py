"""A kept content written back as files: whole or not at all, and over nothing that is there unless that is wanted."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from celltrail import clock
from celltrail.config import STORE_FOLDER, Settings
from celltrail.datasets.contents import FOLDER_TYPE, content_of
from celltrail.datasets.folder_diff import listed_files
from celltrail.datasets.kept import KeptContent, kept_content
from celltrail.errors import CelltrailError, VersionGoneError
from celltrail.fingerprint.files import FileDigests
from celltrail.fingerprint.folders import FolderFile
from celltrail.store.datasets import DatasetEntry

_ENDINGS = {"application/vnd.apache.parquet": ".parquet", "application/x-numpy": ".npy"}
_UNSAFE = re.compile(r"[^\w.-]+")


class TargetExistsError(CelltrailError):
    """Something is where a content was to be written."""

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} is there already: name another place with --output, or replace it with --force")
        self.target = target


class UnsafeTargetError(CelltrailError):
    """A content would be written where the trail, which others may have written, has no say."""

    def __init__(self, target: Path, why: str) -> None:
        super().__init__(f"{target} {why}: name a place with --output")
        self.target = target


class UnsafeListingError(CelltrailError):
    """The list of a folder's files leads out of the folder."""

    def __init__(self, path: str) -> None:
        super().__init__(f"the kept folder lists {path!r:.100}, which leads out of it: nothing was written")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was written; `was_there` says that the target had that content already."""

    path: str
    digest: str
    size_bytes: int
    kept_in: str
    was_there: bool = False


def restore_version(settings: Settings, entry: DatasetEntry, output: Path | None, *, force: bool = False) -> Restored:
    """Write a version's content.

    Args:
        settings: The project's.
        entry: The version.
        output: Where to; the place that it was read from where it is None, or, of a value, a file of its name.
        force: Replace what is there.

    Raises:
        VersionGoneError: The content is nowhere any more; nothing is written in its place.
        TargetExistsError: Something else is there.
        UnsafeTargetError: The trail says that it was read outside of the project, or a repository or a store would go.
        UnsafeListingError: The list of a kept folder was made by somebody else.
        OSError: The disk refuses; nothing is left behind.
    """
    content = content_of(settings, entry)
    is_folder = entry.media_type == FOLDER_TYPE or entry.dataset.kind == "folder"
    target = output or _place_of(settings, entry)
    done = Restored(str(target), entry.dataset.digest, content.size_bytes, content.where)
    if not is_folder and FileDigests().digest(target) == content.digest:
        return Restored(str(target), done.digest, done.size_bytes, content.where, was_there=True)
    if (target.exists() or target.is_symlink()) and not force:
        raise TargetExistsError(target)
    if is_folder and any((target / name).exists() for name in (".git", STORE_FOLDER)):
        raise UnsafeTargetError(target, "holds a repository or a trail, which no version of a folder has")
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_folder:
        _write_folder(settings, entry, content, target)
    else:
        content.write_to(target)
    return done


def _place_of(settings: Settings, entry: DatasetEntry) -> Path:
    source = entry.dataset.source
    if entry.dataset.kind in {"file", "folder"} and source:
        target = Path(os.path.normpath(settings.root / source))
        if not target.is_relative_to(settings.root):
            raise UnsafeTargetError(
                target, "lies outside of the project, and only the trail says that it was read there"
            )
        return target
    return Path((_UNSAFE.sub("-", entry.name).strip(".-") or "dataset") + _ENDINGS.get(entry.media_type, ""))


def _write_folder(settings: Settings, entry: DatasetEntry, content: KeptContent, target: Path) -> None:
    files = listed_files(entry, content)
    for file in files:
        _confined(file.path)
    parts = [(file, _part(settings, entry, file)) for file in files]
    gone = [file.path for file, part in parts if part is None]
    if gone:
        why = f"{len(gone)} of its {len(files)} files are not kept any more, {gone[0]!r:.100} for one"
        raise VersionGoneError.of(entry.name, entry.dataset.digest[:24], why)
    temporary = target.with_name(f".{clock.new_id()}.tmp")
    try:
        temporary.mkdir()
        for file, part in parts:
            place = temporary / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            if part is not None:
                part.write_to(place)
        _replace(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _part(settings: Settings, entry: DatasetEntry, file: FolderFile) -> KeptContent | None:
    """A file of a folder: kept, or where the folder is, unchanged."""
    path = f"{entry.dataset.source}/{file.path}"
    now = settings.root / path
    if entry.dataset.source and FileDigests().digest(now) == file.digest:
        return KeptContent(file.digest, "the file itself", file.size_bytes, now)
    return kept_content(settings.store, settings.root, file.digest, path)


def _replace(made: Path, target: Path) -> None:
    """Put a folder in another's place; what was there goes last."""
    aside = made.with_suffix(".old")
    was_there = target.exists() or target.is_symlink()
    if was_there:
        target.rename(aside)
    made.rename(target)
    if was_there and aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside)
    elif was_there:
        aside.unlink()


def _confined(path: str) -> None:
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path or ":" in pure.parts[0]:
        raise UnsafeListingError(path)
