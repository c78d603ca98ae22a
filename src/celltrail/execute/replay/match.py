"""Which run of a replay is the run that was replayed: the same cell, the same place among its like in that cell."""

from collections.abc import Sequence

from celltrail.execute.replay.session import RecordedSession
from celltrail.execute.replay.steps import Pair
from celltrail.journal.events import RunStarted


def matching_run(run_id: str, session: RecordedSession, replayed: RecordedSession, pairs: Sequence[Pair]) -> str:
    """The id of the replayed run; empty where its cell made none like it."""
    wanted = next((run for run in session.runs if run.run_id == run_id), None)
    if wanted is None:
        return ""
    cell = next((pair.after for pair in pairs if pair.before.execution_id == wanted.execution_id), None)
    if cell is None:
        return ""
    for is_named in (True, False):
        before = _like(wanted, session.runs, wanted.execution_id, is_named=is_named)
        after = _like(wanted, replayed.runs, cell.execution_id, is_named=is_named)
        place = [run.run_id for run in before].index(run_id)
        if place < len(after):
            return after[place].run_id
    return ""


def _like(wanted: RunStarted, runs: Sequence[RunStarted], execution_id: str, *, is_named: bool) -> list[RunStarted]:
    """The runs of one execution with the same kind, and the same name, in the order in which they started."""
    return [
        run
        for run in runs
        if run.execution_id == execution_id and run.kind == wanted.kind and (run.name == wanted.name or not is_named)
    ]
