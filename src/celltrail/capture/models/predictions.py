"""What a model says of some rows: kept with a digest of the rows, to hold another run's model against it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from celltrail import codec
from celltrail.capture.boundary import tried
from celltrail.capture.models.rows import Sample
from celltrail.capture.models.signature import specs
from celltrail.capture.models.tables import plain_values
from celltrail.fingerprint.data import fingerprint
from celltrail.lean import record
from celltrail.records import ValueSpec

_METHODS = ("predict", "predict_proba")
_MAX_VALUES = 100_000


@record
class Predicted:
    """What one method gave: nested lists, a row each; NaN and the infinities are texts."""

    method: str
    dtype: str
    values: Any


@record
class InputColumn:
    """One column of the rows; of an array its number is its name. Values as those of `Predicted`."""

    name: str
    values: Any


@record
class SamplePredictions:
    """The artifact: predictions on evenly spaced rows of `total_rows`.

    Attributes:
        inputs_digest: Of the rows, to compare runs.
        row_count: How many rows.
        total_rows: Of how many they were taken.
        outputs: What the model said.
        inputs: The rows by column; empty where they are no table, or have too many values.
        truth: What the fit was to learn of them, a value or list each; None where no fit was seen.
    """

    inputs_digest: str
    row_count: int
    total_rows: int
    outputs: tuple[Predicted, ...]
    inputs: tuple[InputColumn, ...] = ()
    truth: Any = None


def predict(model: Any, sample: Sample) -> tuple[SamplePredictions, tuple[ValueSpec, ...], tuple[str, ...]]:
    """Ask a model, in a process where nobody minds if it changes, prints or draws as it answers.

    Returns:
        The predictions, what they are, and notes on what failed or was left out.
    """
    outputs: list[Predicted] = []
    described: list[ValueSpec] = []
    notes: list[str] = []
    for method, result in _results(model, sample):
        if isinstance(result, Exception):
            notes.append(f"{method} of the sample failed: {type(result).__name__}: {result}"[:300])
            continue
        values = plain_values(result)
        if _count(values) > _MAX_VALUES:
            notes.append(f"{method} gives more than {_MAX_VALUES:,} values: not kept")
            continue
        found = specs(result, method)
        described += found
        outputs.append(Predicted(method, found[0].dtype if found else type(result).__name__, values))
    version = fingerprint(sample.rows)
    digest = version.digest if version is not None else ""
    inputs, truth = tried(partial(columns_of, sample)), tried(partial(_truth_of, sample))
    said = SamplePredictions(
        digest,
        sample.count,
        sample.total,
        tuple(outputs),
        () if isinstance(inputs, Exception) else inputs,
        None if isinstance(truth, Exception) else truth,
    )
    return said, tuple(described), tuple(notes)


def columns_of(sample: Sample) -> tuple[InputColumn, ...]:
    """The rows by column, each with values of its own type; none where there are more than 100,000 values."""
    rows = sample.rows
    shape: tuple[int, ...] = getattr(rows, "shape", None) or _shape(rows)
    width = shape[1] if len(shape) > 1 else 1
    if len(shape) > 2 or width * sample.count > _MAX_VALUES:  # noqa: PLR2004 - a table has two
        return ()
    if hasattr(rows, "iloc") and len(shape) > 1:
        return tuple(InputColumn(str(rows.columns[at]), plain_values(rows.iloc[:, at])) for at in range(width))
    names = getattr(rows, "column_names", None) or getattr(rows, "columns", None)
    if names is not None and len(shape) > 1:
        return tuple(InputColumn(str(name), _column(rows, at)) for at, name in enumerate(names))
    values = plain_values(rows)
    if len(shape) == 1:
        return (InputColumn("", values),)
    return tuple(InputColumn(str(at), [row[at] for row in values]) for at in range(width))


def _column(rows: Any, at: int) -> Any:
    """Of Polars or Arrow."""
    return plain_values(rows.column(at).to_pylist() if hasattr(rows, "column_names") else rows.to_series(at))


def _shape(rows: Any) -> tuple[int, ...]:
    first = rows[0]
    return (len(rows), len(first)) if isinstance(first, list | tuple) else (len(rows),)


def _truth_of(sample: Sample) -> Any:
    values = None if sample.truth is None else plain_values(sample.truth)
    return values if _count(values) <= _MAX_VALUES else None


def _results(model: Any, sample: Sample) -> Iterator[tuple[str, Any]]:
    for method in _METHODS:
        ask = getattr(model, method, None)  # predict_proba is there only where the model was fitted for it
        if callable(ask):
            yield method, tried(partial(ask, sample.rows))


def _count(values: Any) -> int:
    return sum(map(_count, values)) if isinstance(values, list) else 1


def as_file(predictions: SamplePredictions) -> bytes:
    """The artifact's content."""
    return codec.dumps(predictions)


def from_file(data: bytes) -> SamplePredictions:
    """What an artifact says.

    Raises:
        ValueError: It is none, or a newer celltrail's.
    """
    return codec.loads(SamplePredictions, data)
