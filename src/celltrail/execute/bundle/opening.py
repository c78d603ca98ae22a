"""Reading a bundle that somebody else wrote: everything is checked before it is believed, and nothing is executed.

A name is checked before a file is made, a size before a byte is unpacked, a digest before the folder gets its name.
"""

import hashlib
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from celltrail import clock, codec, config
from celltrail.errors import BundleError
from celltrail.execute.bundle import manifest
from celltrail.execute.bundle.manifest import Manifest, Member
from celltrail.execute.bundle.names import clash_of, problem_in_project, problem_of
from celltrail.execute.replay.moved import FILE_NAME, Moved, MovedSession

MAX_BYTES = 8 << 30
_MAX_MEMBERS = 20_000
_MAX_MANIFEST_BYTES = 16 << 20
_PIECE_BYTES = 1 << 20
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_TRAIL = re.compile(r"trail/(journal/[0-9a-f]{16}-(0|[1-9][0-9]{0,8})\.ctj|blobs/(b2-)?[0-9a-f]{2}/[0-9a-f]{62})")
_OTHERS = frozenset(
    {
        manifest.README,
        manifest.SLICE,
        manifest.HISTORY,
        manifest.PATCH,
        manifest.REQUIREMENTS,
        manifest.CONDA,
    }
)
# All that zipfile was seen to raise on mutated archives, and their kin.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Imported:
    """A bundle that stands as a project of its own now."""

    folder: Path
    manifest: Manifest


def import_bundle(path: Path, folder: Path, *, max_bytes: int = MAX_BYTES) -> Imported:
    """Make a project of a bundle.

    Args:
        path: The bundle.
        folder: The project's folder; it must not be there, or be empty.
        max_bytes: The most that it may unpack to.

    Raises:
        BundleError: The file is no whole bundle, or holds something that no bundle of celltrail's holds; or the folder
            has files. Nothing is left behind.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BundleError(path, f"{folder} is there already: name a folder that is not, or an empty one")
    with _opened(path) as archive:
        members = _checked_members(path, archive, max_bytes)
        described = _read_manifest(path, archive, members)
        _compare(path, described, members)
        temporary = folder.with_name(f".{folder.name}.{clock.new_id()[:8]}.tmp")
        try:
            _unpack(path, archive, described, temporary)
            if folder.exists():
                folder.rmdir()
            temporary.rename(folder)
        except OSError as error:
            problem = f"it cannot be unpacked into {folder} ({error.strerror}): name another folder, or make room"
            raise BundleError(path, problem) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return Imported(folder, described)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            yield archive
    except OSError as error:
        raise BundleError(path, f"it cannot be read ({error.strerror})") from error
    except _BROKEN as error:
        problem = f"it is damaged, or no bundle ({str(error)[:200] or type(error).__name__}): ask for it again"
        raise BundleError(path, problem) from error


def _checked_members(path: Path, archive: zipfile.ZipFile, max_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name; names, kinds and sizes are such as `celltrail export` writes."""
    found = archive.infolist()
    if len(found) > _MAX_MEMBERS:
        raise BundleError(path, f"it has {len(found):,} members, more than {_MAX_MEMBERS:,}: it is not unpacked")
    total = sum(info.file_size for info in found)
    if total > max_bytes:
        problem = (
            f"it would unpack to {total:,} bytes, more than {max_bytes:,}: give a higher --max-size if you trust it"
        )
        raise BundleError(path, problem)
    if sum(info.compress_size for info in found) > path.stat().st_size:
        raise BundleError(path, "its members overlap each other: it is not unpacked")
    for info in found:
        problem = _problem_of(info)
        if problem:
            raise BundleError(path, f"its member {info.orig_filename!r:.120} {problem}: it is not unpacked")
    clash = clash_of([info.filename for info in found])
    if clash:
        raise BundleError(path, f"two of its members are one on some systems ({clash!r:.200}): it is not unpacked")
    return {info.filename: info for info in found}


def _problem_of(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if info.is_dir() or (stat.S_IFMT(mode) not in {0, stat.S_IFREG}):
        return "is no plain file"
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        return "is encrypted, or packed in a way that is not used here"
    if info.orig_filename != info.filename:
        return "has a name that systems read in two ways"
    if info.filename.startswith(manifest.PROJECT):
        return problem_in_project(info.filename.removeprefix(manifest.PROJECT))
    is_known = info.filename in {*_OTHERS, manifest.MANIFEST} or bool(_TRAIL.fullmatch(info.filename))
    return problem_of(info.filename) or ("" if is_known else "is none that belongs into a bundle")


def _read_manifest(path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Manifest:
    info = members.get(manifest.MANIFEST)
    if info is None:
        raise BundleError(path, "it has no manifest.json: it is no bundle of `celltrail export`")
    if info.file_size > _MAX_MANIFEST_BYTES:
        raise BundleError(path, f"its manifest has {info.file_size:,} bytes: it is not read")
    with archive.open(info) as file:
        document = file.read(_MAX_MANIFEST_BYTES)
    try:
        described = codec.loads(Manifest, document)
    except (ValueError, RecursionError) as error:
        raise BundleError(path, f"its manifest cannot be read ({str(error)[:200]})") from error
    if described.format > manifest.FORMAT:
        raise BundleError(path, f"it was written by a newer celltrail, {described.celltrail!r:.40}: upgrade celltrail")
    problem = problem_in_project(described.folder) if described.folder else ""
    if problem:
        raise BundleError(path, f"the folder {described.folder!r:.120} {problem}: it is not unpacked")
    return described


def _compare(path: Path, described: Manifest, members: dict[str, zipfile.ZipInfo]) -> None:
    """The manifest tells of the members that are there, of each once, and of no other."""
    told = {member.path: member for member in described.members}
    names = members.keys() - {manifest.MANIFEST}
    if len(told) != len(described.members) or told.keys() != names:
        odd = sorted(told.keys() ^ names)[:3]
        raise BundleError(
            path, f"its manifest and its members are not the same ({', '.join(odd)!r:.200}): ask for it again"
        )
    wrong = next((name for name, member in told.items() if member.size_bytes != members[name].file_size), None)
    if wrong is not None:
        raise BundleError(path, f"its member {wrong!r:.120} has another size than its manifest says: ask for it again")


def _unpack(path: Path, archive: zipfile.ZipFile, described: Manifest, folder: Path) -> None:
    store = folder / config.STORE_FOLDER
    folder.mkdir(parents=True)
    config.ensure_store_folder(store)
    (folder / described.folder).mkdir(parents=True, exist_ok=True)
    for member in described.members:
        target = folder / _place_of(member.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        _unpack_member(path, archive, member, target)
    moved = Moved(described.run_id, (MovedSession(described.session_id, described.folder),))
    (store / FILE_NAME).write_bytes(codec.dumps(moved))


def _place_of(name: str) -> str:
    if name.startswith(manifest.PROJECT):
        return name.removeprefix(manifest.PROJECT)
    if name.startswith("trail/"):
        return f"{config.STORE_FOLDER}/{name.removeprefix('trail/')}"
    return f"{manifest.BESIDE}{name}"


def _unpack_member(path: Path, archive: zipfile.ZipFile, member: Member, target: Path) -> None:
    hasher, left = hashlib.sha256(), member.size_bytes
    with archive.open(member.path) as source, target.open("xb") as file:
        while piece := source.read(min(_PIECE_BYTES, left + 1)):
            left -= len(piece)
            if left < 0:
                break
            hasher.update(piece)
            file.write(piece)
    if left or f"sha256:{hasher.hexdigest()}" != member.digest:
        raise BundleError(path, f"its member {member.path!r:.120} is not what its manifest says: ask for it again")
    if member.modified_at > 0:
        at = min(member.modified_at, clock.now()) * 1000
        os.utime(target, ns=(at, at))
