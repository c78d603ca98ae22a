"""Artifacts by content: a file per digest, complete or absent, written by kernels and read by the store.

The layout is `blobs/ab/cdef…`, after the digest's hexadecimal digits. A digest names its algorithm: `blake3:`, or
`blake2b-256:` where blake3 is not installed.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from celltrail import clock
from celltrail.config import ensure_store_folder
from celltrail.errors import BlobNotFoundError

_DIGEST = re.compile(r"(blake3|blake2b-256):([0-9a-f]{64})", re.ASCII)
_PIECE_BYTES = 1 << 20
_DIGEST_BYTES = 32


class BlobStore:
    """The blobs of one store's folder.

    Thread and process safety: any method at any time; whoever writes the same content first wins, and that is the same.
    """

    def __init__(self, store_folder: Path) -> None:
        self._store = store_folder
        self._folder = store_folder / "blobs"

    def put_bytes(self, data: bytes) -> tuple[str, int]:
        """Keep some bytes; returns their digest and size.

        Raises:
            OSError: The disk refuses; nothing is left behind.
        """
        with self._writing() as (file, hasher):
            file.write(data)
            hasher.update(data)
            digest = self._keep(file, hasher)
        return digest, len(data)

    def put_file(self, path: Path) -> tuple[str, int]:
        """Keep a copy of a file as it is read now; returns its digest and size.

        Raises:
            OSError: The file cannot be read or the disk refuses; nothing is left behind.
        """
        size = 0
        with path.open("rb") as source, self._writing() as (file, hasher):
            while piece := source.read(_PIECE_BYTES):
                file.write(piece)
                hasher.update(piece)
                size += len(piece)
            digest = self._keep(file, hasher)
        return digest, size

    def path(self, digest: str) -> Path:
        """Where the blob with this digest is, or would be.

        Raises:
            BlobNotFoundError: The digest is malformed; no path is ever made of such a one.
        """
        match = _DIGEST.fullmatch(digest)
        if match is None:
            raise BlobNotFoundError(digest)
        prefix = "" if match[1] == "blake3" else "b2-"
        return self._folder / (prefix + match[2][:2]) / match[2][2:]

    def read(self, digest: str) -> bytes:
        """A blob's content, checked against its digest.

        Raises:
            BlobNotFoundError: There is no such blob, or its content is damaged.
        """
        path = self.path(digest)
        try:
            data = path.read_bytes()
            hasher = new_hasher(digest.partition(":")[0])
        except (OSError, ImportError) as error:
            raise BlobNotFoundError(digest) from error
        hasher.update(data)
        if hasher.hexdigest() != digest.partition(":")[2]:
            raise BlobNotFoundError(digest)
        return data

    def checked(self, digest: str) -> Path:
        """Where a blob is, once all of it was read in pieces and held against its digest.

        Raises:
            BlobNotFoundError: There is no such blob, or its content is damaged.
        """
        path = self.path(digest)
        try:
            hasher = new_hasher(digest.partition(":")[0])
            with path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    hasher.update(piece)
        except (OSError, ImportError) as error:
            raise BlobNotFoundError(digest) from error
        if hasher.hexdigest() != digest.partition(":")[2]:
            raise BlobNotFoundError(digest)
        return path

    def is_whole(self, digest: str) -> bool:
        """Whether the blob is there and its content matches; for `celltrail doctor`."""
        try:
            self.checked(digest)
        except BlobNotFoundError:
            return False
        return True

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[BinaryIO, Any]]:
        ensure_store_folder(self._store)
        self._folder.mkdir(exist_ok=True)
        temporary = self._folder / f"{clock.new_id()}.tmp"
        try:
            with temporary.open("xb") as file:
                yield file, new_hasher(_algorithm())
        finally:
            temporary.unlink(missing_ok=True)

    def _keep(self, file: BinaryIO, hasher: Any) -> str:
        """Give the temporary file its lasting name, once its content is on the disk itself."""
        digest = f"{_algorithm()}:{hasher.hexdigest()}"
        target = self.path(digest)
        if target.exists() and target.stat().st_size == file.tell():
            return digest
        file.flush()
        os.fsync(file.fileno())
        target.parent.mkdir(exist_ok=True)
        _rename_open_file(file, target)
        return digest


def _rename_open_file(file: BinaryIO, target: Path) -> None:
    if os.name == "nt":  # an open file cannot be renamed there: the closed copy is
        file.close()
    Path(file.name).replace(target)
    target.chmod(0o444)


def _algorithm() -> str:
    try:
        import blake3  # noqa: F401 - only asked whether it is there
    except ImportError:
        return "blake2b-256"
    return "blake3"


def new_hasher(algorithm: str) -> Any:
    """A new hasher of the algorithm that a digest names; has `update` and `hexdigest`.

    Raises:
        ImportError: It is blake3, which is not installed.
    """
    if algorithm == "blake2b-256":
        return hashlib.blake2b(digest_size=_DIGEST_BYTES)
    import blake3

    return blake3.blake3()
