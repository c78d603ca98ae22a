"""The recorder: the one object that hooks, estimators and the fluent API write the trail through.

It owns the kernel's journal writer and turns calls into events; it knows no IPython and no scikit-learn.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from celltrail import clock
from celltrail.config import Settings
from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import DatasetRole, DatasetVersion, ErrorInfo, Evidence, Param, Status, Tag


@dataclass(slots=True, eq=False)
class CellContext:
    """The cell execution that is going on; one per cell, also when subshells run several at once.

    `names_read` are the globals that its syntax tree reads. `run_ids` are the top-level runs opened in it.
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


@dataclass(slots=True, eq=False)
class OpenRun:
    """A run that is going on in this process."""

    run_id: str
    name: str
    kind: str
    started_at: int
    started_ns: int
    cell: CellContext | None
    parent_run_id: str = ""


class Recorder:
    """Writes one session's trail.

    Thread safety: any method from any thread. The current cell and the open explicit run are per context
    (`contextvars`), so that subshells and awaits do not mix them up.
    """

    def __init__(self, settings: Settings, writer: JournalWriter, session_id: str) -> None:
        self.settings = settings
        self.writer = writer
        self.session_id = session_id
        self._cell: ContextVar[CellContext | None] = ContextVar("celltrail_cell", default=None)
        self._explicit: ContextVar[tuple[OpenRun, ...]] = ContextVar("celltrail_runs", default=())
        self._described: set[str] = set()

    # --- where we are -------------------------------------------------------------------------------------------

    def current_cell(self) -> CellContext | None:
        """The cell execution that the calling code belongs to; None outside any (a script, a callback)."""
        return self._cell.get()

    def active_run(self) -> OpenRun | None:
        """The innermost explicit run (`start_run`, `%%track`) that is open here."""
        open_runs = self._explicit.get()
        return open_runs[-1] if open_runs else None

    # --- runs ---------------------------------------------------------------------------------------------------

    def start_run(
        self, name: str, *, kind: str, estimator: str = "", variable: str = "", parent_run_id: str = ""
    ) -> OpenRun:
        """Open a run in the current cell; its parent is the active explicit run unless one is given."""
        raise NotImplementedError

    def finish_run(self, run: OpenRun, status: Status = Status.FINISHED, error: ErrorInfo | None = None) -> None:
        """End a run."""
        raise NotImplementedError

    def run_for_logging(self) -> str:
        """The id of the run that log_metric and its like write to, opened if need be.

        The active explicit run, else the latest fit of this cell, else the cell's own run.
        """
        raise NotImplementedError

    # --- facts about a run --------------------------------------------------------------------------------------

    def log_params(self, run_id: str, params: tuple[Param, ...]) -> None:
        """Keep parameters of a run."""
        self.writer.append(events.ParamsLogged(run_id, clock.now(), params))

    def set_tags(self, run_id: str, tags: tuple[Tag, ...]) -> None:
        """Keep tags of a run."""
        self.writer.append(events.TagsSet(run_id, clock.now(), tags))

    def log_metric(
        self,
        run_id: str,
        key: str,
        value: float,
        *,
        step: int | None = None,
        evidence: Evidence = Evidence.LOGGED,
        dataset_name: str = "",
        dataset_digest: str = "",
        slice_name: str = "",
    ) -> None:
        """Keep one value of a metric; `step` counts up from 0 by itself where it is None."""
        raise NotImplementedError

    def ambiguous_metric(
        self,
        key: str,
        value: float,
        *,
        candidates: tuple[str, ...],
        reason: str,
        dataset_name: str = "",
        dataset_digest: str = "",
    ) -> None:
        """Keep a metric that more than one run may own, with those runs as its candidates."""
        raise NotImplementedError

    def use_dataset(self, run_id: str, dataset: DatasetVersion, role: DatasetRole, name: str) -> None:
        """A run used a dataset; the dataset is described the first time that its digest comes."""
        if dataset.digest not in self._described:
            self._described.add(dataset.digest)
            self.writer.append(events.DatasetSeen(dataset))
        self.writer.append(events.DatasetUsed(run_id, clock.now(), dataset.digest, role, name))
