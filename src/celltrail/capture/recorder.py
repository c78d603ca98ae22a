"""The recorder: the one object that hooks, estimators and the fluent API write the trail through.

It owns the kernel's journal writer and turns calls into events; it knows no IPython and no scikit-learn.
"""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from celltrail import clock
from celltrail.capture import params
from celltrail.capture.boundary import attempt
from celltrail.capture.context import CellContext, OpenRun, Place, Series
from celltrail.capture.metric_log import MetricLog
from celltrail.capture.retelling import Retelling
from celltrail.capture.system.sampler import Sampler
from celltrail.capture.whereabouts import Whereabouts, loop_id, place_in
from celltrail.config import Settings
from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import DatasetRole, DatasetVersion, ErrorInfo, Evidence, Param, Status, Tag

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from celltrail.capture.models.fitted import FittedModels

__all__ = ["CellContext", "OpenRun", "Recorder"]

_MAX_SOURCES = 300
_FIT_KINDS = frozenset({"fit", "search"})


class Recorder:
    """Writes one session's trail.

    Thread safety: any method from any thread.

    Attributes:
        where: Which cell and which explicit run the calling code is in.
        metrics: Takes what the user logs, value by value.
        models: What fits have made; None before the first.
        system: Looks at the process while cells run.
        notebook_params: The papermill parameters, written to every top-level run.
        run_count: Runs started so far.
        on_cell_begin: Told of each cell before its code runs, when the names that it reads are known.
        on_cell_end: Told of each cell when its code has run, and how that ended, before its runs are finished.
        on_run: Told of each run that started, once its first event is written; the session describes what surrounds it.
    """

    def __init__(self, settings: Settings, writer: JournalWriter, session_id: str) -> None:
        self.settings = settings
        self.writer = writer
        self.session_id = session_id
        self.where = Whereabouts()
        self.metrics = MetricLog(self.where, writer, self.run_for_logging)
        self.models: FittedModels | None = None
        self.system = Sampler(is_on=settings.system)
        self.notebook_params: tuple[Param, ...] = ()
        self.run_count = 0
        self.on_run: Callable[[OpenRun], None] | None = None
        self.on_cell_begin: Callable[[CellContext], None] | None = None
        self.on_cell_end: Callable[[CellContext, Status], None] | None = None
        self._described: set[str] = set()
        self._sources: dict[str, None] = {}
        self._open: dict[str, OpenRun] = {}
        self._retelling = Retelling()
        self._measured: dict[tuple[str, ...], Series] = {}
        self._outside: OpenRun | None = None  # the run of what is logged outside any cell

    # --- where we are -------------------------------------------------------------------------------------------

    def current_cell(self) -> CellContext | None:
        """The cell execution that the calling code belongs to; None outside any (a script, a callback)."""
        return self.where.current_cell()

    def active_run(self) -> OpenRun | None:
        """The innermost explicit run (`start_run`, `%%track`) that is open here."""
        return self.where.active_run()

    def write_cell(self, cell: CellContext, started: events.CellStarted) -> None:
        """Keep that a cell began, before its code runs."""
        self._retelling.cell(cell, started)
        self.writer.append(started)

    def write_cell_end(self, finished: events.CellFinished) -> None:
        """Keep how a cell ended; may come long after `leave_cell`."""
        self.writer.append(finished)
        self._retelling.cell_ended(finished.execution_id, finished)

    def enter_cell(self, cell: CellContext) -> None:
        """`cell` begins in the calling context."""
        self.where.enter_cell(cell)

    def names_are_known(self, cell: CellContext) -> None:
        """The names that `cell` reads are known, and none of its code has run."""
        if self.on_cell_begin is not None:
            attempt("cell begin", self.on_cell_begin, cell)

    def tell_live_cells(self) -> None:
        """Tell `on_cell_begin`, which came late, of the cells that are live."""
        for cell in self.where.live_cells():
            if self.on_cell_begin is not None and cell.is_recorded:
                attempt("cell begin", self.on_cell_begin, cell)

    # --- runs ---------------------------------------------------------------------------------------------------

    def start_run(
        self, name: str, *, kind: str, estimator: str = "", variable: str = "", parent_run_id: str = ""
    ) -> OpenRun:
        """Open a run in the current cell; its parent is the active explicit run unless one is given.

        In a cell that is skipped the run has an empty id and leaves no trace.
        """
        cell = self.current_cell()
        started_at, started_ns = clock.now(), time.perf_counter_ns()
        if cell is not None and not cell.is_recorded:
            return OpenRun("", name, kind, started_at, started_ns, cell)
        active = self.active_run()
        parent = parent_run_id or (active.run_id if active else "")
        place = place_in(cell) if cell is not None else Place()
        run = OpenRun(clock.new_id(), name, kind, started_at, started_ns, cell, parent, place)
        execution_id, group_id = "", ""
        if cell is not None:
            execution_id = cell.execution_id
            group_id = "" if parent_run_id else cell.group_id or loop_id(cell, place)
        started = events.RunStarted(
            run.run_id, self.session_id, execution_id, started_at, name, kind, parent, group_id, estimator, variable
        )
        self._open[run.run_id] = run
        if kind != "candidate":  # a candidate begins when the search is over
            self.system.begin(run.run_id)
        self.describe_run(run, started)
        self.run_count += 1
        self._note_in_cell(run, cell)
        if self.on_run is not None:
            self.on_run(run)
        return run

    def _note_in_cell(self, run: OpenRun, cell: CellContext | None) -> None:
        if cell is None:
            return
        cell.runs.append(run)
        self.where.begin_epoch()
        if not run.parent_run_id:
            cell.run_ids.append(run.run_id)
        if run.kind in _FIT_KINDS:
            cell.latest_fit_id = run.run_id

    def fitted_models(self) -> "FittedModels":
        """The models of this session; a kernel without one does not pay for the code."""
        if self.models is None:
            from celltrail.capture.models.fitted import FittedModels

            self.models = FittedModels(self)
        return self.models

    def note_fit(self, run: OpenRun, model: "Any", data: "Any", target: "Any" = None) -> None:
        """A fit of the run has made a model out of some data, to tell the target."""
        attempt("models", self.fitted_models().fitted, run, model, data, target)

    def finish_run(self, run: OpenRun, status: Status = Status.FINISHED, error: ErrorInfo | None = None) -> None:
        """End a run; a second call does nothing."""
        if not run.run_id or run.status is not Status.RUNNING:
            return
        run.status = status
        at = clock.now()
        duration_s = (time.perf_counter_ns() - run.started_ns) / 1e9
        use = self.system.end(run.run_id)
        peak = use.peak_memory_bytes if use is not None else 0
        said: list[events.Event] = [events.RunFinished(run.run_id, at, status, error, duration_s, peak)]
        if use is not None and self.system.is_on:
            said.append(events.SystemUsed(run.run_id, at, use))
        variables = self._surrounding_params(run)
        if variables:
            said.insert(0, events.ParamsLogged(run.run_id, at, variables))
        self.describe_run(run, *said)
        self._open.pop(run.run_id, None)
        self._retelling.run_ended(run)
        self.where.let_go(run)

    def note_surroundings(self, run: OpenRun) -> None:
        """Keep the variables around a run as they are now: it may end when they have other values."""
        found = self._surrounding_params(run)
        if found:
            self.log_params(run.run_id, found)

    def _surrounding_params(self, run: OpenRun) -> tuple[Param, ...]:
        """Papermill's parameters, then the scalars that the cell reads; what was logged by its own name stays."""
        if run.kind == "candidate":
            return ()
        known = run.param_keys
        found = [param for param in self.notebook_params if param.key not in known]
        known.update(param.key for param in found)
        if run.cell is not None:
            given = attempt("variables", params.scalar_params, run, self._sources) or ()
            found += [param for param in given if param.key not in known]
        return tuple(found)

    def run_for_logging(self) -> str:
        """The id of the run that log_metric and its like write to, opened if need be; empty in a skipped cell.

        The active explicit run, else the latest fit of this cell, else the cell's own run.
        """
        active = self.active_run()
        if active is not None:
            return active.run_id
        cell = self.current_cell()
        if cell is None:
            return self._run_outside_cells().run_id
        if not cell.is_recorded:
            return ""
        if cell.latest_fit_id:
            return cell.latest_fit_id
        if not cell.own_run_id:
            cell.own_run_id = self.start_run("cell", kind="cell").run_id
        return cell.own_run_id

    def _run_outside_cells(self) -> OpenRun:
        if self._outside is None or self._outside.status is not Status.RUNNING:
            self._outside = self.start_run("outside cells", kind="cell")
        return self._outside

    def finish_cell_runs(self, cell: CellContext, status: Status, error: ErrorInfo | None) -> None:
        """A cell ended: so does its own run, and, where it raised, every run that is still open in it."""
        if self.on_cell_end is not None:
            attempt("cell end", self.on_cell_end, cell, status)
        for run in cell.runs:
            if run.run_id == cell.own_run_id or status is not Status.FINISHED:
                self.finish_run(run, status, error)
        if self.models is not None:
            attempt("models", self.models.cell_ended, cell)
        self._remember(cell.source)

    def _remember(self, source: str) -> None:
        """A cell has run, for runs of later cells that read its variables; again makes it the latest."""
        self._sources.pop(source, None)
        self._sources[source] = None
        while len(self._sources) > _MAX_SOURCES:
            del self._sources[next(iter(self._sources))]

    def finish_all_runs(self, status: Status) -> None:
        """The session ends: so does what is open."""
        for run in list(self._open.values()):
            self.finish_run(run, status)

    # --- facts about a run --------------------------------------------------------------------------------------

    def log_params(self, run_id: str, params: tuple[Param, ...]) -> None:
        """Keep parameters of a run."""
        if not run_id:
            return
        logged = events.ParamsLogged(run_id, clock.now(), params)
        run = self._open.get(run_id)
        if run is None:
            self.writer.append(logged)
            self._retell(run_id)
        else:
            self.describe_run(run, logged)
            run.param_keys.update(param.key for param in params)
            run.random_states += [param for param in params if param.key.endswith("random_state")]

    def set_tags(self, run_id: str, tags: tuple[Tag, ...]) -> None:
        """Keep tags of a run."""
        if not run_id:
            return
        tagged = events.TagsSet(run_id, clock.now(), tags)
        run = self._open.get(run_id)
        if run is None:
            self.writer.append(tagged)
            self._retell(run_id)
        else:
            self.describe_run(run, tagged)

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
        if not run_id:
            return
        series = self._measured_series(run_id, key, evidence, (dataset_name, dataset_digest, slice_name))
        at_step = series.next_step if step is None else step
        series.next_step = at_step + 1
        self.writer.metric(series.number, at_step, clock.now(), value)
        self._retell(run_id)

    def log_own_metrics(self, run_id: str, rows: Iterable[tuple[str, int | None, int, float]]) -> None:
        """Keep values that the run's own code measured, as (key, step, at, value), in one write."""
        if not run_id:
            return
        found = []
        for key, step, at, value in rows:
            series = self._measured_series(run_id, key, Evidence.OWN, ("", "", ""))
            at_step = series.next_step if step is None else step
            series.next_step = at_step + 1
            found.append((series.number, at_step, at, value))
        self.writer.metrics(found)
        self._retell(run_id)

    def _measured_series(self, run_id: str, key: str, evidence: Evidence, data: tuple[str, str, str]) -> Series:
        """The series of a metric that this cell measures; `data` are the dataset's name and digest, and the slice."""
        cell = self.current_cell()
        execution_id = cell.execution_id if cell else ""
        what = (run_id, key, evidence, execution_id, *data)
        series = self._measured.get(what)
        if series is None:
            dataset_name, dataset_digest, slice_name = data
            number = self.writer.series(
                run_id,
                key,
                evidence=evidence,
                execution_id=execution_id,
                dataset_name=dataset_name,
                dataset_digest=dataset_digest,
                slice_name=slice_name,
            )
            series = self._measured[what] = Series(number)
        return series

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
        if not self.where.is_recording():
            return
        cell = self.current_cell()
        execution_id = cell.execution_id if cell else ""
        self.writer.append(
            events.MetricAmbiguous(
                clock.now(), execution_id, key, value, candidates, reason, dataset_name, dataset_digest
            )
        )
        for run_id in candidates:
            self._retell(run_id)

    def use_dataset(self, run_id: str, dataset: DatasetVersion, role: DatasetRole, name: str) -> None:
        """A run used a dataset; the dataset is described the first time that its digest comes."""
        if not run_id:
            return
        used = events.DatasetUsed(run_id, clock.now(), dataset.digest, role, name)
        if dataset.digest in self._described:
            self.writer.append(used)
        if dataset.digest not in self._described:  # also where the trail was begun anew just now
            self._described.add(dataset.digest)
            self.writer.append(events.DatasetSeen(dataset), used)
        self._retell(run_id)

    # --- the trail was removed under us -------------------------------------------------------------------------

    def describe(self) -> tuple[events.Event, ...]:
        """What open cells and runs are to be understood by; datasets are described again when they are used again."""
        self._described.clear()
        return self._retelling.again()

    def describe_run(self, run: OpenRun, *described: events.Event) -> None:
        """Keep what is said of a run, also for a trail that begins anew."""
        self._retelling.run(run, *described)
        self.writer.append(*described)

    def describe_runs(self, runs: Sequence[OpenRun], described: Sequence[events.Event]) -> None:
        """Keep one thing of each of several runs, in one write."""
        for run, event in zip(runs, described, strict=True):
            self._retelling.run(run, event)
        self.writer.append(*described)

    def _retell(self, run_id: str) -> None:
        """A run was spoken of; after the event, whose own write may be what finds that the trail was removed."""
        removed = self._retelling.of_run(run_id)
        if removed:
            self.writer.append(*removed)
