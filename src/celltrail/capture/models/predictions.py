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
class SamplePredictions:
    """The artifact: predictions on evenly spaced rows of `total_rows`."""

    inputs_digest: str
    row_count: int
    total_rows: int
    outputs: tuple[Predicted, ...]


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
    return SamplePredictions(digest, sample.count, sample.total, tuple(outputs)), tuple(described), tuple(notes)


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
