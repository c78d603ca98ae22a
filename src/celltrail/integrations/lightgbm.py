"""LightGBM's native interface: `train` and `cv` with their evaluations by step; the scikit-learn classes' steps too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.training import Began, Dataset, Given, Hook, Training, params_of, use_of
from celltrail.records import DatasetRole, Param

_OPTIONS = ("num_boost_round",)
_CV_OPTIONS = ("num_boost_round", "nfold", "stratified", "shuffle", "seed", "metrics")
_CV = "lightgbm.cv"


def install(hook: Hook) -> None:
    """Watch LightGBM."""
    module: Any = hook.module
    hook.on_function("train", lambda given: _train(hook, given))
    hook.on_function("cv", lambda given: _cv(hook, given))
    for name in ("eval_train", "eval_valid"):
        hook.on_method(module.Booster, name, lambda _given: _evaluation(hook))
    hook.on_method(module.Booster, "predict", lambda given: hook.prediction(use_of(given, "data")))
    hook.on_method(module.Dataset, "__init__", lambda given: _container(hook, given))


def _container(hook: Hook, given: Given) -> None:
    """A Dataset: data and label."""
    features = Dataset(given.argument(1, "data"), DatasetRole.TRAIN, 0, "data")
    hook.container(given.args[0], features, Dataset(given.argument(2, "label"), DatasetRole.TARGET, 1, "label"))


def _params(given: Given, options: tuple[str, ...], source: str) -> tuple[Param, ...]:
    own = given.argument(0, "params")
    values = dict(own) if isinstance(own, Mapping) else {}
    rounds = given.argument(2, "num_boost_round")
    rest = {name: given.kwargs.get(name) for name in options} | {"num_boost_round": 100 if rounds is None else rounds}
    return params_of({**values, **rest}, source)


def _train(hook: Hook, given: Given) -> Training | None:
    train_set = given.argument(1, "train_set")
    valid = given.argument(3, "valid_sets") or ()
    valid_sets = valid if isinstance(valid, Sequence) else (valid,)
    names = given.argument(4, "valid_names") or ()
    data = [Dataset(train_set, DatasetRole.TRAIN, 1, "train_set")]
    for place, valid_set in enumerate(valid_sets):
        name = str(names[place]) if isinstance(names, Sequence) and place < len(names) else f"valid_{place}"
        if valid_set is not train_set:
            data.append(Dataset(valid_set, DatasetRole.EVALUATE, name=name))
    params = _params(given, _OPTIONS, "lightgbm.train")
    began = Began("lightgbm.train", "lightgbm.basic.Booster", params, tuple(data))
    return hook.training(began, _trained)


def _trained(training: Training, booster: Any) -> None:
    training.made(booster)
    if booster.best_iteration > 0:
        training.best(booster.best_iteration)
        for data, metrics in booster.best_score.items():
            for name, value in metrics.items():
                training.metric(f"best_{data}-{name}", value)


def _cv(hook: Hook, given: Given) -> Training | None:
    data = (Dataset(given.argument(1, "train_set"), DatasetRole.TRAIN, 1, "train_set"),)
    params = _params(given, _CV_OPTIONS, _CV)
    return hook.training(Began(_CV, "lightgbm.basic.Booster", params, data), _validated)


def _validated(training: Training, result: Any) -> None:
    """Lists of means and deviations, one value per round; early stopping cuts them after the best one."""
    for name, values in result.items():
        if name != "cvbooster":
            for step, value in enumerate(values):
                training.metric(name, value, step)


class _Evaluation:
    """One evaluation of one round: `train` makes it once per round, so that the steps count up by themselves."""

    def __init__(self, metric: Callable[[str, Any], None]) -> None:
        self._metric = metric

    def returned(self, result: Any) -> Any:
        """Its values: the dataset's name, the metric's, the value, and more."""
        with guarded("round"):
            for data, name, value, *_ in result:
                self._metric(f"{data}-{name}", value)
        return result

    def failed(self, _error: BaseException) -> None:
        """The user's own metric raised: the training does too."""


def _evaluation(hook: Hook) -> _Evaluation | None:
    training = hook.current()
    return _Evaluation(training.metric) if training is not None and training.name != _CV else None
