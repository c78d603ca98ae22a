"""The way from a writer to its files: framing, rotation, and what to do when the disk refuses.

A write may fail or be interrupted half way. `Outlet` then asks the file's size what arrived (`_settle`): whole frames
count as written and are never taken back, since a reader may have seen them; a torn one is cut off, or, where the file
system refuses even that, left behind as the end of its segment.
"""

import errno
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from celltrail import clock
from celltrail.journal import frames
from celltrail.journal.backlog import Backlog
from celltrail.journal.events import Event, EventsDropped, SegmentSealed, SeriesDeclared
from celltrail.journal.segment import Chunk, OpenSegment, open_segment
from celltrail.lean import record

_CHUNK_BYTES = 1 << 20
_FIRST_RETRY_S = 0.05
_LAST_RETRY_S = 2.0
_NO_SPACE = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


@record
class WriterHealth:
    """How a writer fares. `trouble` is empty while the disk takes what it is given."""

    writer: str
    trouble: str
    waiting_count: int
    waiting_bytes: int
    dropped_count: int


@record
class Destination:
    """Where a writer writes, and within which bounds.

    Attributes:
        folder: The folder of the segments; made when needed, as part of a store where it is named `journal`.
        max_segment_bytes: Size above which the next segment is begun; one document may be larger.
        backlog_bytes: Memory for events that the disk refuses.
        describe: What is said again where the files were removed.
    """

    folder: Path
    max_segment_bytes: int
    backlog_bytes: int
    describe: Callable[[], Iterable[Event]]


class Outlet:
    """Takes frame bodies to segments, one call at a time: the writer lets one thread in.

    Attributes:
        writer_id: Whose segments these are.
        series: The metric series by number; each is declared in a segment before its first metric there.
        declared: The numbers that the open segment declares, each with the tag of its metrics' slots.
        segment: The open segment, None between segments.
        position: Where its whole frames end; None when a write was cut short and only the file knows.
        backlog: What is not written yet.
        retired: Segments to sync and close.
        trouble: Why the disk refuses, in words for the user; empty while it takes what it is given.
        messages: What the user has not been told yet.
        is_displaced: Whether the files were removed or moved away, and nothing was written since.
    """

    __slots__ = (
        "_destination",
        "_folder",
        "_inflight",
        "_max_segment_bytes",
        "_next_seq",
        "_retry_at",
        "_retry_s",
        "_safe_position",
        "_told",
        "backlog",
        "declared",
        "is_displaced",
        "messages",
        "position",
        "retired",
        "segment",
        "series",
        "trouble",
        "writer_id",
    )

    def __init__(self, destination: Destination, series: dict[int, SeriesDeclared]) -> None:
        self.writer_id = clock.new_writer_id()
        self.series = series
        self.declared: dict[int, int] = {}
        self.segment: OpenSegment | None = None
        self.position: int | None = 0
        self.backlog = Backlog(destination.backlog_bytes)
        self.retired: list[OpenSegment] = []
        self.trouble = ""
        self.messages: list[str] = []
        self.is_displaced = False
        self._destination = destination
        self._safe_position = 0
        self._folder = destination.folder
        self._max_segment_bytes = destination.max_segment_bytes
        self._inflight: Chunk | None = None
        self._next_seq = 0
        self._retry_at = 0.0
        self._retry_s = _FIRST_RETRY_S
        self._told: set[str] = set()

    @property
    def is_clear(self) -> bool:
        """Whether nothing waits and the open segment takes more."""
        return self.segment is not None and not self.is_waiting

    @property
    def is_waiting(self) -> bool:
        """Whether something is to be written, or found out about, yet."""
        return bool(len(self.backlog) or self.trouble or self.position is None)

    def health(self) -> WriterHealth:
        """How it fares now."""
        backlog = self.backlog
        return WriterHealth(self.writer_id, self.trouble, len(backlog), backlog.size_bytes, backlog.dropped)

    def put(self, bodies: Sequence[bytes]) -> None:
        """Write bodies after all that waits, or let them wait where the disk refuses."""
        if self.trouble and time.monotonic() < self._retry_at:
            self.backlog.offer(bodies)
            self._say_dropped()
            return
        self.drain(bodies)

    def drain(self, bodies: Sequence[bytes] = ()) -> None:
        """Write what waits and then `bodies`, as far as the disk takes it."""
        try:
            self._settle()
            self._leave_lost_segment()
            if self.trouble:  # is it over? else `bodies` get no room that others before them did not
                self._write_backlog()
        except OSError as error:
            self.backlog.offer(bodies)
            self._give_way(error)
            return
        self._say_again(bodies)
        self.backlog.extend(bodies)
        try:
            self._write_backlog()
        except OSError as error:
            self._give_way(error)
        else:
            self.trouble = ""
            self._retry_s = _FIRST_RETRY_S

    def seal(self, *, is_last: bool) -> None:
        """Close the open segment cleanly; where the disk refuses the seal, it stays unsealed."""
        segment, position = self.segment, self.position
        if segment is None:
            return
        self._retire(segment)  # before the write: whatever comes in between, nothing follows a seal
        if position is None:
            return
        at = clock.now()
        body = frames.document_body(SegmentSealed(at, is_last), at)
        try:
            segment.write(frames.frame(body, segment.salt + position))
        except OSError as error:
            self.note_trouble(error)
            segment.cut(position)

    def _leave_lost_segment(self) -> None:
        """Go on in a new segment if somebody removed the open one's file, moved it away, or took its descriptor.

        What was written since it was last seen in its place is written again, unless a store may have it already.

        Raises:
            OSError: The lost file cannot be read.
        """
        segment, position = self.segment, self.position
        if segment is None or position is None:
            return
        if segment.is_in_place():
            self._safe_position = position
            return
        self.is_displaced = True
        self._retire(segment)  # before anything is taken from it: whatever comes in between, nothing is taken twice
        self.backlog.extend(segment.unfolded_from(self._safe_position))

    def _say_again(self, bodies: Sequence[bytes]) -> None:
        """Describe the session in its new place, once there is something to be written there."""
        if self.is_displaced and (bodies or len(self.backlog)):
            at = clock.now()
            self.backlog.extend([frames.document_body(event, at) for event in self._destination.describe()])
            self.is_displaced = False

    def give_up(self) -> None:
        """Count what still waits as lost: the writer closes."""
        if len(self.backlog):
            self.backlog.refuse(len(self.backlog))
            self._say("closed", f"celltrail lost {self.backlog.dropped:,} events: it {self.trouble}")

    def note_trouble(self, error: OSError) -> None:
        """The disk refused something."""
        self.trouble = f"cannot write to {self._folder}: {error.strerror or error}"
        self._say(
            "trouble",
            f"celltrail {self.trouble}. Your code runs on; up to {self.backlog.limit_bytes >> 20} MB of events wait "
            "in memory and are written when the folder takes them again.",
        )

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write_backlog(self) -> None:
        backlog = self.backlog
        while len(backlog):
            segment = self._segment_for(len(backlog[backlog.first]) + frames.CRC_BYTES)
            chunk = self._encode(segment)
            self._inflight = chunk
            segment.write(chunk.data)
            self.declared.update({number: frames.tag(number) for number in chunk.series})
            backlog.first = chunk.firsts[-1]
            self.position = chunk.ends[-1]
            self._inflight = None
            backlog.release()
            if not len(backlog) and backlog.unreported:
                self._report_dropped()

    def _report_dropped(self) -> None:
        at = clock.now()
        self.backlog.extend((frames.document_body(EventsDropped(at, self.backlog.unreported), at),))
        self.backlog.unreported = 0

    def _segment_for(self, frame_bytes: int) -> OpenSegment:
        """The open segment if a frame still fits, else the next one; a segment takes at least one frame."""
        segment, position = self.segment, self.position
        if segment is None or position is None:
            return self._open_next()
        if position + frame_bytes <= self._max_segment_bytes or position == segment.first_end:
            return segment
        return self._open_next()

    def _open_next(self) -> OpenSegment:
        """Go on in a new segment, which is made before the open one is let go.

        Whoever removes the store at this moment removes the new one too, which the next look finds; or removed the
        open one before, which is found here: a look before the new one would miss what happens in between.

        Raises:
            OSError: The folder or the disk refuses, or a lost file cannot be read.
        """
        seq = self._next_seq
        self._next_seq = seq + 1
        segment = open_segment(self._folder, self.writer_id, seq)
        self._leave_lost_segment()
        self.seal(is_last=False)
        self._say_again(())
        self.declared = {}
        self.position = segment.first_end
        self._safe_position = segment.first_end
        self.segment = segment
        return segment

    def _retire(self, segment: OpenSegment) -> None:
        """Let go of a segment: it is synced and closed later, so that rotation never waits for the disk."""
        self.segment = None
        self.position = 0
        self._inflight = None
        self.retired.append(segment)

    def _encode(self, segment: OpenSegment) -> Chunk:
        """The oldest bodies as frames, about a megabyte of them, with the series that they need declared before."""
        backlog, salt, fresh = self.backlog, segment.salt, set[int]()
        start = self.position or 0
        parts: list[bytes] = []
        ends: list[int] = []
        firsts: list[int] = []
        position, number, stop = start, backlog.first, min(start + _CHUNK_BYTES, self._max_segment_bytes)
        while number < backlog.end:
            body = backlog[number]
            series = frames.series_of(body)
            end = position + len(body) + frames.CRC_BYTES
            if end > stop and number > backlog.first:
                break
            if series and series not in self.declared and series not in fresh:
                fresh.add(series)
                body = frames.document_body(self.series[series], clock.now())
                end = position + len(body) + frames.CRC_BYTES
            else:
                number += 1
            parts.append(frames.frame(body, salt + position))
            ends.append(end)
            firsts.append(number)
            position = end
        return Chunk(start, b"".join(parts), tuple(ends), tuple(firsts), frozenset(fresh))

    # --- when the disk refuses --------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """After a write that did not end well: find by the file's size what arrived, and take a torn frame off."""
        segment, chunk = self.segment, self._inflight
        if segment is None or (chunk is None and self.position is not None):
            return
        size = segment.size()
        first, whole = self.backlog.first, size - size % frames.SLOT_BYTES
        if chunk is not None:
            first, whole = chunk.arrived(size, first)
        is_clean = whole == size or segment.cut(whole)
        self.declared = {}  # to declare a series twice does no harm
        self.backlog.first = first
        self.position = whole
        self._inflight = None
        self.backlog.release()
        if not is_clean:
            self._retire(segment)

    def _give_way(self, error: OSError) -> None:
        """Keep what memory allows, and say when to try again."""
        self.note_trouble(error)
        self._retry_at = time.monotonic() + self._retry_s
        self._retry_s = min(self._retry_s * 2, _LAST_RETRY_S)
        segment, was_writing = self.segment, self._inflight is not None
        try:
            self._settle()
        except OSError:
            if segment is not None:
                self._retire(segment)
        if was_writing and self.segment is not None and error.errno not in _NO_SPACE:
            self._abandon(self.segment, error)
        self.backlog.trim()
        self._say_dropped()

    def _abandon(self, segment: OpenSegment, error: OSError) -> None:
        """Go on in a new segment after an error that is not about the disk's space."""
        is_empty = self.position == segment.first_end
        if is_empty and error.errno == errno.EFBIG and len(self.backlog):
            self.backlog.drop_first()  # larger than a file may be here: it would hold up all that follow
        self._retire(segment)
        if is_empty:
            segment.discard()

    def _say_dropped(self) -> None:
        if self.backlog.dropped:
            self._say("dropped", f"celltrail lost {self.backlog.dropped:,} events so far: it {self.trouble}")

    def _say(self, subject: str, message: str) -> None:
        if subject not in self._told:
            self._told.add(subject)
            self.messages.append(message)
