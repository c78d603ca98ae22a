"""The trail of one session: the journal segments of its writer, what others wrote of its runs, and the blobs they name.

A segment is taken whole, up to its last whole frame: a journal that was cut to one run would be another journal, and
the fall-back of a replay, all that the session executed, needs all of it.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from celltrail.codec import dump_typed
from celltrail.errors import BlobNotFoundError
from celltrail.execute.bundle import manifest
from celltrail.execute.bundle.entries import Entry
from celltrail.execute.replay.session import segments_of
from celltrail.journal import events, frames
from celltrail.journal.blobs import BlobStore
from celltrail.journal.reader import list_segments, read_batches

_DIGEST = re.compile(rb'"((?:blake3|blake2b-256):[0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class SessionTrail:
    """What the journals say of a session.

    Attributes:
        segments: Ready to be written.
        digests: What they name that may be a blob, but for the contents of files.
        file_digests: The contents of files that cells used.
        is_live: Whether its writer may write more: it has not said goodbye.
    """

    segments: tuple[Entry, ...]
    digests: tuple[str, ...]
    file_digests: tuple[str, ...]
    is_live: bool


def read_trail(store: Path, session_id: str) -> SessionTrail:
    """The trail of a session.

    Raises:
        NewerJournalError: A segment was written by a newer celltrail.
        OSError: The journals cannot be read.
    """
    paths = segments_of(store, session_id)
    own, run_ids, said, is_live = [], set[str](), _Digests(), True
    for path in paths:
        end = 0
        for batch in read_batches(path):
            end = batch.end
            for _, event in batch.documents:
                said.note(event)
                is_live &= not isinstance(event, events.SessionEnded)
                run_ids |= {event.run_id} if isinstance(event, events.RunStarted) else set()
        own.append(Entry(f"{manifest.JOURNAL}{path.name}", end, path))
    others = [segment.path for segment in list_segments(store / "journal") if segment.path not in paths]
    run_ids |= {run_id for event in _documents(others) if (run_id := _kept_afterwards(event, session_id))}
    told = sorted((event for event in _documents(others) if _is_told(event, run_ids)), key=_at)
    for event in told:
        said.note(event)
    return SessionTrail((*own, *_segment_of(told, session_id)), tuple(said.digests), tuple(said.files), is_live)


def blobs_of(blobs: BlobStore, digests: Iterable[str]) -> Iterator[Entry]:
    """The blobs that are there, of those that are named."""
    for digest in digests:
        try:
            path = blobs.path(digest)
            size = path.stat().st_size
        except (BlobNotFoundError, OSError):
            continue
        name = f"{manifest.BLOBS}{path.parent.name}/{path.name}"
        yield Entry(name, size, path, digest=digest if digest.startswith("blake3:") else "")


class _Digests:
    """The digests that events name, each once, in the order of the journal."""

    def __init__(self) -> None:
        self.digests: dict[str, None] = {}
        self.files: dict[str, None] = {}

    def note(self, event: events.Event) -> None:
        is_file = isinstance(event, events.CellFinished | events.DatasetSeen | events.DatasetUsed)
        into = self.files if is_file else self.digests
        into |= dict.fromkeys(found.decode() for found in _DIGEST.findall(dump_typed(event)))


def _documents(paths: Iterable[Path]) -> Iterator[events.Event]:
    for path in paths:
        for batch in read_batches(path):
            for _, event in batch.documents:
                yield event


def _kept_afterwards(event: events.Event, session_id: str) -> str:
    return event.run_id if isinstance(event, events.RunStarted) and event.session_id == session_id else ""


def _is_told(event: events.Event, run_ids: Collection[str]) -> bool:
    """What other processes said of the session's runs: tags, verdicts of replays, runs that were kept afterwards."""
    return getattr(event, "run_id", "") in run_ids and not isinstance(event, events.SeriesDeclared)


def _at(event: events.Event) -> int:
    return int(getattr(event, "at", 0))


def _segment_of(told: Sequence[events.Event], session_id: str) -> Iterator[Entry]:
    """A segment of their words; the same words make the same segment, so that a second import adds nothing."""
    if not told:
        return
    words = [dump_typed(event) for event in told]
    writer = hashlib.blake2b(b"\n".join([session_id.encode(), *words]), digest_size=8).hexdigest()
    times = [_at(event) for event in told]
    opened = events.SegmentOpened(events.FORMAT_VERSION, writer, 0, 0, 0, "", "", min(times))
    data = b""
    for event in (opened, *told, events.SegmentSealed(max(times), is_last=True)):
        seed = (frames.salt(writer, 0) + len(data)) if data else 0
        data += frames.frame(frames.document_body(event, max(times)), seed)
    yield Entry(f"{manifest.JOURNAL}{frames.segment_name(writer, 0)}", len(data), data=data)
