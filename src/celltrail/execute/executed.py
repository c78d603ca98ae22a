"""The cells that led to a run, in executed order, with those that it needs marked: what a run's page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from celltrail.config import Settings
from celltrail.errors import ExecutionError, StoreError
from celltrail.execute.replay.session import RecordedSession, read_session
from celltrail.execute.source import read_code_cells
from celltrail.execute.tracing import LineageKind, cells_of, trace_session, with_ends
from celltrail.records import ErrorInfo, OutputDigest, Status
from celltrail.runs.lineage import list_marks
from celltrail.runs.trace import Sign
from celltrail.store.runs import CellExecution, RunDetail

MAX_PAGE = 200
MAX_SOURCE = 20_000  # characters of one cell; `executed_source` has the whole


@dataclass(frozen=True, slots=True)
class RunCell:
    """One execution of a run's session.

    Attributes:
        source: The beginning of what was executed; `source_length` tells how long it is.
        is_needed: The run needs it, as far as that is known; without a slice all are.
        is_target: The run itself, or one of its metrics, was made here.
        reasons: Why it is needed; an execution whose effects are not known says so.
        marks: What the notebook as it is does not tell of it.
        run_ids: The runs that it opened.
    """

    execution_id: str
    cell_id: str
    execution_count: int
    status: Status
    started_at: int
    ended_at: int | None
    duration_s: float | None
    peak_memory_bytes: int
    source: str
    source_length: int
    is_needed: bool
    is_target: bool
    reasons: tuple[str, ...]
    marks: tuple[Sign, ...]
    outputs: tuple[OutputDigest, ...]
    error: ErrorInfo | None
    notes: tuple[str, ...]
    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunCells:
    """A page of them.

    Attributes:
        total: Executions of the session up to the run's last.
        needed: How many of them the run needs; None where that is not known.
        offset: Of the first of `cells` among those that were asked for.
        problem: Why it is not known what the run needs; empty where it is.
        is_notebook_known: Whether the notebook could be read; else no mark tells what became of a cell.
    """

    run_id: str
    total: int
    needed: int | None
    offset: int
    cells: tuple[RunCell, ...]
    problem: str = ""
    is_notebook_known: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """All executions up to the run's last, and why it needs some of them."""

    run_id: str
    executions: tuple[CellExecution, ...]
    targets: frozenset[str]
    reasons: Mapping[str, tuple[str, ...]] | None
    marks: Mapping[str, tuple[Sign, ...]]
    is_notebook_known: bool
    problem: str = ""


def tell_story(settings: Settings, detail: RunDetail, folded: Sequence[CellExecution]) -> Story:
    """What the session of a run executed, and which of it the run needs.

    Args:
        settings: The project's.
        detail: The run.
        folded: The executions of its session as the store has them.

    Without the journal of the session all executions that began before the run's end are told, and the story says
    why it does not know which ones the run needs.
    """
    try:
        session = with_ends(read_session(settings.store, detail.run.session_id), folded)
        return _sliced(settings, detail, session, folded)
    except (ExecutionError, StoreError, OSError) as error:
        return _without_slice(settings, detail, folded, str(error))


def cut_story(story: Story, *, only_needed: bool, offset: int, limit: int) -> RunCells:
    """A page of a story."""
    reasons = story.reasons
    chosen = [one for one in story.executions if not only_needed or reasons is None or one.execution_id in reasons]
    start = max(offset, 0)
    return RunCells(
        run_id=story.run_id,
        total=len(story.executions),
        needed=None if reasons is None else len(reasons),
        offset=start,
        cells=tuple(_cell(story, one) for one in chosen[start : start + max(1, min(limit, MAX_PAGE))]),
        problem=story.problem,
        is_notebook_known=story.is_notebook_known,
    )


def _sliced(settings: Settings, detail: RunDetail, session: RecordedSession, folded: Sequence[CellExecution]) -> Story:
    targets = cells_of(detail, session)
    lineage = trace_session(settings, session, targets, run_id=detail.run.run_id, kind=LineageKind.SLICE)
    runs = {one.execution_id: one.run_ids for one in folded}
    needed = [
        replace(one, run_ids=runs.get(one.execution_id, one.run_ids))
        for one in session.executions[: lineage.trace.total]
    ]
    marks, is_known = _marks(settings, session.executions, needed)
    return Story(
        run_id=detail.run.run_id,
        executions=tuple(needed),
        targets=frozenset(targets),
        reasons={step.execution.execution_id: step.reasons for step in lineage.trace.steps},
        marks=marks,
        is_notebook_known=is_known,
    )


def _without_slice(settings: Settings, detail: RunDetail, folded: Sequence[CellExecution], problem: str) -> Story:
    run = detail.run
    places = [place for place, one in enumerate(folded) if one.execution_id == run.execution_id]
    needed = folded[: places[-1] + 1] if places else ()
    marks, is_known = _marks(settings, folded, needed)
    return Story(run.run_id, tuple(needed), frozenset({run.execution_id}), None, marks, is_known, problem)


def _marks(
    settings: Settings, history: Sequence[CellExecution], chosen: Sequence[CellExecution]
) -> tuple[dict[str, tuple[Sign, ...]], bool]:
    path = history[-1].notebook_path if history else ""
    now = read_code_cells(settings.root / path) if path else {}
    found: dict[str, tuple[Sign, ...]] = {}
    for mark in list_marks(history, chosen, cell_order=tuple(now), cell_sources=now):
        key = mark.execution.execution_id
        found[key] = (*found.get(key, ()), Sign(mark.kind, mark.text))
    return found, bool(now)


def _cell(story: Story, one: CellExecution) -> RunCell:
    reasons = story.reasons
    key = one.execution_id
    return RunCell(
        execution_id=key,
        cell_id=one.cell_id,
        execution_count=one.execution_count,
        status=one.status,
        started_at=one.started_at,
        ended_at=one.ended_at,
        duration_s=one.duration_s,
        peak_memory_bytes=one.peak_memory_bytes,
        source=one.source[:MAX_SOURCE],
        source_length=one.source_length,
        is_needed=reasons is None or key in reasons,
        is_target=key in story.targets,
        reasons=() if reasons is None else reasons.get(key, ()),
        marks=story.marks.get(key, ()),
        outputs=one.outputs,
        error=one.error,
        notes=one.notes,
        run_ids=one.run_ids,
    )
