"""A top-level fit as a run: what is fitted, on what, and which objects belong to it afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.attribution.callsite import Position, tree_of_frame
from celltrail.capture.attribution.givens import Place, is_given, scope_of
from celltrail.capture.attribution.loops import inner_names
from celltrail.capture.attribution.predictions import Origin, can_predict
from celltrail.capture.attribution.variables import variables
from celltrail.capture.boundary import attempt, guarded
from celltrail.capture.context import OpenRun
from celltrail.capture.estimators.calls import Given
from celltrail.capture.estimators.hyperparameters import hyperparameters
from celltrail.capture.estimators.searches import is_search, keep_candidates
from celltrail.capture.estimators.watch import Here, Inside, Watch
from celltrail.capture.params import kind_of, plain, variable_param
from celltrail.records import DatasetRole, ErrorInfo, Evidence, Param, ParamKind, Status

_PREDICTED = ("labels_", "oob_prediction_", "oob_decision_function_", "transduction_")
_MEASURED = ("inertia_", "oob_score_", "best_validation_score_", "lower_bound_")
_MAX_PARTS = 2_000
_MAX_TEXT = 200


class FitCall:
    """One top-level `fit`, `partial_fit`, `fit_predict` or `fit_transform`."""

    def __init__(self, watch: Watch, here: Here, method: str, given: Given) -> None:
        self._watch = watch
        self._here = here
        self._method = method
        self._estimator = given.args[0]
        kind = type(self._estimator)
        x, y = given.argument(1, "X"), given.argument(2, "y")
        self._x, self._y = x, y
        self._x_name = here.name(x, 0, "X") if x is not None else ""
        y_name = here.name(y, 1, "y") if y is not None else ""
        self.run = _continued(watch, self._estimator, method, here) or watch.recorder.start_run(
            kind.__name__,
            kind="search" if is_search(self._estimator) else "fit",
            estimator=f"{kind.__module__}.{kind.__qualname__}",
            variable=variable_of(self._estimator, here),
        )
        with guarded("parameters"):
            watch.recorder.log_params(self.run.run_id, fit_params(self._estimator, here))
        self._digest = ""
        with guarded("dataset"):
            self._digest = watch.use(self.run.run_id, x, DatasetRole.TRAIN, self._x_name)
            watch.use(self.run.run_id, y, DatasetRole.TARGET, y_name)
        self._token = watch.enter(None if self.run.kind == "search" else self.run)

    def returned(self, result: Any) -> Any:
        """The fit is done."""
        inside = self._watch.leave(self._token)
        with guarded("fit"):
            if self._method == "partial_fit":
                self._here.trail.partial_runs[id(self._estimator)] = self.run
            else:
                self._watch.recorder.finish_run(self.run)
            origin = Origin(frozenset({self.run.run_id}), self._x_name, self._digest)
            own_fitted(self._watch, self._estimator, self.run, inside)
            self._watch.recorder.note_fit(self.run, self._estimator, self._x, self._y)
            self._keep_results(result, origin)
            predicted = replace(origin, rows=contents.row_count(result))
            made = predicted if self._method == "fit_predict" else Origin(origin.run_ids)
            counts = self._method != "fit_transform" and can_predict(self._estimator)
            self._here.trail.add(self._here.site, made if counts else None)
        return result

    def _keep_results(self, result: Any, origin: Origin) -> None:
        registry = self._watch.registry
        attributes = getattr(self._estimator, "__dict__", {})
        for name in _PREDICTED:
            if attributes.get(name) is not None:
                registry.note(attributes[name], origin, is_new=True)
        if self._method == "fit_predict":
            registry.note(result, origin, is_new=True)
        for name in _MEASURED:
            if kind_of(attributes.get(name)) is ParamKind.NUMBER:
                value = float(attributes[name])
                self._watch.recorder.log_metric(self.run.run_id, name[:-1], value, evidence=Evidence.OWN)
        if self.run.kind == "search":
            keep_candidates(self._watch.recorder, self._estimator, self.run)

    def failed(self, error: BaseException) -> None:
        """The fit raised: what the model predicts next may be of this run or of the one before."""
        self._watch.leave(self._token)
        with guarded("fit"):
            registry = self._watch.registry
            registry.own_model(self._estimator, registry.model_runs(self._estimator) | {self.run.run_id})
            self._here.trail.add(self._here.site, None)
            is_interrupt = isinstance(error, KeyboardInterrupt)
            status = Status.INTERRUPTED if is_interrupt else Status.FAILED
            self._watch.recorder.finish_run(self.run, status, describe_error(error))


class RepeatedFit:
    """A fit that `timeit` makes again: the model is of the run that its first turn opened."""

    def __init__(self, watch: Watch, estimator: Any, run: OpenRun) -> None:
        self._watch = watch
        self._estimator = estimator
        self._run = run
        self._token = watch.enter()

    def returned(self, result: Any) -> Any:
        """This turn is done."""
        inside = self._watch.leave(self._token)
        with guarded("fit"):
            own_fitted(self._watch, self._estimator, self._run, inside)
        return result

    def failed(self, _error: BaseException) -> None:
        """This turn raised: nobody knows what the model is now."""
        self._watch.leave(self._token)
        with guarded("fit"):
            self._watch.registry.disown(self._estimator)


def timed_call(watch: Watch, here: Here, method: str, given: Given) -> FitCall | RepeatedFit:
    """A fit under `timeit`: the first turn is a run, the others are the same one."""
    turn = (method, here.site.positions, type(given.args[0]))
    run = here.trail.timed_runs.get(turn)
    if run is not None:
        return RepeatedFit(watch, given.args[0], run)
    call = FitCall(watch, here, method, given)
    here.trail.timed_runs[turn] = call.run
    return call


def own_fitted(watch: Watch, estimator: Any, run: OpenRun, inside: Inside) -> None:
    """A fitted estimator is of the run, and so are those that were fitted inside and that it keeps."""
    runs = frozenset({run.run_id})
    registry = watch.registry
    registry.own_model(estimator, runs)
    for reference in inside.fitted:
        part = reference()
        if part is not None:
            _taint_owners(watch, part, run)
            registry.own_model(part, runs)
    for part in parts_of(estimator):
        if not registry.model_runs(part):
            registry.own_model(part, runs)


def _taint_owners(watch: Watch, part: Any, run: OpenRun) -> None:
    """A scaler that two pipelines share was fitted again: what the other one says now is no longer its run's alone."""
    registry = watch.registry
    before = registry.model_runs(part) - {run.run_id}
    if not before:
        return
    for model in registry.models_of(before):
        if model is not part and any(inner is part for inner in parts_of(model)):
            registry.own_model(model, registry.model_runs(model) | {run.run_id})


def _continued(watch: Watch, estimator: Any, method: str, here: Here) -> OpenRun | None:
    """The run that an earlier `partial_fit` of the same object began in this cell."""
    run = here.trail.partial_runs.get(id(estimator)) if method == "partial_fit" else None
    return run if run is not None and watch.registry.model_runs(estimator) == {run.run_id} else None


def describe_error(error: BaseException) -> ErrorInfo:
    """The exception's class and text; the text is left out where making it fails."""
    return ErrorInfo(type(error).__name__, attempt("error text", str, error) or "")


def variable_of(estimator: Any, here: Here) -> str:
    """The name that a model has in the notebook; empty where it has none yet."""
    for name, value in list(here.cell.namespace.items()):
        if value is estimator and not name.startswith("_"):
            return name
    return ""


def fit_params(estimator: Any, here: Here) -> tuple[Param, ...]:
    """The estimator's parameters, then the scalars of the functions that the fit is made in."""
    own = hyperparameters(estimator) if hasattr(estimator, "get_params") else ()
    taken = {param.key for param in own}
    return (*own, *(param for param in local_params(here) if param.key not in taken))


def local_params(here: Here) -> Iterator[Param]:
    """The scalars of the functions and comprehensions of the notebook in which a call is made."""
    seen: set[str] = set()
    for frame, position in zip(here.site.frames, here.site.positions, strict=True):
        if frame.f_globals is not here.cell.namespace:
            continue
        is_last = frame is here.site.frames[-1]
        bound = _inner_variables(frame, position, here) if is_last else variables(frame)
        is_parameter = _given_in(frame, position.line if position else 0, here.cell.source)
        for name, value in bound.items():
            kind = kind_of(value)
            is_long = kind is ParamKind.TEXT and len(value) > _MAX_TEXT
            if name in seen or not name.isidentifier() or name.startswith("_") or is_long:
                continue
            seen.add(name)
            if kind is not ParamKind.OBJECT and is_parameter(name):
                yield variable_param(name, plain(value), kind)


def _inner_variables(frame: FrameType, position: Position | None, here: Here) -> dict[str, Any]:
    """The variables of the comprehensions of a cell in which the fit is made."""
    tree = tree_of_frame(frame, here.cell.source)
    names = inner_names(frame.f_code, tree, position) if tree is not None else ()
    return {name: value for name, value in variables(frame).items() if name in names} if names else {}


def _given_in(frame: FrameType, line: int, source: str) -> Callable[[str], bool]:
    """Whether a local of a function, or the target of a comprehension, was given to what happens on its line."""
    tree = tree_of_frame(frame, source)
    if tree is None or frame.f_code.co_name.startswith("<"):
        return lambda _name: True
    scope = scope_of(tree)
    return lambda name: is_given(scope, name, Place(line), lambda _name, _depth: True)


def parts_of(estimator: Any) -> Iterator[Any]:
    """The fitted estimators inside one: what its attributes with a trailing underscore hold, and a pipeline's steps."""
    count = 0
    for name, value in getattr(estimator, "__dict__", {}).items():
        if name != "steps" and not (name.endswith("_") and not name.startswith("_")):
            continue
        for part in _estimators_in(value, 0):
            count += 1
            if count > _MAX_PARTS:
                return
            yield part


def _estimators_in(value: Any, depth: int) -> Iterator[Any]:
    if hasattr(type(value), "get_params"):
        yield value
    elif depth < 2 and type(value) in {list, tuple}:  # noqa: PLR2004 - steps are a list of tuples
        for item in value:
            yield from _estimators_in(item, depth + 1)
