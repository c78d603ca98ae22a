"""What runs are called in lists, and what tells one from its neighbours, for `summaries`.

The neighbours of a run are those of its loop, or the other candidates of its search, with the same model; of a run
that stands alone its own choice of parameters is told.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from celltrail.store.reading import Reading
from celltrail.store.title import short_params, title_of

_MAX_SHOWN = 3
_MAX_OWN = 2
_ALONE = frozenset({"fit", "explicit", "cell"})
_NOT_TOLD = frozenset({"random_state", "n_jobs", "verbose"})

# All runs of some loops and searches; `part` are those of one model: class, and steps of a pipeline.
_MEMBERS = """
CREATE OR REPLACE TEMP TABLE member AS
WITH joined AS (
    SELECT run_no, started_at, estimator,
        CASE WHEN group_id = '' AND kind = 'candidate' THEN parent_run_id ELSE group_id END AS joint
    FROM run WHERE is_known AND (list_contains(?::VARCHAR[], group_id)
        OR (group_id = '' AND kind = 'candidate' AND list_contains(?::VARCHAR[], parent_run_id)))
), parted AS (
    SELECT run_no, started_at, dense_rank() OVER (ORDER BY joint, estimator, coalesce(value, '')) AS part
    FROM joined LEFT JOIN (SELECT run_no, value FROM param WHERE key_no = ?) USING (run_no)
)
SELECT run_no, part, row_number() OVER (PARTITION BY part ORDER BY started_at, run_no) AS place,
    count(*) OVER (PARTITION BY part) AS size
FROM parted
"""
_PLACES = "SELECT run_no, part, place, size FROM member JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no)"
# What differs within a part. What the code happened to read comes last, and of that the numbers with a fraction,
# which are mostly the scores of the turn before.
_DIFFERING = """
SELECT part, key, count(DISTINCT value) AS values FROM member JOIN param USING (run_no) JOIN key USING (key_no)
WHERE kind <> 'object' OR origin = 'grid'
GROUP BY part, key, size
HAVING NOT bool_and(is_default)
    AND (count(DISTINCT value) > 1 OR (count(*) < size AND bool_or(origin IN ('grid', 'logged'))))
ORDER BY part, bool_and(origin = 'variable'), bool_or(origin = 'variable' AND kind = 'number' AND contains(value, '.')),
    values DESC, key
"""
_VALUES = """
SELECT run_no, key, value FROM param JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no) JOIN key USING (key_no)
WHERE list_contains(?::VARCHAR[], key)
"""
_VARIABLES = """
SELECT DISTINCT key FROM member JOIN param USING (run_no) JOIN key USING (key_no)
GROUP BY key HAVING bool_and(origin = 'variable')
"""


Chosen = Mapping[str, tuple[str, str]]  # key -> value and kind


@dataclass(frozen=True, slots=True)
class Named:
    """What a label is made from, of one run."""

    run_no: int
    run_id: str
    name: str
    kind: str
    estimator: str
    group_id: str
    parent_run_id: str
    source: str  # the beginning of the cell's, of a cell's own run only


@dataclass(frozen=True, slots=True)
class Label:
    """A run's name in lists, and what tells it from its neighbours."""

    title: str
    differs: str = ""


def labels(reading: Reading, runs: Sequence[Named], chosen: Mapping[int, Chosen]) -> dict[int, Label]:
    """The labels of runs, by number; `chosen` are the parameters of each that its model or its user chose."""
    differing = _differing(reading, [run for run in runs if run.group_id or run.kind == "candidate"])
    found = {}
    for run in runs:
        own = chosen.get(run.run_no, {})
        classes = {key: value for key, (value, kind) in own.items() if kind == "object"}
        title = title_of(run.name, run.estimator, run.source, classes)
        differs = differing.get(run.run_no) or _own_choice(run, own)
        found[run.run_no] = Label(title, "" if differs in title else differs)
    return found


def _own_choice(run: Named, own: Chosen) -> str:
    if run.kind not in _ALONE or run.group_id:
        return ""
    telling = ((key, value) for key, (value, kind) in own.items() if kind != "object" and not _is_dull(key))
    return short_params(dict(islice(telling, _MAX_OWN)))


def _is_dull(key: str) -> bool:
    return key.rpartition("__")[2] in _NOT_TOLD


def _differing(reading: Reading, runs: Sequence[Named]) -> dict[int, str]:
    if not runs:
        return {}
    groups = sorted({run.group_id for run in runs if run.group_id})
    searches = sorted({run.parent_run_id for run in runs if not run.group_id and run.kind == "candidate"})
    reading.rows(_MEMBERS, [groups, searches, reading.key_number("steps")])
    numbers = [run.run_no for run in runs]
    places = {row[0]: row[1:] for row in reading.rows(_PLACES, [numbers])}
    keys, told = _telling_keys(reading, {part: size for part, _, size in places.values()})
    values: dict[int, dict[str, str]] = {}
    wanted = sorted({key for of_part in keys.values() for key in of_part})
    for number, key, value in reading.rows(_VALUES, [numbers, wanted]):
        values.setdefault(number, {})[key] = value
    reading.rows("DROP TABLE member")
    found = {}
    for number, (part, place, size) in places.items():
        own = values.get(number, {})
        text = short_params({key: own[key] for key in keys.get(part, ()) if key in own})
        is_unclear = size > 1 and part not in told
        found[number] = ", ".join(filter(None, (text, f"#{place}" if is_unclear else "")))
    return found


def _telling_keys(reading: Reading, sizes: Mapping[int, int]) -> tuple[dict[int, list[str]], set[int]]:
    """Per part the keys to show, and the parts whose runs these tell apart."""
    variables = {row[0] for row in reading.rows(_VARIABLES)}
    candidates: dict[int, list[tuple[str, int]]] = {}
    for part, key, count in reading.rows(_DIFFERING):
        candidates.setdefault(part, []).append((key, count))
    shown, told = {}, set()
    for part, size in sizes.items():
        keys, reach = _pick(candidates.get(part, ()), variables, size)
        shown[part] = keys
        if reach >= size:
            told.add(part)
    return shown, told


def _pick(candidates: Iterable[tuple[str, int]], variables: set[str], size: int) -> tuple[list[str], float]:
    """The first keys, and how many runs they can tell apart; variables only where the rest cannot."""
    keys: list[str] = []
    reach = 1
    for key, count in candidates:
        if len(keys) == _MAX_SHOWN or (key in variables and reach >= size):
            break
        keys.append(key)
        reach = reach * count if math.isfinite(reach) else reach
    return keys, reach
