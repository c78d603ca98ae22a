"""Answers for the runs table: groups with their best values, the courses of a metric over steps, saved views."""

from collections.abc import Sequence

from celltrail.store.direction import better_direction
from celltrail.store.filter_parse import Entity, parse_filter, parse_ordering
from celltrail.store.filter_sql import Sql
from celltrail.store.narrowing import group_value
from celltrail.store.query_replays import left_out
from celltrail.store.query_runs import condition_of, context_joins
from celltrail.store.reading import Reading
from celltrail.store.runs import MetricHistory, MetricPoint, RunQuery
from celltrail.store.table import Bucket, BucketMetric, Buckets, SavedView
from celltrail.store.text import clean

_MAX_BUCKETS = 1000
_MAX_COURSES = 200
_MAX_POINTS = 500

# The heads of a grouped table, and under an ungrouped one the best value of each column.
_HITS = """
CREATE OR REPLACE TEMP TABLE hit AS
SELECT r.run_no, r.started_at, {value} AS value FROM run r {joins} WHERE r.is_known AND {condition}
"""
_BUCKETS = """
SELECT value, count(*) AS runs, max(started_at) AS latest, count(*) OVER () AS total FROM hit GROUP BY value
ORDER BY latest DESC, value
"""
_EXTREMES = """
SELECT value, key, count(*), min(number) FILTER (NOT isnan(number)), max(number) FILTER (NOT isnan(number))
FROM (SELECT run_no, key_no, value AS number FROM metric_last WHERE is_chosen AND key_no IN ({keys}))
    JOIN hit USING (run_no) JOIN key USING (key_no)
GROUP BY value, key
"""
_VIEWS = "SELECT name, saved_at, definition FROM saved_view WHERE definition <> '' ORDER BY name"

# A metric over its steps for several runs, of each the series that tables show; of each bucket the extremes.
_COURSES = """
WITH wanted AS (
    SELECT run_no, run_id, series_no, point_count FROM metric_last JOIN run USING (run_no)
    WHERE key_no = $1 AND is_chosen AND list_contains($2::VARCHAR[], run_id)
), point AS (
    SELECT run_id, point_count, step, logged_at, value,
        row_number() OVER (PARTITION BY run_no ORDER BY step, logged_at) - 1 AS i
    FROM metric JOIN wanted USING (series_no)
), bucketed AS (
    SELECT *, CASE WHEN point_count <= $3 THEN i ELSE i * ($3 // 2) // point_count END AS bucket FROM point
)
SELECT run_id, point_count, step, logged_at, value FROM bucketed
QUALIFY i = min(i) OVER (PARTITION BY run_id) OR i = max(i) OVER (PARTITION BY run_id)
    OR row_number() OVER (PARTITION BY run_id, bucket ORDER BY value, i) = 1
    OR row_number() OVER (PARTITION BY run_id, bucket ORDER BY isnan(value), value DESC, i) = 1
ORDER BY run_id, i
"""


def group_runs(reading: Reading, query: RunQuery) -> Buckets:
    """The groups of a query's runs, with the extremes of the metrics among its keys.

    Raises:
        FilterError: The filter, the order or the grouping cannot be understood.
    """
    value = group_value(reading, query.group_by) if query.group_by else Sql("NULL::VARCHAR")
    asked = parse_filter(query.filter)
    condition = condition_of(reading, query, asked)
    replays = left_out(reading, query, asked)
    sql = _HITS.format(
        value=value.text,
        joins=context_joins(f"{value.text} {condition.text}"),
        condition=f"{condition.text} AND NOT {replays.text}",
    )
    reading.rows(sql, [*value.parameters, *condition.parameters, *replays.parameters])
    rows = reading.rows(_BUCKETS)
    metrics = _extremes(reading, query)
    reading.rows("DROP TABLE hit")
    buckets = [Bucket(row[0], row[1], row[2], metrics.get(row[0], ())) for row in rows]
    limit = min(query.limit, _MAX_BUCKETS)
    return Buckets(tuple(_ordered(buckets, query)[:limit]), len(buckets))


def metric_courses(reading: Reading, run_ids: Sequence[str], key: str, max_points: int) -> tuple[MetricHistory, ...]:
    """A metric over its steps for those of the runs that have it."""
    ids = [clean(run_id) for run_id in run_ids[:_MAX_COURSES]]
    limit = max(4, min(max_points, _MAX_POINTS))
    points: dict[str, list[MetricPoint]] = {}
    counts: dict[str, int] = {}
    for run_id, count, step, at, value in reading.rows(_COURSES, [reading.key_number(key), ids, limit]):
        counts[run_id] = count
        points.setdefault(run_id, []).append(MetricPoint(step, at, value))
    return tuple(
        MetricHistory(run_id, key, tuple(found), counts[run_id], len(found) < counts[run_id])
        for run_id, found in points.items()
    )


def list_views(reading: Reading) -> tuple[SavedView, ...]:
    """The saved views, by name."""
    return tuple(SavedView(*row) for row in reading.rows(_VIEWS))


def _extremes(reading: Reading, query: RunQuery) -> dict[str | None, tuple[BucketMetric, ...]]:
    keys = [key.removeprefix("metrics.") for key in query.keys or () if key.startswith("metrics.")]
    numbers = list(reading.know_keys(keys).values())
    sql = _EXTREMES.format(keys=", ".join("?" * len(numbers)))
    found: dict[str | None, list[BucketMetric]] = {}
    for value, key, count, low, high in reading.rows(sql, numbers) if numbers else []:
        found.setdefault(value, []).append(BucketMetric(key, count, low, high, better_direction(key)))
    return {value: tuple(sorted(metrics, key=lambda one: one.key)) for value, metrics in found.items()}


def _ordered(buckets: list[Bucket], query: RunQuery) -> list[Bucket]:
    """By the best value of the metric that the query orders by, where it does; else the newest group first."""
    if not query.order_by:
        return buckets
    field, is_descending = parse_ordering(query.order_by[0])
    if field.entity is not Entity.METRIC:
        return buckets

    def rank(bucket: Bucket) -> tuple[bool, float]:
        metric = next((one for one in bucket.metrics if one.key == field.key), None)
        value = None if metric is None else (metric.maximum if is_descending else metric.minimum)
        return value is None, 0.0 if value is None else (-value if is_descending else value)

    return sorted(buckets, key=rank)
