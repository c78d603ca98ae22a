"""Hugging Face `Trainer`: the arguments that differ from their defaults, the log history, the best checkpoint."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.training import Began, Dataset, Given, Hook, Training, Use, params_of
from celltrail.records import DatasetRole

_NOT_ARGUMENTS = frozenset({"output_dir", "logging_dir", "run_name"})


def install(hook: Hook) -> None:
    """Watch the trainer."""
    trainer: Any = hook.module.Trainer
    hook.on_method(trainer, "train", lambda given: _train(hook, given))
    hook.on_method(trainer, "log", lambda given: _logged(hook, given))
    hook.on_method(trainer, "evaluate", lambda given: hook.evaluation(_evaluated(given), _measures))
    hook.on_method(trainer, "predict", lambda given: hook.prediction(_predicted(given), lambda out: out.predictions))


def _train(hook: Hook, given: Given) -> Training | None:
    trainer = given.args[0]
    model = trainer.model
    kind = type(model)
    counts = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trainable_parameters": sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad),
        "train_rows": _length(trainer.train_dataset),
    }
    began = Began(
        kind.__name__,
        f"{kind.__module__}.{kind.__qualname__}",
        params_of({**dict(_arguments(trainer.args)), **counts}, "TrainingArguments"),
        (
            Dataset(trainer.train_dataset, DatasetRole.TRAIN, name="train_dataset"),
            Dataset(trainer.eval_dataset, DatasetRole.EVALUATE, name="eval_dataset"),
        ),
        model=model,
    )
    training = hook.training(began, lambda training, _result: _trained(training, trainer))
    if training is not None:
        training.on_failure = lambda: _trained(training, trainer)
    return training


def _length(dataset: Any) -> int | None:
    return len(dataset) if hasattr(type(dataset), "__len__") else None


def _arguments(arguments: Any) -> Iterator[tuple[str, Any]]:
    """Those that somebody chose, without what names a place of this machine or is secret."""
    for one in dataclasses.fields(arguments):
        default = one.default if one.default_factory is dataclasses.MISSING else one.default_factory()
        value = getattr(arguments, one.name, None)
        if value != default and one.init and one.name not in _NOT_ARGUMENTS and "token" not in one.name:
            yield one.name, value


def _trained(training: Training, trainer: Any) -> None:
    state = trainer.state
    if state.best_metric is not None:
        training.best(state.best_global_step, state.best_metric)
    if state.best_model_checkpoint is not None:
        training.tag("best_model_checkpoint", state.best_model_checkpoint)


class _Logged:
    """One entry of the log history."""

    def __init__(self, training: Training, trainer: Any) -> None:
        self._training = training
        self._trainer = trainer

    def returned(self, result: Any) -> Any:
        """The history has it, with its step."""
        with guarded("logged metrics"):
            entry = dict(self._trainer.state.log_history[-1])
            self._training.metrics(entry, int(entry.pop("step")))
        return result

    def failed(self, _error: BaseException) -> None:
        """A callback raised: the training does too."""


def _logged(hook: Hook, given: Given) -> _Logged | None:
    training = hook.current()
    return _Logged(training, given.args[0]) if training is not None else None


def _evaluated(given: Given) -> Use:
    trainer = given.args[0]
    chosen = given.argument(1, "eval_dataset")
    return Use(trainer.model, chosen if chosen is not None else trainer.eval_dataset, 0, "eval_dataset")


def _predicted(given: Given) -> Use:
    return Use(given.args[0].model, given.argument(1, "test_dataset"), 0, "test_dataset")


def _measures(result: Any) -> Mapping[str, Any]:
    """Without how long it took."""
    return {key: value for key, value in result.items() if not key.endswith(("_runtime", "_per_second", "epoch"))}
