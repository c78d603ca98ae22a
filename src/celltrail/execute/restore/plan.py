"""Which executed sources belong to a run: those that it needs, or all of its session, in executed order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from celltrail.config import Settings
from celltrail.errors import ExecutionError
from celltrail.execute.replay.draws import draws_of
from celltrail.execute.replay.kernels import kernel_of
from celltrail.execute.replay.own_modules import own_modules
from celltrail.execute.replay.plan import targets_of
from celltrail.execute.replay.session import RecordedSession, read_session
from celltrail.journal.blobs import BlobStore
from celltrail.records import Status
from celltrail.runs.lineage import Slice, Step, backward_slice, full_history
from celltrail.store.runs import RunDetail

CANNOT_RESTORE = "cannot be restored"


@dataclass(frozen=True, slots=True)
class RestoreCell:
    """One execution of a run: its whole source, the cell that it was in, and why it belongs to the run.

    Attributes:
        is_last: No later execution of the plan is of the same cell: what the cell gets where it can have one only.
    """

    execution_id: str
    execution_count: int
    cell_id: str
    status: Status
    started_at: int
    source: str
    tags: tuple[str, ...]
    reasons: tuple[str, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What would be put back.

    Attributes:
        run_id: The run.
        notebook_path: The notebook that executed it.
        kernel_name: The kernel that a new notebook gets.
        is_full: Whether it is all that the session executed up to the run.
        total: How many executions that is.
        cells: What is put back, in executed order.
        notes: What the reader should know of it.
    """

    run_id: str
    notebook_path: str
    kernel_name: str
    is_full: bool
    total: int
    cells: tuple[RestoreCell, ...]
    notes: tuple[str, ...]


def plan_restore(detail: RunDetail, settings: Settings, *, is_full: bool) -> RestorePlan:
    """Find what a run executed.

    Raises:
        ExecutionError: No cell made the run: it comes from a script.
        SessionLostError: The journal of its session is gone.
    """
    run = detail.run
    session = read_session(settings.store, run.session_id)
    targets = targets_of(detail, session)
    if run.execution_id not in targets:
        problem = "no cell of its session made it: only what cells executed can be put back"
        raise ExecutionError(Path(f"run {run.run_id[:8]}"), CANNOT_RESTORE, problem)
    if is_full:
        chosen = full_history(session.executions, targets, run_id=run.run_id)
    else:
        draws = draws_of(session, ())  # a notebook puts no generator back: who drew before belongs to it
        own = own_modules(session, settings.root, BlobStore(settings.store))
        chosen = backward_slice(session.executions, targets, run_id=run.run_id, draws=draws, modules=own)
    return RestorePlan(
        run_id=run.run_id,
        notebook_path=run.notebook_path,
        kernel_name=kernel_of(session.started.executable),
        is_full=is_full,
        total=chosen.total,
        cells=_cells(chosen.steps),
        notes=(*chosen.notes, *_several(chosen), *_surroundings(session)),
    )


def _cells(steps: Sequence[Step]) -> tuple[RestoreCell, ...]:
    last = {step.execution.cell_id: step.execution.execution_id for step in steps}
    return tuple(
        RestoreCell(
            execution_id=step.execution.execution_id,
            execution_count=step.execution.execution_count,
            cell_id=step.execution.cell_id,
            status=step.execution.status,
            started_at=step.execution.started_at,
            source=step.execution.source,
            tags=step.execution.tags,
            reasons=step.reasons,
            is_last=not step.execution.cell_id or last[step.execution.cell_id] == step.execution.execution_id,
        )
        for step in steps
    )


def _several(chosen: Slice) -> list[str]:
    """Cells that ran more than once with different sources, of which an open notebook can have the last one only."""
    sources: dict[str, dict[str, int]] = {}
    for step in chosen.steps:
        sources.setdefault(step.execution.cell_id, {})[step.execution.source] = step.execution.execution_count
    counts = Counter({cell: len(found) for cell, found in sources.items() if cell})
    return [
        f"{', '.join(f'[{count}]' for count in sources[cell].values())} are one cell with different code: "
        "a new notebook has each, the cell itself gets the last"
        for cell, number in counts.items()
        if number > 1
    ]


def _surroundings(session: RecordedSession) -> list[str]:
    given = ", ".join(param.key for param in session.started.parameters)
    return [f"it ran with parameters from outside, which are not in its cells: {given}"] if given else []
