"""Cross-validation and its like as one run: the estimator that is passed is not fitted, its clones are."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.boundary import guarded
from celltrail.capture.estimators.calls import Given
from celltrail.capture.estimators.fits import describe_error, fit_params
from celltrail.capture.estimators.hyperparameters import value_param
from celltrail.capture.estimators.watch import Here, Watch
from celltrail.records import DatasetRole, Evidence, Status
from celltrail.records import Origin as ParamOrigin

FUNCTIONS = frozenset(
    {
        "cross_val_score",
        "cross_validate",
        "cross_val_predict",
        "learning_curve",
        "validation_curve",
        "permutation_test_score",
    }
)
_ARGUMENTS = ("cv", "scoring", "method", "param_name", "train_sizes", "n_permutations")


class ValidationCall:
    """One top-level call of `cross_val_score` or its like."""

    def __init__(self, watch: Watch, here: Here, function: Callable[..., Any], given: Given) -> None:
        self._watch = watch
        self._here = here
        self._name = function.__name__
        estimator = given.argument(0, "estimator")
        x, y = given.argument(1, "X"), given.argument(2, "y")
        kind = type(estimator)
        self.run = watch.recorder.start_run(
            f"{self._name}({kind.__name__})", kind="fit", estimator=f"{kind.__module__}.{kind.__qualname__}"
        )
        self._x_name = here.name(x, 1, "X")
        self._digest = ""
        with guarded("parameters"):
            options = {name: given.kwargs[name] for name in _ARGUMENTS if name in given.kwargs}
            extra = (
                value_param(name, value, origin=ParamOrigin.ESTIMATOR, source=self._name)
                for name, value in options.items()
            )
            watch.recorder.log_params(self.run.run_id, (*fit_params(estimator, here), *extra))
        with guarded("dataset"):
            self._digest = watch.use(self.run.run_id, x, DatasetRole.TRAIN, self._x_name)
            watch.use(self.run.run_id, y, DatasetRole.TARGET, here.name(y, 2, "y"))
        self._token = watch.enter()

    def returned(self, result: Any) -> Any:
        """The folds are done."""
        self._watch.leave(self._token)
        with guarded("validation"):
            rows = contents.row_count(result) if self._name == "cross_val_predict" else 0
            origin = Origin(frozenset({self.run.run_id}), self._x_name, self._digest, rows=rows)
            self._keep(result, origin)
            self._watch.recorder.finish_run(self.run)
            self._here.trail.add(self._here.site, origin)
        return result

    def _keep(self, result: Any, origin: Origin) -> None:
        if self._name == "cross_val_predict":
            self._watch.registry.note(result, origin)
        elif self._name == "cross_val_score":
            self._fold_scores("test_score", result)
        elif isinstance(result, Mapping):
            for key, values in result.items():
                if getattr(values, "dtype", None) is not None and values.dtype.kind == "f":
                    self._fold_scores(str(key), values)
        elif self._name == "permutation_test_score":
            self._log("score", result[0], 0)
            self._log("p_value", result[2], 0)
        else:
            self._curve(result)

    def _fold_scores(self, name: str, values: Any) -> None:
        """Each fold's score as a step, and over all folds the mean and the (population) standard deviation."""
        for fold, value in enumerate(values.tolist()):
            self._log(name, value, fold)
        self._log(f"mean_{name}", values.mean(), 0)
        self._log(f"std_{name}", values.std(), 0)

    def _curve(self, result: Any) -> None:
        """`learning_curve` has sizes first, `validation_curve` only the scores: a step per row, its mean over folds."""
        has_sizes = self._name == "learning_curve"
        train, test = result[1:3] if has_sizes else result[:2]
        steps = result[0].tolist() if has_sizes else list(range(len(train)))
        for step, of_train, of_test in zip(steps, train.mean(axis=1), test.mean(axis=1), strict=True):
            self._log("mean_train_score", of_train, step)
            self._log("mean_test_score", of_test, step)

    def _log(self, key: str, value: Any, step: int) -> None:
        self._watch.recorder.log_metric(
            self.run.run_id,
            key,
            float(value),
            step=step,
            evidence=Evidence.OWN,
            dataset_name=self._x_name,
            dataset_digest=self._digest,
        )

    def failed(self, error: BaseException) -> None:
        """A fold raised."""
        self._watch.leave(self._token)
        with guarded("validation"):
            status = Status.INTERRUPTED if isinstance(error, KeyboardInterrupt) else Status.FAILED
            self._watch.recorder.finish_run(self.run, status, describe_error(error))


class ImportanceCall:
    """One call of `permutation_importance` on a fitted model: the importances are metrics of its run."""

    _MAX_FEATURES = 200

    def __init__(self, watch: Watch, here: Here, given: Given) -> None:
        self._watch = watch
        self._here = here
        self._model = given.argument(0, "estimator")
        self._x = given.argument(1, "X")
        self._token = watch.enter()

    def returned(self, result: Any) -> Any:
        """The importances are known; with several scorings they are left in the user's hands."""
        self._watch.leave(self._token)
        with guarded("importance"):
            means = getattr(result, "importances_mean", None)
            runs = self._watch.registry.model_runs(self._model)
            if means is not None and len(runs) == 1:
                self._log(next(iter(runs)), means.tolist()[: self._MAX_FEATURES])
            self._here.trail.add(self._here.site, None)
        return result

    def _log(self, run_id: str, means: list[float]) -> None:
        name = self._here.name(self._x, 1, "X")
        digest = self._watch.use(run_id, self._x, DatasetRole.EVALUATE, name)
        for feature, value in zip(_feature_names(self._x, len(means)), means, strict=False):
            self._watch.recorder.log_metric(
                run_id,
                f"permutation_importance_{feature}",
                value,
                evidence=Evidence.MODEL_ARGUMENT,
                dataset_name=name,
                dataset_digest=digest,
            )

    def failed(self, _error: BaseException) -> None:
        """There are no importances."""
        self._watch.leave(self._token)


def _feature_names(x: Any, count: int) -> list[str]:
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(x, pandas.DataFrame):
        return [str(name) for name in x.columns[:count]]
    return [str(place) for place in range(count)]
