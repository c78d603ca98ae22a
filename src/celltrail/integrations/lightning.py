"""Lightning: `Trainer.fit` with the hyperparameters and every logged metric by step; `validate`, `test`, `predict`."""

from collections.abc import Mapping
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.training import Began, Given, Hook, Training, Use, params_of
from celltrail.records import Param

_OPTIONS = ("max_epochs", "max_steps", "precision", "accumulate_grad_batches", "gradient_clip_val", "num_devices")


def install(hook: Hook) -> None:
    """Watch Lightning, by either of its two names."""
    trainer: Any = hook.module.Trainer
    hook.on_method(trainer, "fit", lambda given: _fit(hook, given))
    hook.on_method(trainer, "predict", lambda given: hook.prediction(_use(given)))
    for name in ("validate", "test"):
        hook.on_method(trainer, name, lambda given: hook.evaluation(_use(given), _merged))
    connector: Any = hook.module._LoggerConnector  # noqa: SLF001 - every metric passes here, with a logger or without
    hook.on_method(connector, "log_metrics", lambda given: _logged(hook, given))


def _use(given: Given) -> Use:
    model = given.argument(1, "model")
    return Use(model or given.args[0].lightning_module, given.argument(2, "dataloaders"), 1, "dataloaders")


def _merged(result: Any) -> Mapping[str, Any]:
    """A dictionary per dataloader; the keys say which where there are several."""
    return {key: value for part in result for key, value in part.items()}


def _fit(hook: Hook, given: Given) -> Training | None:
    trainer, model = given.args[0], given.argument(1, "model")
    kind = type(model)
    began = Began(
        kind.__name__,
        f"{kind.__module__}.{kind.__qualname__}",
        _params(trainer, model, given.argument(2, "train_dataloaders")),
        model=model,
    )
    training = hook.training(began, lambda training, _result: _fitted(training, trainer, model))
    if training is not None:
        training.on_failure = lambda: _fitted(training, trainer, model)
    return training


def _params(trainer: Any, model: Any, loader: Any) -> tuple[Param, ...]:
    options = {name: getattr(trainer, name, None) for name in _OPTIONS}
    options["accelerator"] = type(trainer.accelerator).__name__
    options["batch_size"] = getattr(loader, "batch_size", None)
    return params_of({**options, **dict(getattr(model, "hparams", {}))}, type(model).__name__)


def _fitted(training: Training, trainer: Any, model: Any) -> None:
    counts: dict[str, Any] = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trainable_parameters": sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad),
        "epochs": trainer.current_epoch,
        "steps": trainer.global_step,
    }
    for optimizer in trainer.optimizers[:1]:
        counts["optimizer"] = type(optimizer).__name__
        counts |= {f"optimizer__{name}": value for name, value in optimizer.defaults.items()}
    training.params(params_of(counts, training.name))
    checkpoint = trainer.checkpoint_callback
    best_path = getattr(checkpoint, "best_model_path", None)
    if best_path:
        training.tag("best_model_path", best_path)
        training.metric("best_score", getattr(checkpoint, "best_model_score", None))


class _Logged:
    """What goes to Lightning's loggers, whether there are any."""

    def __init__(self, training: Training, given: Given) -> None:
        self._training = training
        self._trainer = given.args[0].trainer
        self._metrics = dict(given.argument(1, "metrics") or {})
        self._step = given.argument(2, "step")

    def returned(self, result: Any) -> Any:
        """It was logged."""
        with guarded("logged metrics"):
            step = self._step
            if step is None:
                own = self._metrics.pop("step", None)
                loop = self._trainer.fit_loop.epoch_loop
                step = own if own is not None else loop._batches_that_stepped  # noqa: SLF001 - Lightning's own step
            self._training.metrics(self._metrics, int(step))
        return result

    def failed(self, _error: BaseException) -> None:
        """A logger raised: the training does too."""


def _logged(hook: Hook, given: Given) -> _Logged | None:
    training = hook.current()
    return _Logged(training, given) if training is not None else None
