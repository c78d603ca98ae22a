"""Keras 3: `fit` with its history by epoch, the optimizer's configuration, `evaluate` and `predict`."""

from collections.abc import Mapping
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.params import kind_of
from celltrail.capture.training import Began, Dataset, Given, Hook, Training, params_of, use_of
from celltrail.records import DatasetRole, Param, ParamKind

_OPTIONS = {
    "batch_size": 3,
    "epochs": 4,
    "validation_split": 7,
    "shuffle": 9,
    "initial_epoch": 12,
    "steps_per_epoch": 13,
}


def install(hook: Hook) -> None:
    """Watch Keras."""
    module: Any = hook.module
    for owner in module.Model.__mro__:  # each backend has a trainer class of its own among them
        hook.on_method(owner, "fit", lambda given: _fit(hook, given))
        hook.on_method(owner, "predict", lambda given: hook.prediction(use_of(given, "x")))
        hook.on_method(owner, "evaluate", lambda given: _evaluate(hook, given))
    hook.on_method(module.callbacks.History, "on_epoch_end", lambda given: _epoch(hook, given))


def _fit(hook: Hook, given: Given) -> Training | None:
    model = given.args[0]
    kind = type(model)
    began = Began(
        kind.__name__,
        f"{kind.__module__}.{kind.__qualname__}",
        _params(model, given),
        tuple(_data(given)),
        model=model,
    )
    return hook.training(began, lambda training, _result: _fitted(training, model, given.kwargs.get("callbacks")))


def _params(model: Any, given: Given) -> tuple[Param, ...]:
    kind = type(model).__name__
    options = {name: given.argument(place, name) for name, place in _OPTIONS.items()}
    loss, optimizer = getattr(model, "loss", None), getattr(model, "optimizer", None)
    known = {
        "epochs": 1,  # the default
        **{name: value for name, value in options.items() if value is not None},
        "loss": loss if kind_of(loss) is ParamKind.TEXT or loss is None else getattr(loss, "name", loss),
        "optimizer": type(optimizer).__name__ if optimizer is not None else None,
    }
    if optimizer is None:
        return params_of(known, kind)
    config = {f"optimizer__{name}": value for name, value in optimizer.get_config().items() if name != "name"}
    return params_of({**known, **config}, kind)


def _data(given: Given) -> list[Dataset]:
    data = [
        Dataset(given.argument(1, "x"), DatasetRole.TRAIN, 0, "x"),
        Dataset(given.argument(2, "y"), DatasetRole.TARGET, 1, "y"),
    ]
    validation = given.argument(8, "validation_data")
    if isinstance(validation, tuple) and validation:
        data.append(Dataset(validation[0], DatasetRole.EVALUATE, name="validation_data"))
    return data


def _fitted(training: Training, model: Any, callbacks: Any) -> None:
    counts = {
        "parameters": sum(_size(weight) for weight in model.weights),
        "trainable_parameters": sum(_size(weight) for weight in model.trainable_weights),
    }
    training.params(params_of(counts, training.name))
    for callback in callbacks if isinstance(callbacks, list | tuple) else ():
        if type(callback).__name__ == "EarlyStopping":
            training.best(callback.best_epoch, callback.best)


def _size(weight: Any) -> int:
    size = 1
    for length in weight.shape:
        size *= int(length)
    return size


class _Epoch:
    """One epoch: its logs are what the history keeps."""

    def __init__(self, training: Training, given: Given) -> None:
        self._training = training
        self._given = given

    def returned(self, result: Any) -> Any:
        """The history has it."""
        with guarded("epoch"):
            self._training.metrics(self._given.argument(2, "logs") or {}, int(self._given.argument(1, "epoch")))
        return result

    def failed(self, _error: BaseException) -> None:
        """The training fails too."""


def _epoch(hook: Hook, given: Given) -> _Epoch | None:
    training = hook.current()
    return _Epoch(training, given) if training is not None else None


def _evaluate(hook: Hook, given: Given) -> Any:
    model = given.args[0]

    def values(_result: Any) -> Mapping[str, Any]:
        """By name, which a list of them does not say."""
        return {name: float(value) for name, value in model.get_metrics_result().items()}

    return hook.evaluation(use_of(given, "x"), values)
