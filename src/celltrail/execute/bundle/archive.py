"""A bundle as a ZIP archive: the same content makes the same bytes; the manifest has the digest of every member."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from celltrail import clock, codec
from celltrail.errors import ExecutionError
from celltrail.execute.bundle import manifest
from celltrail.execute.bundle.entries import CANNOT_EXPORT, Entry, changed
from celltrail.execute.bundle.manifest import Manifest, Member
from celltrail.journal.blobs import new_hasher

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that the format knows: when a bundle was made is no part of it
_MODE = 0o100644 << 16
_UNIX = 3
_STORED = (".zip", ".gz", ".png", ".jpg", ".parquet", ".zst", ".xz", ".bz2")


def write_archive(
    target: Path, entries: Iterable[Entry], describe: Callable[[tuple[Member, ...]], Manifest]
) -> Manifest:
    """Write a bundle; a file that is there already is replaced only once the new one is whole.

    Args:
        target: Where.
        entries: What goes in, in any order.
        describe: Makes the manifest of its members.

    Raises:
        ExecutionError: A file changed meanwhile or cannot be read, or the disk refuses; nothing is left behind.
    """
    temporary = target.with_name(f".{target.name}.{clock.new_id()[:8]}.tmp")
    try:
        with temporary.open("xb") as file:
            described = _write(file, sorted(entries, key=lambda entry: entry.path), describe)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        problem = f"it cannot be written ({error.strerror}): name another file"
        raise ExecutionError(target, CANNOT_EXPORT, problem) from error
    finally:
        temporary.unlink(missing_ok=True)
    return described


def _write(file: IO[bytes], entries: Iterable[Entry], describe: Callable[[tuple[Member, ...]], Manifest]) -> Manifest:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=True) as archive:
        members = tuple(_write_member(archive, entry) for entry in entries)
        described = describe(members)
        document = codec.dumps(described)
        _write_member(archive, Entry(manifest.MANIFEST, len(document), data=document))
    return described


def _write_member(archive: zipfile.ZipFile, entry: Entry) -> Member:
    info = zipfile.ZipInfo(entry.path, _TIME)
    info.external_attr, info.create_system = _MODE, _UNIX
    info.compress_type = zipfile.ZIP_STORED if entry.path.endswith(_STORED) else zipfile.ZIP_DEFLATED
    info.file_size = entry.size_bytes  # tells the archive whether the member needs its large form
    hasher = hashlib.sha256()
    check = new_hasher(entry.digest.partition(":")[0]) if entry.digest else None
    with archive.open(info, "w") as out:
        for piece in entry.pieces():
            out.write(piece)
            hasher.update(piece)
            if check is not None:
                check.update(piece)
    if check is not None and entry.source is not None and check.hexdigest() != entry.digest.partition(":")[2]:
        raise changed(entry.source)
    return Member(entry.path, entry.size_bytes, f"sha256:{hasher.hexdigest()}", entry.modified_at)
