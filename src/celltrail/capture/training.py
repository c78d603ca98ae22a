"""The one hook of the adapters in `celltrail.integrations`: what each tells of its library's trainings.

An adapter is a function `install(hook)`. It watches the library's calls with `hook.on_method` and `hook.on_function`,
and answers each with what the call is: a training, a prediction, an evaluation, a container of data. The rest is here:
only the outermost training is a run, whatever library made it; what it measures, and the model, belong to that run.
Nothing of the library is imported, and none of its objects is changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum
from types import FunctionType, ModuleType
from typing import Any

from celltrail.capture.boundary import attempt, guarded
from celltrail.capture.context import OpenRun
from celltrail.capture.estimators import calls
from celltrail.capture.estimators.calls import Call, Given, Switch
from celltrail.capture.estimators.fits import local_params, variable_of
from celltrail.capture.estimators.holders import Held, HeldData
from celltrail.capture.estimators.hyperparameters import value_param
from celltrail.capture.estimators.trainings import Began, Dataset, Ended, Training
from celltrail.capture.estimators.uses import EvaluateCall, PredictCall, Use, use_of
from celltrail.capture.estimators.watch import Here, Watch
from celltrail.lean import mutable
from celltrail.records import DatasetRole, Param
from celltrail.records import Origin as ParamOrigin

__all__ = ["Began", "Dataset", "Given", "Hook", "Training", "Use", "params_of", "use_of"]


Answer = Callable[[Given], Call | None]


@mutable
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
