"""One segment file while it is written: made exclusively, only ever appended to, and cut back after a torn write."""

import contextlib
import os
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from celltrail import clock
from celltrail.journal import frames
from celltrail.journal.events import FORMAT_VERSION, SegmentOpened
from celltrail.journal.liveness import this_process

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_datasync = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Frames that go out in one write.

    Attributes:
        start: Offset of the first frame.
        data: The frames.
        ends: The offset after each frame, ascending.
        firsts: The backlog's `first` once that frame is on disk.
        series: What the segment declares once all of it is there.
    """

    start: int
    data: bytes
    ends: tuple[int, ...]
    firsts: tuple[int, ...]
    series: frozenset[int]

    def arrived(self, size: int, first: int) -> tuple[int, int]:
        """What a segment of `size` bytes has of it: the backlog's `first` then, and where the whole frames end.

        Args:
            size: The segment's size, found after a write that did not end well.
            first: The backlog's `first` before the write.
        """
        count = bisect_right(self.ends, size)
        return (self.firsts[count - 1], self.ends[count - 1]) if count else (first, self.start)


class OpenSegment:
    """A segment that this process writes. Not thread safe: the writer's lock guards it."""

    __slots__ = ("_identity", "fd", "first_end", "is_named", "path", "salt", "seq")

    def __init__(self, folder: Path, writer: str, seq: int) -> None:
        """Make the file and write its first document.

        Raises:
            OSError: The folder or the disk refuses; nothing is left behind.
        """
        self.path = frames.segment_path(folder, writer, seq)
        self.seq = seq
        self.salt = frames.salt(writer, seq)
        self.is_named = False  # whether the folder's entry for it is on disk
        at = clock.now()
        process = this_process()
        opened = SegmentOpened(
            version=FORMAT_VERSION,
            writer=writer,
            seq=seq,
            pid=process.pid,
            pid_started=process.pid_started,
            host=process.host,
            boot_id=process.boot_id,
            at=at,
        )
        frame = frames.frame(frames.document_body(opened, at), 0)
        self.first_end = len(frame)
        self.fd = os.open(self.path, _FLAGS, 0o666)
        try:
            stat = os.fstat(self.fd)
            self._identity = (stat.st_dev, stat.st_ino)
            self.write(frame)
        except OSError:
            self.discard()
            os.close(self.fd)
            raise

    def write(self, data: bytes) -> None:
        """Append all of `data`.

        Raises:
            OSError: The disk refuses; a part may be written.
        """
        done = os.write(self.fd, data)
        if done != len(data):
            rest = memoryview(data)[done:]
            while rest:
                rest = rest[os.write(self.fd, rest) :]

    def size(self) -> int:
        """The file's size now.

        Raises:
            OSError: The file cannot be asked.
        """
        return os.fstat(self.fd).st_size

    def cut(self, size: int) -> bool:
        """Take a torn frame off the end; False where the file system refuses."""
        try:
            os.ftruncate(self.fd, size)
        except OSError:
            return False
        return True

    def is_own(self) -> bool:
        """Whether the descriptor is still this file: a program that closes all descriptors may reuse its number."""
        try:
            stat = os.fstat(self.fd)
        except OSError:
            return False
        return (stat.st_dev, stat.st_ino) == self._identity

    def is_in_place(self) -> bool:
        """Whether what is written lands in a file that others can find."""
        return self.is_own() and os.fstat(self.fd).st_nlink > 0

    def discard(self) -> None:
        """Remove the file, which holds nothing that was acknowledged."""
        with contextlib.suppress(OSError):
            self.path.unlink()

    def sync(self) -> None:
        """Put the content, and once the file's name, on the disk itself.

        Raises:
            OSError: The disk refuses.
        """
        _datasync(self.fd)
        if not self.is_named:
            self.is_named = True
            _sync_folder(self.path.parent)

    def finish(self) -> None:
        """Sync and close a segment that nothing is written to any more.

        Raises:
            OSError: The disk refuses; the file is closed all the same.
        """
        if not self.is_own():  # closed by somebody, and perhaps somebody else's file by now
            return
        try:
            self.sync()
        finally:
            os.close(self.fd)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can sync a folder, and Windows cannot open one
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
