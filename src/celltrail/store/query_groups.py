"""The runs of one loop together: how many, and what those with the same settings measured, as by hand-made folds."""

import math
from collections.abc import Sequence

from celltrail.store.reading import Reading
from celltrail.store.several import GroupMetric, RunGroup

_ALIKE = 2  # a spread takes two

# The runs of a loop that have this run's model and its parameters; a seed is no other setting.
_LIKE = """
WITH member AS (FROM run WHERE is_known AND group_id = ?),
setting AS (
    SELECT run_no, bit_xor(hash(key, value)) AS settings
    FROM param JOIN key USING (key_no)
    WHERE origin = 'estimator' AND NOT (key = 'random_state' OR suffix(key, '__random_state'))
        AND run_no IN (SELECT run_no FROM member)
    GROUP BY run_no
), described AS (
    SELECT run_no, estimator, coalesce(settings, 0) AS settings FROM member LEFT JOIN setting USING (run_no)
)
SELECT all_runs.run_no, one.run_no IS NOT NULL
FROM described all_runs LEFT JOIN (
    SELECT a.run_no FROM described a JOIN described b USING (estimator, settings) WHERE b.run_no = ?
) one USING (run_no)
"""
_VALUES = """
SELECT key, list(value ORDER BY run_no) FROM metric_last
    JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no) JOIN key USING (key_no)
WHERE is_chosen GROUP BY key HAVING count(*) >= ? ORDER BY key
"""


def group_of(reading: Reading, run_no: int, group_id: str) -> RunGroup | None:
    """The loop that a run belongs to; None where it stands alone."""
    rows = reading.rows(_LIKE, [group_id, run_no]) if group_id else []
    if len(rows) < _ALIKE:
        return None
    alike = [number for number, is_alike in rows if is_alike]
    metrics = reading.rows(_VALUES, [alike, _ALIKE]) if len(alike) >= _ALIKE else []
    return RunGroup(group_id, len(rows), len(alike), tuple(_over(key, values) for key, values in metrics))


def _over(key: str, values: Sequence[float]) -> GroupMetric:
    mean = _mean(values)
    spread = math.sqrt(_mean([(value - mean) ** 2 for value in values])) if math.isfinite(mean) else math.nan
    known = [value for value in values if not math.isnan(value)]
    return GroupMetric(key, len(values), mean, spread, min(known, default=math.nan), max(known, default=math.nan))


def _mean(values: Sequence[float]) -> float:
    """The mean; NaN where a value or the sum is no finite number."""
    try:
        return math.fsum(values) / len(values)
    except (OverflowError, ValueError):
        return math.nan
