"""Orderings and cursors of a page of runs: keyset paging, with what has no value last in either direction.

Each thing to order by becomes sort keys that are never NULL and never NaN, so that "the rows after this one" is a
plain comparison: a rank (numbers 0, texts 1, NaN 2, nothing 3), then the value in the asked direction.
"""

import base64
import json
import zlib
from dataclasses import dataclass

from celltrail.errors import FilterError
from celltrail.store.filter_parse import Entity, parse_ordering
from celltrail.store.filter_sql import COLUMNS, NumberOf, Parameter, Sql
from celltrail.store.runs import RunQuery

CURSOR_EXPECTED = "the next_cursor of an answer to the same question"
_UNASKED = 2  # sort keys of a question that names no order
_FEW = 1000  # rows that are worth a heap
_TEXTS = frozenset({"run_id", "name", "status", "kind", "estimator", "notebook", "cell", "replay_of"})


@dataclass(frozen=True, slots=True)
class SortKey:
    """An expression without NULL and NaN, and whether it is ordered from large to small."""

    text: str
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Ordering:
    """The sort keys of a query, the last of which is unique, and the joins that they need."""

    keys: tuple[SortKey, ...]
    joins: Sql

    def columns(self) -> str:
        """The sort keys as columns k0, k1 …."""
        return ", ".join(f"{key.text} AS k{i}" for i, key in enumerate(self.keys))

    def names(self) -> str:
        """The columns' names."""
        return ", ".join(f"k{i}" for i in range(len(self.keys)))

    def order_by(self) -> str:
        """The ORDER BY of the page."""
        return ", ".join(f"k{i} {'DESC' if key.is_descending else 'ASC'}" for i, key in enumerate(self.keys))

    def after(self, values: tuple[Parameter, ...]) -> Sql:
        """The condition that a row comes after the one with these sort keys."""
        alternatives = []
        parameters: list[Parameter] = []
        for i, key in enumerate(self.keys):
            equal = [f"k{j} = ?" for j in range(i)]
            alternatives.append("(" + " AND ".join([*equal, f"k{i} {'<' if key.is_descending else '>'} ?"]) + ")")
            parameters.extend(values[: i + 1])
        return Sql("(" + " OR ".join(alternatives) + ")", tuple(parameters))

    def near(self, count: int, source: str) -> str:
        """What the first `count` rows of `source` meet and few others, where that is quicker than to order them all.

        Newest first is the opposite of how the rows lie: DuckDB's Top N would take in each of them, one by one.
        """
        if len(self.keys) > _UNASKED or count > _FEW:
            return "true"
        return f"k0 >= (SELECT list_min(max(k0, {count})) FROM {source})"  # noqa: S608 - a statement of ours


def compile_ordering(order_by: tuple[str, ...], number_of: NumberOf) -> Ordering:
    """The ordering of a query; newest first where it names none, and among equals.

    Raises:
        FilterError: An entry cannot be understood.
    """
    keys: list[SortKey] = []
    joins: list[str] = []
    parameters: list[Parameter] = []
    for i, text in enumerate(order_by):
        field, is_descending = parse_ordering(text)
        if field.entity is Entity.ATTRIBUTE:
            keys += _attribute_keys(field.key, is_descending=is_descending)
            continue
        keys += _value_keys(f"o{i}", field.entity, is_descending=is_descending)
        joins.append(f"LEFT JOIN ({_SOURCES[field.entity]}) o{i} ON o{i}.run_no = r.run_no")
        parameters.append(number_of(field.key))
    keys += [SortKey("r.started_at", is_descending=True), SortKey("r.run_no", is_descending=True)]
    return Ordering(tuple(keys), Sql(" ".join(joins), tuple(parameters)))


_SOURCES = {
    Entity.METRIC: "SELECT run_no, value AS number FROM metric_last WHERE key_no = ? AND is_chosen",
    Entity.PARAM: "SELECT run_no, number, CASE WHEN number IS NULL THEN value END AS text FROM param WHERE key_no = ?",
    Entity.TAG: "SELECT run_no, value AS text FROM tag WHERE key_no = ?",
}


def _value_keys(alias: str, entity: Entity, *, is_descending: bool) -> list[SortKey]:
    number, text = f"{alias}.number", f"{alias}.text"
    numbers = f"WHEN isnan({number}) THEN 2 WHEN {number} IS NOT NULL THEN 0" if entity is not Entity.TAG else ""
    texts = f"WHEN {text} IS NOT NULL THEN 1" if entity is not Entity.METRIC else ""
    keys = [SortKey(f"CASE {numbers} {texts} ELSE 3 END", is_descending=False)]
    if numbers:
        plain = f"CASE WHEN {number} IS NULL OR isnan({number}) THEN 0 ELSE {number} END"
        keys.append(SortKey(plain, is_descending))
    if texts:
        keys.append(SortKey(f"coalesce({text}, '')", is_descending))
    return keys


def _attribute_keys(name: str, *, is_descending: bool) -> list[SortKey]:
    column = COLUMNS[name]
    if name in _TEXTS:
        return [
            SortKey(f"CASE WHEN coalesce({column}, '') = '' THEN 1 ELSE 0 END", is_descending=False),
            SortKey(f"coalesce({column}, '')", is_descending),
        ]
    return [
        SortKey(f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END", is_descending=False),
        SortKey(f"coalesce({column}, 0)", is_descending),
    ]


def write_cursor(query: RunQuery, values: tuple[Parameter, ...]) -> str:
    """Where a page ended, as text that only the same question takes."""
    text = json.dumps([_fingerprint(query), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def read_cursor(query: RunQuery, ordering: Ordering) -> tuple[Parameter, ...]:
    """The sort keys in a query's cursor.

    Raises:
        FilterError: The cursor is none of this question's.
    """
    cursor = query.cursor
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except ValueError:
        found = None
    size = len(ordering.keys) + 1
    if not isinstance(found, list) or len(found) != size or found[0] != _fingerprint(query):
        raise FilterError(cursor[:80], 0, CURSOR_EXPECTED)
    values = tuple(found[1:])
    if not all(isinstance(value, str | int | float) for value in values):
        raise FilterError(cursor[:80], 0, CURSOR_EXPECTED)
    return values


def _fingerprint(query: RunQuery) -> int:
    where = (query.notebook_path, query.notebook_name, query.parent_run_id, query.with_children, query.with_replays)
    shelf = (query.shelf, query.is_starred_only, query.group_by, query.group_value, query.is_any_group)
    what = (query.filter, query.text, query.order_by, *where, *shelf)
    return zlib.crc32(repr(what).encode("utf-8", "backslashreplace"))
