"""The store behind its owner's address: each question is one HTTP request with the owner's token."""

import http.client
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from celltrail.errors import StoreBusyError, StoreError
from celltrail.store import protocol
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetEntry, DatasetQuery, DatasetSummary
from celltrail.store.health import FoldReport, StoreStatus
from celltrail.store.history import CellHistory, CellLink, ExecutedSource
from celltrail.store.owner import OwnerRecord
from celltrail.store.runs import CellBadge, CellExecution, MetricHistory, RunDetail, RunKeys, RunPage, RunQuery
from celltrail.store.several import AmbiguousMetric
from celltrail.store.table import Buckets, PastNote, SavedView

_TIMEOUT_S = 30.0
_FORBIDDEN = 403
# The owner is on this machine: a proxy from the environment must see neither question nor token.
_open = build_opener(ProxyHandler({})).open


class RemoteStore(Store):
    """Asks the owner; safe from any thread, holds nothing open."""

    def __init__(self, folder: Path, owner: OwnerRecord, *, timeout_s: float = _TIMEOUT_S) -> None:
        """Prepare to ask.

        Args:
            folder: The store's folder, for errors.
            owner: Who has it; its address must not be empty.
            timeout_s: How long to wait for an answer.
        """
        self._folder = folder
        self._owner = owner
        self._timeout_s = timeout_s

    def fold(self) -> FoldReport:
        """As the contract says, in the owner."""
        answer: FoldReport = self._ask("fold")
        return answer

    def status(self) -> StoreStatus:
        """As the contract says; `owner` is the address."""
        answer: StoreStatus = self._ask("status")
        return answer

    def search_runs(self, query: RunQuery) -> RunPage:
        """As the contract says."""
        answer: RunPage = self._ask("search_runs", query=query)
        return answer

    def get_run(self, run_id: str) -> RunDetail:
        """As the contract says."""
        answer: RunDetail = self._ask("get_run", run_id=run_id)
        return answer

    def get_runs(self, run_ids: tuple[str, ...]) -> tuple[RunDetail, ...]:
        """As the contract says."""
        answer: tuple[RunDetail, ...] = self._ask("get_runs", run_ids=run_ids)
        return answer

    def list_ambiguous(self, notebook_path: str = "", limit: int = 100) -> tuple[AmbiguousMetric, ...]:
        """As the contract says."""
        answer: tuple[AmbiguousMetric, ...] = self._ask("list_ambiguous", notebook_path=notebook_path, limit=limit)
        return answer

    def metric_history(self, run_id: str, key: str, max_points: int = 2000) -> MetricHistory:
        """As the contract says."""
        answer: MetricHistory = self._ask("metric_history", run_id=run_id, key=key, max_points=max_points)
        return answer

    def find_runs(self, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        """As the contract says."""
        answer: tuple[str, ...] = self._ask("find_runs", run_ids=run_ids)
        return answer

    def metric_courses(self, run_ids: tuple[str, ...], key: str, max_points: int = 60) -> tuple[MetricHistory, ...]:
        """As the contract says."""
        answer: tuple[MetricHistory, ...] = self._ask("metric_courses", run_ids=run_ids, key=key, max_points=max_points)
        return answer

    def group_runs(self, query: RunQuery) -> Buckets:
        """As the contract says."""
        answer: Buckets = self._ask("group_runs", query=query)
        return answer

    def list_views(self) -> tuple[SavedView, ...]:
        """As the contract says."""
        answer: tuple[SavedView, ...] = self._ask("list_views")
        return answer

    def list_notes(self, run_id: str) -> tuple[PastNote, ...]:
        """As the contract says."""
        answer: tuple[PastNote, ...] = self._ask("list_notes", run_id=run_id)
        return answer

    def list_keys(self) -> RunKeys:
        """As the contract says."""
        answer: RunKeys = self._ask("list_keys")
        return answer

    def list_badges(self, notebook_path: str) -> tuple[CellBadge, ...]:
        """As the contract says."""
        answer: tuple[CellBadge, ...] = self._ask("list_badges", notebook_path=notebook_path)
        return answer

    def list_links(self, notebook_path: str) -> tuple[CellLink, ...]:
        """As the contract says."""
        answer: tuple[CellLink, ...] = self._ask("list_links", notebook_path=notebook_path)
        return answer

    def cell_history(
        self, notebook_path: str, cell_id: str, limit: int = 100, offset: int = 0, *, with_elsewhere: bool = False
    ) -> CellHistory:
        """As the contract says."""
        page = {"limit": limit, "offset": offset, "with_elsewhere": with_elsewhere}
        answer: CellHistory = self._ask("cell_history", notebook_path=notebook_path, cell_id=cell_id, **page)
        return answer

    def executed_source(self, execution_id: str) -> ExecutedSource:
        """As the contract says."""
        answer: ExecutedSource = self._ask("executed_source", execution_id=execution_id)
        return answer

    def list_executions(
        self, notebook_path: str = "", cell_id: str = "", limit: int = 100, session_id: str = ""
    ) -> tuple[CellExecution, ...]:
        """As the contract says."""
        answer: tuple[CellExecution, ...] = self._ask(
            "list_executions", notebook_path=notebook_path, cell_id=cell_id, limit=limit, session_id=session_id
        )
        return answer

    def list_datasets(self, limit: int = 100) -> tuple[DatasetSummary, ...]:
        """As the contract says."""
        answer: tuple[DatasetSummary, ...] = self._ask("list_datasets", limit=limit)
        return answer

    def list_dataset_versions(self, query: DatasetQuery) -> tuple[DatasetEntry, ...]:
        """As the contract says."""
        answer: tuple[DatasetEntry, ...] = self._ask("list_dataset_versions", query=query)
        return answer

    def read_blob(self, digest: str) -> bytes:
        """As the contract says."""
        answer: bytes = self._ask("read_blob", digest=digest)
        return answer

    def close(self) -> None:
        """Nothing is held."""

    def _ask(self, method: str, **arguments: Any) -> Any:
        """Put one question.

        Raises:
            StoreBusyError: The owner does not answer, or no longer knows this token.
            StoreError: The store's own answer; see the contract.
        """
        request = Request(  # noqa: S310 - the address is of owner.json, which only this user can write
            f"{self._owner.address}/store/{method}",
            data=protocol.encode_arguments(arguments),
            headers={"Authorization": f"Bearer {self._owner.token}", "Content-Type": "application/json"},
            method="POST",
        )
        try:
            with _open(request, timeout=self._timeout_s) as response:
                return protocol.decode_answer(method, response.read())
        except HTTPError as error:
            raise self._problem(error) from error
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            raise StoreBusyError(self._folder, self._owner.describe()) from error

    def _problem(self, error: HTTPError) -> StoreError:
        with error:
            body = error.read()
        if error.code == _FORBIDDEN:
            return StoreBusyError(self._folder, self._owner.describe())
        try:
            return protocol.decode_error(body)
        except ValueError:
            return StoreError(f"{self._owner.describe()} answered {error.code} {error.reason}")
