"""What a recorded session says of the global random generators, for its lineage."""

from collections.abc import Collection

from celltrail.execute.replay.session import RecordedSession
from celltrail.records import Status
from celltrail.runs.effects.draws import Draws

_KEEPING = "random states"  # where capture says that it failed to keep some


def draws_of(session: RecordedSession, kept: Collection[str]) -> Draws:
    """Who drew from which generator, as far as that is certain.

    States are kept in the order of the executions, in a thread: of those before the last that were kept, the ones
    that are missing did not draw.

    Args:
        session: The session.
        kept: The executions whose states from before are kept, and put back by a replay.
    """
    drawn = {one: frozenset(event.drew_from) for one, event in session.generators.items()}
    places = [place for place, one in enumerate(session.executions) if one.execution_id in drawn]
    if places and _KEEPING not in session.failed_at:
        for one in session.executions[: places[-1]]:
            if one.status is Status.FINISHED:
                drawn.setdefault(one.execution_id, frozenset())
    return Draws(drawn, frozenset(kept))
