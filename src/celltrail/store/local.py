"""The store in this process, which owns it: the one home of DuckDB connections."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb

from celltrail.errors import StoreError
from celltrail.journal.blobs import BlobStore
from celltrail.store import (
    query_cells,
    query_datasets,
    query_detail,
    query_history,
    query_notes,
    query_runs,
    query_series,
    query_status,
    query_table,
)
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetEntry, DatasetQuery, DatasetSummary
from celltrail.store.fold import Folder
from celltrail.store.health import FoldReport, StoreStatus
from celltrail.store.history import CellHistory, CellLink, ExecutedSource
from celltrail.store.owner import Ownership
from celltrail.store.reading import Known, Reading
from celltrail.store.runs import CellBadge, CellExecution, MetricHistory, RunDetail, RunKeys, RunPage, RunQuery
from celltrail.store.schema import connect, explain
from celltrail.store.several import AmbiguousMetric
from celltrail.store.table import Buckets, PastNote, SavedView


class LocalStore(Store):
    """The store's file, opened under its lock.

    Thread safety: any method from any thread; questions run beside each other and beside a fold, each on a state of
    the store between two transactions. Closing ends the ownership.
    """

    def __init__(self, ownership: Ownership) -> None:
        """Open the file; made or migrated where needed.

        Raises:
            NewerStoreError: The file was made by a newer celltrail; it was left untouched.
            DamagedStoreError: The file cannot be read.
            StoreError: The disk refuses.
        """
        self._ownership = ownership
        self._folder = ownership.folder
        self._blobs = BlobStore(self._folder)
        self._lock = threading.Lock()  # one fold at a time
        self._is_closed = False
        self._is_void = False
        self._readers = 0
        self._idle = threading.Condition()
        try:
            self._connection = connect(self._folder)
            self._fold = self._begin_folding()
        except BaseException:
            ownership.release()
            raise

    def _begin_folding(self) -> Folder:
        self._forget()
        try:
            return Folder(self._connection.cursor(), self._folder, committed=self._forget)
        except duckdb.Error as error:
            self._connection.close()
            raise explain(error, self._folder) from error

    def _forget(self) -> None:
        self._known = Known()

    @property
    def folder(self) -> Path:
        """The store's folder."""
        return self._folder

    def fold(self) -> FoldReport:
        """As the contract says; a second caller waits for the first.

        Raises:
            StoreError: The disk refuses; what was folded before stays.
        """
        with self._lock:
            if self._is_void:
                self._reopen()
            with self._in_use():
                return self._fold_once()

    def _fold_once(self) -> FoldReport:
        try:
            return self._fold.fold()
        except duckdb.Error as error:
            # DuckDB gives a database up when it cannot tell what of a commit reached the disk; the file is fine.
            self._is_void = isinstance(error, duckdb.FatalException) or "invalidated" in str(error)
            raise explain(error, self._folder) from error
        except OSError as error:
            raise StoreError(f"the journals in {self._folder} cannot be folded: {error}") from error

    def _reopen(self) -> None:
        with self._idle:
            self._idle.wait_for(lambda: self._readers == 0)
            if not self._is_closed:
                self._connection.close()
                self._connection = connect(self._folder)
                self._fold = self._begin_folding()
                self._is_void = False

    def status(self) -> StoreStatus:
        """As the contract says."""
        with self._reading() as reading:
            owner = self._ownership.record.address or "this process"
            return query_status.status(reading, self._folder, owner=owner)

    def search_runs(self, query: RunQuery) -> RunPage:
        """As the contract says."""
        with self._reading() as reading:
            return query_runs.search_runs(reading, query)

    def get_run(self, run_id: str) -> RunDetail:
        """As the contract says."""
        with self._reading() as reading:
            return query_detail.get_run(reading, run_id)

    def get_runs(self, run_ids: tuple[str, ...]) -> tuple[RunDetail, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_detail.get_runs(reading, run_ids)

    def list_ambiguous(self, notebook_path: str = "", limit: int = 100) -> tuple[AmbiguousMetric, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_detail.list_ambiguous(reading, notebook_path, limit)

    def metric_history(self, run_id: str, key: str, max_points: int = 2000) -> MetricHistory:
        """As the contract says."""
        with self._reading() as reading:
            return query_series.metric_history(reading, run_id, key, max_points)

    def find_runs(self, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_detail.find_runs(reading, run_ids)

    def metric_courses(self, run_ids: tuple[str, ...], key: str, max_points: int = 60) -> tuple[MetricHistory, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_table.metric_courses(reading, run_ids, key, max_points)

    def group_runs(self, query: RunQuery) -> Buckets:
        """As the contract says."""
        with self._reading() as reading:
            return query_table.group_runs(reading, query)

    def list_views(self) -> tuple[SavedView, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_table.list_views(reading)

    def list_notes(self, run_id: str) -> tuple[PastNote, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_notes.list_notes(reading, run_id)

    def list_keys(self) -> RunKeys:
        """As the contract says."""
        with self._reading() as reading:
            return query_status.list_keys(reading)

    def list_badges(self, notebook_path: str) -> tuple[CellBadge, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_cells.list_badges(reading, notebook_path)

    def list_links(self, notebook_path: str) -> tuple[CellLink, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_history.list_links(reading, notebook_path)

    def cell_history(
        self, notebook_path: str, cell_id: str, limit: int = 100, offset: int = 0, *, with_elsewhere: bool = False
    ) -> CellHistory:
        """As the contract says."""
        with self._reading() as reading:
            return query_history.cell_history(
                reading, notebook_path, cell_id, limit=limit, offset=offset, with_elsewhere=with_elsewhere
            )

    def executed_source(self, execution_id: str) -> ExecutedSource:
        """As the contract says."""
        with self._reading() as reading:
            return query_history.executed_source(reading, execution_id)

    def list_executions(
        self, notebook_path: str = "", cell_id: str = "", limit: int = 100, session_id: str = ""
    ) -> tuple[CellExecution, ...]:
        """As the contract says."""
        with self._reading() as reading:
            if session_id:
                return query_cells.list_session(reading, session_id)
            return query_cells.list_executions(reading, notebook_path, cell_id, limit)

    def list_datasets(self, limit: int = 100) -> tuple[DatasetSummary, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_datasets.list_datasets(reading, limit)

    def list_dataset_versions(self, query: DatasetQuery) -> tuple[DatasetEntry, ...]:
        """As the contract says."""
        with self._reading() as reading:
            return query_datasets.list_versions(reading, query)

    def read_blob(self, digest: str) -> bytes:
        """As the contract says."""
        return self._blobs.read(digest)

    def close(self) -> None:
        """Wait for what is going on, close the file and let go of the lock; a second call does nothing."""
        with self._idle:
            if self._is_closed:
                return
            self._is_closed = True
            self._idle.wait_for(lambda: self._readers == 0)
        try:
            self._connection.close()
        finally:
            self._ownership.release()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Reading]:
        with self._in_use(), contextlib.closing(self._connection.cursor()) as cursor:
            known = (
                self._known
            )  # before the transaction: what a newer one learned may be unknown to an older Known only
            cursor.execute("BEGIN")
            try:
                yield Reading(cursor, known)
            except duckdb.Error as error:
                raise explain(error, self._folder) from error

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._idle:
            if self._is_closed:
                raise StoreError(f"the store in {self._folder} is closed: open it again")
            self._readers += 1
        try:
            yield
        finally:
            with self._idle:
                self._readers -= 1
                self._idle.notify_all()
