"""Replays in pages of runs: which of them are left out, and what each is a replay of."""

import re
from collections.abc import Sequence

from celltrail.store.filter_parse import Combination, Condition, Entity
from celltrail.store.filter_sql import Parameter, Sql
from celltrail.store.reading import Reading
from celltrail.store.replays import OF_TAG, REPLAY_SESSIONS, SWAP_TAG
from celltrail.store.runs import RunQuery
from celltrail.store.text import clean

_ANY = f"SELECT EXISTS ({REPLAY_SESSIONS})"
_OF_RUNS = f"""SELECT run_no, value FROM tag JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no)
    JOIN key USING (key_no) WHERE key = '{OF_TAG}'"""  # noqa: S608 - a key of ours
_ID = re.compile(r"[0-9a-f]{4,64}")
_NAMES = {Entity.ATTRIBUTE: frozenset({"replay_of", "run_id"}), Entity.TAG: frozenset({OF_TAG, SWAP_TAG})}


def left_out(reading: Reading, query: RunQuery, condition: Condition | None) -> Sql:
    """Which of the runs that match are replays' and not asked for; a store without replays pays next to nothing."""
    is_place = query.parent_run_id or query.notebook_path or query.notebook_name
    if query.with_replays or is_place or _names_replays(condition) or not reading.settled(_ANY)[0][0]:
        return Sql("false")
    ids = [word for word in clean(query.text).lower().split() if _ID.fullmatch(word)]
    by_id = "".join(" AND NOT starts_with(r.run_id, ?)" for _ in ids)
    parameters: tuple[Parameter, ...] = tuple(ids)
    return Sql(f"(r.session_id IN ({REPLAY_SESSIONS}){by_id})", parameters)


def _names_replays(condition: Condition | None) -> bool:
    """Whether a filter speaks of replays, or of one run by its id."""
    if condition is None:
        return False
    if isinstance(condition, Combination):
        return any(map(_names_replays, condition.parts))
    return condition.field.key in _NAMES.get(condition.field.entity, ())


def replays_of(reading: Reading, run_numbers: Sequence[int]) -> dict[int, str]:
    """The runs that these made again, by their numbers: those that came out of a replay as the run it was for."""
    return dict(reading.rows(_OF_RUNS, [list(run_numbers)])) if run_numbers else {}
