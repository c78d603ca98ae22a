"""The store's health and its keys: `status` and `list_keys` of the contract."""

from pathlib import Path

from celltrail.config import is_paused
from celltrail.store.health import CaptureFailure, StoreStatus
from celltrail.store.reading import Reading
from celltrail.store.runs import RunKeys
from celltrail.store.schema import FILE_NAME

_LISTED_FAILURES = 50
_LISTED_KEYS = 10_000

_COUNTS = """
SELECT (SELECT max(schema_version) FROM meta),
    (SELECT count(*) FROM run WHERE is_known),
    (SELECT count(*) FROM cell_execution WHERE is_known),
    (SELECT count(*) FROM session WHERE is_known),
    (SELECT count(*) FROM session WHERE is_known AND status = 'running'),
    (SELECT count(*) FROM segment)
"""
_SEGMENTS = "SELECT name FROM segment WHERE state = ? ORDER BY name"
_FAILURES = """
SELECT place, arg_max(message, failed_at), sum(event_count)::BIGINT, max(failed_at)
FROM capture_failure GROUP BY place ORDER BY max(failed_at) DESC LIMIT ?
"""
_KEYS = """
SELECT key, count(*) OVER () FROM (SELECT key_no, count(*) AS uses FROM {table} {where} GROUP BY key_no)
    JOIN key USING (key_no)
ORDER BY uses DESC, key LIMIT ?
"""
_STEPPED = """
SELECT key FROM key SEMI JOIN (SELECT key_no FROM metric_last WHERE point_count > 1) USING (key_no) ORDER BY key LIMIT ?
"""


def status(reading: Reading, folder: Path, *, owner: str) -> StoreStatus:
    """The store's health and size."""
    version, runs, cells, sessions, live, segments = reading.rows(_COUNTS)[0]
    return StoreStatus(
        root=str(folder),
        schema_version=version,
        run_count=runs,
        cell_execution_count=cells,
        session_count=sessions,
        live_session_count=live,
        segment_count=segments,
        quarantined=tuple(row[0] for row in reading.rows(_SEGMENTS, ["quarantined"])),
        refused=tuple(row[0] for row in reading.rows(_SEGMENTS, ["refused"])),
        is_paused=is_paused(folder),
        capture_failures=tuple(CaptureFailure(*row) for row in reading.rows(_FAILURES, [_LISTED_FAILURES])),
        owner=owner,
        size_bytes=sum(_size(folder / name) for name in (FILE_NAME, f"{FILE_NAME}.wal")),
    )


def list_keys(reading: Reading) -> RunKeys:
    """The parameter, metric and tag keys that occur, most used first."""
    found = [
        reading.rows(_KEYS.format(table=table, where=where), [_LISTED_KEYS])
        for table, where in (("param", ""), ("metric_last", "WHERE is_chosen"), ("tag", ""))
    ]
    params, metrics, tags = (tuple(key for key, _ in rows) for rows in found)
    counts = [rows[0][1] if rows else 0 for rows in found]
    stepped = tuple(row[0] for row in reading.rows(_STEPPED, [_LISTED_KEYS]))
    return RunKeys(params, metrics, tags, counts[0], counts[1], counts[2], stepped)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
