"""One segment file while it is written: made exclusively, only ever appended to, and cut back after a torn write."""

import contextlib
import os
from bisect import bisect_right
from pathlib import Path

from celltrail import clock
from celltrail.config import ensure_store_folder
from celltrail.journal import frames
from celltrail.journal.events import FORMAT_VERSION, SegmentOpened
from celltrail.journal.held import HeldFolder, identity
from celltrail.journal.liveness import this_process
from celltrail.lean import record

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_REMOVALS_BORNE = 3
_datasync = getattr(os, "fdatasync", os.fsync)


@record
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

    __slots__ = ("_identity", "_store", "fd", "first_end", "is_named", "path", "salt", "seq")

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
        self._store = HeldFolder(folder.parent if folder.name == "journal" else folder)
        try:
            self.fd = os.open(self.path, _FLAGS, 0o666)
        except OSError:
            self._store.close()
            raise
        try:
            self._identity = identity(os.fstat(self.fd))
            self.write(frame)
        except OSError:
            self.discard()
            self.let_go()
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
            return identity(os.fstat(self.fd)) == self._identity
        except OSError:
            return False

    def is_in_place(self) -> bool:
        """Whether what is written lands where others look for it.

        A file that was removed, replaced or moved away (to `quarantine/`) is not in place; one that was moved with its
        whole project is. Where the file system's numbers mean nothing, the size decides.
        """
        try:
            own = os.fstat(self.fd)
        except OSError:
            return False
        if identity(own) != self._identity:
            return False
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return own.st_nlink > 0 and not self._store.path.parent.exists()
        except OSError:
            return own.st_nlink > 0
        return identity(found) == self._identity or (own.st_nlink > 0 and found.st_size == own.st_size)

    def unfolded_from(self, position: int) -> list[bytes]:
        """The bodies of the frames from `position` on, of a file that is not in place, where no store can have them.

        That is so where the file was removed with the whole store; and in quarantine, where damage stands before them.

        Raises:
            OSError: The file cannot be read.
        """
        if not self.is_own():
            return []
        own = os.fstat(self.fd)
        if own.st_nlink == 0:
            return self._bodies_from(position) if self._store.is_gone() else []
        try:
            quarantined = (self._store.path / "quarantine" / self.path.name).stat()
        except OSError:
            return []
        bodies = self._bodies_from(position) if identity(quarantined) == identity(own) else []
        is_whole = position + sum(len(body) + frames.CRC_BYTES for body in bodies) == own.st_size
        return bodies if is_whole else []

    def _bodies_from(self, position: int) -> list[bytes]:
        os.lseek(self.fd, position, os.SEEK_SET)
        with open(self.fd, "rb", closefd=False) as file:
            data = file.read()
        return list(frames.bodies(data, self.salt + position))

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
            self._store.close()
            return
        try:
            self.sync()
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Close the file; in a forked child, whose parent goes on with it, and after an error.

        Raises:
            OSError: Somebody closed it.
        """
        self._store.close()
        os.close(self.fd)


def open_segment(folder: Path, writer: str, seq: int) -> OpenSegment:
    """A new segment in a folder that is made when needed, as part of a store where it is named `journal`.

    Raises:
        OSError: The folder or the disk refuses; nothing is left behind.
    """
    for _ in range(_REMOVALS_BORNE):
        with contextlib.suppress(FileNotFoundError):  # somebody removes the store at this moment
            return _make(folder, writer, seq)
    return _make(folder, writer, seq)


def _make(folder: Path, writer: str, seq: int) -> OpenSegment:
    if folder.name == "journal":
        ensure_store_folder(folder.parent)
    folder.mkdir(parents=True, exist_ok=True)
    return OpenSegment(folder, writer, seq)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can sync a folder, and Windows cannot open one
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
