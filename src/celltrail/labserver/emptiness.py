"""The store of a project in which nothing was ever recorded: it answers with nothing and makes no file.

Making the store's folder for a question would turn the folder that was asked about into a project's root.
"""

from pathlib import Path

from celltrail.errors import BlobNotFoundError, ExecutionNotFoundError, RunNotFoundError
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetEntry, DatasetQuery, DatasetSummary
from celltrail.store.health import FoldReport, StoreStatus
from celltrail.store.history import CellHistory, CellLink, ExecutedSource
from celltrail.store.runs import CellBadge, CellExecution, MetricHistory, RunDetail, RunKeys, RunPage, RunQuery
from celltrail.store.several import AmbiguousMetric
from celltrail.store.table import Buckets, PastNote, SavedView


class EmptyStore(Store):
    """A store without a file, for any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fold(self) -> FoldReport:
        """There is no journal."""
        return FoldReport(0, 0, 0, (), (), (), (), 0.0)

    def status(self) -> StoreStatus:
        """All zero."""
        return StoreStatus(
            root=str(self._folder),
            schema_version=0,
            run_count=0,
            cell_execution_count=0,
            session_count=0,
            live_session_count=0,
            segment_count=0,
            quarantined=(),
            refused=(),
            is_paused=False,
            capture_failures=(),
            owner="",
            size_bytes=0,
        )

    def search_runs(self, query: RunQuery) -> RunPage:  # noqa: ARG002 - the contract's signature
        """No run matches."""
        return RunPage(runs=(), next_cursor="", total=0)

    def get_run(self, run_id: str) -> RunDetail:
        """There is none.

        Raises:
            RunNotFoundError: Always.
        """
        raise RunNotFoundError(run_id)

    def get_runs(self, run_ids: tuple[str, ...]) -> tuple[RunDetail, ...]:
        """There are none.

        Raises:
            RunNotFoundError: Where one is asked for.
        """
        for run_id in run_ids:
            raise RunNotFoundError(run_id)
        return ()

    def list_ambiguous(self, notebook_path: str = "", limit: int = 100) -> tuple[AmbiguousMetric, ...]:  # noqa: ARG002 - the contract's signature
        """No metrics."""
        return ()

    def metric_history(self, run_id: str, key: str, max_points: int = 2000) -> MetricHistory:  # noqa: ARG002 - the contract's signature
        """There is none.

        Raises:
            RunNotFoundError: Always.
        """
        raise RunNotFoundError(run_id)

    def find_runs(self, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        """There is none.

        Raises:
            RunNotFoundError: Where one was asked for.
        """
        if run_ids:
            raise RunNotFoundError(run_ids[0])
        return ()

    def metric_courses(self, run_ids: tuple[str, ...], key: str, max_points: int = 60) -> tuple[MetricHistory, ...]:  # noqa: ARG002 - the contract's
        """No points."""
        return ()

    def group_runs(self, query: RunQuery) -> Buckets:  # noqa: ARG002 - the contract's signature
        """No groups."""
        return Buckets((), 0)

    def list_views(self) -> tuple[SavedView, ...]:
        """No views."""
        return ()

    def list_notes(self, run_id: str) -> tuple[PastNote, ...]:
        """There is none.

        Raises:
            RunNotFoundError: Always.
        """
        raise RunNotFoundError(run_id)

    def list_keys(self) -> RunKeys:
        """No keys."""
        return RunKeys((), (), (), 0, 0, 0)

    def list_badges(self, notebook_path: str) -> tuple[CellBadge, ...]:  # noqa: ARG002 - the contract's signature
        """No badges."""
        return ()

    def list_links(self, notebook_path: str) -> tuple[CellLink, ...]:  # noqa: ARG002 - the contract's signature
        """No links."""
        return ()

    def cell_history(
        self,
        notebook_path: str,  # noqa: ARG002 - the contract's signature
        cell_id: str,  # noqa: ARG002 - the contract's signature
        limit: int = 100,  # noqa: ARG002 - the contract's signature
        offset: int = 0,  # noqa: ARG002 - the contract's signature
        *,
        with_elsewhere: bool = False,  # noqa: ARG002 - the contract's signature
    ) -> CellHistory:
        """No executions."""
        return CellHistory((), 0, 0)

    def executed_source(self, execution_id: str) -> ExecutedSource:
        """There is none.

        Raises:
            ExecutionNotFoundError: Always.
        """
        raise ExecutionNotFoundError(execution_id)

    def list_executions(
        self,
        notebook_path: str = "",  # noqa: ARG002 - the contract's signature
        cell_id: str = "",  # noqa: ARG002 - the contract's signature
        limit: int = 100,  # noqa: ARG002 - the contract's signature
        session_id: str = "",  # noqa: ARG002 - the contract's signature
    ) -> tuple[CellExecution, ...]:
        """No executions."""
        return ()

    def list_datasets(self, limit: int = 100) -> tuple[DatasetSummary, ...]:  # noqa: ARG002 - the contract's
        """No datasets."""
        return ()

    def list_dataset_versions(self, query: DatasetQuery) -> tuple[DatasetEntry, ...]:  # noqa: ARG002 - the contract's
        """No versions."""
        return ()

    def read_blob(self, digest: str) -> bytes:
        """There is none.

        Raises:
            BlobNotFoundError: Always.
        """
        raise BlobNotFoundError(digest)

    def close(self) -> None:
        """Nothing is held."""
