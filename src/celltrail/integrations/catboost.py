"""CatBoost: `fit`, `train` and `cv`, with the evaluations of every iteration once the training has ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from celltrail.capture.training import Began, Dataset, Given, Hook, Training, params_of, use_of
from celltrail.records import DatasetRole

_CLASSES = ("CatBoost", "CatBoostClassifier", "CatBoostRegressor", "CatBoostRanker")
_PREDICTS = (
    ("predict", "data"),
    ("predict_proba", "X"),
    ("predict_log_proba", "data"),
    ("staged_predict", "data"),
    ("staged_predict_proba", "data"),
    ("staged_predict_log_proba", "data"),
)


def install(hook: Hook) -> None:
    """Watch CatBoost."""
    module: Any = hook.module
    for name in _CLASSES:
        _watch_class(hook, getattr(module, name))
    hook.on_function("cv", lambda given: _cv(hook, given))
    hook.on_method(module.Pool, "__init__", lambda given: _container(hook, given))


def _watch_class(hook: Hook, kind: type) -> None:
    hook.on_method(kind, "fit", lambda given: _fit(hook, given))
    hook.on_method(kind, "score", lambda given: hook.evaluation(use_of(given), lambda result: {"score": result}))
    for name, keyword in _PREDICTS:
        _watch_prediction(hook, kind, name, keyword)


def _watch_prediction(hook: Hook, kind: type, name: str, keyword: str) -> None:
    hook.on_method(kind, name, lambda given: hook.prediction(use_of(given, keyword)))


def _container(hook: Hook, given: Given) -> None:
    """A Pool: data and label."""
    features = Dataset(given.argument(1, "data"), DatasetRole.TRAIN, 0, "data")
    hook.container(given.args[0], features, Dataset(given.argument(2, "label"), DatasetRole.TARGET, 1, "label"))


def _fit(hook: Hook, given: Given) -> Training | None:
    model = given.args[0]
    kind = type(model)
    data = (
        Dataset(given.argument(1, "X"), DatasetRole.TRAIN, 0, "X"),
        Dataset(given.argument(2, "y"), DatasetRole.TARGET, 1, "y"),
        *_eval_sets(given.kwargs.get("eval_set")),
    )
    params = params_of(model.get_params(), kind.__name__)
    began = Began(kind.__name__, f"{kind.__module__}.{kind.__qualname__}", params, data, model=model)
    return hook.training(began, lambda training, _result: _fitted(training, model))


def _eval_sets(eval_set: Any) -> Iterator[Dataset]:
    """A Pool, a pair of features and target, or a list of either."""
    for place, one in enumerate(eval_set if isinstance(eval_set, list) else [eval_set]):
        if one is not None:
            yield Dataset(one[0] if isinstance(one, tuple) else one, DatasetRole.EVALUATE, name=f"validation_{place}")


def _fitted(training: Training, model: Any) -> None:
    chosen, effective = model.get_params(), model.get_all_params()
    defaults = {key: value for key, value in effective.items() if key not in chosen}
    training.params(params_of(defaults, training.name, is_default=True))
    for data, metrics in model.get_evals_result().items():
        for name, values in metrics.items():
            for step, value in zip(_steps(values, chosen, effective), values, strict=True):
                training.metric(f"{data}-{name}", value, step)
    if model.get_best_iteration() is not None:
        training.best(model.get_best_iteration())
    for data, metrics in model.get_best_score().items():
        for name, value in metrics.items():
            training.metric(f"best_{data}-{name}", value)


def _steps(values: list[float], chosen: Mapping[str, Any], effective: Mapping[str, Any]) -> list[int]:
    """The iterations of a metric's values: with a metric_period every such one, and the last."""
    period, iterations = int(chosen.get("metric_period") or 1), int(effective["iterations"])
    if len(values) > -(-iterations // period) + 1:  # this metric is cheap, and was taken at each iteration
        period = 1
    return [min(place * period, iterations - 1) for place in range(len(values))]


def _cv(hook: Hook, given: Given) -> Training | None:
    values = given.argument(1, "params")
    options = {name: given.kwargs.get(name) for name in ("iterations", "fold_count", "seed", "shuffle", "stratified")}
    params = params_of({**(values if isinstance(values, Mapping) else {}), **options}, "catboost.cv")
    data = (Dataset(given.argument(0, "pool"), DatasetRole.TRAIN, 0, "pool"),)
    return hook.training(Began("catboost.cv", "catboost.core.CatBoost", params, data), _validated)


def _validated(training: Training, result: Any) -> None:
    """A table or dictionary of means and deviations, one row per iteration."""
    table = result[0] if isinstance(result, tuple) else result
    steps = [int(step) for step in table["iterations"]]
    for name in table:
        if name != "iterations":
            for step, value in zip(steps, table[name], strict=True):
                training.metric(str(name), float(value), step)
