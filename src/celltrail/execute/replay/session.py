"""One recorded session as its kernel wrote it: where it ran, with which parameters, and every cell that it executed."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path

from celltrail.errors import ExecutionError
from celltrail.execute.replay.moved import relocated
from celltrail.journal import events
from celltrail.journal.reader import list_segments, read_batches, read_segment
from celltrail.records import LoadedModule, Status, SystemCourse
from celltrail.store.runs import CellExecution

CANNOT_REPLAY = "cannot be replayed"
_FIRST_BYTES = 64 << 10  # a session is the first that its writer says
_REMEMBERED = 4  # whole sources and more of a session: not of every one


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """A session and its executions in the order in which they began.

    `generators` are the kept states of the random generators, by the execution that drew from them. `failed_at` has
    what celltrail itself failed at. `modules` are the user's own that were executed, by the execution that did.
    `courses` tell how executions used the machine over time, where they were long enough to be sampled.
    """

    started: events.SessionStarted
    executions: tuple[CellExecution, ...]
    runs: tuple[events.RunStarted, ...]
    generators: Mapping[str, events.GeneratorsDrawn] = field(default_factory=dict)
    failed_at: frozenset[str] = frozenset()
    modules: Mapping[str, tuple[LoadedModule, ...]] = field(default_factory=dict)
    courses: Mapping[str, SystemCourse] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What was read of a session so far."""

    started: events.SessionStarted | None = None
    cells: dict[str, events.CellStarted] = field(default_factory=dict)
    ends: dict[str, events.CellFinished] = field(default_factory=dict)
    runs: dict[str, events.RunStarted] = field(default_factory=dict)
    generators: dict[str, events.GeneratorsDrawn] = field(default_factory=dict)
    failed_at: set[str] = field(default_factory=set)
    modules: dict[str, tuple[LoadedModule, ...]] = field(default_factory=dict)
    has_ended: bool = False

    def take(self, event: events.Event) -> None:
        match event:
            case events.SessionStarted():
                self.started = event
            case events.CellStarted():
                self.cells.setdefault(event.execution_id, event)
            case events.CellFinished():
                self.ends[event.execution_id] = event
            case events.RunStarted():
                self.runs.setdefault(event.run_id, event)
            case events.SessionEnded():
                self.has_ended = True
            case _:
                self._take_more(event)

    def _take_more(self, event: events.Event) -> None:
        match event:
            case events.GeneratorsDrawn():
                self.generators[event.execution_id] = event
            case events.ModulesLoaded():
                self.modules[event.execution_id] = event.modules
            case events.CaptureFailed():
                self.failed_at.add(event.where)
            case _:
                pass


class SessionLostError(ExecutionError):
    """The journal of a session is not there any more."""

    def __init__(self, session_id: str, store: Path) -> None:
        super().__init__(
            store / "journal",
            CANNOT_REPLAY,
            f"no journal tells of session {session_id!r:.60}, so what it executed is not known; "
            "look into the folder quarantine beside it, or into a backup",
        )
        self.session_id = session_id


def read_session(store: Path, session_id: str) -> RecordedSession:
    """A session from the journals, which keep every source whole.

    Raises:
        SessionLostError: No journal tells of that session.
        NewerJournalError: A segment was written by a newer celltrail.
        OSError: The journals cannot be read.
    """
    seen = _Seen()
    for path in segments_of(store, session_id):
        for event in _events(path):
            seen.take(event)
    if seen.started is None:
        raise SessionLostError(session_id, store)
    return _session(seen, relocated(store, seen.started))


class Sessions:
    """Recorded sessions of one store, each read once, for those who ask for many runs; the last few are remembered.

    Thread safety: any thread; who asks for the same one meanwhile waits.
    """

    def __init__(self, store: Path) -> None:
        self._lock = threading.Lock()
        self._read = lru_cache(maxsize=_REMEMBERED)(partial(read_session, store))

    def of(self, session_id: str) -> RecordedSession:
        """A session; errors as of `read_session`."""
        with self._lock:
            return self._read(session_id)


def segments_of(store: Path, session_id: str) -> list[Path]:
    """The segments of the writer of a session, in their order; empty where no journal tells of it.

    Raises:
        OSError: The journals cannot be read.
    """
    return next((found for found in _by_writer(store) if _tells_of(found[0], session_id)), [])


def _by_writer(store: Path) -> Iterator[list[Path]]:
    for _, found in groupby(list_segments(store / "journal"), key=lambda segment: segment.writer):
        yield [segment.path for segment in found]


def _tells_of(path: Path, session_id: str) -> bool:
    documents = read_segment(path, max_bytes=_FIRST_BYTES).documents
    return any(isinstance(event, events.SessionStarted) and event.session_id == session_id for _, event in documents)


def _events(path: Path) -> Iterable[events.Event]:
    for batch in read_batches(path):
        for _, event in batch.documents:
            yield event


def _session(seen: _Seen, started: events.SessionStarted) -> RecordedSession:
    by_cell: dict[str, list[str]] = {}
    runs = tuple(run for run in seen.runs.values() if run.session_id == started.session_id)
    for run in runs:
        by_cell.setdefault(run.execution_id, []).append(run.run_id)
    unended = Status.KILLED if seen.has_ended else Status.RUNNING
    executions = tuple(
        replace(
            _execution(cell, seen.ends.get(cell.execution_id), started, unended),
            run_ids=tuple(by_cell.get(cell.execution_id, ())),
        )
        for cell in seen.cells.values()
        if cell.session_id == started.session_id
    )
    courses = {end.execution_id: end.course for end in seen.ends.values() if end.course is not None}
    failed_at = frozenset(seen.failed_at)
    return RecordedSession(started, executions, runs, seen.generators, failed_at, seen.modules, courses)


def _execution(
    cell: events.CellStarted, end: events.CellFinished | None, session: events.SessionStarted, unended: Status
) -> CellExecution:
    return CellExecution(
        execution_id=cell.execution_id,
        session_id=cell.session_id,
        notebook_path=session.notebook_path,
        cell_id=cell.cell_id,
        execution_count=cell.execution_count,
        status=end.status if end else unended,
        source=cell.source,
        source_length=len(cell.source),
        started_at=cell.at,
        ended_at=end.at if end else None,
        duration_s=end.duration_s if end else None,
        cpu_s=end.cpu_s if end else 0.0,
        peak_memory_bytes=end.peak_memory_bytes if end else 0,
        error=end.error if end else None,
        tags=cell.tags,
        names_read=end.names_read if end else (),
        names_written=end.names_written if end else (),
        files=end.files if end else (),
        outputs=end.outputs if end else (),
        notes=end.notes if end else (),
        run_ids=(),
        sources=end.sources if end else (),
    )
