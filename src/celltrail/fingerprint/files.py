"""Files by content: BLAKE3, remembered while the file's size, time of change and inode stay the same."""

import os
import stat
import threading
from pathlib import Path
from typing import Any

from celltrail import clock

_BLOCK_BYTES = 1 << 20
_REMEMBERED = 10_000
# A file changed in the same tick of the clock as it was read may change again and keep its time: coarse file systems
# tick every two seconds.
_SETTLED_NS = 2_000_000_000

_Key = tuple[int, int, int, int, int]


class FileDigests:
    """Digests of files, made once for each content that a path has had.

    Thread safety: any method from any thread; two threads that ask for one new file may both read it.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Key, str]] = {}
        self._lock = threading.Lock()

    def digest(self, path: str | Path, *, budget_bytes: int = 2 << 30) -> str | None:
        """The named digest of a regular file's content.

        Args:
            path: The file; a link is followed.
            budget_bytes: A larger file is not read.

        Returns:
            "blake3:" and 64 hexadecimal digits ("blake2b-256:" where blake3 is not installed). None where the path is
            no regular file (a fifo, a device, a folder), cannot be read, is larger than the budget, or changed while
            it was read.
        """
        name = os.fspath(path)
        try:
            before = os.stat(name)  # noqa: PTH116 - a Path costs ten times as much here
            if not stat.S_ISREG(before.st_mode) or before.st_size > budget_bytes:
                return None
            known = self._remembered(name, _key(before))
            return known or self._read(name, before)
        except (OSError, ValueError):  # ValueError: a zero byte in the path
            return None

    def _remembered(self, name: str, key: _Key) -> str | None:
        with self._lock:
            known = self._known.get(name)
        return known[1] if known is not None and known[0] == key else None

    def _read(self, name: str, before: os.stat_result) -> str | None:
        algorithm, hasher = _new_file_hasher()
        # Opened without blocking: the path may have become a fifo since it was looked at.
        descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            opened = os.fstat(descriptor)
            if _key(opened) != _key(before):
                return None
            while block := os.read(descriptor, _BLOCK_BYTES):
                hasher.update(block)
            if _key(os.fstat(descriptor)) != _key(opened):
                return None
        finally:
            os.close(descriptor)
        digest = f"{algorithm}:{hasher.digest().hex()}"
        self._remember(name, opened, digest)
        return digest

    def _remember(self, name: str, found: os.stat_result, digest: str) -> None:
        if clock.now() * 1000 - found.st_mtime_ns < _SETTLED_NS:
            return
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[name] = (_key(found), digest)


def digest_bytes(data: bytes) -> str:
    """The named digest of bytes that are, or will be, a file's content."""
    algorithm, hasher = _new_file_hasher()
    hasher.update(data)
    return f"{algorithm}:{hasher.digest().hex()}"


def _key(found: os.stat_result) -> _Key:
    # The change time too: `touch -d` can put the modification time back, not this one.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def _new_file_hasher() -> tuple[str, Any]:
    try:
        from blake3 import blake3
    except ImportError:
        import hashlib

        return "blake2b-256", hashlib.blake2b(digest_size=32)
    return "blake3", blake3(max_threads=1)
