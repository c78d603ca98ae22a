"""The journal's reader: the events of a segment from any position on, in bounded memory, none of them damaged."""

import os
import re
import struct
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from zlib import crc32

from celltrail.errors import NewerJournalError
from celltrail.journal import frames
from celltrail.journal.events import FORMAT_VERSION, Event, SegmentOpened, SegmentSealed
from celltrail.journal.frames import UnknownEventError
from celltrail.lean import record

_SLOT = frames.SLOT_BYTES
_KIND = 4  # where in a slot its kind stands, after the CRC
_PIECE_BYTES = 4 << 20
_OPENING_BYTES = 64 << 10  # more than any first document
_MAX_FRAME_BYTES = _SLOT + frames.MAX_DOCUMENT_BYTES
_CRC = frames.CRC
_LENGTH = struct.Struct("<Q")
_SLOTS = struct.Struct("<I28s")
_FRAME_KIND = re.compile(rb"[\x01\x02]")


@record
class Document:
    """An event and the offset of its frame."""

    offset: int
    event: Event


@record
class MetricBlock:
    """Metric slots without a document between them; every CRC was checked.

    `data` is whole 32-byte slots, little-endian: u32 crc, u32 series<<8|1, i64 step, i64 at, f64 value.
    """

    offset: int
    data: memoryview

    def __len__(self) -> int:
        return len(self.data) // _SLOT

    def rows(self) -> Iterator[tuple[int, int, int, float]]:
        """The metrics as (series, step, at, value)."""
        for _, tag, step, at, value in frames.METRIC_SLOT.iter_unpack(self.data):
            yield tag >> 8, step, at, value


@record
class Ignored:
    """A whole document that this celltrail cannot use: an event type or a value of a later addition."""

    offset: int
    reason: str


@record
class SegmentBatch:
    """What a segment holds from `start` to `end`.

    Attributes:
        path: The segment.
        opened: Its first document, known at every position; None while the file holds no whole one.
        start: Where reading began.
        end: Where to go on.
        items: Documents and metric blocks in the order in which they were written.
        ignored: Documents that are whole and of no use here.
        is_sealed: Whether the seal was reached: nothing follows, ever.
        damaged_at: Offset of a bad slot that valid frames or a seal show to be damage, or 0 for a file that is another
            segment than its name says; None for a mere torn tail.
        has_more: Whether reading stopped only because the batch was large enough.
    """

    path: Path
    opened: SegmentOpened | None
    start: int
    end: int
    items: tuple[Document | MetricBlock, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    is_sealed: bool = False
    damaged_at: int | None = None
    has_more: bool = False

    @property
    def documents(self) -> list[tuple[int, Event]]:
        """The documents alone, as (offset, event)."""
        return [(item.offset, item.event) for item in self.items if isinstance(item, Document)]

    @property
    def metric_count(self) -> int:
        """How many metrics the blocks hold."""
        return sum(len(item) for item in self.items if isinstance(item, MetricBlock))


@record
class SegmentFile:
    """A segment found in a journal's folder."""

    path: Path
    writer: str
    seq: int
    size_bytes: int


def list_segments(journal_dir: Path) -> list[SegmentFile]:
    """The segments in a folder by writer and number; only regular files with a segment's name count.

    Raises:
        OSError: The folder cannot be listed; one that does not exist has no segments.
    """
    found = []
    try:
        with os.scandir(journal_dir) as entries:
            for entry in entries:
                name = frames.parse_segment_name(entry.name)
                if name and entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    found.append(SegmentFile(Path(entry.path), *name, size))
    except FileNotFoundError:
        return found
    return sorted(found, key=lambda segment: (segment.writer, segment.seq))


def read_segment(path: Path, position: int = 0, *, max_bytes: int = _PIECE_BYTES) -> SegmentBatch:
    """Read a segment from `position`, the `end` of an earlier batch or 0.

    Args:
        path: The segment; where its name is a segment's, it must be the name that its first document gives.
        position: A multiple of 32.
        max_bytes: Where to stop; a document that is larger is read whole.

    Raises:
        NewerJournalError: The segment's format is newer than this celltrail knows.
        OSError: The file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        return _Reading(path, file.fileno()).run(position, max_bytes)


def read_batches(path: Path, position: int = 0, *, max_bytes: int = _PIECE_BYTES) -> Iterator[SegmentBatch]:
    """Read a segment piece by piece up to its present end, as `read_segment` does.

    Raises:
        NewerJournalError: The segment's format is newer than this celltrail knows.
        OSError: The file cannot be read.
    """
    has_more = True
    while has_more:
        batch = read_segment(path, position, max_bytes=max_bytes)
        yield batch
        position, has_more = batch.end, batch.has_more


class _Stop(Enum):
    """Why reading stopped."""

    END = 1  # the file ends with a whole frame
    FULL = 2  # the batch is large enough
    SEALED = 3
    BAD = 4  # what follows is no whole frame


class _Reading:
    """One call of `read_segment`: the file as long as it was when the call began."""

    __slots__ = ("_fd", "_ignored", "_is_foreign", "_items", "_path", "_salt", "_size")

    def __init__(self, path: Path, fd: int) -> None:
        self._path = path
        self._fd = fd
        self._size = os.fstat(fd).st_size
        self._items: list[Document | MetricBlock] = []
        self._ignored: list[Ignored] = []
        self._salt = 0
        self._is_foreign = False

    def run(self, start: int, max_bytes: int) -> SegmentBatch:
        name = frames.parse_segment_name(self._path.name)
        if name:
            self._salt = frames.salt(*name)
        opened = self._read_opened(name)
        end, stop = start, _Stop.BAD if self._size else _Stop.END
        if opened is not None and 0 <= start <= self._size and start % _SLOT == 0:
            end, stop = self._read_items(start, max_bytes)
        return SegmentBatch(
            path=self._path,
            opened=opened,
            start=start,
            end=end,
            items=tuple(self._items),
            ignored=tuple(self._ignored),
            is_sealed=stop is _Stop.SEALED,
            damaged_at=self._find_damage(end, stop),
            has_more=stop is _Stop.FULL,
        )

    def _read_opened(self, name: tuple[str, int] | None) -> SegmentOpened | None:
        """The segment's first document; None where it is not whole or belongs to another file."""
        payload = self._document_payload(self._read(0, _OPENING_BYTES), 0, 0)
        if payload is None:
            return None
        version = frames.version_of(payload)
        if version is not None and version > FORMAT_VERSION:
            raise NewerJournalError(self._path, version, FORMAT_VERSION)
        try:
            opened = frames.decode_document(payload)
        except UnknownEventError:
            return None
        if not isinstance(opened, SegmentOpened):
            return None
        if name and name != (opened.writer, opened.seq):  # a copy: taken for a segment it would double its events
            self._is_foreign = True
            return None
        self._salt = frames.salt(opened.writer, opened.seq)
        return opened

    def _read_items(self, start: int, max_bytes: int) -> tuple[int, _Stop]:
        view = self._read(start, max(max_bytes, _SLOT))
        at = 0
        while at + _SLOT <= len(view):
            if self._reaches_beyond(view, at, start):
                if at:
                    return start + at, _Stop.FULL
                view = self._read(start, self._document_bytes(view, at))
            size = self._take_frames(view, at, start + at)
            at += size
            if not size:
                return start + at, _Stop.BAD
            if self._is_sealed():
                return start + at, _Stop.SEALED
        if start + at == self._size:
            return start + at, _Stop.END
        return start + at, _Stop.FULL if start + len(view) < self._size else _Stop.BAD

    def _reaches_beyond(self, view: memoryview, at: int, base: int) -> bool:
        """Whether a document begins at `at` that the file holds whole and the view does not."""
        if view[at + _KIND] != frames.DOCUMENT_KIND:
            return False
        needed = self._document_bytes(view, at)
        return len(view) - at < needed <= _MAX_FRAME_BYTES and base + at + needed <= self._size

    @staticmethod
    def _document_bytes(view: memoryview, at: int) -> int:
        length: int = _LENGTH.unpack_from(view, at + _KIND + 4)[0]
        return _SLOT + length

    def _take_frames(self, view: memoryview, at: int, offset: int) -> int:
        """Decode the document or the metrics at `at`; returns the size of what was whole, 0 for a bad slot."""
        kind = view[at + _KIND]
        if kind == frames.METRIC_KIND:
            return self._take_metrics(view[at : len(view) - (len(view) - at) % _SLOT], offset)
        return self._take_document(view, at, offset) if kind == frames.DOCUMENT_KIND else 0

    def _is_sealed(self) -> bool:
        last = self._items[-1] if self._items else None
        return isinstance(last, Document) and isinstance(last.event, SegmentSealed)

    def _take_metrics(self, slots: memoryview, offset: int) -> int:
        seed = self._salt + offset
        good = 0
        for crc, body in _SLOTS.iter_unpack(slots):
            if body[0] != 1 or crc32(body, seed + good) != crc:
                break
            good += _SLOT
        if good:
            self._items.append(MetricBlock(offset, slots[:good]))
        return good

    def _take_document(self, view: memoryview, at: int, offset: int) -> int:
        payload = self._document_payload(view, at, self._salt + offset if offset else 0)
        if payload is None:
            return 0
        try:
            self._items.append(Document(offset, frames.decode_document(payload)))
        except UnknownEventError as error:
            self._ignored.append(Ignored(offset, str(error)))
        return _SLOT + len(payload)

    def _document_payload(self, view: memoryview, at: int, seed: int) -> memoryview | None:
        """The payload of the whole and undamaged document frame at `at`; None where there is none."""
        if len(view) - at < _SLOT:
            return None
        kind, length, _, zero = frames.HEAD_BODY.unpack_from(view, at + _KIND)
        if kind != frames.DOCUMENT_KIND or zero or length % _SLOT or length > len(view) - at - _SLOT:
            return None
        if crc32(view[at + _KIND : at + _SLOT + length], seed) != _CRC.unpack_from(view, at)[0]:
            return None
        return view[at + _SLOT : at + _SLOT + length]

    def _find_damage(self, end: int, stop: _Stop) -> int | None:
        if self._is_foreign:
            return 0
        if end > self._size:
            return self._size - self._size % _SLOT
        is_damage = self._size > end if stop is _Stop.SEALED else stop is _Stop.BAD and self._has_frame_after(end)
        return end if is_damage else None

    def _has_frame_after(self, bad: int) -> bool:
        """Whether a valid frame stands behind the bad slot at `bad`: then it is damage, not a torn tail."""
        offset = bad - bad % _SLOT + _SLOT
        while offset < self._size:
            view = self._read(offset, _PIECE_BYTES)
            kinds = view[_KIND::_SLOT].tobytes()
            for match in _FRAME_KIND.finditer(kinds):
                if self._is_frame(view, match.start() * _SLOT, offset):
                    return True
            offset += _PIECE_BYTES
        return False

    def _is_frame(self, view: memoryview, at: int, base: int) -> bool:
        seed = self._salt + base + at
        if len(view) - at < _SLOT:
            return False
        if view[at + _KIND] == frames.METRIC_KIND:
            crc: int = _CRC.unpack_from(view, at)[0]
            return crc32(view[at + _KIND : at + _SLOT], seed) == crc
        if self._reaches_beyond(view, at, base):
            return self._document_payload(self._read(base + at, self._document_bytes(view, at)), 0, seed) is not None
        return self._document_payload(view, at, seed) is not None

    def _read(self, offset: int, length: int) -> memoryview:
        """At most `length` bytes, never more than the file had at the start."""
        os.lseek(self._fd, offset, os.SEEK_SET)
        parts = []
        missing = min(length, self._size - offset)
        while missing > 0:
            part = os.read(self._fd, missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return memoryview(parts[0] if len(parts) == 1 else b"".join(parts))
