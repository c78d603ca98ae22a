"""Parameters, metrics and tags of the runs of a page, for `summaries`."""

from collections.abc import Iterable, Sequence
from typing import Any

from celltrail.store.reading import Reading
from celltrail.store.text import clean

_FEW = 200  # keys that are worth a place each in the statement: then DuckDB leaves out parts of the table
_OF_RUNS = "SEMI JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no)"

# The keys' texts come last: joined to all rows of the table they would cost more than the rest.
_PARAMS = f"""
WITH found AS MATERIALIZED (
    SELECT run_no, key_no, value, kind, NOT is_default AND origin IN ('estimator', 'logged') AS is_chosen
    FROM param {_OF_RUNS}
)
SELECT run_no, key, value, kind, is_chosen FROM found JOIN key USING (key_no) ORDER BY key
"""  # noqa: S608 - a text of ours
_VALUES = f"""
WITH found AS MATERIALIZED (SELECT run_no, key_no, value FROM {{table}} {_OF_RUNS} WHERE {{condition}})
SELECT run_no, key, value FROM found JOIN key USING (key_no) ORDER BY key
"""  # noqa: S608 - a text of ours
_TABLES = {"metrics": ("metric_last", "is_chosen"), "tags": ("tag", "true")}

Chosen = dict[str, tuple[str, str]]  # key -> value and kind


def params_of(
    reading: Reading, run_numbers: Sequence[int], keys: Iterable[str] | None
) -> tuple[dict[int, dict[str, str]], dict[int, Chosen]]:
    """By run the parameters among `keys` (None is all), and those that its model or its user chose."""
    wanted = _wanted("params", keys)
    asked: dict[int, dict[str, str]] = {}
    chosen: dict[int, Chosen] = {}
    for number, key, value, kind, is_chosen in reading.rows(_PARAMS, [list(run_numbers)]):
        if wanted is None or key in wanted:
            asked.setdefault(number, {})[key] = value
        if is_chosen:
            chosen.setdefault(number, {})[key] = (value, kind)
    return asked, chosen


def values_of_runs(
    reading: Reading, entity: str, run_numbers: Sequence[int], keys: Iterable[str] | None
) -> dict[int, dict[str, Any]]:
    """By run its metrics or tags among `keys`; None is all."""
    wanted = _wanted(entity, keys)
    if wanted is not None and not wanted:
        return {}
    table, condition = _TABLES[entity]
    numbers = [] if wanted is None else sorted(reading.know_keys(wanted).values())
    is_narrow = 0 < len(numbers) <= _FEW
    if is_narrow:
        condition = f"{condition} AND key_no IN ({', '.join('?' * len(numbers))})"
    sql = _VALUES.format(table=table, condition=condition)
    found: dict[int, dict[str, Any]] = {}
    for number, key, value in reading.rows(sql, [list(run_numbers), *(numbers if is_narrow else ())]):
        if wanted is None or key in wanted:
            found.setdefault(number, {})[key] = value
    return found


def _wanted(entity: str, keys: Iterable[str] | None) -> frozenset[str] | None:
    """The keys of one entity that were asked for; None is all of them."""
    if keys is None:
        return None
    return frozenset(clean(key.partition(".")[2]) for key in keys if key.startswith(f"{entity}."))
