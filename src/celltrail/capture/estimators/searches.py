"""What a fitted search tried, out of its `cv_results_`: one child run per candidate, whatever did the work."""

import math
from typing import Any

from celltrail.capture.context import OpenRun
from celltrail.capture.estimators.hyperparameters import grid_params
from celltrail.capture.recorder import Recorder
from celltrail.records import ErrorInfo, Evidence, Param, ParamKind, Status
from celltrail.records import Origin as ParamOrigin

_METRIC_PREFIXES = ("mean_", "std_", "split")
_RESOURCES = ("iter", "n_resources")
_FAILED = ErrorInfo("NaN", "every split of this candidate scored NaN: its fit or its scorer failed")


def is_search(estimator: Any) -> bool:
    """Whether an estimator tries candidates: scikit-learn's searches and what derives from them."""
    return any(kind.__name__ == "BaseSearchCV" for kind in type(estimator).__mro__)


def keep_candidates(recorder: Recorder, search: Any, run: OpenRun) -> None:
    """Write what a fitted search found: its best values on its run, and each candidate as a child."""
    results = getattr(search, "cv_results_", None)
    if not isinstance(results, dict) or "params" not in results:
        return
    _keep_best(recorder, search, run.run_id)
    columns = {key: results[key].tolist() for key in results if _is_metric(key)}
    resources = {key: results[key] for key in _RESOURCES if key in results}
    for place, values in enumerate(results["params"]):
        child = recorder.start_run(_name(run, place), kind="candidate", parent_run_id=run.run_id)
        extra = {key: int(column[place]) for key, column in resources.items()}
        recorder.log_params(child.run_id, grid_params({**values, **extra}))
        scores = {key: float(column[place]) for key, column in columns.items()}
        for key, value in scores.items():
            recorder.log_metric(child.run_id, key, value, evidence=Evidence.OWN)
        has_failed = _has_failed(scores)
        recorder.finish_run(child, Status.FAILED if has_failed else Status.FINISHED, _FAILED if has_failed else None)


def _keep_best(recorder: Recorder, search: Any, run_id: str) -> None:
    best = getattr(search, "best_score_", None)
    if best is not None:
        recorder.log_metric(run_id, "best_score", float(best), evidence=Evidence.OWN)
    params = getattr(search, "best_params_", None)
    if isinstance(params, dict):
        kept = grid_params({f"best__{key}": value for key, value in params.items()})
        count = Param("candidates", str(len(search.cv_results_["params"])), ParamKind.NUMBER, ParamOrigin.GRID)
        recorder.log_params(run_id, (*kept, count))


def _is_metric(key: str) -> bool:
    return key.startswith(_METRIC_PREFIXES)


def _has_failed(scores: dict[str, float]) -> bool:
    splits = [value for key, value in scores.items() if key.startswith("split") and "_test_" in key]
    return bool(splits) and all(math.isnan(value) for value in splits)


def _name(run: OpenRun, place: int) -> str:
    return f"{run.name} #{place + 1}"
