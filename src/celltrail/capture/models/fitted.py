"""The models that fits have made: noted as the fit returns, copied when their cell has ended, written in a thread.

Whoever asked for models to be kept pays at the end of a cell for copies of those that are alive: at most 50 ms or 2 %
of the cell's time. The next cell may change its models as it likes.
"""

import time
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celltrail import clock
from celltrail.capture.background import Background
from celltrail.capture.boundary import tried
from celltrail.capture.context import CellContext, OpenRun
from celltrail.journal import events
from celltrail.lean import mutable
from celltrail.records import LoggedModel, ModelState

if TYPE_CHECKING:
    from celltrail.capture.models.description import Described
    from celltrail.capture.models.rows import Sample
    from celltrail.capture.models.snapshot import Snapshot
    from celltrail.capture.models.writing import Writer
    from celltrail.capture.recorder import Recorder

NAME = "model"
_LEAST_S = 0.05
_SHARE = 0.02
_MAX_WAITING_BYTES = 256 << 20
_MAX_SKOPS_OBJECTS = 100_000  # ten seconds of skops, in a process of its own
_TIMEOUT_S = 60.0
_POLL_S = 0.02
_FULL_S = 1.0
_HASTE_S = 1.0
_BY_HAND = "celltrail.log_model(model) keeps it"


@mutable
class Fit:
    """A model that a fit has made; nothing of the user's is kept alive but a sample, where it is wanted."""

    run_id: str
    model: "weakref.ref[Any]"
    class_name: str
    data: "weakref.ref[Any] | None"
    target: "weakref.ref[Any] | None" = None
    sample: "Sample | None" = None


class FittedModels:
    """The models of one session.

    Thread safety: any method from any thread.

    Attributes:
        is_on: Whether models are kept by themselves.
    """

    def __init__(self, recorder: "Recorder") -> None:
        self._recorder = recorder
        self.is_on = recorder.settings.models
        self._known: dict[int, Fit] = {}
        self._cells: dict[str, list[Fit]] = {}
        self._worker = Background(recorder.where.enter_nowhere)
        self._waiting_bytes = 0
        self._waiting_count = 0
        self._full_until: float | None = None
        self._writer: Writer | None = None

    @property
    def writer(self) -> "Writer":
        """The process that writes models."""
        if self._writer is None:
            from celltrail.capture.models.writing import Writer

            self._writer = Writer()
        return self._writer

    # --- fits -------------------------------------------------------------------------------------------------------

    def fitted(self, run: OpenRun, model: Any, data: Any, target: Any = None) -> None:
        """A fit of the run has made a model out of some data, to tell the target."""
        place = id(model)
        try:
            reference = weakref.ref(model, lambda _: self._known.pop(place, None))
        except TypeError:  # __slots__ without __weakref__: it cannot be told again
            return
        kind = type(model)
        fit = Fit(run.run_id, reference, f"{kind.__module__}.{kind.__qualname__}", _reference(data), _reference(target))
        self._known[place] = fit
        if self.is_on and run.cell is not None and run.run_id:
            from celltrail.capture.models.rows import sample

            fit.sample = sample(data, target)
            self._cells.setdefault(run.cell.execution_id, []).append(fit)

    def fit_of(self, model: Any) -> Fit | None:
        """The latest fit of a model, where it was seen."""
        fit = self._known.get(id(model))
        return fit if fit is not None and fit.model() is model else None

    # --- the end of a cell ------------------------------------------------------------------------------------------

    def cell_ended(self, cell: CellContext) -> None:
        """Copy the models that its fits have made and that are alive."""
        fits = self._cells.pop(cell.execution_id, [])
        if not fits:
            return
        duration_s = (clock.now() - cell.started_at) / 1e6
        deadline = time.perf_counter() + max(_LEAST_S, _SHARE * duration_s)
        said: list[events.Event] = []
        for fit in fits:
            known = LoggedModel(NAME, ModelState.PENDING, fit.class_name, is_automatic=True)
            copied = self._copied(fit, deadline)
            if isinstance(copied, str):
                known = replace(known, state=ModelState.NOT_KEPT, notes=(copied,))
            else:
                self._submit(fit, known, copied)
            said.append(events.ModelLogged(fit.run_id, clock.now(), known))
        self._recorder.writer.append(*said)

    def _copied(self, fit: Fit, deadline: float) -> "Snapshot | str":
        """A copy, or why there is none."""
        model = fit.model()
        if model is None:
            return "it was gone when its cell ended"
        if self._known.get(id(model)) is not fit:
            return "it was fitted again by a later run of the cell"
        room = _MAX_WAITING_BYTES - self._waiting_bytes
        left = deadline - time.perf_counter()
        if left <= 0 or room <= 0:
            what = "to copy the cell's other models took the budget of time" if left <= 0 else "too many are waiting"
            return f"{what}; {_BY_HAND}"
        from celltrail.capture.models import snapshot

        taken = tried(lambda: snapshot.take(model, budget_s=left, max_bytes=min(room, snapshot.MAX_BYTES)))
        if isinstance(taken, snapshot.CutError):
            return f"{taken}; {_BY_HAND}"
        if isinstance(taken, Exception):
            return f"it cannot be copied: {type(taken).__name__}: {taken}"[:400] + f"; {_BY_HAND} where it can"
        return taken

    # --- the thread -------------------------------------------------------------------------------------------------

    def _submit(self, fit: Fit, known: LoggedModel, copied: "Snapshot") -> None:
        self._waiting_bytes += copied.size_bytes
        self._waiting_count += 1

        def task() -> None:
            try:
                self._write(fit, known, copied)
            finally:
                self._waiting_bytes -= copied.size_bytes
                self._waiting_count -= 1

        self._worker.submit("models", task)

    def _write(self, fit: Fit, known: LoggedModel, copied: "Snapshot") -> None:
        from celltrail.capture.models import keeping

        described = self._described(fit, copied)
        if isinstance(described, Exception):
            why = f"it could not be written: {type(described).__name__}: {described}"[:500]
            keeping.refuse(self._recorder, fit.run_id, known, why)
            return
        try:
            keeping.keep(self._recorder, fit.run_id, known, described)
        except OSError as error:
            keeping.refuse(self._recorder, fit.run_id, known, f"it could not be written: {error}"[:500])
            raise

    def _described(self, fit: Fit, copied: "Snapshot") -> "Described | Exception":
        """What is made of a copy: in the process that writes models, else here and in haste."""
        from celltrail.capture.models.description import Wish, describe

        notes: list[str] = []
        if copied.own:
            notes.append(f"no sample predictions: {min(copied.own)} is your own code; log_model asks it")
        elif self._left_s() <= 0:
            notes.append("the kernel was ending: not by skops, no sample predictions")
        else:
            with_skops = copied.object_count <= _MAX_SKOPS_OBJECTS
            if not with_skops:
                notes.append(f"not by skops, which takes long for {copied.object_count:,} objects; {_BY_HAND} so")
            wish = Wish(frozenset(copied.modules), with_skops)
            found = self.writer.describe(copied, fit.sample, wish, timeout_s=self._left_s())
            if found is not None:
                return _noted(found, notes)
            who = "the process that writes models could not" if self._full_until is None else "the kernel was ending"
            notes.append(f"{who}: not by skops, no sample predictions")
        here = Wish(frozenset(copied.modules), with_skops=False, by_value=bool(copied.own), may_predict=False)
        written = tried(lambda: describe(copied.model(), fit.sample, here))
        return written if isinstance(written, Exception) else _noted(written, notes)

    def _left_s(self) -> float:
        return _TIMEOUT_S if self._full_until is None else self._full_until - time.monotonic()

    def wait(self, timeout_s: float) -> bool:
        """Wait until all copies are written; whether they are."""
        until = time.monotonic() + timeout_s
        while self._waiting_count and time.monotonic() < until:
            time.sleep(_POLL_S)
        return not self._waiting_count

    def finish(self) -> None:
        """Let the thread end once it has nothing more to do; the process ends when it was idle."""
        self._worker.finish()

    def drain(self) -> None:
        """The session ends: write what waits, in haste after a second: Jupyter ends a kernel after 2.5."""
        self._full_until = time.monotonic() + _FULL_S
        is_done = self._worker.drain(_FULL_S)
        if self._writer is not None:
            self._writer.interrupt()
        if not is_done:
            self._worker.drain(_HASTE_S)
        if self._writer is not None:
            self._writer.close()


def _reference(data: Any) -> "weakref.ref[Any] | None":
    try:
        return weakref.ref(data)
    except TypeError:
        return None


def _noted(described: "Described", notes: list[str]) -> "Described":
    """The same, with what was left out."""
    found = described.description
    described.description = replace(found, model=replace(found.model, notes=(*notes, *found.model.notes)))
    return described
