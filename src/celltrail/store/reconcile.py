"""Ending what nobody can end any more: the sessions, cells and runs of processes that died without a word."""

from collections.abc import Iterable

from celltrail import codec
from celltrail.journal.events import SegmentOpened
from celltrail.journal.liveness import is_writer_alive
from celltrail.store.staging import Staging, scalar, texts_of

_TABLES = ("session", "cell_execution", "run")

_RUNNING_WRITERS = """
SELECT writer, opened_json FROM writer WHERE writer IN (
    SELECT writer FROM session WHERE status = 'running' AND is_known
    UNION SELECT writer FROM cell_execution WHERE status = 'running' AND is_known
    UNION SELECT writer FROM run WHERE status = 'running' AND is_known)
"""

# What still runs in a session that said goodbye never ended; a forked child has a writer of its own.
_LEFT_OPEN = """
UPDATE {table} SET status = 'killed', is_presumed = true, ended_at = session.ended_at,
    duration_s = (session.ended_at - {table}.started_at) / 1e6
FROM session
WHERE {table}.status = 'running' AND {table}.is_known AND session.session_id = {table}.session_id
    AND session.status <> 'running' AND session.writer = {table}.writer
"""

_END = """
UPDATE {table} SET status = 'killed', is_presumed = true, ended_at = greatest({table}.started_at, writer.last_event_at)
FROM writer SEMI JOIN wanted ON wanted.id = writer.writer
WHERE {table}.writer = writer.writer AND {table}.status = 'running' AND {table}.is_known
"""

_MEASURE = """
UPDATE {table} SET duration_s = (ended_at - started_at) / 1e6
WHERE status = 'killed' AND is_presumed AND duration_s IS NULL
"""

_REVIVE = """
UPDATE {table} SET status = 'running', is_presumed = false, ended_at = NULL
WHERE is_presumed AND writer IN (SELECT id FROM wanted)
"""


_IS_ANYTHING_RUNNING = """
SELECT EXISTS (FROM session WHERE status = 'running') OR EXISTS (FROM cell_execution WHERE status = 'running')
    OR EXISTS (FROM run WHERE status = 'running')
"""


def revive(staging: Staging, writers: Iterable[str]) -> None:
    """Take back what was concluded of writers that now spoke again."""
    names = list(writers)
    if not names:
        return
    with staging.staged("wanted", {"id": texts_of(names)}):
        for table in _TABLES:
            staging.connection.execute(_REVIVE.format(table=table))


def end_dead(staging: Staging) -> tuple[str, ...]:
    """End what dead processes left running, at their last event; returns the ids of the runs that this ended."""
    rows = staging.connection.execute(_RUNNING_WRITERS).fetchall()
    dead = [writer for writer, opened in rows if is_writer_alive(codec.loads(SegmentOpened, opened)) is False]
    before = _running(staging)
    if dead:
        with staging.staged("wanted", {"id": texts_of(dead)}):
            for table in _TABLES:
                staging.connection.execute(_END.format(table=table))
    for table in ("cell_execution", "run"):
        staging.connection.execute(_LEFT_OPEN.format(table=table))
        if dead:
            staging.connection.execute(_MEASURE.format(table=table))
    return tuple(sorted(before - _running(staging)))


def has_open_ends(staging: Staging) -> bool:
    """Whether anything runs, as far as the store knows; else there is nothing to end."""
    return bool(scalar(staging.connection, _IS_ANYTHING_RUNNING))


def _running(staging: Staging) -> set[str]:
    return {
        run_id for (run_id,) in staging.connection.execute("SELECT run_id FROM run WHERE status = 'running'").fetchall()
    }
