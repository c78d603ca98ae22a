"""A model's sample predictions beside their rows and the truth, as far as they were kept; nothing is computed anew."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from celltrail.capture.models.predictions import SamplePredictions, from_file
from celltrail.errors import CelltrailError
from celltrail.labserver.previews import records
from celltrail.labserver.previews.records import Confusion, ConfusionRow, PredictionRow, PredictionTable, TruthPoint
from celltrail.store.runs import RunDetail

MAX_LABELS = 20
_MAX_BYTES = 32 << 20
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})


class PredictionsLostError(CelltrailError):
    """A model has no sample predictions that can be shown; the text says why."""


def read_predictions(detail: RunDetail, name: str, read_blob: Callable[[str], bytes]) -> PredictionTable:
    """The sample predictions of one model of a run.

    Args:
        detail: The run.
        name: The model's name.
        read_blob: Gives an artifact by its digest.

    Raises:
        PredictionsLostError: There are none, or they cannot be read.
        BlobNotFoundError: Their file is gone, or damaged.
    """
    model = next((one for one in detail.models if one.name == name), None)
    path = model.predictions_path if model is not None else ""
    artifact = next((one for one in detail.artifacts if path and one.path == path), None)
    if artifact is None:
        raise PredictionsLostError(f"the model {name!r:.100} has no sample predictions: its notes say why")
    if artifact.size_bytes > _MAX_BYTES:
        raise PredictionsLostError(f"{path} has {artifact.size_bytes:,} bytes, too many to be shown: download it")
    try:
        return _table(from_file(read_blob(artifact.digest)))
    except (ValueError, TypeError) as error:
        raise PredictionsLostError(f"{path} cannot be read: {error}"[:400]) from error


def _table(said: SamplePredictions) -> PredictionTable:
    inputs = said.inputs[: records.MAX_COLUMNS]
    count = min(said.row_count, records.MAX_ROWS)
    outputs = dict(_outputs(said))
    truth = _flat(said.truth) if isinstance(said.truth, list) else None
    rows = tuple(
        PredictionRow(
            tuple(_text(column.values, at) for column in inputs),
            tuple(_text(values, at) for values in outputs.values()),
            None if truth is None else _text(truth, at),
        )
        for at in range(count)
    )
    predicted = outputs.get("predict")
    points, confusion = _agreement(truth, predicted) if truth is not None and predicted is not None else ((), None)
    return PredictionTable(
        tuple(column.name for column in inputs),
        len(said.inputs),
        tuple(outputs),
        has_truth=truth is not None,
        rows=rows,
        row_count=said.row_count,
        total_rows=said.total_rows,
        points=points,
        confusion=confusion,
    )


def _outputs(said: SamplePredictions) -> Iterator[tuple[str, list[Any]]]:
    """Each column of what the model said, by its name: `predict`, `predict_proba 0`."""
    for one in said.outputs:
        values = _flat(one.values)
        width = max((len(value) for value in values if isinstance(value, list)), default=0)
        if not width:
            yield one.method, values
            continue
        for at in range(min(width, records.MAX_COLUMNS)):
            yield (
                f"{one.method} {at}",
                [value[at] if isinstance(value, list) and at < len(value) else None for value in values],
            )


def _flat(values: Any) -> list[Any]:
    """A list of values; where each is a list of one, what is in it."""
    if not isinstance(values, list):
        raise ValueError("its values are no list")  # noqa: TRY004 - of a file
    if values and all(isinstance(value, list) and len(value) == 1 for value in values):
        return [value[0] for value in values]
    return values


def _text(values: Any, at: int) -> str | None:
    value = values[at] if isinstance(values, list) and at < len(values) else None
    return None if value is None else records.shortened(value if isinstance(value, str) else str(value))


def _agreement(truth: list[Any], predicted: list[Any]) -> tuple[tuple[TruthPoint, ...], Confusion | None]:
    """Points of numbers, or counts of classes; neither where the values are of another kind or do not pair."""
    pairs = [pair for pair in zip(truth, predicted, strict=False) if None not in pair]
    if not pairs or len(truth) != len(predicted) or any(isinstance(value, list) for pair in pairs for value in pair):
        return (), None
    labels = {_label(value) for pair in pairs for value in pair}
    if len(labels) <= MAX_LABELS and all(_is_class(value) for pair in pairs for value in pair):
        return (), _confusion(pairs, sorted(labels, key=_order))
    numbers = [(_number(one), _number(other)) for one, other in pairs]
    points = [TruthPoint(one, other) for one, other in numbers if one is not None and other is not None]
    return tuple(points[: records.MAX_ROWS]), None


def _is_class(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, str | int) and value not in _NOT_FINITE


def _label(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _order(label: str) -> tuple[bool, float, str]:
    """Numbers by value, before texts."""
    number = _number_in(label)
    return number is None, number or 0.0, label


def _number(value: Any) -> float | None:
    return _number_in(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _number_in(value: float | str) -> float | None:
    """A finite number, of a text too."""
    try:
        number = float(value)
    except (ValueError, OverflowError):  # no number, an integer of 400 digits
        return None
    return number if math.isfinite(number) else None


def _confusion(pairs: list[tuple[Any, Any]], labels: list[str]) -> Confusion:
    counts = {label: dict.fromkeys(labels, 0) for label in labels}
    for one, other in pairs:
        counts[_label(one)][_label(other)] += 1
    rows = tuple(ConfusionRow(label, tuple(counts[label].values())) for label in labels)
    return Confusion(tuple(labels), rows, sum(counts[label][label] for label in labels), len(pairs))
