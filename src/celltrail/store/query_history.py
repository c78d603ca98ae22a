"""A cell over time: `cell_history`, `executed_source` and `list_links` of the contract."""

from typing import Any

from celltrail import codec
from celltrail.errors import ExecutionNotFoundError
from celltrail.records import ErrorInfo, Status
from celltrail.store.history import CellHistory, CellLink, ExecutedSource, PastExecution, PastRun
from celltrail.store.query_cells import last_executions, runs_of
from celltrail.store.query_runs import summaries
from celltrail.store.query_touches import links_of, read_touches
from celltrail.store.reading import Reading
from celltrail.store.runs import RunSummary
from celltrail.store.text import clean
from celltrail.store.title import first_line

_LABELLED_CHARACTERS = 2_000
_MAX_PAGE = 1_000

# The history of a cell in JupyterLab, page by page.
_COUNTS = """
SELECT count(*) FILTER (s.notebook_path = ?), count(*) FILTER (s.notebook_path <> ?)
FROM cell_execution c JOIN session s USING (session_id) WHERE c.is_known AND c.cell_id = ?
"""
_PAGE = f"""
SELECT c.execution_id, s.notebook_path, c.execution_count, c.status, c.started_at, c.duration_s, c.error_json,
    left(c.source, {_LABELLED_CHARACTERS}), c.source_crc32, c.source_length
FROM cell_execution c JOIN session s USING (session_id)
WHERE c.is_known AND c.cell_id = ? AND (s.notebook_path = ? OR ?)
ORDER BY c.started_at DESC, c.execution_count DESC LIMIT ? OFFSET ?
"""  # noqa: S608 - a number of ours
_SOURCE = """
SELECT c.execution_id, c.session_id, coalesce(s.notebook_path, ''), c.cell_id, c.execution_count, c.started_at, c.source
FROM cell_execution c LEFT JOIN session s USING (session_id) WHERE c.is_known AND c.execution_id = ?
"""


def cell_history(
    reading: Reading, notebook_path: str, cell_id: str, *, limit: int, offset: int, with_elsewhere: bool
) -> CellHistory:
    """A page of a cell's executions, newest first."""
    path, cell = clean(notebook_path), clean(cell_id)
    if not cell:
        return CellHistory((), 0, 0)
    here, elsewhere = reading.rows(_COUNTS, [path, path, cell])[0]
    page = [cell, path, with_elsewhere, min(max(limit, 0), _MAX_PAGE), max(offset, 0)]
    rows = reading.rows(_PAGE, page)
    runs = runs_of(reading, [row[0] for row in rows])
    shown = summaries(reading, [number for _, number in runs.values()])
    by_execution = dict(zip(runs, shown, strict=True))
    executions = tuple(_past(row, runs[row[0]][0] if row[0] in runs else 0, by_execution.get(row[0])) for row in rows)
    return CellHistory(executions, here + (elsewhere if with_elsewhere else 0), elsewhere)


def executed_source(reading: Reading, execution_id: str) -> ExecutedSource:
    """What one execution executed, whole.

    Raises:
        ExecutionNotFoundError: No execution has that id.
    """
    row = next(iter(reading.rows(_SOURCE, [clean(execution_id)])), None)
    if row is None:
        raise ExecutionNotFoundError(execution_id)
    return ExecutedSource(*row)


def list_links(reading: Reading, notebook_path: str) -> tuple[CellLink, ...]:
    """What the executions that made the badges' runs rest on, session by session in executed order."""
    last = last_executions(reading, notebook_path)
    with_runs = runs_of(reading, [row[1] for row in last])
    sessions = read_touches(reading, {row[7] for row in last if row[1] in with_runs})
    return tuple(link for touches in sessions.values() for link in links_of(touches, with_runs))


def _past(row: tuple[Any, ...], run_count: int, run: RunSummary | None) -> PastExecution:
    execution_id, path, count, status, started_at, duration_s, error, source, crc32, length = row
    return PastExecution(
        execution_id=execution_id,
        notebook_path=path,
        execution_count=count,
        status=Status(status),
        started_at=started_at,
        duration_s=duration_s,
        error="" if error is None else codec.loads(ErrorInfo, error).name,
        label=first_line(source) or next((line.strip() for line in source.splitlines() if line.strip()), "")[:80],
        source_crc32=crc32,
        source_length=length,
        run_count=run_count,
        run=None if run is None else _run(run),
    )


def _run(run: RunSummary) -> PastRun:
    title = f"{run.title} {run.differs}".strip()
    metric = run.key_metric or run.child_metric
    if metric is None:
        return PastRun(run.run_id, title, run.kind)
    return PastRun(run.run_id, title, run.kind, metric.key, metric.value)
