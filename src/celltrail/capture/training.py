"""The one hook of the adapters in `celltrail.integrations`: what each tells of its library's trainings.

An adapter is a function `install(hook)`. It watches the library's calls with `hook.on_method` and `hook.on_function`,
and answers each with what the call is: a training, a prediction, an evaluation, a container of data. The rest is here:
only the outermost training is a run, whatever library made it; what it measures, and the model, belong to that run.
Nothing of the library is imported, and none of its objects is changed.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.boundary import attempt, guarded
from celltrail.capture.context import OpenRun
from celltrail.capture.estimators import calls
from celltrail.capture.estimators.calls import Call, Given, Switch
from celltrail.capture.estimators.fits import describe_error, local_params, own_fitted, variable_of
from celltrail.capture.estimators.holders import Held, HeldData
from celltrail.capture.estimators.hyperparameters import value_param
from celltrail.capture.estimators.stepped import SteppedLog
from celltrail.capture.estimators.tables import keep_text
from celltrail.capture.estimators.uses import EvaluateCall, PredictCall, Use, use_of
from celltrail.capture.estimators.watch import Here, Inside, Watch
from celltrail.capture.params import kind_of, plain
from celltrail.records import DatasetRole, Evidence, Param, ParamKind, Status, Tag
from celltrail.records import Origin as ParamOrigin

__all__ = ["Began", "Dataset", "Given", "Hook", "Training", "Use", "params_of", "use_of"]

_MAX_INSIDE = 20

Ended = Callable[["Training", Any], None]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that a training was given, and the argument that it was given as; `name` is for what has no name."""

    value: Any
    role: DatasetRole
    place: int = -1
    keyword: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
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


Answer = Callable[[Given], Call | None]


@dataclass(slots=True, eq=False)
class Hook:
    """What an adapter is given.

    Attributes:
        module: The module of the library whose import called the adapter.
        watch: What knows the recorder, the cell and the living objects.
    """

    module: ModuleType
    watch: Watch
    _undo: list[Callable[[], None]] = field(default_factory=list)

    # --- watching calls ---------------------------------------------------------------------------------------------

    def on_method(self, owner: type, name: str, answer: Answer) -> None:
        """Ask `answer` at each call of a method that the class itself defines as a Python function."""
        names = frozenset({name})
        calls.track_methods(owner, names, self._switch(answer))
        self._undo.append(lambda: calls.untrack_methods(owner, names))

    def before_method(self, owner: type, name: str, tell: Callable[[tuple[Any, ...]], None]) -> None:
        """Tell `tell` of the arguments of each call, for methods that are called very often: it must not raise."""
        names, switch = frozenset({name}), Switch()
        switch["begin"] = lambda _name, _function, args, _kwargs: tell(args)
        calls.track_methods(owner, names, switch)
        self._undo.extend((switch.clear, lambda: calls.untrack_methods(owner, names)))

    def on_function(self, name: str, answer: Answer, *, module: ModuleType | None = None) -> None:
        """Ask `answer` at each call of a module's function, by whatever name the library's modules know it."""
        original = getattr(module or self.module, name)
        switch = self._switch(answer)
        if calls.track_in_closure(name, original, "func", switch):
            self._undo.append(lambda: calls.untrack_in_closure(original, "func"))
        elif isinstance(original, FunctionType):
            tracked = calls.tracked_function(name, original, switch)
            package = original.__module__.partition(".")[0]
            self._undo.extend(calls.replace_everywhere(package, original, tracked))

    def on_undo(self, undo: Callable[[], None]) -> None:
        """Call `undo` when the adapter is taken away."""
        self._undo.append(undo)

    def _switch(self, answer: Answer) -> Switch:
        switch = Switch()
        switch["begin"] = lambda name, _function, args, kwargs: attempt(name, answer, Given(args, kwargs))
        self._undo.append(switch.clear)
        return switch

    def uninstall(self) -> None:
        """Take everything back."""
        while self._undo:
            with guarded("uninstall"):
                self._undo.pop()()

    # --- what a call is ---------------------------------------------------------------------------------------------

    def current(self) -> Training | None:
        """The innermost training that is going on here."""
        inside = self.watch.inside()
        training = inside.training if inside is not None else None
        return training if isinstance(training, Training) else None

    def training(self, began: Began, ended: Ended) -> Training | None:
        """The call is a training: a run where it is the outermost call, else a part of the run that it is inside of.

        Args:
            began: What is trained, on what.
            ended: Told of the training and the call's result, unless it raised.

        Returns:
            None where no recorded cell makes the call.
        """
        inside = self.watch.inside()
        if inside is not None:
            return Training(self.watch, began, ended, run=inside.run)
        here = self.watch.here()
        if here is None:
            if began.model is not None and began.is_model:
                self.watch.registry.disown(began.model)
            return None
        turn = (began.name, here.site.positions)
        if here.site.is_timed and turn in here.trail.timed_runs:
            return Training(self.watch, began, ended)
        run = self._start(began, here)
        if here.site.is_timed:
            here.trail.timed_runs[turn] = run
        return Training(self.watch, began, ended, here=here, run=run)

    def _start(self, began: Began, here: Here) -> OpenRun:
        recorder = self.watch.recorder
        variable = variable_of(began.model, here) if began.model is not None else ""
        run = recorder.start_run(began.name, kind=began.kind, estimator=began.estimator, variable=variable)
        with guarded("parameters"):
            taken = {param.key for param in began.params}
            surrounding = tuple(param for param in local_params(here) if param.key not in taken)
            recorder.log_params(run.run_id, (*began.params, *surrounding))
        with guarded("dataset"):
            for dataset in began.data:
                self._use(run, dataset, here)
        return run

    def _use(self, run: OpenRun, dataset: Dataset, here: Here) -> None:
        name = self.watch.name(here, dataset.value, dataset.place, dataset.keyword) or dataset.name
        self.watch.use(run.run_id, dataset.value, dataset.role, name)
        held = self.watch.holders.held(dataset.value)
        if held is not None and held.target is not None and dataset.role is DatasetRole.TRAIN:
            self.watch.use_version(run.run_id, held.target.version, DatasetRole.TARGET, held.target.name)

    def prediction(self, use: Use, part: Callable[[Any], Any] | None = None) -> Call | None:
        """The call predicts with a model; `part` is what of its result was predicted, where that is not all."""
        here = self._outermost()
        return PredictCall(self.watch, here, use, part) if here is not None else None

    def evaluation(self, use: Use, values: Callable[[Any], Mapping[str, Any]]) -> Call | None:
        """The call measures a model on data; `values` reads its result."""
        here = self._outermost()
        return EvaluateCall(self.watch, here, use, values) if here is not None else None

    def container(self, container: Any, features: Dataset, target: Dataset | None = None) -> None:
        """The library made a container of these; called when its constructor begins."""
        here = self._outermost()
        if here is None:
            return
        held = self._held(features, here)
        if held is not None:
            self.watch.holders.note(container, Held(held, self._held(target, here) if target is not None else None))

    def _outermost(self) -> Here | None:
        return None if self.watch.inside() is not None else self.watch.here()

    def _held(self, dataset: Dataset, here: Here) -> HeldData | None:
        version = self.watch.version(dataset.value)
        name = self.watch.name(here, dataset.value, dataset.place, dataset.keyword)
        return HeldData(name or dataset.name, version) if version is not None else None


def params_of(values: Mapping[str, Any], source: str, *, is_default: bool = False) -> tuple[Param, ...]:
    """Parameters that were given to a training, or stood as defaults; None says that one was not given.

    Args:
        values: By key; a value of any type.
        source: What they are parameters of: "xgboost.train".
        is_default: Whether nobody chose them.
    """
    return tuple(
        value_param(
            str(key),
            value.value if isinstance(value, Enum) else value,
            origin=ParamOrigin.ESTIMATOR,
            source=source,
            is_default=is_default,
        )
        for key, value in values.items()
        if value is not None
    )
