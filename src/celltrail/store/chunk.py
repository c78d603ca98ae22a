"""A chunk of the journals: what one transaction of a fold takes in, gathered before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from celltrail.errors import NewerJournalError
from celltrail.journal.events import Event, SegmentOpened
from celltrail.journal.reader import Document, MetricBlock, SegmentBatch, SegmentFile, read_segment

_CHUNK_BYTES = 32 << 20

OPEN = "open"
SEALED = "sealed"
QUARANTINED = "quarantined"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SegmentState:
    """How far a segment is folded; `name` is its file name."""

    name: str
    position: int
    state: str = OPEN


@dataclass(slots=True)
class Chunk:
    """Events and metric blocks in the order of their segments, each with its writer, and where reading stopped."""

    events: list[tuple[str, Event]] = field(default_factory=list)
    blocks: list[tuple[str, MetricBlock]] = field(default_factory=list)
    segments: dict[str, SegmentState] = field(default_factory=dict)
    writers: dict[str, SegmentOpened] = field(default_factory=dict)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    size_bytes: int = 0

    @property
    def metric_count(self) -> int:
        """The points in its blocks."""
        return sum(len(block) for _, block in self.blocks)

    def is_news(self, states: dict[str, "SegmentState"]) -> bool:
        """Whether it says more than is stored."""
        return any(states.get(name) != state for name, state in self.segments.items())

    def take(self, segment: SegmentFile, batch: SegmentBatch) -> None:
        """Add what was read of a segment."""
        state = OPEN
        if batch.damaged_at is not None:
            state = QUARANTINED
        elif batch.is_sealed:
            state = SEALED
        self.segments[segment.path.name] = SegmentState(segment.path.name, batch.end, state)
        if batch.opened is not None:
            self.writers[segment.writer] = batch.opened
        for item in batch.items:
            if isinstance(item, Document):
                self.events.append((segment.writer, item.event))
            else:
                self.blocks.append((segment.writer, item))
        self.ignored.extend((segment.writer, ignored.reason) for ignored in batch.ignored)
        self.size_bytes += batch.end - batch.start


class Intake:
    """Reads the segments of a journal folder from where they were left. Not thread safe.

    It remembers the size at which a segment had nothing more to give, so that a torn tail is read once.
    """

    def __init__(self, states: dict[str, SegmentState]) -> None:
        self.states = states
        self._exhausted: dict[str, int] = {}

    def chunks(self, files: list[SegmentFile]) -> Iterator[Chunk]:
        """What is new, in chunks; the caller stores a chunk and calls `accept` before it asks for the next."""
        chunk = Chunk()
        for segment in files:
            position = self._position(segment)
            while position is not None:
                batch = self._read(segment, position, chunk)
                position = batch.end if batch is not None and batch.has_more else None
                if chunk.size_bytes >= _CHUNK_BYTES:
                    yield chunk
                    chunk = Chunk()
        if chunk.segments:
            yield chunk

    def accept(self, chunk: Chunk) -> None:
        """The chunk is stored: go on from there."""
        self.states.update(chunk.segments)

    def _position(self, segment: SegmentFile) -> int | None:
        name = segment.path.name
        known = self.states.get(name)
        if known is not None and known.state in {SEALED, QUARANTINED} and segment.size_bytes == known.position:
            return None
        if known is not None and known.state == QUARANTINED:
            return None
        if self._exhausted.get(name) == segment.size_bytes:
            return None
        return known.position if known is not None else 0

    def _read(self, segment: SegmentFile, position: int, chunk: Chunk) -> SegmentBatch | None:
        try:
            batch = read_segment(segment.path, position)
        except (NewerJournalError, PermissionError):  # one file must not hold up all others
            chunk.segments[segment.path.name] = SegmentState(segment.path.name, 0, REFUSED)
            self._exhausted[segment.path.name] = segment.size_bytes
            return None
        except FileNotFoundError:  # moved or removed since it was listed
            return None
        chunk.take(segment, batch)
        if not batch.has_more:
            self._exhausted[segment.path.name] = segment.size_bytes
        return batch
