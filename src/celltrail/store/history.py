"""What the store tells of a notebook's cells over time: earlier executions, and what each rests on."""

from dataclasses import dataclass

from celltrail.records import Status


@dataclass(frozen=True, slots=True)
class PastRun:
    """The last run of an earlier execution, in few words; `metric_key` is empty where it has no metric."""

    run_id: str
    title: str
    kind: str
    metric_key: str = ""
    metric_value: float = 0.0


@dataclass(frozen=True, slots=True)
class PastExecution:
    """One earlier execution of a cell.

    Attributes:
        execution_id: Its id.
        notebook_path: The notebook as the trail has it; another one where it was renamed or copied since.
        execution_count: The number in brackets.
        status: How it ended.
        started_at: When.
        duration_s: None while it runs, and where nobody saw its end.
        error: The name of the exception that ended it; empty elsewhere.
        label: The first line that says what it does.
        source_crc32: Of the executed source in UTF-8.
        source_length: In characters.
        run_count: Its runs, without their children and those that were let go.
        run: The last of them.
    """

    execution_id: str
    notebook_path: str
    execution_count: int
    status: Status
    started_at: int
    duration_s: float | None
    error: str
    label: str
    source_crc32: int
    source_length: int
    run_count: int
    run: PastRun | None


@dataclass(frozen=True, slots=True)
class CellHistory:
    """A page of a cell's executions, newest first.

    Attributes:
        executions: The page.
        total: How many there are in all, of those that were asked for.
        elsewhere: How many there are of a cell with this id in notebooks of other names: before a rename, or in copies.
    """

    executions: tuple[PastExecution, ...]
    total: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class ExecutedSource:
    """What one execution executed, whole."""

    execution_id: str
    session_id: str
    notebook_path: str
    cell_id: str
    execution_count: int
    started_at: int
    source: str


@dataclass(frozen=True, slots=True)
class InputChange:
    """A name or a file that a cell read and that another cell wrote since: which cell, as which number, and when."""

    name: str
    cell_id: str
    execution_count: int
    at: int


@dataclass(frozen=True, slots=True)
class LinkInput:
    """A name or a file that an execution read, and the execution that had written it last before."""

    name: str
    execution_id: str


@dataclass(frozen=True, slots=True)
class CellLink:
    """An execution that the badges of a notebook rest on, and where what it read came from.

    Whether a cell is still in the notebook, and above or below another, only the open notebook knows.
    """

    execution_id: str
    cell_id: str
    execution_count: int
    at: int
    source_crc32: int
    source_length: int
    inputs: tuple[LinkInput, ...]
