"""Fills stores for tests as kernels do: by writing journals through the real writer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celltrail import clock
from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import DatasetRole, DatasetVersion, ErrorInfo, Evidence, FileUse, Param, ParamKind, Status, Tag

START = 1_700_000_000_000_000


@dataclass(slots=True)
class Trail:
    """One session that writes its journal; times count up by a millisecond with every event."""

    folder: Path
    notebook: str = "analysis.ipynb"
    session_id: str = field(default_factory=clock.new_id)
    kernel_id: str = field(default_factory=clock.new_id)
    at: int = START
    writer: JournalWriter = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self.writer = JournalWriter(self.folder / "journal")
        self.writer.append(
            events.SessionStarted(self.session_id, self.tick(), self.notebook, self.kernel_id, "jupyter", "3.11")
        )

    def tick(self) -> int:
        """The next point in time."""
        self.at += 1000
        return self.at

    def cell(self, source: str = "fit()", cell_id: str = "c1", *, is_finished: bool = True, **ends: Any) -> str:
        """One execution of a cell; `ends` are fields of its CellFinished."""
        self._count += 1
        execution_id = clock.new_id()
        self.writer.append(
            events.CellStarted(execution_id, self.session_id, self.tick(), cell_id, self._count, source, ())
        )
        if is_finished:
            self.finish_cell(execution_id, **ends)
        return execution_id

    def finish_cell(self, execution_id: str, status: Status = Status.FINISHED, **ends: Any) -> None:
        """End a cell that was left open."""
        self.writer.append(events.CellFinished(execution_id, self.tick(), status, **ends))

    def run(
        self,
        name: str = "Ridge",
        *,
        execution_id: str = "",
        params: Mapping[str, object] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
        is_finished: bool = True,
        status: Status = Status.FINISHED,
        error: ErrorInfo | None = None,
        **starts: Any,
    ) -> str:
        """One run with its params, logged metrics and tags; `starts` are fields of its RunStarted."""
        run_id = starts.pop("run_id", None) or clock.new_id()
        began = self.tick()
        starts.setdefault("kind", "fit")
        self.writer.append(events.RunStarted(run_id, self.session_id, execution_id, began, name, **starts))
        if params:
            self.writer.append(
                events.ParamsLogged(run_id, self.tick(), tuple(_param(*pair) for pair in params.items()))
            )
        if tags:
            self.writer.append(events.TagsSet(run_id, self.tick(), tuple(Tag(*pair) for pair in tags.items())))
        for key, value in (metrics or {}).items():
            self.metric(run_id, key, value)
        if is_finished:
            ended = self.tick()
            self.writer.append(events.RunFinished(run_id, ended, status, error, (ended - began) / 1e6, 1 << 20))
        return run_id

    def metric(
        self,
        run_id: str,
        key: str,
        *values: float,
        first_step: int = 0,
        evidence: Evidence = Evidence.LOGGED,
        dataset_name: str = "",
        **declared: str,
    ) -> None:
        """Values of one metric at consecutive steps."""
        series = self.writer.series(run_id, key, evidence=evidence, dataset_name=dataset_name, **declared)
        self.writer.metrics([(series, first_step + i, self.tick(), value) for i, value in enumerate(values)])

    def dataset(self, run_id: str, dataset: DatasetVersion, role: DatasetRole, name: str) -> None:
        """A dataset that a run used."""
        self.writer.append(
            events.DatasetSeen(dataset), events.DatasetUsed(run_id, self.tick(), dataset.digest, role, name)
        )

    def end(self, status: Status = Status.FINISHED) -> None:
        """End the session and close its writer."""
        self.writer.append(events.SessionEnded(self.session_id, self.tick(), status))
        self.writer.close()


def _param(key: str, value: object) -> Param:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Param(key, str(value), ParamKind.NUMBER if is_number else ParamKind.TEXT)


def wrote(path: str) -> FileUse:
    """A file that a cell wrote."""
    return FileUse(path, "write")


def read(path: str) -> FileUse:
    """A file that a cell read."""
    return FileUse(path, "read")
