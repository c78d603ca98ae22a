"""The models that fits have made: noted as the fit returns, copied when their cell has ended, written in a thread.

Whoever asked for models to be kept pays at the end of a cell for copies of those that are alive: at most 20 ms or 2 %
of the cell's time. The next cell may change its models as it likes.
"""

import time
import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from celltrail import clock
from celltrail.capture.background import Background
from celltrail.capture.boundary import tried
from celltrail.capture.context import CellContext, OpenRun
from celltrail.journal import events
from celltrail.records import LoggedModel, ModelState

if TYPE_CHECKING:
    from celltrail.capture.models.rows import Sample
    from celltrail.capture.models.snapshot import Snapshot
    from celltrail.capture.recorder import Recorder

NAME = "model"
_LEAST_S = 0.02
_SHARE = 0.02
_MAX_WAITING_BYTES = 256 << 20
_MAX_SKOPS_OBJECTS = 20_000  # two seconds of skops, in a thread
_PATIENCE_S = 10.0
_POLL_S = 0.05
_DRAIN_S = 3.0
_FULL_S = 2.0
_BY_HAND = "celltrail.log_model(model) keeps it"


@dataclass(slots=True, eq=False)
class Fit:
    """A model that a fit has made; nothing of the user's is kept alive but a sample, where it is wanted."""

    run_id: str
    model: "weakref.ref[Any]"
    class_name: str
    data: "weakref.ref[Any] | None"
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
        self._full_until: float | None = None

    # --- fits -------------------------------------------------------------------------------------------------------

    def fitted(self, run: OpenRun, model: Any, data: Any) -> None:
        """A fit of the run has made a model out of some data."""
        place = id(model)
        try:
            reference = weakref.ref(model, lambda _: self._known.pop(place, None))
        except TypeError:  # __slots__ without __weakref__: it cannot be told again
            return
        kind = type(model)
        fit = Fit(run.run_id, reference, f"{kind.__module__}.{kind.__qualname__}", _reference(data))
        self._known[place] = fit
        if self.is_on and run.cell is not None and run.run_id:
            from celltrail.capture.models.rows import sample

            fit.sample = sample(data)
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
        since = time.monotonic()

        def task() -> None:
            self._wait_for_quiet(since)
            try:
                self._write(fit, known, copied)
            finally:
                self._waiting_bytes -= copied.size_bytes

        self._worker.submit("models", task)

    def _wait_for_quiet(self, since: float) -> None:
        """Let cells run alone, but not for ever."""
        while self._full_until is None and self._recorder.where.live_cells() and time.monotonic() - since < _PATIENCE_S:
            time.sleep(_POLL_S)

    def _write(self, fit: Fit, known: LoggedModel, copied: "Snapshot") -> None:
        from celltrail.capture.models import keeping
        from celltrail.capture.models.formats import CannotKeepError

        model = tried(copied.model)
        if isinstance(model, Exception):
            keeping.refuse(
                self._recorder, fit.run_id, known, f"its copy cannot be read: {type(model).__name__}: {model}"
            )
            return
        notes, with_skops, copy = self._what_is_done(copied)
        wanted = keeping.Wanted(
            fit.run_id,
            replace(known, notes=(*known.notes, *notes)),
            model,
            fit.sample,
            frozenset(copied.modules),
            by_value=bool(copied.own),
            with_skops=with_skops,
            copy=copy,
        )
        try:
            keeping.keep(self._recorder, wanted)
        except (OSError, CannotKeepError) as error:
            keeping.refuse(self._recorder, fit.run_id, known, f"it could not be written: {error}"[:500])
            if isinstance(error, OSError):
                raise

    def _what_is_done(self, copied: "Snapshot") -> tuple[list[str], bool, Any]:
        """Notes on what is left out, whether skops is tried, and the object that predicts."""
        from celltrail.capture.models.keeping import NO_PREDICTIONS

        if self._full_until is not None and time.monotonic() > self._full_until:
            return ["the kernel was ending: not by skops, no sample predictions"], False, None
        notes: list[str] = []
        with_skops = copied.object_count <= _MAX_SKOPS_OBJECTS
        if not with_skops:
            notes.append(f"not by skops, which takes long for {copied.object_count:,} objects; {_BY_HAND} so")
        if copied.own:
            notes.append(f"{NO_PREDICTIONS}{min(copied.own)} is your own code; log_model asks it")
            return notes, with_skops, None
        return notes, with_skops, _quiet(tried(copied.model))

    def finish(self) -> None:
        """Let the thread end once it has nothing more to do."""
        self._worker.finish()

    def drain(self) -> None:
        """The session ends: write what waits, in haste after two seconds."""
        self._full_until = time.monotonic() + _FULL_S
        self._worker.drain(_DRAIN_S)


def _reference(data: Any) -> "weakref.ref[Any] | None":
    try:
        return weakref.ref(data)
    except TypeError:
        return None


def _quiet(copy: Any) -> Any:
    """A copy that says nothing as it predicts: it would say it in the user's cell."""
    if isinstance(copy, Exception):
        return None
    loud = tried(lambda: {name: 0 for name, value in copy.get_params().items() if _is_loud(name, value)})
    if isinstance(loud, dict) and loud:
        tried(lambda: copy.set_params(**loud))
    return copy


def _is_loud(name: str, value: object) -> bool:
    return name.rpartition("__")[2] in {"verbose", "verbosity"} and bool(value)
