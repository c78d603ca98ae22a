"""What is going on in this process: live cells, open runs and the metric series that they write."""

from collections.abc import Hashable, Mapping
from dataclasses import field
from typing import Any

from celltrail.capture.files import OpenedFiles
from celltrail.capture.outputs import CellOutputs
from celltrail.journal.events import Event
from celltrail.lean import mutable, record
from celltrail.records import DatasetVersion, ErrorInfo, Param, SourceUse, Status


class Series:
    """A metric series of the journal and the step that its next value takes by itself."""

    __slots__ = ("next_step", "number")

    def __init__(self, number: int, next_step: int = 0) -> None:
        self.number = number
        self.next_step = next_step


class RunLog:
    """The series that one cell logs to one run, by key: found once, so that logging a value is one lookup."""

    __slots__ = ("run_id", "series")

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.series: dict[str, Series] = {}


class Here:
    """What a context is in: a cell, and the runs that were entered by `with`, outermost first.

    `found` is the log of values here and the epoch (`Whereabouts.epoch`) in which it was found: one attribute, so that
    threads which share it never see the log of one epoch with the other.
    """

    __slots__ = ("cell", "found", "runs")

    def __init__(self, cell: "CellContext | None" = None, runs: "tuple[OpenRun, ...]" = ()) -> None:
        self.cell = cell
        self.runs = runs
        self.found: tuple[object, RunLog] = (None, _NO_LOG)


_NO_LOG = RunLog("")


@mutable
class CellContext:
    """The cell execution that is going on; one per cell, also when subshells run several at once.

    `names_read` are the globals that its syntax tree loads. `run_ids` are the top-level runs opened in it, `runs` all
    of them. `loops` are the first and last lines of its outermost loops. `seeding_calls` is filled by whoever sees
    one: "numpy.random.seed(0)". `is_recorded` is False in a cell that is skipped: nothing of it is written.
    """

    execution_id: str
    cell_id: str
    source: str
    started_at: int
    namespace: Mapping[str, Any]
    names_read: tuple[str, ...] = ()
    run_ids: list[str] = field(default_factory=list)
    own_run_id: str = ""  # the run that log_metric opened because there was none
    group_id: str = ""
    loops: tuple[tuple[int, int], ...] = ()
    seeding_calls: list[str] = field(default_factory=list)
    runs: "list[OpenRun]" = field(default_factory=list)
    latest_fit_id: str = ""
    is_recorded: bool = True
    said: list[Event] = field(default_factory=list)  # its records, for a trail that begins anew
    files: OpenedFiles | None = None
    outputs: CellOutputs | None = None
    sources: dict[SourceUse, None] = field(default_factory=dict)  # in order; see capture/sources.py
    sources_left_out: int = 0
    named: list[Any] = field(default_factory=list)  # what `celltrail.dataset` named in it; see capture/datasets.py
    told: dict[Hashable, int] = field(default_factory=dict)
    profiles: dict[str, DatasetVersion] = field(default_factory=dict)  # of files that it read, by path; see profiles.py


@record
class Place:
    """A line of a cell's code as it was compiled; an empty file name where no cell's code is running."""

    filename: str = ""
    line: int = 0


@mutable
class OpenRun:
    """A run that is going on in this process, or did; an empty `run_id` is one that is not recorded."""

    run_id: str
    name: str
    kind: str
    started_at: int
    started_ns: int
    cell: CellContext | None
    parent_run_id: str = ""
    place: Place = Place()
    said: list[Event] = field(default_factory=list)  # its records but for values, for a trail that begins anew
    param_keys: set[str] = field(default_factory=set)
    random_states: list[Param] = field(default_factory=list)
    status: Status = Status.RUNNING
    error: ErrorInfo | None = None
    model_type: str = ""  # the class of what it trains, where that is not its name
