"""The texts that the note of a run had: `list_notes` of the contract."""

from celltrail.store.query_detail import find_run
from celltrail.store.reading import Reading
from celltrail.store.table import PastNote

_MOST = 100
_NOTES = "SELECT noted_at, text FROM note WHERE run_no = ? ORDER BY noted_at DESC LIMIT ?"


def list_notes(reading: Reading, run_id: str) -> tuple[PastNote, ...]:
    """The latest of them, newest first."""
    number, _ = find_run(reading, run_id)
    return tuple(PastNote(*row) for row in reading.rows(_NOTES, [number, _MOST]))
