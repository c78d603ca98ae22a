"""The models that two runs kept, compared by their files and by what they predict; nothing of them is loaded."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from celltrail.capture.models.predictions import SamplePredictions, from_file
from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.report import Finding, Verdict
from celltrail.execute.replay.values import compare_numbers
from celltrail.records import LoggedModel, ModelState
from celltrail.store.runs import RunDetail

_SPECIAL = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_RANK = {Verdict.IDENTICAL: 0, Verdict.TOLERATED: 1, Verdict.DIFFERS: 2}


def compare_models(before: RunDetail, after: RunDetail, read_blob: Callable[[str], bytes]) -> tuple[Finding, ...]:
    """Each model that the run kept beside the replay's of the same name.

    Files that are equal are the same model. Else their sample predictions are compared, as numbers; a file alone says
    nothing, for the same model is not always written as the same bytes. A model that celltrail keeps by itself, within
    a budget, and that the replay has not, is no difference. Where nothing can be said the finding is `cannot`, and
    counts for nothing.

    Args:
        before: The run.
        after: The replay's run.
        read_blob: Gives an artifact by its digest.
    """
    again = {model.name: model for model in after.models if model.state is ModelState.KEPT}
    found = []
    for model in before.models:
        if model.state is not ModelState.KEPT:
            continue
        other = again.get(model.name)
        if other is not None:
            found.append(_compare(model, other, (before, after), read_blob))
        elif not model.is_automatic:
            found.append(Finding(f"model {model.name}", Verdict.DIFFERS, model.digest, "", "the replay has none"))
    return tuple(found)


def _compare(
    model: LoggedModel, other: LoggedModel, runs: tuple[RunDetail, RunDetail], read_blob: Callable[[str], bytes]
) -> Finding:
    name, digests = f"model {model.name}", (model.digest, other.digest)
    if model.digest == other.digest:
        return Finding(name, Verdict.IDENTICAL, *digests)
    if model.class_name != other.class_name:
        return Finding(name, Verdict.DIFFERS, model.class_name, other.class_name, "it is of another class")
    sides = [_predictions(one, run, read_blob) for one, run in zip((model, other), runs, strict=True)]
    first, second = sides
    if first is None or second is None:
        note = "their files differ, which may mean nothing, and there are no sample predictions to compare"
        return Finding(name, Verdict.CANNOT, *digests, note)
    if first.inputs_digest != second.inputs_digest:
        return Finding(name, Verdict.DIFFERS, *digests, "the rows that it was asked on are others")
    return _worst_of(name, first, second)


def _predictions(model: LoggedModel, run: RunDetail, read_blob: Callable[[str], bytes]) -> SamplePredictions | None:
    """The sample predictions of a model; None where there are none, or they cannot be read."""
    if not model.predictions_path:
        return None
    digest = next((one.digest for one in run.artifacts if one.path == model.predictions_path), "")
    if not digest:
        return None
    try:
        return from_file(read_blob(digest))
    except (BlobNotFoundError, ValueError):
        return None


def _worst_of(name: str, first: SamplePredictions, second: SamplePredictions) -> Finding:
    """The predicted value that is furthest from what it was, by kind."""
    worst = Finding(name, Verdict.IDENTICAL, note=f"the same predictions on {first.row_count} rows")
    again = {one.method: one.values for one in second.outputs}
    for one in first.outputs:
        for place, before, after in _values(one.values, again.get(one.method), ()):
            status = _compare_values(before, after)
            if _RANK[status] > _RANK[worst.status]:
                where = "".join(f"[{number}]" for number in place)
                worst = Finding(name, status, repr(before), repr(after), f"{one.method} of sample row {where}")
    return worst


def _values(before: Any, after: Any, place: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Any, Any]]:
    """Pairs of single values, with where they are in the nested lists."""
    if not isinstance(before, list) or not isinstance(after, list):
        yield place, before, after
        return
    for number, (one, other) in enumerate(zip_longest(before, after)):
        yield from _values(one, other, (*place, number))


def _compare_values(before: Any, after: Any) -> Verdict:
    sides = [_SPECIAL.get(one, one) if isinstance(one, str) else one for one in (before, after)]
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in sides):
        return compare_numbers(float(sides[0]), float(sides[1]))
    return Verdict.IDENTICAL if before == after else Verdict.DIFFERS
