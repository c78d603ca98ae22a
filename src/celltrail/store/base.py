"""The store's contract: what everyone above may ask, whether the store is in this process or behind its owner.

Each method is safe to call from any thread. Every question and answer is a frozen record, so that the local store, the
remote one and the panel speak the same JSON (`celltrail.codec`). Nothing here writes user data: what changes a run is
an event in a journal.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

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
from celltrail.store.history import CellHistory, CellLink, ExecutedSource, InputChange
from celltrail.store.several import AmbiguousMetric, RunGroup
from celltrail.store.table import Buckets, SavedView, Shelf


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
class DatasetQuery:
    """Which versions of data.

    Attributes:
        name: A dataset's name, or its source as the trail has it; all where empty.
        digest: What the digest begins with, with or without its algorithm; all where empty.
        run_id: Only those that this run used; a whole id.
        limit: 1 to 10,000.
        with_replays: Also what only replays used, and their runs.
    """

    name: str = ""
    digest: str = ""
    run_id: str = ""
    limit: int = 100
    with_replays: bool = False


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """One version of a dataset and what was done with it.

    Attributes:
        name: What `celltrail.dataset` called it, else the variable, else the source.
        dataset: The version; what is not known of it is empty.
        roles: What was done with it: named, read, write, or a `DatasetRole` in a run.
        first_at: When it was used first.
        last_at: And last.
        run_ids: Runs that used it, newest first, at most 20; `run_count` counts all.
        blob: The blob with its content, where that was kept for it; a file's own digest may be one besides.
        media_type: Of the blob.
        note: What is partial, or why the content was not kept.
        is_replayed: Whether replays alone used it.
        replay_ids: Those of `run_ids` that replays made.
    """

    name: str
    dataset: DatasetVersion
    roles: tuple[str, ...]
    first_at: int
    last_at: int
    run_ids: tuple[str, ...]
    run_count: int
    blob: str = ""
    media_type: str = ""
    note: str = ""
    is_replayed: bool = False
    replay_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """One dataset: its versions, those who used it, and the digest of the version that was used last, at `last_at`."""

    name: str
    sources: tuple[str, ...]
    roles: tuple[str, ...]
    is_named: bool
    version_count: int
    run_count: int
    latest_digest: str
    last_at: int


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


@dataclass(frozen=True, slots=True)
class CaptureFailure:
    """celltrail's own failure in a kernel, by place; `count` over all sessions."""

    where: str
    message: str
    count: int
    last_at: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """The store's health. `root` is the store's folder."""

    root: str
    schema_version: int
    run_count: int
    cell_execution_count: int
    session_count: int
    live_session_count: int
    segment_count: int
    quarantined: tuple[str, ...]
    refused: tuple[str, ...]  # segments of a newer format, left alone
    is_paused: bool
    capture_failures: tuple[CaptureFailure, ...]
    owner: str  # "this process", or the owner's address
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FoldReport:
    """What one fold did: `changed_run_ids` has the runs that any event named, at most 1,000 of them."""

    event_count: int
    metric_count: int
    segment_count: int
    changed_run_ids: tuple[str, ...]
    changed_notebooks: tuple[str, ...]
    quarantined: tuple[str, ...]
    refused: tuple[str, ...]
    duration_s: float


class Store(Protocol):
    """What can be asked of a store.

    Thread safety: any method from any thread. Process safety: at most one process holds a local store; others ask it.
    Ownership: whoever opened a store closes it. Errors: `StoreBusyError` when the owner does not answer within its
    timeout, `NewerStoreError` when opened on a newer file; the others are named per method.
    """

    @abstractmethod
    def fold(self) -> FoldReport:
        """Take in all that journals hold and the store does not; then end the runs of dead kernels as killed."""

    @abstractmethod
    def status(self) -> StoreStatus:
        """The store's health and size."""

    @abstractmethod
    def search_runs(self, query: RunQuery) -> RunPage:
        """A page of runs.

        Raises:
            FilterError: The filter, an ordering or the cursor cannot be understood.
        """

    @abstractmethod
    def get_run(self, run_id: str) -> RunDetail:
        """Everything of one run, by its id or the first four or more characters of it.

        Raises:
            RunNotFoundError: No run or more than one matches.
        """

    @abstractmethod
    def get_runs(self, run_ids: tuple[str, ...]) -> tuple[RunDetail, ...]:
        """Several runs in the order given, in one reading: for comparisons.

        Their children, group and ambiguous metrics are left empty: `get_run` has them.

        Raises:
            RunNotFoundError: For one of the ids no run or more than one matches.
        """

    @abstractmethod
    def list_ambiguous(self, notebook_path: str = "", limit: int = 100) -> tuple[AmbiguousMetric, ...]:
        """Metrics that more than one run may own, newest first; of a cell that ran again only the latest."""

    @abstractmethod
    def metric_history(self, run_id: str, key: str, max_points: int = 2000) -> MetricHistory:
        """A metric over its steps, decimated to the minimum and maximum of each bucket above `max_points`.

        Raises:
            RunNotFoundError: There is no such run; a key that it lacks gives no points.
        """

    @abstractmethod
    def find_runs(self, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The whole ids of runs, by their ids or the first four or more characters of them.

        Raises:
            RunNotFoundError: For one of them no run or more than one matches.
        """

    @abstractmethod
    def metric_courses(self, run_ids: tuple[str, ...], key: str, max_points: int = 60) -> tuple[MetricHistory, ...]:
        """A metric over its steps for those of at most 200 runs that have it: about so many points of each, to draw."""

    @abstractmethod
    def group_runs(self, query: RunQuery) -> Buckets:
        """The runs that match in groups by their values of `query.group_by`, one group without it.

        Newest first, or by the best value of the metric that the query orders by; with the extremes of the metrics
        among the query's keys. At most `query.limit` and 1,000 groups.

        Raises:
            FilterError: The filter, the order or the grouping cannot be understood.
        """

    @abstractmethod
    def list_views(self) -> tuple[SavedView, ...]:
        """The views of the runs table that were kept, by name."""

    @abstractmethod
    def list_keys(self) -> RunKeys:
        """The parameter, metric and tag keys that occur."""

    @abstractmethod
    def list_badges(self, notebook_path: str) -> tuple[CellBadge, ...]:
        """The badges of a notebook's cells, from each cell's last execution."""

    @abstractmethod
    def list_links(self, notebook_path: str) -> tuple[CellLink, ...]:
        """What the runs on a notebook's badges rest on: executions in executed order, and whose work each one read."""

    @abstractmethod
    def cell_history(
        self, notebook_path: str, cell_id: str, limit: int = 100, offset: int = 0, *, with_elsewhere: bool = False
    ) -> CellHistory:
        """A cell's executions, newest first, at most 1,000 at once.

        Where `with_elsewhere` is set, also those of a cell with this id in notebooks of other names.
        """

    @abstractmethod
    def executed_source(self, execution_id: str) -> ExecutedSource:
        """What one execution executed, whole.

        Raises:
            ExecutionNotFoundError: No execution has that id.
        """

    @abstractmethod
    def list_executions(
        self, notebook_path: str = "", cell_id: str = "", limit: int = 100, session_id: str = ""
    ) -> tuple[CellExecution, ...]:
        """Cell executions of a notebook, newest first; of one cell where `cell_id` is given.

        Where `session_id` is given, all of that session's, whatever the other arguments, in executed order and with
        whole sources.
        """

    @abstractmethod
    def list_datasets(self, limit: int = 100) -> tuple[DatasetSummary, ...]:
        """The datasets that cells and runs used, those of replays left out: the named ones, then by their last use."""

    @abstractmethod
    def list_dataset_versions(self, query: DatasetQuery) -> tuple[DatasetEntry, ...]:
        """Versions of data, those used last first."""

    @abstractmethod
    def read_blob(self, digest: str) -> bytes:
        """An artifact's content.

        Raises:
            BlobNotFoundError: No artifact has that digest, or its content does not match it.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of it; a second call does nothing."""
