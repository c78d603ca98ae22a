"""What is done with a fitted model: its predictions are remembered, its scores are metrics of the run that made it."""

from collections.abc import Callable, Iterator, Mapping
from types import GeneratorType
from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.boundary import guarded
from celltrail.capture.estimators.calls import Given
from celltrail.capture.estimators.measures import log_measure
from celltrail.capture.estimators.watch import Here, Watch
from celltrail.lean import record
from celltrail.records import DatasetRole, Evidence


@record
class Use:
    """A fitted model and the data that one of its methods is given, with the argument that they are given as."""

    model: Any
    data: Any
    place: int = 0
    keyword: str = "X"


def use_of(given: Given, keyword: str = "X") -> Use:
    """A method whose object is the model, and whose first argument the data."""
    return Use(given.args[0], given.argument(1, keyword), keyword=keyword)


class _UseCall:
    """One top-level call of a method of a fitted model on data."""

    def __init__(self, watch: Watch, here: Here, use: Use) -> None:
        self._watch = watch
        self._here = here
        self._use = use
        self._token = watch.enter()

    def _origin(self, role: DatasetRole, *, rows: int = 0) -> Origin:
        """The model's runs and the data, which each of them has used in this role; no run where none made the model."""
        use = self._use
        runs = self._watch.registry.model_runs(use.model)
        name = self._watch.name(self._here, use.data, use.place, use.keyword)
        digest = ""
        if name or self._here.site.is_direct:
            for run_id in runs:
                digest = self._watch.use(run_id, use.data, role, name)
        return Origin(runs, name, digest, rows=rows)

    def failed(self, _error: BaseException) -> None:
        """The call gave nothing."""
        self._watch.leave(self._token)


class PredictCall(_UseCall):
    """One top-level `predict` or its like; `part` says what of its result was predicted."""

    def __init__(self, watch: Watch, here: Here, use: Use, part: Callable[[Any], Any] | None = None) -> None:
        super().__init__(watch, here, use)
        self._part = part

    def returned(self, result: Any) -> Any:
        """The prediction is made; a generator's parts are remembered as they come."""
        self._watch.leave(self._token)
        with guarded("predict"):
            predicted = result if self._part is None else self._part(result)
            origin = self._origin(DatasetRole.PREDICT, rows=contents.row_count(predicted))
            if not origin.run_ids:
                self._here.trail.add(self._here.site, None)
                return result
            if isinstance(result, GeneratorType):
                return self._relay(result, origin)
            self._watch.registry.note(predicted, origin)
            self._here.trail.add(self._here.site, origin)
        return result

    def _relay(self, stages: Iterator[Any], origin: Origin) -> Iterator[Any]:
        for stage in stages:
            with guarded("predict"):
                self._watch.registry.note(stage, origin)
            yield stage


class ScoreCall(_UseCall):
    """One top-level `model.score(X, y)`."""

    def returned(self, result: Any) -> Any:
        """The score is known."""
        self._watch.leave(self._token)
        with guarded("score"):
            origin = self._origin(DatasetRole.EVALUATE)
            log_measure(self._watch, self._here, "score", result, origin=origin, evidence=Evidence.MODEL_ARGUMENT)
            self._here.trail.add(self._here.site, None)
        return result


class EvaluateCall(_UseCall):
    """One top-level method of a model that measures it on data: `model.evaluate(x, y)`."""

    def __init__(self, watch: Watch, here: Here, use: Use, values: Callable[[Any], Mapping[str, Any]]) -> None:
        super().__init__(watch, here, use)
        self._values = values

    def returned(self, result: Any) -> Any:
        """The measures are known."""
        self._watch.leave(self._token)
        with guarded("evaluation"):
            origin = self._origin(DatasetRole.EVALUATE)
            for name, value in self._values(result).items():
                log_measure(self._watch, self._here, name, value, origin=origin, evidence=Evidence.MODEL_ARGUMENT)
            self._here.trail.add(self._here.site, None)
        return result
