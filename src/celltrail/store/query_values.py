"""Parameters, metrics and tags of the runs of a page, for `summaries`."""

from collections.abc import Iterable, Sequence
from typing import Any

from celltrail.store.reading import Reading
from celltrail.store.text import clean

_FEW = 200  # keys that are worth a place each in the statement: then DuckDB leaves out parts of the table
_OF_RUNS = "SEMI JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no)"

_PARAMS = f"""
SELECT key_no, run_no, value, kind, NOT is_default AND origin IN ('estimator', 'logged') AS is_chosen
FROM param {_OF_RUNS}
"""  # noqa: S608 - a text of ours
_VALUES = f"SELECT key_no, run_no, value FROM {{table}} {_OF_RUNS} WHERE {{condition}}"  # noqa: S608 - a text of ours
_TABLES = {"metrics": ("metric_last", "is_chosen"), "tags": ("tag", "true")}

Chosen = dict[str, tuple[str, str]]  # key -> value and kind


def params_of(
    reading: Reading, run_numbers: Sequence[int], keys: Iterable[str] | None
) -> tuple[dict[int, dict[str, str]], dict[int, Chosen]]:
    """By run the parameters among `keys` (None is all), and those that its model or its user chose."""
    wanted = _wanted("params", keys)
    asked: dict[int, dict[str, str]] = {}
    chosen: dict[int, Chosen] = {}
    for key, number, value, kind, is_chosen in _by_key(reading, reading.rows(_PARAMS, [list(run_numbers)])):
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
    rows = reading.rows(sql, [list(run_numbers), *(numbers if is_narrow else ())])
    for key, number, value in _by_key(reading, rows):
        if wanted is None or key in wanted:
            found.setdefault(number, {})[key] = value
    return found


def _by_key(reading: Reading, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows in the order of their keys, which stand where the keys' numbers stood: at their beginning."""
    found = list(rows)
    texts = reading.key_texts(row[0] for row in found)
    return sorted(((texts[row[0]], *row[1:]) for row in found), key=lambda row: row[0])


def _wanted(entity: str, keys: Iterable[str] | None) -> frozenset[str] | None:
    """The keys of one entity that were asked for; None is all of them."""
    if keys is None:
        return None
    return frozenset(clean(key.partition(".")[2]) for key in keys if key.startswith(f"{entity}."))
