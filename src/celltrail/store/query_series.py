"""The points of one metric: `metric_history` of the contract."""

from dataclasses import dataclass
from typing import Any

from celltrail.store.query_detail import find_run
from celltrail.store.reading import Reading
from celltrail.store.runs import MetricHistory, MetricPoint

_SERIES = """
WITH shown AS (
    SELECT dataset_name, dataset_digest, slice_name FROM metric_last JOIN series USING (series_no)
    WHERE metric_last.run_no = ? AND metric_last.key_no = ? AND is_chosen
)
SELECT series_no FROM series JOIN shown USING (dataset_name, dataset_digest, slice_name)
WHERE run_no = ? AND key_no = ?
"""
# The range is what DuckDB skips row groups by; the list is exact.
_POINTS = """(
    SELECT step, logged_at, value, rowid AS place FROM metric
    WHERE series_no BETWEEN $first AND $last AND list_contains($numbers::INTEGER[], series_no))"""
_EXTENT = f"SELECT count(*), min(step), max(step), min(logged_at), max(logged_at) FROM {_POINTS}"  # noqa: S608 - ours
_ALL = f"SELECT step, logged_at, value FROM {_POINTS} ORDER BY step, logged_at"  # noqa: S608 - ours
# Of each bucket its first, lowest, highest and last point, and a NaN where it has one: no peak is lost. Buckets are
# equal stretches of the axis, as a screen shows them: a million points need no order for that.
_DECIMATED = f"""
WITH kept AS (
    SELECT unnest([arg_min(place, {{axis}}), arg_max(place, {{axis}}), arg_min(place, value) FILTER (NOT isnan(value)),
        arg_max(place, value) FILTER (NOT isnan(value)), min(place) FILTER (isnan(value))]) AS place
    FROM {_POINTS} GROUP BY least((({{axis}} - $low::DOUBLE) / $span * $buckets)::BIGINT, $buckets - 1)
)
SELECT step, logged_at, value FROM {_POINTS} SEMI JOIN kept USING (place) ORDER BY step, logged_at
"""  # noqa: S608 - ours
_POINTS_PER_BUCKET = 5


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many points there are, and the axis that they are spread over."""

    count: int
    axis: str
    low: int
    span: int


def metric_history(reading: Reading, run_id: str, key: str, max_points: int) -> MetricHistory:
    """The points of the series that tables show for a key: of several datasets the chosen one's.

    Raises:
        RunNotFoundError: There is no such run.
    """
    number, whole_id = find_run(reading, run_id)
    key_number = reading.key_number(key)
    numbers = [row[0] for row in reading.rows(_SERIES, [number, key_number, number, key_number])]
    if not numbers:
        return MetricHistory(whole_id, key, (), 0, is_decimated=False)
    wanted = {"first": min(numbers), "last": max(numbers), "numbers": numbers}
    extent = _extent(reading.rows(_EXTENT, wanted)[0])
    is_decimated = extent.count > max(max_points, _POINTS_PER_BUCKET)
    rows = reading.rows(_ALL, wanted) if not is_decimated else _decimated(reading, wanted, extent, max_points)
    points = tuple(MetricPoint(*row) for row in rows)
    return MetricHistory(whole_id, key, points, extent.count, is_decimated)


def _extent(row: tuple[Any, ...]) -> _Extent:
    count, first_step, last_step, first_at, last_at = row
    if count and first_step == last_step:
        return _Extent(count, "logged_at", first_at, max(last_at - first_at, 1))
    return _Extent(count, "step", first_step or 0, max((last_step or 0) - (first_step or 0), 1))


def _decimated(reading: Reading, wanted: dict[str, Any], extent: _Extent, max_points: int) -> list[tuple[Any, ...]]:
    buckets = max(max_points // _POINTS_PER_BUCKET, 1)
    axis = {"low": extent.low, "span": extent.span, "buckets": buckets}
    return reading.rows(_DECIMATED.format(axis=extent.axis), {**wanted, **axis})
