"""One training of an adapter's library as it goes on: what it is, what it measures, how it ends."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.boundary import guarded
from celltrail.capture.context import OpenRun
from celltrail.capture.estimators.fits import describe_error, own_fitted
from celltrail.capture.estimators.stepped import SteppedLog
from celltrail.capture.estimators.tables import keep_text
from celltrail.capture.estimators.watch import Here, Inside, Watch
from celltrail.capture.params import kind_of
from celltrail.lean import record
from celltrail.records import DatasetRole, Param, ParamKind, Status, Tag

_MAX_INSIDE = 20

Ended = Callable[["Training", Any], None]


@record
class Dataset:
    """A dataset that a training was given, and the argument that it was given as; `name` is for what has no name."""

    value: Any
    role: DatasetRole
    place: int = -1
    keyword: str = ""
    name: str = ""


@record
class Began:
    """A training as it begins.

    Attributes:
        name: The run's name: the model's class, or the function that trains.
        estimator: The full name of what is trained: "xgboost.core.Booster".
        params: Its parameters.
        data: What it is trained and evaluated on.
        model: The model, where it exists before its training; or a study, which is none (`is_model`).
        kind: "fit", or "search" for what tries candidates.
    """

    name: str
    estimator: str
    params: tuple[Param, ...] = ()
    data: tuple[Dataset, ...] = ()
    model: Any = None
    is_model: bool = True
    kind: str = "fit"


class Training:
    """One training that is going on.

    Attributes:
        name: What it was begun as.
        run: The run that it belongs to: its own, that of the call that it is inside of, or None where nothing of it is
            kept.
        on_failure: Told where it raised, before its run ends.
        before_end: Called before it ends, however it does.
        following: An adapter's own.
    """

    def __init__(
        self, watch: Watch, began: Began, ended: Ended, *, here: Here | None = None, run: OpenRun | None = None
    ) -> None:
        self.name = began.name
        self.run = run
        self._log = SteppedLog(watch.recorder, run.run_id) if run is not None else None
        self._watch = watch
        self._here = here  # None inside of another call
        self._ended = ended
        self._models = [began.model] if began.model is not None and began.is_model else []
        self._data = next((part.value for part in began.data if part.role is DatasetRole.TRAIN), None)
        self._suffix: str | None = "" if here is not None else None
        self._outside = watch.inside()
        self.on_failure: Callable[[], None] | None = None
        self.before_end: Callable[[], None] | None = None
        self.following: object = None
        self._token = watch.enter(run, self)

    # --- what the adapter says --------------------------------------------------------------------------------------

    def metric(self, key: str, value: Any, step: int | None = None) -> None:
        """The training measured something; what is no number is passed over."""
        if self._log is None or not (type(value) is float or _is_number(value)):
            return
        if self._suffix is None:
            self._suffix = self._number_inside()
        if self._suffix is not None:
            self._log.add(key + self._suffix, float(value), step)

    def metrics(self, values: Mapping[str, Any], step: int | None = None) -> None:
        """The training measured several things at once."""
        for key, value in values.items():
            self.metric(key, value, step)

    def best(self, iteration: int, score: Any = None) -> None:
        """Which iteration was the best, as the library counts them, and how good it was."""
        self.metric("best_iteration", iteration)
        self.metric("best_score", score)

    def params(self, params: tuple[Param, ...]) -> None:
        """Parameters that are known only now; inside of another call they are that one's own affair."""
        if self.run is not None and self._here is not None:
            self._watch.recorder.log_params(self.run.run_id, params)

    def tag(self, key: str, value: object) -> None:
        """A word about the run."""
        if self.run is not None and self._here is not None:
            self._watch.recorder.set_tags(self.run.run_id, (Tag(key, str(value)),))

    def table(self, name: str, rows: Iterable[Iterable[object]]) -> None:
        """A table of the run, as CSV; the first row names the columns."""
        if self.run is None or self._here is None:
            return
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        keep_text(self._watch.recorder, self.run.run_id, f"{name}.csv", text.getvalue(), media_type="text/csv")

    def made(self, model: Any) -> None:
        """The training made this model, or went on with it."""
        self._models.append(model)
        if self.run is not None and self._here is not None:
            self.run.model_type = type(model).__name__

    def _number_inside(self) -> str | None:
        """What tells this training's keys from those of others inside the same call; None where they are too many."""
        if self._outside is None:
            return ""
        self._outside.trainings += 1
        number = self._outside.trainings
        return None if number > _MAX_INSIDE else "" if number == 1 else f"-{number}"

    # --- the call ---------------------------------------------------------------------------------------------------

    def returned(self, result: Any) -> Any:
        """The training is done."""
        self._before_end()
        with guarded("training"):  # still inside: what an adapter calls is nobody's training
            self._ended(self, result)
        self._flush()
        inside = self._watch.leave(self._token)
        with guarded("training"):
            self._own(inside)
            if self._here is not None and self.run is not None:
                self._watch.recorder.finish_run(self.run)
                if self._models:
                    self._watch.recorder.note_fit(self.run, self._models[-1], self._data)
                self._here.trail.add(self._here.site, Origin(frozenset({self.run.run_id})) if self._models else None)
        return result

    def _before_end(self) -> None:
        with guarded("training"):
            if self.before_end is not None:
                self.before_end()

    def _flush(self) -> None:
        with guarded("training"):
            if self._log is not None:
                self._log.flush()

    def _own(self, inside: Inside) -> None:
        for model in self._models:
            if self._here is None:
                if self._outside is not None:
                    self._outside.add(model)
            elif self.run is not None:
                own_fitted(self._watch, model, self.run, inside)
                self._watch.registry.own_model(model, frozenset({self.run.run_id}), is_opaque=True)

    def failed(self, error: BaseException) -> None:
        """The training raised: what the model says next may be of this run or of the one before."""
        self._before_end()
        with guarded("training"):
            if self.on_failure is not None:
                self.on_failure()
        self._flush()
        self._watch.leave(self._token)
        with guarded("training"):
            if self._here is None or self.run is None:
                return
            registry = self._watch.registry
            for model in self._models:
                registry.own_model(model, registry.model_runs(model) | {self.run.run_id}, is_opaque=True)
            self._here.trail.add(self._here.site, None)
            status = Status.INTERRUPTED if _is_interrupt(error) else Status.FAILED
            self._watch.recorder.finish_run(self.run, status, describe_error(error))


def _is_interrupt(error: BaseException) -> bool:
    """Whether the user stopped it, also where the library turned that into an exit."""
    cause = error.__context__ if isinstance(error, SystemExit) else error
    return isinstance(cause, KeyboardInterrupt)


def _is_number(value: Any) -> bool:
    """Also a scalar of numpy, and a tensor of one value."""
    return kind_of(value) is ParamKind.NUMBER or (hasattr(value, "__float__") and getattr(value, "size", 1) != 0)
