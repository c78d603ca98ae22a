"""The journal's writer: events to the end of a segment, each acknowledged only once the operating system has it.

What protects whom:

- A killed process loses nothing that was acknowledged: a call returns after one `os.write` of whole frames.
- A disk that refuses harms nobody's cell: events wait in bounded memory, are tried again, and are counted when lost.
- A fork gives the child its own writer id and its own segment; it never touches its parent's file.
- An interrupt or a signal handler that logs may come between any two instructions. `_position` is `_BUSY` while the
  hot path writes and `_is_draining` is set while the slow one does; a call that finds either leaves its events in the
  backlog. What an interrupted write left behind is read off the file's size (`_settle`).
"""

import errno
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from celltrail import clock
from celltrail.config import ensure_store_folder
from celltrail.errors import JournalError
from celltrail.journal import frames
from celltrail.journal.backlog import Backlog
from celltrail.journal.events import Event, EventsDropped, SegmentSealed, SeriesDeclared
from celltrail.journal.flusher import Flusher
from celltrail.journal.segment import Chunk, OpenSegment
from celltrail.records import Evidence

_SLOT = frames.SLOT_BYTES
_BUSY = 1 << 62  # above every limit, so that the hot path leaves it to the slow one
_TORN = _BUSY + 1
_CHUNK_BYTES = 1 << 20
_FIRST_RETRY_S = 0.05
_LAST_RETRY_S = 2.0
_NO_SPACE = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})

_pack_metric = frames.METRIC_BODY.pack
_pack_crc = frames.CRC.pack
_os_write = os.write


@dataclass(frozen=True, slots=True)
class WriterHealth:
    """How a writer fares. `trouble` is empty while the disk takes what it is given."""

    writer: str
    trouble: str
    waiting_count: int
    waiting_bytes: int
    dropped_count: int


class JournalWriter:
    """Appends this process's events to its own segments; makes nothing on disk before the first event.

    Thread safety: every method, from any thread and from signal handlers. Process safety: a forked child goes on with
    a writer id and segments of its own. Errors: a disk that refuses raises nothing; see `health`.
    """

    __slots__ = (
        "__weakref__",
        "_backlog",
        "_backlog_bytes",
        "_declared",
        "_fd",
        "_flusher",
        "_folder",
        "_inflight",
        "_is_awake",
        "_is_closed",
        "_is_draining",
        "_limit",
        "_lock",
        "_max_segment_bytes",
        "_next_seq",
        "_numbers",
        "_on_trouble",
        "_position",
        "_retired",
        "_retry_at",
        "_retry_s",
        "_salt",
        "_segment",
        "_series",
        "_sync_lock",
        "_synced",
        "_told",
        "_trouble",
        "_unsaid",
        "writer_id",
    )

    def __init__(
        self,
        journal_dir: Path,
        *,
        max_segment_bytes: int = 64 << 20,
        backlog_bytes: int = 16 << 20,
        on_trouble: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare a writer.

        Args:
            journal_dir: The folder of the segments; made when needed, as part of a store where it is named `journal`.
            max_segment_bytes: Size above which the next segment is begun; one document may be larger.
            backlog_bytes: Memory for events that the disk refuses.
            on_trouble: Told once, in words for the user, that the disk refuses, and once that events were lost.
        """
        self._folder = journal_dir
        self._max_segment_bytes = max_segment_bytes
        self._backlog_bytes = backlog_bytes
        self._on_trouble = on_trouble
        self._series: dict[int, SeriesDeclared] = {}
        self._numbers: dict[SeriesDeclared, int] = {}
        self._is_closed = False
        self._begin()
        _writers.add(self)

    def _begin(self) -> None:
        """Start as a new writer, in a new process or in a forked one."""
        self.writer_id = clock.new_writer_id()
        self._lock = threading.RLock()
        self._sync_lock = threading.RLock()
        self._backlog = Backlog(self._backlog_bytes)
        self._declared: set[int] = set()
        self._segment: OpenSegment | None = None
        self._inflight: Chunk | None = None
        self._fd = -1
        self._salt = 0
        self._position = 0
        self._limit = 0
        self._next_seq = 0
        self._is_draining = False
        self._retired: list[OpenSegment] = []
        self._synced = (0, 0)
        self._retry_at = 0.0
        self._retry_s = _FIRST_RETRY_S
        self._trouble = ""
        self._unsaid: list[str] = []
        self._told: set[str] = set()
        self._flusher = Flusher(self)
        self._is_awake = False

    # --- writing ------------------------------------------------------------------------------------------------

    def append(self, *events: Event) -> None:
        """Write events, all of them in one write.

        Raises:
            TypeError: A field of an event holds what JSON cannot say.
            JournalError: The writer is closed.
        """
        at = clock.now()
        bodies = [frames.document_body(event, at) for event in events]
        with self._lock:
            self._put(bodies)
        self._tell()

    def series(
        self,
        run_id: str,
        key: str,
        *,
        evidence: Evidence = Evidence.LOGGED,
        execution_id: str = "",
        dataset_name: str = "",
        dataset_digest: str = "",
        slice_name: str = "",
    ) -> int:
        """The number of a metric series for `metric`, the same for the same arguments.

        It is declared in each segment just before its first metric there, so a series without metrics leaves no trace.

        Raises:
            JournalError: The writer has 16,777,215 series already.
        """
        what = SeriesDeclared(0, run_id, key, evidence, execution_id, dataset_name, dataset_digest, slice_name)
        with self._lock:
            number = self._numbers.get(what)
            if number is None:
                number = len(self._series) + 1
                if number > frames.MAX_SERIES:
                    raise JournalError(f"this process has logged {frames.MAX_SERIES:,} metric series: start another")
                self._series[number] = SeriesDeclared(number, *_fields_after_number(what))
                self._numbers[what] = number
        return number

    def metric(self, series: int, step: int, at: int, value: float) -> None:
        """Write one value of a series: the hot path.

        Args:
            series: A number that `series` gave.
            step: Within 64 bits, signed.
            at: Microseconds since the epoch.
            value: Any float; NaN keeps its payload.

        Raises:
            struct.error: `step`, `at` or `series` does not fit its field, or `value` is no number.
            JournalError: The writer is closed, or did not give the number `series`.
        """
        body = _pack_metric(series << 8 | 1, step, at, value)
        with self._lock:
            position = self._position
            if position < self._limit and series in self._declared:
                self._position = _BUSY
                done = 0
                try:
                    done = _os_write(self._fd, _pack_crc(crc32(body, self._salt + position)) + body)
                except OSError as error:
                    self._note_trouble(error)
                finally:
                    self._position = position + _SLOT if done == _SLOT else _TORN
                if done == _SLOT:
                    return
            self._check_series(series)
            self._put((body,))
        self._tell()

    def metrics(self, rows: Iterable[tuple[int, int, int, float]]) -> None:
        """Write values as (series, step, at, value), all in one write up to a megabyte.

        Raises:
            struct.error: A number does not fit its field; nothing is written.
            JournalError: The writer is closed, or did not give one of the numbers.
        """
        bodies = [_pack_metric(series << 8 | 1, step, at, value) for series, step, at, value in rows]
        with self._lock:
            for body in bodies:
                self._check_series(frames.series_of(body))
            self._put(bodies)
        self._tell()

    # --- the slow path, under the lock ----------------------------------------------------------------------------

    def _put(self, bodies: Iterable[bytes]) -> None:
        if self._is_closed:
            raise JournalError(f"the journal writer {self.writer_id} is closed: nothing can be logged through it")
        if self._is_draining or self._position == _BUSY:  # a signal handler that logs while we write
            self._backlog.extend(bodies)
            self._limit = 0
            return
        if not self._is_awake:
            self._is_awake = True
            self._flusher.wake()
        if self._trouble and time.monotonic() < self._retry_at:
            self._backlog.offer(bodies)
            return
        self._backlog.extend(bodies)
        self._drain()

    def _drain(self) -> None:
        """Write the backlog out as far as the disk takes it, and open the hot path again when all went."""
        self._limit = 0
        self._is_draining = True
        try:
            self._settle()
            self._write_backlog()
        except OSError as error:
            self._give_way(error)
        else:
            self._trouble = ""
            self._retry_s = _FIRST_RETRY_S
            if self._segment is not None:
                self._limit = self._max_segment_bytes - _SLOT
        finally:
            self._is_draining = False

    def _write_backlog(self) -> None:
        backlog = self._backlog
        while len(backlog):
            segment = self._segment_for(len(backlog[backlog.first]) + 4)
            chunk = self._encode(segment)
            self._inflight = chunk
            segment.write(chunk.data)
            self._declared.update(chunk.series)
            backlog.first = chunk.firsts[-1]
            self._position = chunk.ends[-1]
            self._inflight = None
            backlog.release()
            if not len(backlog) and backlog.unreported:
                self._report_dropped()

    def _report_dropped(self) -> None:
        count = self._backlog.unreported
        at = clock.now()
        self._backlog.extend((frames.document_body(EventsDropped(at, count), at),))
        self._backlog.unreported = 0

    def _segment_for(self, frame_bytes: int) -> OpenSegment:
        """The open segment if a frame still fits, else the next one; a segment takes at least one frame."""
        segment = self._segment
        if segment is not None:
            if self._position + frame_bytes <= self._max_segment_bytes or self._position == segment.first_end:
                return segment
            self._seal(segment, is_last=False)
            self._retire(segment)
        return self._open()

    def _open(self) -> OpenSegment:
        if self._folder.name == "journal":
            ensure_store_folder(self._folder.parent)
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
        seq = self._next_seq
        self._next_seq = seq + 1
        segment = OpenSegment(self._folder, self.writer_id, seq)
        self._segment = segment
        self._declared = set()
        self._fd = segment.fd
        self._salt = segment.salt
        self._position = segment.first_end
        return segment

    def _seal(self, segment: OpenSegment, *, is_last: bool) -> None:
        at = clock.now()
        body = frames.document_body(SegmentSealed(at, is_last), at)
        position = self._position
        self._position = _TORN
        segment.write(frames.seal_frame(body, segment.salt + position))
        self._position = position + len(body) + 4

    def _retire(self, segment: OpenSegment) -> None:
        """Let go of a segment; `flush_once` syncs and closes it, so that rotation never waits for the disk."""
        self._segment = None
        self._position = 0
        self._fd = -1
        self._retired.append(segment)

    def _encode(self, segment: OpenSegment) -> Chunk:
        """The oldest bodies as frames, about a megabyte of them, with the series that they need declared before."""
        backlog = self._backlog
        start = position = self._position
        parts: list[bytes] = []
        ends: list[int] = []
        firsts: list[int] = []
        declared: set[int] = set()
        number = backlog.first
        while number < backlog.end:
            body = backlog[number]
            series = frames.series_of(body)
            if series and series not in self._declared and series not in declared:
                declared.add(series)
                body = frames.document_body(self._series[series], clock.now())
            else:
                number += 1
            if parts and (position - start > _CHUNK_BYTES or position + len(body) + 4 > self._max_segment_bytes):
                break
            parts.append(frames.seal_frame(body, segment.salt + position))
            position += len(body) + 4
            ends.append(position)
            firsts.append(number)
        return Chunk(start, b"".join(parts), tuple(ends), tuple(firsts), tuple(declared))

    # --- when a write failed or was interrupted --------------------------------------------------------------------

    def _settle(self) -> None:
        """After a write that did not end well: find by the file's size what arrived, and take a torn frame off."""
        segment, chunk = self._segment, self._inflight
        if segment is None or (chunk is None and self._position != _TORN):
            return
        size = segment.size()
        first = self._backlog.first
        whole = size - size % _SLOT
        if chunk is not None:
            count = chunk.whole_frames(size)
            whole = chunk.ends[count - 1] if count else chunk.start
            first = chunk.firsts[count - 1] if count else first
        is_clean = whole == size or segment.cut(whole)
        self._declared = set()  # declaring a series twice does no harm
        self._backlog.first = first
        self._position = whole
        self._inflight = None
        self._backlog.release()
        if not is_clean:
            self._retire(segment)

    def _give_way(self, error: OSError) -> None:
        """The disk refuses: keep what memory allows and say when to try again."""
        self._note_trouble(error)
        self._retry_at = time.monotonic() + self._retry_s
        self._retry_s = min(self._retry_s * 2, _LAST_RETRY_S)
        try:
            self._settle()
        except OSError:
            self._inflight = None
        segment = self._segment
        if segment is not None and error.errno not in _NO_SPACE:
            self._abandon(segment, error)
        self._backlog.trim()
        if self._backlog.dropped:
            self._say("dropped", f"celltrail lost {self._backlog.dropped:,} events: {self._trouble}")

    def _abandon(self, segment: OpenSegment, error: OSError) -> None:
        """Go on in a new segment after an error that is not about space in this one."""
        is_empty = self._position == segment.first_end
        if is_empty and error.errno == errno.EFBIG and len(self._backlog):
            self._backlog.drop_first()  # larger than any file may be here: it would hold up all that follow
        self._retire(segment)
        if is_empty:
            segment.discard()

    def _note_trouble(self, error: OSError) -> None:
        self._trouble = f"cannot write to {self._folder}: {error.strerror or error}"
        self._say(
            "trouble",
            f"celltrail {self._trouble}. Your code runs on; up to {self._backlog_bytes >> 20} MB of events wait in "
            "memory and are written when the folder takes them again.",
        )

    def _say(self, subject: str, message: str) -> None:
        if subject not in self._told:
            self._told.add(subject)
            self._unsaid.append(message)

    def _tell(self) -> None:
        """Pass messages on, outside the lock: the callback may log, wait or print."""
        while self._unsaid:
            message = self._unsaid.pop()
            if self._on_trouble is not None:
                self._on_trouble(message)

    def _check_series(self, series: int) -> None:
        if series not in self._series:
            raise JournalError(f"metric series {series} was not declared by this writer: take numbers from series()")

    # --- to the disk itself ----------------------------------------------------------------------------------------

    def sync(self) -> None:
        """Write what waits and put everything on the disk itself, so that it outlives a power failure."""
        self.flush_once()

    def flush_once(self) -> bool:
        """Write what waits, sync what was written; False when nothing has changed since the last time."""
        with self._sync_lock:
            with self._lock:
                if self._is_draining or self._position == _BUSY:  # a signal handler that syncs while we write
                    return True
                self._leave_deleted_segment()
                if len(self._backlog) or self._inflight is not None or self._position == _TORN:
                    self._drain()
                segment, position, retired = self._segment, self._position, self._retired
                state = (segment.seq if segment else -1, position)
                is_dirty = bool(retired) or state != self._synced or len(self._backlog) > 0
                if not is_dirty:
                    self._is_awake = False
                    self._limit = 0  # the next write comes by the slow path and wakes the flusher
                self._retired = []
            if is_dirty:
                self._sync_segments(segment, retired, state)
        self._tell()
        return is_dirty

    def _leave_deleted_segment(self) -> None:
        segment = self._segment
        if segment is not None and segment.is_deleted():
            self._limit = 0
            self._retire(segment)

    def _sync_segments(self, segment: OpenSegment | None, retired: list[OpenSegment], state: tuple[int, int]) -> None:
        try:
            for old in retired:
                old.sync()
            if segment is not None:
                segment.sync()
            self._synced = state
        except OSError as error:
            with self._lock:
                self._note_trouble(error)
        finally:
            for old in retired:
                os.close(old.fd)

    def close(self) -> None:
        """Write what waits, seal the segment, sync; a second call does nothing, later events raise."""
        with self._sync_lock:
            with self._lock:
                if self._is_closed:
                    return
                self._drain()
                self._is_closed = True
                self._limit = 0
                self._seal_last()
                if len(self._backlog):
                    self._backlog.refuse(len(self._backlog))
                    self._say("closed", f"celltrail lost {self._backlog.dropped:,} events: {self._trouble}")
                retired, self._retired = self._retired, []
            self._sync_segments(None, retired, (-1, 0))
        self._tell()

    def _seal_last(self) -> None:
        segment = self._segment
        if segment is None:
            return
        try:
            self._seal(segment, is_last=True)
        except OSError as error:
            self._note_trouble(error)
        self._retire(segment)

    # --- how it fares ----------------------------------------------------------------------------------------------

    @property
    def dropped_count(self) -> int:
        """Events lost because the disk refused them for longer than memory could hold them."""
        return self._backlog.dropped

    def health(self) -> WriterHealth:
        """How the writer fares now."""
        with self._lock:
            backlog = self._backlog
            return WriterHealth(self.writer_id, self._trouble, len(backlog), backlog.size_bytes, backlog.dropped)

    def after_fork_in_child(self) -> None:
        """Become a writer of its own: nothing of the parent's file, lock, thread or backlog is used again."""
        inherited = [*self._retired, *([self._segment] if self._segment else [])]
        self._begin()
        for segment in inherited:
            try:
                os.close(segment.fd)
            except OSError:  # the parent closed it at that moment
                continue


def _fields_after_number(what: SeriesDeclared) -> tuple[str, str, Evidence, str, str, str, str]:
    return (
        what.run_id,
        what.key,
        what.evidence,
        what.execution_id,
        what.dataset_name,
        what.dataset_digest,
        what.slice_name,
    )


_writers: "weakref.WeakSet[JournalWriter]" = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for writer in list(_writers):
        writer.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
