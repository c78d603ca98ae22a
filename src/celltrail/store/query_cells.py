"""What is known of a notebook's cells: `list_executions` and `list_badges` of the contract."""

from collections.abc import Iterable, Sequence
from typing import Any

from celltrail import codec
from celltrail.records import ErrorInfo, FileUse, OutputDigest, SourceUse, Status
from celltrail.store.query_runs import IS_LET_GO, summaries
from celltrail.store.query_touches import input_changes, read_touches
from celltrail.store.reading import Reading
from celltrail.store.runs import CellBadge, CellExecution
from celltrail.store.text import clean

_LISTED_CHARACTERS = 2_000
_Texts = tuple[str, ...]

_COLUMNS = """
c.execution_id, c.session_id, coalesce(s.notebook_path, ''), c.cell_id, c.execution_count, c.status,
    left(c.source, {characters}), c.source_length, c.started_at, c.ended_at, c.duration_s, c.cpu_s, c.peak_memory_bytes,
    c.error_json, c.tags_json, c.names_read_json, c.names_written_json, c.files_json, c.outputs_json, c.notes_json,
    (SELECT list(run_id ORDER BY started_at, run_no) FROM run WHERE run.execution_id = c.execution_id AND run.is_known),
    c.sources_json, coalesce(c.peak_is_exact, false)
FROM cell_execution c LEFT JOIN session s ON s.session_id = c.session_id
"""

# The history of a cell, in the panel; `celltrail show` of a notebook.
_LIST = (
    "SELECT"
    + _COLUMNS.format(characters=_LISTED_CHARACTERS)
    + """WHERE c.is_known AND s.notebook_path = ? AND (? = '' OR c.cell_id = ?)
ORDER BY c.started_at DESC, c.execution_count DESC LIMIT ?"""
)
_WHOLE = "SELECT" + _COLUMNS.format(characters=1 << 30)
# The history that a run is sliced from: `celltrail replay`.
_SESSION = _WHOLE + "WHERE c.is_known AND c.session_id = ? ORDER BY c.started_at, c.execution_count, c.execution_id"
_SOME = _WHOLE + "WHERE list_contains(?::VARCHAR[], c.execution_id)"

# The badges: each cell's last execution in the notebook, and the runs opened by it.
_LAST = """
SELECT c.cell_id, c.execution_id, c.execution_count, c.status, coalesce(c.ended_at, c.started_at), c.source_crc32,
    c.source_length, c.session_id
FROM cell_execution c JOIN session s USING (session_id)
WHERE c.is_known AND s.notebook_path = ? AND c.cell_id <> ''
QUALIFY 1 = row_number() OVER (PARTITION BY c.cell_id ORDER BY c.started_at DESC, c.execution_count DESC)
ORDER BY c.started_at
"""
_RUNS_OF = f"""
SELECT r.execution_id, count(*), arg_max(r.run_no, (r.started_at, r.run_no)) FROM run r
WHERE r.is_known AND r.parent_run_id = '' AND list_contains(?::VARCHAR[], r.execution_id) AND NOT {IS_LET_GO}
GROUP BY r.execution_id
"""  # noqa: S608 - a condition of ours


def list_executions(reading: Reading, notebook_path: str, cell_id: str, limit: int) -> tuple[CellExecution, ...]:
    """Cell executions of a notebook, newest first."""
    cell = clean(cell_id)
    parameters = [clean(notebook_path), cell, cell, max(limit, 0)]
    return tuple(_execution(row) for row in reading.rows(_LIST, parameters))


def list_session(reading: Reading, session_id: str) -> tuple[CellExecution, ...]:
    """All cell executions of a session in executed order, with their whole sources."""
    return tuple(_execution(row) for row in reading.rows(_SESSION, [clean(session_id)]))


def executions_of(reading: Reading, execution_ids: Iterable[str]) -> dict[str, CellExecution]:
    """Cell executions with their whole sources by their ids; without those that are unknown."""
    return {row[0]: _execution(row) for row in reading.rows(_SOME, [sorted(set(execution_ids))])}


def last_executions(reading: Reading, notebook_path: str) -> list[tuple[Any, ...]]:
    """Each cell's last execution in a notebook: cell and execution id, count, status, end, CRC, length, session."""
    return reading.rows(_LAST, [clean(notebook_path)])


def runs_of(reading: Reading, execution_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many runs executions made, and the number of the last; without their children and those let go."""
    return {row[0]: (row[1], row[2]) for row in reading.rows(_RUNS_OF, [list(execution_ids)])}


def list_badges(reading: Reading, notebook_path: str) -> tuple[CellBadge, ...]:
    """The badges of a notebook's cells."""
    last = last_executions(reading, notebook_path)
    counts = runs_of(reading, [row[1] for row in last])
    shown = summaries(reading, [number for _, number in counts.values()])
    runs = dict(zip(counts, shown, strict=True))
    sessions = read_touches(reading, {row[7] for row in last}).values()
    changes = {key: found for touches in sessions for key, found in input_changes(touches).items()}
    return tuple(
        CellBadge(
            cell_id=row[0],
            execution_id=row[1],
            execution_count=row[2],
            status=Status(row[3]),
            at=row[4],
            source_crc32=row[5],
            source_length=row[6],
            input_changes=changes.get(row[1], ()),
            run_count=counts[row[1]][0] if row[1] in counts else 0,
            run=runs.get(row[1]),
        )
        for row in last
    )


def _execution(row: tuple[Any, ...]) -> CellExecution:
    error, tags, names_read, names_written, files, outputs, notes, run_ids, sources, is_exact = row[13:]
    return CellExecution(
        execution_id=row[0],
        session_id=row[1],
        notebook_path=row[2],
        cell_id=row[3],
        execution_count=row[4],
        status=Status(row[5]),
        source=row[6],
        source_length=row[7],
        started_at=row[8],
        ended_at=row[9],
        duration_s=row[10],
        cpu_s=row[11],
        peak_memory_bytes=row[12],
        error=None if error is None else codec.loads(ErrorInfo, error),
        tags=codec.loads(_Texts, tags),
        names_read=codec.loads(_Texts, names_read),
        names_written=codec.loads(_Texts, names_written),
        files=codec.loads(tuple[FileUse, ...], files),
        outputs=codec.loads(tuple[OutputDigest, ...], outputs),
        notes=codec.loads(_Texts, notes),
        run_ids=tuple(run_ids or ()),
        sources=codec.loads(tuple[SourceUse, ...], sources),
        peak_is_exact=is_exact,
    )
