"""Metric points in bulk: slots of the journal become columns without a Python object per point."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from celltrail.journal.events import SeriesDeclared
from celltrail.journal.reader import MetricBlock
from celltrail.store.chunk import Chunk
from celltrail.store.loading import KeyNumbers, RowCache, next_number
from celltrail.store.rows import RunRow
from celltrail.store.staging import Staging
from celltrail.store.text import clean

_SLOT = np.dtype([("crc", "<u4"), ("tag", "<u4"), ("step", "<i8"), ("at", "<i8"), ("value", "<f8")])
_UNKNOWN = -1

# A dataset of such a name was kept back from training. `best_score_` and cross-validation (evidence own) hold back too.
_HELD_OUT = r"test|valid|hold.?out|(^|[^a-z])(val|dev|eval|oos|oot)([^a-z]|$)"

_KNOWN_SERIES = """
SELECT series.writer, number, series_no, run_no, run_id
FROM series SEMI JOIN wanted ON wanted.id = series.writer JOIN run USING (run_no)
"""

_SUMMARISE = """
CREATE OR REPLACE TEMP TABLE summary AS
SELECT series_no, max({'step': step, 'at': logged_at, 'value': coalesce(value, 'NaN'::DOUBLE)}) AS last,
    count(*) AS points, min(value) AS low, max(value) AS high
FROM staged_points GROUP BY series_no
"""

_MERGE = """
CREATE OR REPLACE TEMP TABLE merged AS
WITH touched AS (SELECT DISTINCT run_no FROM series SEMI JOIN summary USING (series_no)),
parts AS (
    SELECT s.series_no, s.run_no, s.key_no, last, points, low, high FROM summary JOIN series s USING (series_no)
    UNION ALL
    SELECT series_no, run_no, key_no, {'step': step, 'at': logged_at, 'value': value}, point_count, minimum, maximum
    FROM metric_last SEMI JOIN touched USING (run_no)
)
SELECT series_no, run_no, key_no, max(last) AS last, sum(points)::BIGINT AS points, min(low) AS low, max(high) AS high
FROM parts GROUP BY ALL
"""

# What goes beside a result: how much it spreads, how long it took, a fold or a repeated call of it; then training data.
_BESIDE = r"^(std_|split[0-9]+_)|_time$|-[0-9]+(_|$)"
_TRAINING = r"(^|_)train(ing)?(_|$)"

# Which series of a key a table shows, and which key stands for the run (docs/store.md, "The key metric"): what the user
# logged, else what was measured on held-out data, else anything; whole datasets before slices, then the latest.
# A slice, or what goes beside a result, stands for a run only where nothing else does.
_CHOOSE = f"""
CREATE OR REPLACE TEMP TABLE chosen AS
WITH ranked AS (
    SELECT merged.*, key.key, series.* EXCLUDE (series_no, run_no, key_no, writer, number),
        CASE WHEN evidence = 'logged' THEN 0 WHEN regexp_matches(lower(dataset_name), '{_HELD_OUT}') THEN 1
            WHEN evidence = 'own' THEN 2 ELSE 3 END AS preference,
        CASE WHEN regexp_matches(key, '{_BESIDE}') THEN 2 WHEN regexp_matches(key, '{_TRAINING}') THEN 1
            ELSE 0 END AS aside
    FROM merged JOIN series USING (series_no) JOIN key ON key.key_no = merged.key_no
)
SELECT *, 1 = row_number() OVER (
    PARTITION BY run_no, key_no ORDER BY preference, slice_name <> '', last.at DESC, last.step DESC, series_no DESC
) AS is_chosen FROM ranked
"""  # noqa: S608 - a pattern of ours

_REPLACE = """
DELETE FROM metric_last WHERE run_no IN (SELECT DISTINCT run_no FROM chosen);
INSERT INTO metric_last
    SELECT series_no, run_no, key_no, is_chosen, last.step, last.at, last.value, points, low, high FROM chosen;
DELETE FROM key_metric WHERE run_no IN (SELECT DISTINCT run_no FROM chosen);
INSERT INTO key_metric
    SELECT run_no, key, last.value, last.step, last.at, points, low, high, evidence, dataset_name, dataset_digest,
        slice_name, execution_id
    FROM chosen WHERE is_chosen
    QUALIFY 1 = row_number() OVER (PARTITION BY run_no
        ORDER BY slice_name <> '' OR aside > 0, preference, slice_name <> '', aside, last.at DESC, key);
DROP TABLE summary; DROP TABLE merged; DROP TABLE chosen;
"""

_INSERT_POINTS = """
INSERT INTO metric SELECT series_no, step, logged_at, coalesce(value, 'NaN'::DOUBLE) FROM staged_points
"""


class MetricIntake:
    """The series and points of one chunk."""

    def __init__(self, staging: Staging, runs: RowCache[RunRow], keys: KeyNumbers) -> None:
        self._staging = staging
        self._runs = runs
        self._keys = keys
        self._numbers: dict[str, dict[int, int]] = {}  # writer -> number -> series_no
        self._run_of: dict[int, str] = {}  # series_no -> run_id
        self._new: list[tuple[object, ...]] = []
        self._columns: dict[str, NDArray[np.generic]] = {}
        self.undeclared_count = 0
        self.run_ids: tuple[str, ...] = ()

    def load(self, chunk: Chunk) -> None:
        """Fetch the series that the chunk's writers declared before."""
        self._next = next_number(self._staging, "series", "series_no")
        writers = {writer for writer, _ in chunk.blocks}
        writers.update(writer for writer, event in chunk.events if isinstance(event, SeriesDeclared))
        for writer, number, series_no, _, run_id in self._staging.fetch(_KNOWN_SERIES, writers):
            self._numbers.setdefault(writer, {})[number] = series_no
            self._run_of[series_no] = run_id

    @staticmethod
    def keys_declared(chunk: Chunk) -> set[str]:
        """The metric keys that the chunk declares."""
        return {event.key for _, event in chunk.events if isinstance(event, SeriesDeclared)}

    def take(self, chunk: Chunk) -> None:
        """Number the declared series and gather the points as columns."""
        for writer, event in chunk.events:
            if isinstance(event, SeriesDeclared):
                self._declare(writer, event)
        parts = [part for part in (self._points(writer, block) for writer, block in chunk.blocks) if len(part[0])]
        if not parts:
            return
        series, slots = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
        self._columns = {
            "series_no": series,
            "step": np.ascontiguousarray(slots["step"]),
            "logged_at": np.ascontiguousarray(slots["at"]),
            "value": np.ascontiguousarray(slots["value"]),
        }
        self.run_ids = tuple({self._run_of[number]: None for number in np.unique(series).tolist()})

    def last_times(self, chunk: Chunk) -> Iterable[tuple[str, int]]:
        """The latest time in each block, by writer."""
        for writer, block in chunk.blocks:
            yield writer, int(_slots(block)["at"].max())

    def write(self) -> None:
        """Put series and points into the tables and bring `metric_last` up to date."""
        self._staging.insert("series", self._new)
        if not self._columns:
            return
        connection = self._staging.connection
        with self._staging.staged("staged_points", self._columns):
            connection.execute(_INSERT_POINTS)
            connection.execute(_SUMMARISE)
        connection.execute(_MERGE)
        connection.execute(_CHOOSE)
        connection.execute(_REPLACE)

    def _declare(self, writer: str, event: SeriesDeclared) -> None:
        numbers = self._numbers.setdefault(writer, {})
        if event.series in numbers:
            return
        run_no = self._runs.get(event.run_id).run_no
        what = (event.evidence, event.execution_id, event.dataset_name, event.dataset_digest, event.slice_name)
        self._new.append((self._next, writer, event.series, run_no, self._keys.number(event.key), *what))
        numbers[event.series] = self._next
        self._run_of[self._next] = clean(event.run_id)
        self._next += 1

    def _points(self, writer: str, block: MetricBlock) -> tuple[NDArray[np.int32], NDArray[np.void]]:
        """The block's points with the store's series numbers; a point of a series nobody declared is counted only."""
        slots = _slots(block)
        used, inverse = np.unique(slots["tag"] >> 8, return_inverse=True)
        known = self._numbers.get(writer, {})
        numbers = np.array([known.get(int(number), _UNKNOWN) for number in used], dtype=np.int32)[inverse]
        is_known = numbers != _UNKNOWN
        if is_known.all():
            return numbers, slots
        self.undeclared_count += int((~is_known).sum())
        return numbers[is_known], slots[is_known]


def _slots(block: MetricBlock) -> NDArray[np.void]:
    return np.frombuffer(block.data, dtype=_SLOT)
