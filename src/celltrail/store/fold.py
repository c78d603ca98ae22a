"""The fold: journals into tables, each event exactly once, however often and wherever a fold is killed.

A chunk of the journals and the positions behind it are stored in one transaction: after a crash the same bytes are read
again, and what they say is not in the tables yet.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from celltrail import codec
from celltrail.journal.events import Event
from celltrail.journal.reader import SegmentFile, list_segments
from celltrail.store import arrange, reconcile
from celltrail.store.apply import Application
from celltrail.store.chunk import QUARANTINED, REFUSED, Chunk, Intake, SegmentState
from celltrail.store.health import FoldReport
from celltrail.store.staging import Staging, texts_of

_MAX_REPORTED = 1000

_WRITER_TIMES = """
MERGE INTO writer USING staged_writers new ON writer.writer = new.writer
WHEN MATCHED THEN UPDATE SET last_event_at = greatest(writer.last_event_at, new.last_event_at)
WHEN NOT MATCHED THEN INSERT VALUES (new.writer, new.opened_json, new.last_event_at)
"""

_NOTEBOOKS_OF_RUNS = """
SELECT DISTINCT notebook_path FROM session
WHERE session_id IN (SELECT session_id FROM run SEMI JOIN wanted ON wanted.id = run_id)
"""
_NOTEBOOKS_OF_SESSIONS = "SELECT DISTINCT notebook_path FROM session SEMI JOIN wanted ON wanted.id = session_id"


@dataclass(slots=True)
class _Tally:
    """What a fold did so far."""

    event_count: int = 0
    metric_count: int = 0
    segments: set[str] = field(default_factory=set)
    runs: dict[str, None] = field(default_factory=dict)
    notebooks: dict[str, None] = field(default_factory=dict)


class Folder:
    """Folds the journals of one store's folder through one connection. Not thread safe.

    `committed` is called after each transaction.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, *, committed: Callable[[], None]) -> None:
        self._connection = connection
        self._committed = committed
        self._staging = Staging(connection)
        self._folder = folder
        self._intake = self._new_intake()
        self._is_looked_at = False  # whether this folder knows how its tables are arranged
        self._is_unsure = False  # whether the intake may remember what a failed transaction did not store

    def fold(self) -> FoldReport:
        """Take in what is new, move damaged segments away, end what dead processes left open.

        Raises:
            duckdb.Error: The store's file refuses; nothing of the current chunk is kept.
            OSError: The journals cannot be listed or read.
        """
        began = time.perf_counter()
        tally = _Tally()
        if self._is_unsure:
            self._intake = self._new_intake()
        self._is_unsure = True
        files = list_segments(self._folder / "journal")
        for chunk in self._intake.chunks(files):
            self._store(chunk, tally)
        self._end_dead(tally)
        self._arrange(tally)
        self._quarantine(files)
        self._is_unsure = False
        return FoldReport(
            event_count=tally.event_count,
            metric_count=tally.metric_count,
            segment_count=len(tally.segments),
            changed_run_ids=tuple(tally.runs)[:_MAX_REPORTED],
            changed_notebooks=tuple(tally.notebooks)[:_MAX_REPORTED],
            quarantined=self.names(QUARANTINED),
            refused=self.names(REFUSED),
            duration_s=time.perf_counter() - began,
        )

    def names(self, state: str) -> tuple[str, ...]:
        """The segments in a state."""
        return tuple(sorted(one.name for one in self._intake.states.values() if one.state == state))

    # --- one chunk ----------------------------------------------------------------------------------------------

    def _store(self, chunk: Chunk, tally: _Tally) -> None:
        if not chunk.is_news(self._intake.states):
            return
        with self._transaction():
            reconcile.revive(self._staging, chunk.writers)
            application = Application(self._staging, chunk)
            application.run()
            self._note_writers(chunk, application)
            self._note_positions(chunk)
        self._intake.accept(chunk)
        tally.event_count += len(chunk.events) + chunk.metric_count
        tally.metric_count += chunk.metric_count
        tally.segments.update(chunk.segments)
        tally.runs.update(application.touched_runs)
        tally.runs.update(dict.fromkeys(application.metrics.run_ids))
        self._note_notebooks(application, tally)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # a COMMIT that failed has rolled back already
                self._connection.execute("ROLLBACK")
            raise
        self._committed()

    def _note_writers(self, chunk: Chunk, application: Application) -> None:
        times = {writer: opened.at for writer, opened in chunk.writers.items()}
        for writer, event in chunk.events:
            times[writer] = max(times.get(writer, 0), _time_of(event))
        for writer, at in application.metrics.last_times(chunk):
            times[writer] = max(times.get(writer, 0), at)
        rows = [
            (writer, codec.dumps(opened).decode("ascii"), times[writer]) for writer, opened in chunk.writers.items()
        ]
        if not rows:
            return
        self._staging.set_aside("staged_writers", rows, like="writer")
        self._connection.execute(_WRITER_TIMES)
        self._connection.execute("DROP TABLE staged_writers")

    def _note_positions(self, chunk: Chunk) -> None:
        names = list(chunk.segments)
        with self._staging.staged("wanted", {"id": texts_of(names)}):
            self._connection.execute("DELETE FROM segment WHERE name IN (SELECT id FROM wanted)")
        self._staging.insert("segment", [(one.name, one.position, one.state) for one in chunk.segments.values()])

    def _note_notebooks(self, application: Application, tally: _Tally) -> None:
        runs = {*application.touched_runs, *application.metrics.run_ids}
        sessions = {*application.touched_sessions, *(application.cell_sessions())}
        for sql, ids in ((_NOTEBOOKS_OF_RUNS, runs), (_NOTEBOOKS_OF_SESSIONS, sessions)):
            tally.notebooks.update((path, None) for (path,) in self._staging.fetch(sql, ids))
        tally.notebooks.update((path, None) for _, _, path in application.renames)

    # --- after the chunks ---------------------------------------------------------------------------------------

    def _end_dead(self, tally: _Tally) -> None:
        if not reconcile.has_open_ends(self._staging):
            return
        with self._transaction():
            ended = reconcile.end_dead(self._staging)
        tally.runs.update(dict.fromkeys(ended))
        tally.notebooks.update((path, None) for (path,) in self._staging.fetch(_NOTEBOOKS_OF_RUNS, ended))

    def _arrange(self, tally: _Tally) -> None:
        if (tally.metric_count or not self._is_looked_at) and arrange.needs_arranging(self._connection):
            with self._transaction():
                arrange.arrange(self._connection)
        self._is_looked_at = True

    def _quarantine(self, files: list[SegmentFile]) -> None:
        """Move damaged segments out of the journal; a crash before this leaves it to the next fold."""
        for segment in files:
            state = self._intake.states.get(segment.path.name)
            if state is not None and state.state == QUARANTINED:
                target = self._folder / "quarantine"
                target.mkdir(exist_ok=True)
                with contextlib.suppress(FileNotFoundError):
                    segment.path.replace(target / segment.path.name)

    def _new_intake(self) -> Intake:
        rows = self._connection.execute("SELECT name, position, state FROM segment").fetchall()
        return Intake({name: SegmentState(name, position, state) for name, position, state in rows})


def _time_of(event: Event) -> int:
    at = getattr(event, "at", 0)
    return at if isinstance(at, int) else 0
