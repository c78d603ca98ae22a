"""scikit-learn as the user calls it: which classes and functions are watched, and what each call means.

Two hook points reach every name, also one that was imported before us or copied into a dictionary: the creation of an
estimator class, and `validate_params`, which decorates scikit-learn's public functions. What was loaded before is
walked over once.
"""

import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from celltrail.capture.boundary import attempt, guarded
from celltrail.capture.estimators import calls, ends, subclasses
from celltrail.capture.estimators.calls import Call, Given, Switch
from celltrail.capture.estimators.fits import FitCall, timed_call
from celltrail.capture.estimators.measures import MetricCall
from celltrail.capture.estimators.uses import PredictCall, ScoreCall, use_of
from celltrail.capture.estimators.validation import FUNCTIONS as VALIDATIONS
from celltrail.capture.estimators.validation import ImportanceCall, ValidationCall
from celltrail.capture.estimators.watch import Here, Watch
from celltrail.capture.imports import when_imported
from celltrail.capture.recorder import Recorder
from celltrail.lean import record

_FITS = frozenset({"fit", "partial_fit", "fit_predict", "fit_transform"})
_PREDICTS = frozenset(
    {
        "predict",
        "predict_proba",
        "predict_log_proba",
        "decision_function",
        "score_samples",
        "staged_predict",
        "staged_predict_proba",
        "staged_decision_function",
    }
)
_METHODS = _FITS | _PREDICTS | {"score"}
_NO_METRICS = ("sklearn.metrics.pairwise", "sklearn.metrics._scorer", "sklearn.metrics._plot")
_BUILTIN_OWNERS = frozenset({"builtins", "abc", "typing", "collections.abc"})

_switch = Switch()
_watched: list[type] = []
_adopted: dict[type, tuple[int, tuple[tuple[str, Any], ...]]] = {}  # how many attributes it has, and the watched ones
_undo: list[Callable[[], None]] = []


@record
class _Asleep:
    """What was known when the watching stopped, and what the models looked like."""

    watch: Watch
    stamps: dict[int, tuple[object, ...]]


_asleep: _Asleep | None = None
_awake: Watch | None = None


def ensure(recorder: Recorder) -> Watch:
    """The watch of `recorder`: the one that is on, else a new one (`install`)."""
    if _awake is not None and _awake.recorder is recorder:
        return _awake
    watch = install(recorder)
    recorder.tell_live_cells()
    return watch


def install(recorder: Recorder) -> Watch:
    """Watch scikit-learn for `recorder`, from now on or from its import on; again replaces the recorder.

    What was known of the same recorder's models holds for those that nobody fitted meanwhile.
    """
    global _asleep, _awake
    uninstall()
    if _asleep is not None and _asleep.watch.recorder is recorder:
        watch = _asleep.watch
        watch.registry.forget_changed(_asleep.stamps)
    else:
        watch = Watch(recorder)
    _asleep, _awake = None, watch
    _switch["begin"] = _Dispatcher(watch).begin
    recorder.on_cell_begin = lambda cell: ends.cell_started(watch, cell)
    recorder.on_cell_end = lambda cell, status: ends.cell_finished(watch, cell, status)
    _undo.extend(
        (
            when_imported("sklearn.base", _hook_classes),
            when_imported("sklearn.utils._param_validation", _hook_functions),
            lambda: _leave(watch),
        )
    )
    return watch


def uninstall() -> None:
    """Take everything back: originals where our wrappers still stand."""
    _switch.clear()
    while _undo:
        with guarded("uninstall"):
            _undo.pop()()


def _leave(watch: Watch) -> None:
    global _asleep, _awake
    _awake = None
    watch.recorder.on_cell_begin = watch.recorder.on_cell_end = None
    _asleep = _Asleep(watch, watch.registry.stamps())
    for owner in _watched:
        calls.untrack_methods(owner, _METHODS)
    _watched.clear()
    _adopted.clear()


# --- classes --------------------------------------------------------------------------------------------------------


def _hook_classes(module: ModuleType) -> None:
    """Wrap the methods of each estimator class as it is defined, and of those that are."""
    base: Any = module.BaseEstimator
    _undo.append(subclasses.watch(base, adopt))
    adopt(base)
    for known in subclasses.known(base):
        adopt(known)


def adopt(cls: type) -> None:
    """Watch a class and those it inherits from: mixins define `score` and `fit_predict`."""
    for owner in cls.__mro__:
        if _is_as_adopted(owner):  # most are: each class of scikit-learn has ten others above it
            continue
        if owner.__module__ not in _BUILTIN_OWNERS and owner.__flags__ & (1 << 9):  # a heap type: its dict can change
            calls.track_methods(owner, _METHODS, _switch)
            if owner.__module__.startswith("sklearn."):
                content = vars(owner)
                _adopted[owner] = len(content), tuple((name, content[name]) for name in _METHODS & content.keys())
            else:
                calls.follow_subclasses(owner, _switch)
            _watched.append(owner)


def _is_as_adopted(owner: type) -> bool:
    """Whether nobody has put a method of his own into one of scikit-learn's classes since it was adopted."""
    found = _adopted.get(owner)
    if found is None:
        return False
    content = vars(owner)
    size, methods = found
    return size == len(content) and all(content.get(name) is method for name, method in methods)


# --- functions ------------------------------------------------------------------------------------------------------


def _hook_functions(module: ModuleType) -> None:
    """Watch each public function as it is decorated, and inside the decorator those that are."""
    original: Any = module.validate_params

    def validate_params(*args: Any, **kwargs: Any) -> Any:
        decorate = original(*args, **kwargs)

        def decorator(function: Any) -> Any:
            decorated = decorate(function)
            with guarded("function"):
                _watch_function(decorated)
            return decorated

        return decorator

    module.validate_params = validate_params  # type: ignore[attr-defined]
    _undo.append(lambda: setattr(module, "validate_params", original))
    for name, loaded in list(sys.modules.items()):
        if name.startswith(("sklearn.metrics", "sklearn.model_selection", "sklearn.inspection")):
            for value in list(vars(loaded).values()):
                _watch_function(value)


def _watch_function(decorated: Any) -> None:
    if not isinstance(decorated, FunctionType) or not hasattr(decorated, "_skl_parameter_constraints"):
        return
    meaning = _meaning(decorated)
    if meaning and calls.track_in_closure(meaning, decorated, "func", _switch):
        _undo.append(lambda: calls.untrack_in_closure(decorated, "func"))


def _meaning(function: FunctionType) -> str:
    """What a call of the function is to us; empty where it is nothing."""
    module, name = function.__module__, function.__name__
    if function.__qualname__ != name or name.startswith("_"):
        return ""
    if name in VALIDATIONS and module.startswith("sklearn.model_selection"):
        return "validation"
    if name == "permutation_importance":
        return "importance"
    return "metric" if module.startswith("sklearn.metrics") and not module.startswith(_NO_METRICS) else ""


# --- calls ----------------------------------------------------------------------------------------------------------


class _Defined:
    """A subclass is being defined by a class that may keep it from us."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def returned(self, result: Any) -> Any:
        """It is defined."""
        with guarded("class"):
            adopt(self._cls)
        return result

    def failed(self, _error: BaseException) -> None:
        """It is not."""


class _Dispatcher:
    """Decides what a call is; only the outermost one counts."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._inside = watch.inside

    def begin(
        self, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Call | None:
        """A tracked call begins."""
        if name == "__init_subclass__":
            return _Defined(args[0]) if args else None
        inside = self._inside()
        if inside is None:
            return attempt(name, self._begin, name, function, Given(args, kwargs))
        if name in _FITS and args:  # each tree of a forest
            inside.add(args[0])
        return None

    def _begin(self, name: str, function: Callable[..., Any], given: Given) -> Call | None:
        here = self._watch.here()
        if here is None:
            if name in _FITS and given.args:
                self._watch.registry.disown(given.args[0])
            return None
        if name in _METHODS:
            return self._method(name, here, given) if given.args else None
        return None if here.site.is_timed else self._function(name, here, function, given)

    def _function(self, name: str, here: Here, function: Callable[..., Any], given: Given) -> Call:
        if name == "metric":
            return MetricCall(self._watch, here, function, given)
        if name == "importance":
            return ImportanceCall(self._watch, here, given)
        return ValidationCall(self._watch, here, function, given)

    def _method(self, name: str, here: Here, given: Given) -> Call | None:
        if here.site.is_timed:
            return timed_call(self._watch, here, name, given) if name in _FITS else None
        if name in _FITS:
            return FitCall(self._watch, here, name, given)
        if name == "score":
            return ScoreCall(self._watch, here, use_of(given))
        return PredictCall(self._watch, here, use_of(given))
