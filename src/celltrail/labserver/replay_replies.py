"""What the server extension says of replays: what would run, how far one is, and what it came to."""

from dataclasses import dataclass
from enum import StrEnum

from celltrail.execute.replay.report import ReplayPlan, ReplayReport


class ReplayPhase(StrEnum):
    """How far a replay is."""

    NONE = "none"  # there was none in this project since the server started
    STARTING = "starting"
    RUNNING = "running"  # cells are being executed
    COMPARING = "comparing"  # a notebook has ended
    ENDED = "ended"  # there is a report
    CANCELLED = "cancelled"
    FAILED = "failed"  # the message says why


@dataclass(frozen=True, slots=True)
class ReplayQuestion:
    """The body of a question for a plan.

    Attributes:
        run_id: The run.
        environment: `here` or `recorded`.
        swaps: What is not to be as recorded, in the words of `--swap`; files are relative to the project's root.
    """

    run_id: str
    environment: str = "here"
    swaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayPlans:
    """What a replay would run: first the slice; all that the session executed where that is not enough.

    Attributes:
        needed: What the run needs.
        full: All.
        timeout_s: How long each may take.
    """

    needed: ReplayPlan
    full: ReplayPlan
    timeout_s: float


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """The body that starts a replay.

    Attributes:
        run_id: The run.
        steps: The execution ids of the plan that the user has agreed to; another plan is not run.
        is_full: Whether that was the plan of all that the session executed.
        environment: That of the plan.
        swaps: Those of the plan, as it names them.
    """

    run_id: str
    steps: tuple[str, ...]
    is_full: bool = False
    environment: str = "here"
    swaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayState:
    """The replay of a project: the one that goes on, else the last one since the server started.

    Attributes:
        revision: Grows with each change; live events carry it.
        run_id: The run; empty where there was none.
        phase: How far it is.
        is_full: Whether all that the session executed is being run.
        cell: The cell that runs, counted from 1; 0 before the first.
        cell_count: How many there are.
        label: The first line of that cell; before the first, what is being prepared.
        failed_cells: How many raised so far.
        started_at: When; 0 where there was none.
        message: Why it failed; empty otherwise.
        report: What it came to.
    """

    revision: int
    run_id: str
    phase: ReplayPhase
    is_full: bool
    cell: int
    cell_count: int
    label: str
    failed_cells: int
    started_at: int
    message: str
    report: ReplayReport | None


NO_REPLAY = ReplayState(0, "", ReplayPhase.NONE, False, 0, 0, "", 0, 0, "", None)
