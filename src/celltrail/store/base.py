"""The store's contract: what everyone above may ask, whether the store is in this process or behind its owner.

Each method is safe to call from any thread. Every question and answer is a frozen record, so that the local store, the
remote one and the panel speak the same JSON (`celltrail.codec`). Nothing here writes user data: what changes a run is
an event in a journal.
"""

from abc import abstractmethod
from typing import Protocol

from celltrail.store.datasets import DatasetEntry, DatasetQuery, DatasetSummary
from celltrail.store.health import FoldReport, StoreStatus
from celltrail.store.history import CellHistory, CellLink, ExecutedSource
from celltrail.store.runs import (
    CellBadge,
    CellExecution,
    MetricHistory,
    RunDetail,
    RunKeys,
    RunPage,
    RunQuery,
)
from celltrail.store.several import AmbiguousMetric
from celltrail.store.table import Buckets, PastNote, SavedView


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
    def list_notes(self, run_id: str) -> tuple[PastNote, ...]:
        """The texts that the note of a run had, newest first, at most 100; the first is the note while it has one.

        Raises:
            RunNotFoundError: No run or more than one matches.
        """

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
