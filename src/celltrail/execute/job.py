"""The words of one headless execution: what is asked, what is told while it goes on, how it ended."""

from dataclasses import dataclass
from enum import StrEnum


class JobState(StrEnum):
    """How an execution ended; the text stands in the output notebook's metadata and in `--json`."""

    FINISHED = "finished"
    FAILED = "failed"  # a cell raised, or the notebook could not be started
    TIMED_OUT = "timed-out"
    DIED = "died"  # the kernel is gone
    INTERRUPTED = "interrupted"


class Tracking(StrEnum):
    """What the kernel said about celltrail in its environment."""

    ON = "on"
    OFF = "off"
    MISSING = "missing"
    FOREIGN = "foreign"  # it runs another language than Python
    UNKNOWN = "unknown"  # it did not answer


@dataclass(frozen=True, slots=True)
class Job:
    """One notebook to execute.

    Attributes:
        notebook: Absolute path of the notebook.
        output: Absolute path of the executed copy.
        parameters: JSON text of the parameters by name, already checked.
        working_directory: Where the kernel starts.
        kernel_name: The kernel specification to use; the notebook's own where empty.
        timeout_s: For the whole notebook; None is no limit.
        cell_timeout_s: For each cell; None is no limit.
        tree: The folder that stands for the project's root in a replay; empty where the project itself does.
        store: The store's folder, where a tree is given.
        kernels: A folder of kernel specifications to look into first; empty for the usual ones.
    """

    notebook: str
    output: str
    parameters: str
    working_directory: str
    kernel_name: str = ""
    timeout_s: float | None = None
    cell_timeout_s: float | None = None
    tree: str = ""
    store: str = ""
    kernels: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kernel runs beside the usual: see the fields of the same names in `Job`."""

    tree: str = ""
    store: str = ""
    kernels: str = ""


@dataclass(frozen=True, slots=True)
class KernelReady:
    """The kernel answered; cells begin now. `session_id` names its session in the trail where tracking is on."""

    cell_count: int  # code cells that will be executed
    tracking: Tracking
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class CellBegan:
    """A code cell begins; `number` counts the executed ones from 1."""

    number: int
    cell_count: int
    label: str


@dataclass(frozen=True, slots=True)
class CellEnded:
    """A code cell ended; `is_error` also where its raises-exception tag lets the notebook go on."""

    number: int
    cell_count: int
    label: str
    duration_s: float
    is_error: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """Where and why an execution stopped; `number` is 0 where it stopped outside any cell."""

    number: int
    cell_id: str
    execution_count: int
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The end of an execution. `notes` are what else the user should know, whatever the end."""

    state: JobState
    duration_s: float
    cell_count: int
    executed_count: int
    failure: Failure | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobResult:
    """A finished job as people and programs are told: `celltrail run --json` prints it."""

    notebook: str
    output: str
    state: JobState
    duration_s: float
    cell_count: int
    executed_count: int
    failure: Failure | None
    tracking: Tracking
    session_id: str
    started_at: int
    notes: tuple[str, ...] = ()


Progress = KernelReady | CellBegan | CellEnded | JobEnded
"""What a worker tells while it executes, in this order."""
