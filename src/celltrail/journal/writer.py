"""The journal's writer: events to the end of a segment, each acknowledged only once the operating system has it.

- A killed process loses nothing that was acknowledged: a call returns after one `os.write` of whole frames.
- A disk that refuses harms nobody's cell: events wait in bounded memory, are tried again, and are counted when lost.
- A fork gives the child its own writer id and its own segment; it never touches its parent's file.

A lock costs the hot path a third of its time, so `_position` itself is the lock: who exchanges it for `_BUSY` owns the
segment until putting a position back. The exchange is one line without a call in it, between which and the `try` that
follows CPython neither switches threads nor runs a signal handler. Without a GIL the hot path stays shut and
everything goes the slow way, which takes a real lock as well. A signal handler that logs while its own thread owns
the segment leaves its events in the backlog, for the owner to write.
"""

import contextlib
import os
import struct
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from celltrail import clock
from celltrail.errors import JournalError
from celltrail.journal import frames
from celltrail.journal.events import Event, SeriesDeclared
from celltrail.journal.flusher import Flusher
from celltrail.journal.outlet import Destination, Outlet, WriterHealth
from celltrail.journal.series import SeriesNumbers
from celltrail.journal.syncing import DiskSync, SyncWork
from celltrail.records import Evidence

T = TypeVar("T")

_SLOT = frames.SLOT_BYTES
_BUSY = 1 << 62  # these three are above every limit, so that the hot path leaves them to the slow one
_TORN = _BUSY + 1  # a write did not end well
_SHUT = _BUSY + 2  # the slow way is due: nothing is open, something waits, or the flusher sleeps
_NOTHING = -2  # instead of a count of bytes: it did not come to a write
_HAS_GIL = sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)()

_pack_metric = frames.METRIC_BODY.pack
_pack_crc = frames.CRC.pack
_os_write = os.write
_StructError = struct.error
_thread_id = threading.get_ident


class JournalWriter:
    """Appends this process's events to its own segments; makes nothing on disk before the first event.

    Thread safety: every method, from any thread and from signal handlers. Process safety: a forked child goes on with
    a writer id and segments of its own. Errors: a disk that refuses raises nothing; see `health`.
    """

    __slots__ = (
        "__weakref__",
        "_declared",
        "_destination",
        "_fd",
        "_flusher",
        "_is_awake",
        "_is_closed",
        "_is_taken",
        "_limit",
        "_lock",
        "_next_position",
        "_on_trouble",
        "_outlet",
        "_owner",
        "_position",
        "_salt",
        "_series",
        "_sync",
    )

    def __init__(
        self,
        journal_dir: Path,
        *,
        max_segment_bytes: int = 64 << 20,
        backlog_bytes: int = 16 << 20,
        on_trouble: Callable[[str], None] | None = None,
        describe: Callable[[], Iterable[Event]] = tuple,
    ) -> None:
        """Prepare a writer.

        Args:
            journal_dir: The folder of the segments; made when needed, as part of a store where it is named `journal`.
            max_segment_bytes: Size above which the next segment is begun; one document may be larger.
            backlog_bytes: Memory for events that the disk refuses.
            on_trouble: Told once, in words for the user, that the disk refuses, and once that events were lost.
            describe: What is written again where the files were removed, so that what follows can be understood: the
                session, its open cells and runs. It is called while the segment is owned: it must neither raise nor
                wait, and what it logs waits in memory.
        """
        self._destination = Destination(journal_dir, max_segment_bytes, backlog_bytes, describe)
        self._on_trouble = on_trouble
        self._series = SeriesNumbers()
        self._is_closed = False
        self._begin()
        _writers.add(self)

    def _begin(self) -> None:
        """Start as a new writer, in a new process or in a forked one."""
        self._lock = threading.RLock()
        self._outlet = Outlet(self._destination, self._series.declared)
        self._sync = DiskSync(self._outlet, self._lock)
        self._declared = self._outlet.declared
        self._fd = -1
        self._salt = 0
        self._limit = 0
        self._position = _SHUT
        self._next_position = _SHUT
        self._is_taken = False
        self._owner = 0
        self._flusher = Flusher(self)
        self._is_awake = False

    # --- writing ------------------------------------------------------------------------------------------------

    def append(self, *events: Event) -> None:
        """Write events, all of them in one write up to a megabyte.

        Raises:
            TypeError: A field of an event holds what JSON cannot say.
            JournalError: The writer is closed.
        """
        at = clock.now()
        self._put([frames.document_body(event, at) for event in events])

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
        return self._series.number(what)

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
        position, self._position = self._position, _BUSY
        if position < self._limit:
            done = 0
            try:
                body = _pack_metric(self._declared[series], step, at, value)
                done = _os_write(self._fd, _pack_crc(crc32(body, self._salt + position)) + body)
            except OSError:
                done = -1  # the slow way meets it again and says so
            except (KeyError, _StructError):
                done = _NOTHING  # the slow way declares the series, or raises again
            finally:
                if done == _SLOT:
                    self._position = position + _SLOT
                else:
                    self._position = position if done == _NOTHING else _TORN
            if done == _SLOT:
                return
        elif position != _BUSY:
            self._position = position
        position = _BUSY  # what `_is_owned_here` sees: this call owns nothing any more
        body = _pack_metric(frames.tag(series), step, at, value)
        self._series.check(series)
        self._put((body,))

    def metrics(self, rows: Iterable[tuple[int, int, int, float]]) -> None:
        """Write values as (series, step, at, value), all in one write up to a megabyte.

        Raises:
            struct.error: A number does not fit its field; nothing is written.
            JournalError: The writer is closed, or did not give one of the numbers.
        """
        bodies = [_pack_metric(frames.tag(series), step, at, value) for series, step, at, value in rows]
        for series in {frames.series_of(body) for body in bodies}:
            self._series.check(series)
        self._put(bodies)

    # --- the slow way -----------------------------------------------------------------------------------------------

    def _put(self, bodies: Sequence[bytes]) -> None:
        if self._is_closed:
            raise JournalError(f"the journal writer {self.writer_id} is closed: nothing can be logged through it")
        if self._is_owned_here():
            self._outlet.backlog.extend(bodies)
            self._limit = 0  # the next call takes the slow way and writes them
            return
        self._own(lambda: self._put_owned(bodies))
        self._tell()

    def _put_owned(self, bodies: Sequence[bytes]) -> None:
        self._outlet.put(bodies)
        if not self._is_awake:
            self._is_awake = True
            self._flusher.wake()
        self._open_hot_path()

    def _own(self, action: Callable[[], T]) -> T:
        """Do something as the owner of the segment; nobody else writes until it is done.

        Giving the segment back is plain stores in a `finally`: a call there could be interrupted before it begins.
        """
        with self._lock:
            try:
                self._take()
                return action()
            finally:
                if self._is_taken:
                    self._is_taken = False
                    self._owner = 0
                    self._position = self._next_position

    def _take(self) -> None:
        """Become the owner of the segment; waits for a hot path in another thread to finish its write."""
        thread, wait_s = _thread_id(), 0.0
        while not self._is_taken:
            position, self._position = self._position, _BUSY
            if position != _BUSY:  # no call may stand between the exchange and the last of these stores
                self._is_taken = True
                self._owner = thread
                self._next_position = _SHUT
                if position != _SHUT:
                    self._outlet.position = position if position < _BUSY else None
            else:
                time.sleep(wait_s)
                wait_s = min(wait_s + 0.00001, 0.001)

    def _open_hot_path(self) -> None:
        outlet = self._outlet
        if outlet.is_clear and outlet.segment is not None and outlet.position is not None and _HAS_GIL:
            self._fd = outlet.segment.fd
            self._salt = outlet.segment.salt
            self._declared = outlet.declared
            self._limit = self._destination.max_segment_bytes - _SLOT
            self._next_position = outlet.position

    def _is_owned_here(self) -> bool:
        """Whether this thread owns the segment already: a signal handler or a finalizer that logs while it writes."""
        if self._position != _BUSY:
            return False
        if self._owner == _thread_id():
            return True
        frame = sys._getframe(2).f_back  # noqa: SLF001 - the only way to one's own callers; the hot path has no time
        while frame is not None:
            if frame.f_code is _METRIC_CODE:
                names = frame.f_locals
                if names.get("self") is self and names.get("position", _BUSY) < _BUSY:
                    return True
            frame = frame.f_back
        return False

    def _tell(self) -> None:
        """Pass messages on, outside the lock: the callback may log, wait or print."""
        messages = self._outlet.messages
        while messages:
            try:
                message = messages.pop(0)
            except IndexError:  # another thread tells it
                return
            if self._on_trouble is not None:
                self._on_trouble(message)

    # --- to the disk itself ----------------------------------------------------------------------------------------

    def sync(self) -> None:
        """Write what waits and put everything on the disk itself, so that it outlives a power failure."""
        self.flush_once()

    def flush_once(self) -> bool:
        """Write what waits, sync what was written; False when nothing has changed since the last time."""
        if self._is_owned_here():
            return True
        with self._sync.turn:
            work = self._own(self._flush_owned)
            self._sync.carry_out(work)
        self._tell()
        return work.is_dirty

    def _flush_owned(self) -> SyncWork:
        self._outlet.drain()
        work = self._sync.plan()
        self._is_awake = work.is_dirty
        if self._is_awake:
            self._open_hot_path()  # else it stays shut: the next write comes the slow way and wakes the flusher
        return work

    def close(self) -> None:
        """Write what waits, seal the segment, sync; a second call does nothing, later events raise."""
        if self._is_closed or self._is_owned_here():
            return
        with self._sync.turn:
            self._sync.carry_out(self._own(self._close_owned))
        self._flusher.stop()
        self._tell()

    def _close_owned(self) -> SyncWork:
        outlet = self._outlet
        outlet.drain()
        self._is_closed = True
        outlet.seal(is_last=True)
        outlet.give_up()
        return self._sync.plan()

    # --- how it fares ----------------------------------------------------------------------------------------------

    @property
    def writer_id(self) -> str:
        """16 hexadecimal digits; others after a fork."""
        return self._outlet.writer_id

    @property
    def dropped_count(self) -> int:
        """Events lost because the disk refused them for longer than memory could hold them."""
        return self._outlet.backlog.dropped

    def is_displaced(self) -> bool:
        """Whether the files were removed or moved away, and nothing was written since."""
        if not self._is_owned_here():
            self._own(self._outlet.drain)
        return self._outlet.is_displaced

    def health(self) -> WriterHealth:
        """How the writer fares now."""
        return self._outlet.health()

    def after_fork_in_child(self) -> None:
        """Become a writer of its own: nothing of the parent's file, lock, thread or backlog is used again."""
        outlet = self._outlet
        inherited = [*outlet.retired, *([outlet.segment] if outlet.segment else [])]
        self._series.after_fork_in_child()
        self._begin()
        for segment in inherited:
            with contextlib.suppress(OSError):  # the parent closed it at that moment
                segment.let_go()


_METRIC_CODE = JournalWriter.metric.__code__
_writers: "weakref.WeakSet[JournalWriter]" = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for writer in list(_writers):
        writer.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
