"""What the cells that led to a run took of the machine, over time: what the chart of a run's page draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from celltrail.config import Settings
from celltrail.errors import CelltrailError
from celltrail.execute.replay.plan import targets_of
from celltrail.execute.replay.session import read_session
from celltrail.records import Status, SystemCourse
from celltrail.store.runs import CellExecution, RunDetail

MAX_CELLS = 1000  # the latest; more bands cannot be told apart
MAX_POINTS = 4000  # of all cells together


@dataclass(frozen=True, slots=True)
class CellUse:
    """One execution on the time line; `course` is None where it was too short to be sampled."""

    execution_id: str
    execution_count: int
    status: Status
    started_at: int
    ended_at: int | None
    is_target: bool
    course: SystemCourse | None


@dataclass(frozen=True, slots=True)
class RunResources:
    """The time line.

    Attributes:
        total: Executions up to the run's last; `cells` has the latest 1,000 of them.
        started_at: Of the run.
        ended_at: Of the run; None while it goes on, or where nobody saw its end.
        notes: What is partial, or why there is nothing.
    """

    run_id: str
    started_at: int
    ended_at: int | None
    total: int
    cells: tuple[CellUse, ...]
    notes: tuple[str, ...]


def list_resources(settings: Settings, detail: RunDetail) -> RunResources:
    """How the machine was used until the run's end; errors of the journal become a note."""
    run = detail.run
    try:
        session = read_session(settings.store, run.session_id)
    except (CelltrailError, OSError) as error:
        return RunResources(run.run_id, run.started_at, run.ended_at, 0, (), (str(error),))
    targets = targets_of(detail, session)
    places = [place for place, one in enumerate(session.executions) if one.execution_id in targets]
    history = session.executions[: places[-1] + 1] if places else ()
    shown = history[-MAX_CELLS:]
    courses, stride = _fitting(session.courses, shown)
    notes = []
    if len(shown) < len(history):
        notes.append(f"the latest {len(shown):,} of {len(history):,} executions")
    if stride > 1:
        notes.append(f"one sample in {stride} is drawn")
    if not courses:
        notes.append("nothing was sampled: the cells were short, or their sampling was off")
    return RunResources(
        run_id=run.run_id,
        started_at=run.started_at,
        ended_at=run.ended_at,
        total=len(history),
        cells=tuple(_use(one, courses.get(one.execution_id), is_target=one.execution_id in targets) for one in shown),
        notes=tuple(notes),
    )


def _fitting(
    courses: Mapping[str, SystemCourse], shown: Sequence[CellExecution]
) -> tuple[dict[str, SystemCourse], int]:
    """The courses of these cells with no more points than a screen shows, and of how many samples one is drawn."""
    known = {one.execution_id: courses[one.execution_id] for one in shown if one.execution_id in courses}
    count = sum(len(course.offset_ms) for course in known.values())
    stride = -(-count // MAX_POINTS)
    if stride <= 1:
        return known, 1
    return {key: _thinned(course, stride) for key, course in known.items()}, stride


def _thinned(course: SystemCourse, stride: int) -> SystemCourse:
    """Every so many samples, beginning with the last, which tells when the cell was seen last."""
    last = (len(course.offset_ms) - 1) % stride
    return replace(
        course,
        offset_ms=course.offset_ms[last::stride],
        cpu_percent=course.cpu_percent[last::stride],
        memory_bytes=course.memory_bytes[last::stride],
        gpu_percent=course.gpu_percent[last::stride],
        gpu_memory_bytes=course.gpu_memory_bytes[last::stride],
    )


def _use(one: CellExecution, course: SystemCourse | None, *, is_target: bool) -> CellUse:
    return CellUse(
        execution_id=one.execution_id,
        execution_count=one.execution_count,
        status=one.status,
        started_at=one.started_at,
        ended_at=one.ended_at,
        is_target=is_target,
        course=course,
    )
