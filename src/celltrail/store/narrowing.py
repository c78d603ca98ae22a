"""Conditions of a page of runs beside its filter: the archive, the stars, one group of a grouped table."""

from collections.abc import Sequence

from celltrail.errors import FilterError
from celltrail.store.filter_parse import Entity, Field, parse_ordering
from celltrail.store.filter_sql import COLUMNS, TIMES, Parameter, Sql
from celltrail.store.reading import Reading
from celltrail.store.runs import RunQuery
from celltrail.store.table import ARCHIVED_TAG, STARRED_TAG, Shelf
from celltrail.store.text import clean

MAX_BUCKET_VALUE = 1000  # characters by which groups are told apart
_NOT_GROUPED = TIMES | {"duration", "run_id"}
_TAGGED = "r.run_no IN (SELECT run_no FROM tag WHERE key_no = ?)"
_MARKS = """SELECT run_no, key_no FROM tag JOIN (SELECT unnest(?::INTEGER[]) AS run_no) USING (run_no)
    WHERE list_contains(?::INTEGER[], key_no)"""
_TABLES = {Entity.PARAM: "param", Entity.TAG: "tag"}


def shelf_conditions(reading: Reading, query: RunQuery) -> list[Sql]:
    """Which of the archived and the starred runs; a store that knows neither pays nothing."""
    conditions = []
    archived = reading.key_number(ARCHIVED_TAG)
    if query.shelf is Shelf.ARCHIVED:
        conditions.append(Sql(_TAGGED, (archived,)))
    elif query.shelf is Shelf.ACTIVE and archived >= 0:
        conditions.append(Sql(f"NOT {_TAGGED}", (archived,)))
    if query.is_starred_only:
        conditions.append(Sql(_TAGGED, (reading.key_number(STARRED_TAG),)))
    return conditions


def run_marks(reading: Reading, run_numbers: Sequence[int]) -> dict[int, frozenset[str]]:
    """Of these runs, those that are starred or archived: celltrail's own tags for it."""
    keys = {reading.key_number(key): key for key in (STARRED_TAG, ARCHIVED_TAG)}
    wanted = [number for number in keys if number >= 0]
    found: dict[int, frozenset[str]] = {}
    for run_no, key_no in reading.rows(_MARKS, [list(run_numbers), wanted]) if wanted else []:
        found[run_no] = found.get(run_no, frozenset()) | {keys[key_no]}
    return found


def cut_values(values: dict[str, str], max_length: int) -> dict[str, str]:
    """Values of which the long ones are cut and say how long they are."""
    if not max_length:
        return values
    return {key: value if len(value) <= max_length else _cut(value, max_length) for key, value in values.items()}


def _cut(value: str, max_length: int) -> str:
    return f"{value[:max_length]}… ({len(value):,} characters)"


def group_condition(reading: Reading, query: RunQuery) -> list[Sql]:
    """That a run is in the group which the query names.

    Raises:
        FilterError: Runs cannot be grouped so.
    """
    if not query.group_by or query.is_any_group:
        return []
    value = group_value(reading, query.group_by)
    if query.group_value is None:
        return [Sql(f"{value.text} IS NULL", value.parameters)]
    parameters: tuple[Parameter, ...] = (*value.parameters, clean(query.group_value))
    return [Sql(f"{value.text} = ?", parameters)]


def group_value(reading: Reading, group_by: str) -> Sql:
    """What a run is grouped by, as an expression over `run r`; NULL where it has none.

    Raises:
        FilterError: It is neither a parameter nor a tag nor an attribute that is a text.
    """
    field, _ = parse_ordering(group_by)
    if field.entity is Entity.ATTRIBUTE:
        return Sql(f"left(nullif({_column(group_by, field)}, ''), {MAX_BUCKET_VALUE})")
    table = _TABLES.get(field.entity)
    if table is None:
        raise FilterError(group_by, field.position, "params.…, tags.… or an attribute: a metric is no group")
    source = f"SELECT g.value FROM {table} g WHERE g.run_no = r.run_no AND g.key_no = ?"  # noqa: S608 - our names
    return Sql(f"left(({source}), {MAX_BUCKET_VALUE})", (reading.key_number(field.key),))


def _column(group_by: str, field: Field) -> str:
    if field.key in _NOT_GROUPED:
        raise FilterError(group_by, field.position, "name, status, kind, estimator, notebook or cell")
    return COLUMNS[field.key]
