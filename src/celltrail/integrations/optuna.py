"""Optuna: one run for each `study.optimize`, and each trial a child of it with params, values by step and its state."""

import weakref
from collections.abc import Callable
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.context import OpenRun
from celltrail.capture.estimators.fits import describe_error
from celltrail.capture.estimators.hyperparameters import grid_params
from celltrail.capture.training import Began, Given, Hook, Training, params_of
from celltrail.records import ErrorInfo, Evidence, Status, Tag

_OPTIONS = ("n_trials", "timeout", "n_jobs")


def install(hook: Hook) -> None:
    """Watch Optuna's studies."""
    module: Any = hook.module
    optimize: Any = module.study._optimize  # noqa: SLF001 - where each trial passes, in whatever thread
    studies = _Studies(hook)
    hook.on_method(module.study.Study, "optimize", studies.optimize)
    hook.on_method(module.study.Study, "ask", studies.ask)
    hook.on_method(module.trial.Trial, "report", studies.report)
    hook.on_function("_run_trial", studies.trial, module=optimize)
    hook.on_function("_log_failed_trial", studies.failed_trial, module=optimize)


class _Trial:
    """One trial: whatever is logged, fitted or measured in its objective belongs to its run."""

    def __init__(self, hook: Hook, study: Any, parent: OpenRun) -> None:
        self.study = study
        self.run: OpenRun | None = None
        self.error: ErrorInfo | None = None
        self._hook = hook
        self._parent = parent
        self._asked: Any = None
        self._steps: set[int] = set()
        self._token = hook.watch.enter(None, self)

    def asked(self, trial: Any) -> None:
        """The study has given the trial that this is."""
        recorder, inside = self._hook.watch.recorder, self._hook.watch.inside()
        name = f"{self._parent.name} #{trial.number}"
        self._asked = trial
        self.run = recorder.start_run(name, kind="candidate", parent_run_id=self._parent.run_id)
        recorder.where.enter_run(self.run)
        if inside is not None:
            inside.run = self.run

    def reported(self, value: Any, step: Any) -> None:
        """An intermediate value; Optuna keeps the first of each step."""
        if self.run is not None and int(step) not in self._steps:
            self._steps.add(int(step))
            self._log("intermediate_value", value, int(step))

    def _log(self, key: str, value: Any, step: int | None = None) -> None:
        if self.run is not None:
            self._hook.watch.recorder.log_metric(self.run.run_id, key, float(value), step=step, evidence=Evidence.OWN)

    def returned(self, result: Any) -> Any:
        """The trial is told: complete, pruned, or failed with an exception that the study catches."""
        self._leave()
        with guarded("trial"):
            self._finish(self.error)
        return result

    def failed(self, error: BaseException) -> None:
        """The objective raised, and so does the study."""
        self._leave()
        with guarded("trial"):
            self._finish(describe_error(error), is_interrupt=isinstance(error, KeyboardInterrupt))

    def _leave(self) -> None:
        self._hook.watch.leave(self._token)
        if self.run is not None:
            self._hook.watch.recorder.where.leave_run(self.run)

    def _finish(self, error: ErrorInfo | None, *, is_interrupt: bool = False) -> None:
        if self.run is None:
            return
        recorder = self._hook.watch.recorder
        frozen = self.study._storage.get_trial(self._asked._trial_id)  # noqa: SLF001 - `study.trials` copies all of them
        recorder.log_params(self.run.run_id, grid_params(frozen.params))
        for key, value in zip(_value_names(self.study), frozen.values or (), strict=False):
            self._log(key, value)
        said = {"trial_state": frozen.state.name.lower(), **frozen.user_attrs}
        recorder.set_tags(self.run.run_id, tuple(Tag(key, str(value)) for key, value in said.items()))
        has_failed = frozen.state.name == "FAIL"
        status = Status.INTERRUPTED if is_interrupt else Status.FAILED if has_failed else Status.FINISHED
        recorder.finish_run(self.run, status, error if has_failed else None)


def _value_names(study: Any) -> list[str]:
    count = len(study.directions)
    given = getattr(study, "metric_names", None)
    return list(given) if given else ["value"] if count == 1 else [f"value_{place}" for place in range(count)]


class _After:
    """Calls back when a call has come back."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell

    def returned(self, result: Any) -> Any:
        """It came back."""
        with guarded("trial"):
            self._tell(result)
        return result

    def failed(self, _error: BaseException) -> None:
        """It did not."""


class _Studies:
    """The studies that are being optimized, and the runs of all their trials."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._going_on: dict[int, Training] = {}
        self._runs: weakref.WeakKeyDictionary[Any, dict[int, str]] = weakref.WeakKeyDictionary()
        self._best: weakref.WeakKeyDictionary[Any, frozenset[int]] = weakref.WeakKeyDictionary()

    # --- the study --------------------------------------------------------------------------------------------------

    def optimize(self, given: Given) -> Training | None:
        """`study.optimize(objective, …)`."""
        study = given.args[0]
        kind = type(study)
        known = {
            "study_name": study.study_name,
            "direction": ", ".join(direction.name.lower() for direction in study.directions),
            "sampler": type(study.sampler).__name__,
            "pruner": type(study.pruner).__name__,
            "objective": getattr(given.argument(1, "func"), "__name__", None),
        }
        options = {name: given.argument(place, name) for place, name in enumerate(_OPTIONS, 2)}
        began = Began(
            kind.__name__,
            f"{kind.__module__}.{kind.__qualname__}",
            params_of({**known, **options}, kind.__name__),
            model=study,
            is_model=False,
            kind="search",
        )
        training = self._hook.training(began, lambda training, _result: self._ended(training, study))
        if training is not None:
            training.on_failure = lambda: self._ended(training, study)
            self._going_on[id(study)] = training
        return training

    def _ended(self, training: Training, study: Any) -> None:
        self._going_on.pop(id(study), None)
        runs = self._runs.get(study, {})
        training.metric("trials", len(runs))
        best = [trial for trial in study.best_trials if trial.number in runs]
        if len(study.directions) == 1 and best:
            training.metric("best_value", best[0].value)
            training.params(grid_params({f"best__{key}": value for key, value in best[0].params.items()}))
            training.metric("best_trial", best[0].number)
            best = best[:1]
        self._mark(study, frozenset(trial.number for trial in best))

    def _mark(self, study: Any, best: frozenset[int]) -> None:
        """Tag the best trials, and take the tag from those that another call of `optimize` has beaten."""
        before, runs = self._best.get(study, frozenset()), self._runs.get(study, {})
        self._best[study] = best
        for number in before ^ best:
            self._hook.watch.recorder.set_tags(runs[number], (Tag("best_trial", str(number in best).lower()),))

    # --- its trials -------------------------------------------------------------------------------------------------

    def trial(self, given: Given) -> _Trial | None:
        """Optuna runs one trial, in the thread of the cell or in one of its own."""
        training = self._going_on.get(id(given.args[0]))
        if training is None or training.run is None:
            return None
        return _Trial(self._hook, given.args[0], training.run)

    def _here(self) -> _Trial | None:
        inside = self._hook.watch.inside()
        found = inside.training if inside is not None else None
        return found if isinstance(found, _Trial) else None

    def ask(self, given: Given) -> _After | None:
        """The study makes a trial."""
        here = self._here()
        if here is None or here.run is not None or here.study is not given.args[0]:
            return None

        def asked(trial: Any) -> None:
            here.asked(trial)
            if here.run is not None:
                self._runs.setdefault(here.study, {})[trial.number] = here.run.run_id

        return _After(asked)

    def report(self, given: Given) -> _After | None:
        """The objective reports an intermediate value."""
        here = self._here()
        if here is None:
            return None
        return _After(lambda _result: here.reported(given.argument(1, "value"), given.argument(2, "step")))

    def failed_trial(self, given: Given) -> None:
        """Optuna says why a trial failed."""
        here, info = self._here(), given.kwargs.get("exc_info")
        if here is not None:
            here.error = describe_error(info[1]) if info else ErrorInfo("", str(given.argument(2, "message")))
