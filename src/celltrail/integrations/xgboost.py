"""XGBoost's native interface: `train` and `cv` with their evaluations by step; the scikit-learn classes' steps too."""

import time
from collections.abc import Mapping
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.training import Began, Dataset, Given, Hook, Training, params_of, use_of
from celltrail.records import DatasetRole, Param

_OPTIONS = ("num_boost_round", "early_stopping_rounds", "maximize")
_PATIENCE_NS = 100_000_000
_CV_OPTIONS = (*_OPTIONS, "nfold", "stratified", "seed", "shuffle", "metrics")


def install(hook: Hook) -> None:
    """Watch XGBoost."""
    module: Any = hook.module
    hook.on_function("train", lambda given: _train(hook, given))
    hook.on_function("cv", lambda given: _cv(hook, given))
    hook.before_method(module.callback.CallbackContainer, "after_iteration", lambda args: _iteration(hook, args[0]))
    for name in ("predict", "inplace_predict"):
        hook.on_method(module.Booster, name, lambda given: hook.prediction(use_of(given, "data")))
    for kind in (module.DMatrix, module.QuantileDMatrix):
        hook.on_method(kind, "__init__", lambda given: _container(hook, given))


def _container(hook: Hook, given: Given) -> None:
    """A DMatrix: data and label."""
    label = given.argument(2, "label")
    features = Dataset(given.argument(1, "data"), DatasetRole.TRAIN, 0, "data")
    hook.container(given.args[0], features, Dataset(label, DatasetRole.TARGET, 1, "label"))


def _params(given: Given, options: tuple[str, ...], source: str) -> tuple[Param, ...]:
    own = given.argument(0, "params")
    values = dict(own) if isinstance(own, Mapping | list | tuple) else {}
    rounds = given.argument(2, "num_boost_round")
    rest = {name: given.kwargs.get(name) for name in options} | {"num_boost_round": 10 if rounds is None else rounds}
    return params_of({**values, **rest}, source)


def _train(hook: Hook, given: Given) -> Training | None:
    evals = given.kwargs.get("evals") or ()
    data = [Dataset(given.argument(1, "dtrain"), DatasetRole.TRAIN, 1, "dtrain")]
    data += [Dataset(held, DatasetRole.EVALUATE, name=str(name)) for held, name in evals if held is not data[0].value]
    params = _params(given, _OPTIONS, "xgboost.train")
    return hook.training(Began("xgboost.train", "xgboost.core.Booster", params, tuple(data)), _trained)


def _trained(training: Training, booster: Any) -> None:
    training.made(booster)
    if booster.attr("best_iteration") is not None:
        training.best(booster.best_iteration, booster.best_score)


def _cv(hook: Hook, given: Given) -> Training | None:
    data = (Dataset(given.argument(1, "dtrain"), DatasetRole.TRAIN, 1, "dtrain"),)
    params = _params(given, _CV_OPTIONS, "xgboost.cv")
    return hook.training(Began("xgboost.cv", "xgboost.core.Booster", params, data), _validated)


def _validated(training: Training, result: Any) -> None:
    """The table of means and deviations, one row per round; early stopping cuts it after the best one."""
    columns = {str(name): [float(value) for value in result[name]] for name in result}
    for name, values in columns.items():
        for step, value in enumerate(values):
            training.metric(name, value, step)


class _History:
    """Follows the history that XGBoost keeps, a few times a second and at the end."""

    def __init__(self, training: Training, container: Any) -> None:
        self.container = container
        self._training = training
        self._read_ns = 0
        self._known: dict[str, int] = {}

    def look(self) -> None:
        """Read it if that was not done just now."""
        now = time.monotonic_ns()
        if now - self._read_ns > _PATIENCE_NS:
            self._read_ns = now
            self.read()

    def read(self) -> None:
        """Take what is new."""
        for data, metrics in self.container.history.items():
            for name, values in metrics.items():
                key = f"{data}-{name}"
                for step in range(self._known.get(key, 0), len(values)):
                    self._training.metric(key, values[step], step)
                self._known[key] = len(values)


def _iteration(hook: Hook, container: Any) -> None:
    """A round is about to be evaluated."""
    training = hook.current()
    if training is None or container.is_cv:
        return
    history = training.following
    if not isinstance(history, _History) or history.container is not container:
        history = training.following = _History(training, container)
        training.before_end = history.read
    attempt("round", history.look)
