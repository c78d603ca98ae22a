"""What is asked and told of runs, of their metrics, and of the cell executions that made them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from celltrail.records import (
    CodeVersion,
    DatasetRole,
    DatasetVersion,
    Environment,
    ErrorInfo,
    Evidence,
    FileUse,
    Hardware,
    LoggedModel,
    OutputDigest,
    Param,
    Seed,
    SourceUse,
    Status,
    SystemUse,
    Tag,
)
from celltrail.store.history import InputChange
from celltrail.store.several import AmbiguousMetric, RunGroup
from celltrail.store.table import Shelf


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs, in which order, how many.

    Attributes:
        filter: MLflow's search_runs grammar: `metrics.rmse < 1 and params.model = 'ridge' and tags.team LIKE 'a%'`;
            attributes are run_id, name, status, kind, estimator, notebook, cell, start_time, end_time, duration,
            replay_of.
        text: Words that the name, estimator, notebook, a parameter or a tag must contain; for a search box.
        order_by: `metrics.rmse`, `params.alpha DESC`, `attributes.start_time`; newest first where empty.
        limit: 1 to 10,000.
        cursor: `next_cursor` of the page before; the empty text is the first page.
        offset: Runs to skip after the cursor: for a jump in a scrolled list, where the pages between are not wanted.
        notebook_path: Only this notebook's runs, where not empty.
        shelf: The runs at hand, the archived ones, or both.
        is_starred_only: Only those that somebody starred.
        group_by: What `group_runs` groups by, as `params.model`, `tags.team` or `attributes.notebook`.
        group_value: With `is_any_group` false, only the runs that have this value of it (None: that have none).
        is_any_group: Runs of all groups.
        max_value_length: Parameters and tags that are longer are cut there, and say how long they are; 0 cuts nothing.
        notebook_name: Only runs of notebooks with this file name, in whatever folder, where not empty.
        parent_run_id: Only this run's children, where not empty; else children are left out unless `with_children`.
        keys: The parameter, metric and tag keys to return, as `metrics.rmse`; None is all of them.
        with_replays: Also the runs that replays made; else they are left out, but where the question is for them: by
            a run's id, a parent, their notebook, `attributes.replay_of` or a tag that only they have.
    """

    filter: str = ""
    text: str = ""
    order_by: tuple[str, ...] = ()
    limit: int = 50
    cursor: str = ""
    notebook_path: str = ""
    parent_run_id: str = ""
    with_children: bool = False
    keys: tuple[str, ...] | None = ()
    offset: int = 0
    notebook_name: str = ""
    with_replays: bool = False
    shelf: Shelf = Shelf.ACTIVE
    is_starred_only: bool = False
    group_by: str = ""
    group_value: str | None = None
    is_any_group: bool = True
    max_value_length: int = 0


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A metric's last value and where it comes from. `count`, `minimum` and `maximum` are over its whole series."""

    key: str
    value: float
    step: int
    at: int
    count: int = 1
    minimum: float | None = None
    maximum: float | None = None
    evidence: Evidence = Evidence.LOGGED
    dataset_name: str = ""
    dataset_digest: str = ""
    slice_name: str = ""
    execution_id: str = ""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One row of a table of runs. `ended_at` and `duration_s` are None while it runs.

    Attributes:
        duration_s: None also where nobody saw its end: its process was killed.
        title: The name as lists show it: a pipeline with its last step, a cell's own run with the cell's first line.
        differs: What tells it from its neighbours, in few words: `alpha=0.1, fold=3`; may be empty.
        cell_status: How its cell ended, where the run ended well and the cell did not; None elsewhere.
        cell_error: The name of the exception that ended that cell.
        child_metric: Where it has children and no metric of its own: the key metric of the latest child that has one.
        replay_of: The id of the run that it makes again, else the beginning of the id of the one whose replay made it
            on the way; empty where no replay made it.
        is_starred: Somebody starred it.
        is_archived: Somebody put it into the archive.
    """

    run_id: str
    name: str
    status: Status
    kind: str
    session_id: str
    execution_id: str
    notebook_path: str
    cell_id: str
    execution_count: int
    started_at: int
    ended_at: int | None
    duration_s: float | None
    estimator: str
    variable: str
    parent_run_id: str
    group_id: str
    child_count: int
    key_metric: MetricValue | None
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    differs: str = ""
    cell_status: Status | None = None
    cell_error: str = ""
    child_metric: MetricValue | None = None
    replay_of: str = ""
    is_starred: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class RunPage:
    """A page of runs; `next_cursor` is empty on the last one, `total` counts all that match.

    `replay_count` counts the runs of replays that match besides and were left out.
    """

    runs: tuple[RunSummary, ...]
    next_cursor: str
    total: int
    replay_count: int = 0


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset version in a run, by role and name."""

    name: str
    role: DatasetRole
    dataset: DatasetVersion


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a run."""

    path: str
    digest: str
    size_bytes: int
    media_type: str
    kind: str
    at: int


@dataclass(frozen=True, slots=True)
class CellExecution:
    """One cell run once. `source` is cut at the number of characters that the query allows; `source_length` tells."""

    execution_id: str
    session_id: str
    notebook_path: str
    cell_id: str
    execution_count: int
    status: Status
    source: str
    source_length: int
    started_at: int
    ended_at: int | None
    duration_s: float | None
    cpu_s: float
    peak_memory_bytes: int
    error: ErrorInfo | None
    tags: tuple[str, ...]
    names_read: tuple[str, ...]
    names_written: tuple[str, ...]
    files: tuple[FileUse, ...]
    outputs: tuple[OutputDigest, ...]
    notes: tuple[str, ...]
    run_ids: tuple[str, ...]
    sources: tuple[SourceUse, ...] = ()
    peak_is_exact: bool = False  # else the peak is the largest that was seen


@dataclass(frozen=True, slots=True)
class RunDetail:
    """Everything that is kept of one run."""

    run: RunSummary
    error: ErrorInfo | None
    params: tuple[Param, ...]
    metrics: tuple[MetricValue, ...]
    ambiguous_metrics: tuple[AmbiguousMetric, ...]
    tags: tuple[Tag, ...]
    datasets: tuple[DatasetUse, ...]
    artifacts: tuple[Artifact, ...]
    environment: Environment | None
    hardware: Hardware | None
    code: CodeVersion | None
    seed: Seed | None
    peak_memory_bytes: int
    execution: CellExecution | None
    children: tuple[RunSummary, ...]  # the first 200; child_count tells how many there are
    group: RunGroup | None = None
    models: tuple[LoggedModel, ...] = ()
    system: SystemUse | None = None


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One logged value."""

    step: int
    at: int
    value: float


@dataclass(frozen=True, slots=True)
class MetricHistory:
    """A metric over its steps; `is_decimated` when only the extremes of each bucket are in it, of `count` points."""

    run_id: str
    key: str
    points: tuple[MetricPoint, ...]
    count: int
    is_decimated: bool


@dataclass(frozen=True, slots=True)
class CellBadge:
    """What the badge of one notebook cell shows: its last execution and that execution's last run.

    `source_crc32` (of the executed source in UTF-8) and `source_length` (characters) tell whether the code has
    changed since. `input_changes` are what the cell read and another cell has written since.
    """

    cell_id: str
    execution_id: str
    execution_count: int
    status: Status
    at: int
    source_crc32: int
    source_length: int
    input_changes: tuple[InputChange, ...]
    run_count: int
    run: RunSummary | None


@dataclass(frozen=True, slots=True)
class RunKeys:
    """The keys that occur in the store, most used first, at most 10,000 of each; the counts are exact."""

    params: tuple[str, ...]
    metrics: tuple[str, ...]
    tags: tuple[str, ...]
    param_count: int
    metric_count: int
    tag_count: int
    stepped_metrics: tuple[str, ...] = ()  # those with more than one point in some run
