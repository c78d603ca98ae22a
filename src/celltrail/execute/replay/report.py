"""The words of a replay: what was run again, what was compared, and the verdict, as `--json` and the store keep it."""

from dataclasses import dataclass
from enum import StrEnum

RELATIVE_TOLERANCE = 1e-9


class Verdict(StrEnum):
    """What a comparison came to, of one value or of a whole replay."""

    IDENTICAL = "identical"
    TOLERATED = "within tolerance"  # numbers that differ by no more than one part in 1e9
    UNCOMPARED = "not compared"  # what is known of both is equal, but it is not the content
    DIFFERS = "differs"
    CANNOT = "cannot"  # something that it takes is missing, and is named


class Cause(StrEnum):
    """What of a run's surroundings a replay can take otherwise than it was recorded."""

    CODE = "code"
    DATA = "data"
    ENVIRONMENT = "environment"
    SEED = "seed"


_RANK = {Verdict.IDENTICAL: 0, Verdict.TOLERATED: 1, Verdict.UNCOMPARED: 2, Verdict.DIFFERS: 3, Verdict.CANNOT: 4}


def worst(verdicts: "tuple[Verdict, ...] | list[Verdict]") -> Verdict:
    """The verdict over several; identical over none."""
    return max(verdicts, key=_RANK.__getitem__, default=Verdict.IDENTICAL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was compared.

    Attributes:
        name: What: `metric rmse on X_test`, `data.csv`, `numpy 2.4`.
        status: What the comparison came to.
        before: What the trail has; empty where it has nothing.
        after: What the replay has; empty where it has nothing.
        note: Why, or what is missing, in words for the user.
    """

    name: str
    status: Verdict
    before: str = ""
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric of a run and of its replay; `after` and `difference` are None where the replay has no such metric."""

    name: str
    before: float
    after: float | None
    difference: float | None


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One of code, data, environment, seed and hardware; `findings` are what does not speak for itself."""

    name: str
    status: Verdict
    note: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first cell, in the order of execution, that did not do what it did before; `what` names the thing."""

    execution_id: str
    execution_count: int
    label: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """A cell execution that is repeated, and why the run needs it."""

    execution_id: str
    execution_count: int
    label: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What a replay is going to run.

    Attributes:
        run_id: The run that is to be made again.
        steps: The cells, in the order of their execution.
        total: How many cells the session executed up to the last of them.
        is_full: Whether that is all that can be repeated of the session.
        working_directory: Where the kernel starts.
        reads: Files that the cells read and did not make themselves, as the trail names them.
        writes: Files that they wrote, and may write again.
        missing: What the replay would need and is gone, in words; nothing is run then.
        notes: What the user should know: what is left out, or is not known.
        is_apart: Whether it runs in a folder of its own, made like the project's: nothing in the user's is written.
        restored: Files that are found as they were recorded, not as they are now, in words; or as a swap has them.
        swaps: What is not as recorded on purpose, as the user wrote it.
    """

    run_id: str
    steps: tuple[ReplayStep, ...]
    total: int
    is_full: bool
    working_directory: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    is_apart: bool = False
    restored: tuple[str, ...] = ()
    swaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How a replay may run.

    Attributes:
        kernel_name: The kernel specification; empty for that of the Python which ran the session, where it is here.
        timeout_s: Seconds for each notebook; None is no limit.
        cell_timeout_s: Seconds for each cell; None is no limit.
        goes_on: Whether it goes on after a cell that fails now and did not then.
        kernels: A folder of kernel specifications to look into first; empty for the usual ones.
    """

    kernel_name: str = ""
    timeout_s: float | None = None
    cell_timeout_s: float | None = None
    goes_on: bool = False
    kernels: str = ""


@dataclass(frozen=True, slots=True)
class ReplayAttempt:
    """One execution of a replay's notebook; `replayed_run_id` is empty where the run was not made again.

    `put_back` are files that its cells overwrote or removed, and that are again what they were; `notes` say what else
    happened to files.
    """

    is_full: bool
    step_count: int
    status: Verdict
    notebook: str
    output: str
    replayed_run_id: str
    duration_s: float
    put_back: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """A replay from its plan to its verdict.

    Attributes:
        run_id: The run that was replayed.
        replayed_run_id: The run that came out; empty where none did.
        status: The verdict.
        reason: Why, in one line.
        checklist: Code, data, environment, seed, hardware: what was the same, whatever came out.
        results: Parameters, metrics, datasets and outputs, compared.
        first_divergent: Where the replay left the recorded way first; None where it did not.
        plan: What was run: of the last attempt.
        attempts: The slice, and the full history where the slice was not enough.
        was_widened: Whether the full history was run after the slice.
        tolerance: The relative difference up to which numbers count as within tolerance.
        started_at: When.
        duration_s: How long all attempts took.
        changes: Of a replay with swaps: its metrics beside the recorded ones. Such a replay is no verdict on the run.
        doubts: Why a swap may not be all that made the difference.
    """

    run_id: str
    replayed_run_id: str
    status: Verdict
    reason: str
    checklist: tuple[CheckItem, ...]
    results: tuple[Finding, ...]
    first_divergent: Divergence | None
    plan: ReplayPlan
    attempts: tuple[ReplayAttempt, ...]
    was_widened: bool
    tolerance: float
    started_at: int
    duration_s: float
    changes: tuple[MetricChange, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def is_swapped(self) -> bool:
        """Whether something was not as recorded on purpose."""
        return bool(self.plan.swaps)
