"""A metric function's result as metrics of the run that it belongs to."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from celltrail.capture.attribution.contents import is_array_like
from celltrail.capture.attribution.loops import turn, turn_of_data
from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.attribution.resampling import RESAMPLED
from celltrail.capture.attribution.verdict import Argument, Verdict, attribute
from celltrail.capture.boundary import guarded
from celltrail.capture.estimators.calls import Given
from celltrail.capture.estimators.hyperparameters import describe
from celltrail.capture.estimators.tables import keep_table
from celltrail.capture.estimators.watch import Here, MetricWay, Options, Watch
from celltrail.capture.params import kind_of, plain
from celltrail.records import Evidence, ParamKind

CURVES = frozenset(
    {"roc_curve", "precision_recall_curve", "det_curve", "calibration_curve", "confusion_matrix_at_thresholds"}
)
_PARTS = {
    "precision_recall_fscore_support": ("precision", "recall", "fscore"),
    "homogeneity_completeness_v_measure": ("homogeneity", "completeness", "v_measure"),
    "class_likelihood_ratios": ("positive_likelihood_ratio", "negative_likelihood_ratio"),
}
_MAX_NAME = 80


class MetricCall:
    """One call of a function of `sklearn.metrics`."""

    def __init__(self, watch: Watch, here: Here, function: Callable[..., Any], given: Given) -> None:
        self._watch = watch
        self._here = here
        self._name = function.__name__
        self._arguments = tuple(self._bind(function, given))
        self._token = watch.enter()

    def _bind(self, function: Callable[..., Any], given: Given) -> Iterator[Argument]:
        names = _parameter_names(function)
        for place, value in enumerate(given.args):
            name = names[place] if place < len(names) else ""
            yield Argument(value, name, place, self._here.node(place, name))
        for name, value in given.kwargs.items():
            place = names.index(name) if name in names else -1
            yield Argument(value, name, place, self._here.node(len(names) + 1, name))

    def returned(self, result: Any) -> Any:
        """The value is known."""
        self._watch.leave(self._token)
        with guarded("metric"):
            here = self._here
            verdict = attribute(self._watch.registry, self._arguments, self._watch.lineage(here))
            if verdict.slice_name and verdict.slice_name != RESAMPLED:
                verdict = replace(verdict, slice_name=turn(here.site, here.trail) or verdict.slice_name)
            values = tuple(_scalars(self._name, result))
            options = tuple(_options(self._arguments))
            for name, value in values:
                log_verdict(self._watch, here, name, value, verdict=verdict, options=options)
            if self._name in CURVES and verdict.run_ids:
                origin = Origin(
                    verdict.run_ids,
                    verdict.dataset_name,
                    verdict.dataset_digest,
                    is_derived=True,
                    slice_name=verdict.slice_name,
                )
                self._watch.registry.note(result, origin)
                here.trail.add(here.site, origin)
                return result
            if not values and verdict.run_id:
                keep_table(self._watch, _key(self._name, verdict), result, verdict)
            here.trail.add(here.site, None)
        return result

    def failed(self, _error: BaseException) -> None:
        """There is no value."""
        self._watch.leave(self._token)


def log_measure(watch: Watch, here: Here, name: str, value: Any, *, origin: Origin, evidence: Evidence) -> None:
    """Log one value that belongs to the runs of `origin`; to the cell's own run where there is none."""
    if kind_of(value) is not ParamKind.NUMBER:
        return
    reason = "its last fit failed, or another model's fit changed a part of it" if len(origin.run_ids) > 1 else ""
    verdict = Verdict(origin.run_ids, evidence, reason, origin.dataset_name, origin.dataset_digest)
    log_verdict(watch, here, name, float(plain(value)), verdict=verdict)


def log_verdict(watch: Watch, here: Here, name: str, value: float, *, verdict: Verdict, options: Options = ()) -> None:
    """Log one value where the verdict says; `options` are the call's arguments besides its arrays."""
    if verdict.dataset_name and not verdict.slice_name:
        verdict = replace(verdict, slice_name=turn_of_data(here.site, here.trail, verdict.dataset_name))
    dataset_name, dataset_digest = verdict.dataset_name, verdict.dataset_digest
    if verdict.run_ids and not verdict.run_id:
        key = _key(name, verdict)
        candidates = tuple(sorted(verdict.run_ids))
        watch.recorder.ambiguous_metric(
            key,
            value,
            candidates=candidates,
            reason=verdict.reason,
            dataset_name=dataset_name,
            dataset_digest=dataset_digest,
        )
        return
    run_id = verdict.run_id or watch.own_run(here.cell)
    evidence = verdict.evidence if verdict.run_id else Evidence.OWN
    way = MetricWay(here.text(), options, value)
    key = _numbered(watch, run_id, _key(name, verdict), name=name, way=way)
    watch.recorder.log_metric(
        run_id,
        key,
        value,
        evidence=evidence,
        dataset_name=dataset_name,
        dataset_digest=dataset_digest,
        slice_name=verdict.slice_name,
    )


def metric_key(name: str, dataset_name: str) -> str:
    """`accuracy_score_X_test`; only the name where the dataset has none."""
    suffix = re.sub(r"\W+", "_", dataset_name).strip("_")[:_MAX_NAME]
    return f"{name}_{suffix}" if suffix else name


def _key(name: str, verdict: Verdict) -> str:
    """`accuracy_score_X_test[region=north]` for a part: no list takes it for the whole."""
    key = metric_key(name, verdict.dataset_name)
    return f"{key}[{verdict.slice_name}]" if verdict.slice_name else key


def _numbered(watch: Watch, run_id: str, key: str, *, name: str, way: MetricWay) -> str:
    """The key, with `-2` after the function's name for the second way that the code calls it, as MLflow has it.

    The same value with the same options is the same measure, however its arrays are called.
    """
    ways = watch.metric_ways.setdefault((run_id, key), [])
    number = next((place for place, known in enumerate(ways) if known.is_same(way)), len(ways))
    if number == len(ways):
        ways.append(way)
    return key if number == 0 else f"{name}-{number + 1}{key[len(name) :]}"


def _options(arguments: tuple[Argument, ...]) -> Iterator[tuple[str, str]]:
    for argument in arguments:
        if not is_array_like(argument.value):
            yield argument.name or str(argument.place), describe(argument.value)
        elif argument.place not in {0, 1}:
            yield argument.name, "array"


def _scalars(name: str, result: Any) -> Iterator[tuple[str, float]]:
    if kind_of(result) is ParamKind.NUMBER:
        yield name, float(plain(result))
    elif isinstance(result, tuple) and name in _PARTS:
        for part, value in zip(_PARTS[name], result, strict=False):
            if kind_of(value) is ParamKind.NUMBER:
                yield part, float(plain(value))


@lru_cache(maxsize=512)
def _parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
