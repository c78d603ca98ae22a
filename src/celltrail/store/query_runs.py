"""Pages of runs: `search_runs` of the contract, and the summaries that other answers hold too."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from celltrail import codec
from celltrail.errors import FilterError
from celltrail.records import ErrorInfo, Evidence, Status
from celltrail.store.filter_parse import Condition, Entity, parse_filter, parse_ordering
from celltrail.store.filter_sql import FilterCompiler, Parameter, Sql
from celltrail.store.narrowing import cut_values, group_condition, run_marks, shelf_conditions
from celltrail.store.ordering import CURSOR_EXPECTED, compile_ordering, read_cursor, write_cursor
from celltrail.store.query_labels import Label, Named, labels
from celltrail.store.query_replays import left_out, replays_of
from celltrail.store.query_values import params_of, values_of_runs
from celltrail.store.reading import Reading
from celltrail.store.replays import made_for
from celltrail.store.runs import MetricValue, RunPage, RunQuery, RunSummary
from celltrail.store.table import ARCHIVED_TAG, STARRED_TAG
from celltrail.store.text import clean

_MAX_LIMIT = 10_000
_NOTEBOOK = 7  # where a column is in _SUMMARIES
_FIRST_OF_METRIC = 21  # where the key metric's columns begin in _SUMMARIES
# What DuckDB says of a cursor's value that is not of its sort key's type.
_UNFIT = (
    duckdb.ConversionException,
    duckdb.BinderException,
    duckdb.OutOfRangeException,
    duckdb.InvalidInputException,
)

# The panel's list, `celltrail runs` and search_runs: the numbers of one page, and the count of all that match.
_PAGE = """
WITH hit AS MATERIALIZED (
    SELECT {left_out} AS is_left_out, r.run_no, {columns}
    FROM run r {joins}
    WHERE r.is_known AND {condition}
), page AS (
    SELECT * EXCLUDE (is_left_out) FROM hit WHERE NOT is_left_out AND {after} AND {near}
    ORDER BY {order_by} LIMIT {limit} OFFSET {offset}
)
SELECT total, left_out, page.*
FROM (SELECT count(*) FILTER (NOT is_left_out) AS total, count(*) FILTER (is_left_out) AS left_out
    FROM hit) LEFT JOIN page ON true
ORDER BY {order_by}
"""

_SUMMARIES = """
WITH wanted AS (SELECT unnest(?::INTEGER[]) AS run_no),
r AS MATERIALIZED (
    SELECT run_no, run_id, name, status, kind, session_id, execution_id, started_at, ended_at, is_presumed, duration_s,
        estimator, variable, parent_run_id, group_id
    FROM run SEMI JOIN wanted USING (run_no)
), c AS (
    SELECT execution_id, cell_id, execution_count, status, error_json, source
    FROM cell_execution SEMI JOIN r USING (execution_id)
)
SELECT r.run_no, r.run_id, r.name, r.status, r.kind, r.session_id, r.execution_id, coalesce(s.notebook_path, ''),
    coalesce(c.cell_id, ''), coalesce(c.execution_count, 0), r.started_at, r.ended_at,
    CASE WHEN NOT r.is_presumed THEN r.duration_s END, r.estimator, r.variable, r.parent_run_id, r.group_id,
    coalesce(children.n, 0), CASE WHEN r.kind = 'cell' THEN left(c.source, 2000) ELSE '' END,
    CASE WHEN r.status = 'finished' AND r.parent_run_id = '' AND c.status IN ('failed', 'interrupted', 'killed')
        THEN c.status END AS cell_status, CASE WHEN cell_status IS NOT NULL THEN c.error_json END,
    m.key, m.value, m.step, m.logged_at, m.point_count, m.minimum, m.maximum,
    m.evidence, m.dataset_name, m.dataset_digest, m.slice_name, m.execution_id
FROM r LEFT JOIN session s ON s.session_id = r.session_id
    LEFT JOIN c ON c.execution_id = r.execution_id
    LEFT JOIN key_metric m ON m.run_no = r.run_no
    LEFT JOIN (
        SELECT parent_run_id, count(*) AS n FROM run
        WHERE parent_run_id <> '' AND is_known AND parent_run_id IN (SELECT run_id FROM r) GROUP BY parent_run_id
    ) children ON children.parent_run_id = r.run_id
"""

_METRIC = """m.key, m.value, m.step, m.logged_at, m.point_count, m.minimum, m.maximum,
    m.evidence, m.dataset_name, m.dataset_digest, m.slice_name, m.execution_id"""

# Of each of these parents the key metric of the latest child that has one.
_OF_CHILDREN = f"""
SELECT r.parent_run_id, {_METRIC} FROM run r JOIN key_metric m USING (run_no)
WHERE r.is_known AND list_contains(?::VARCHAR[], r.parent_run_id)
QUALIFY 1 = row_number() OVER (PARTITION BY r.parent_run_id ORDER BY r.started_at DESC, r.run_no DESC)
"""  # noqa: S608 - columns of ours

# A past cell that was kept as a run, and let go again: celltrail.execute.keep writes the tag.
LET_GO_KEY = "celltrail.kept"
IS_LET_GO = f"""(r.kind = 'kept' AND r.run_no IN (
    SELECT run_no FROM tag JOIN key USING (key_no) WHERE key = '{LET_GO_KEY}' AND value = 'let go'))"""  # noqa: S608 - a key of ours

# The search box: every word must stand in the run's names (a cell's own run is called after its source), or in a
# parameter's or a tag's value.
_WORD = """(contains(lower(r.name || chr(10) || r.estimator || chr(10) || coalesce(s.notebook_path, '')), lower(?))
    OR starts_with(r.run_id, lower(?))
    OR r.run_no IN (SELECT run_no FROM param WHERE value ILIKE ? ESCAPE '!')
    OR r.run_no IN (SELECT run_no FROM tag WHERE value ILIKE ? ESCAPE '!')
    OR (r.kind = 'cell' AND r.execution_id IN (
        SELECT execution_id FROM cell_execution WHERE contains(lower(left(source, 2000)), lower(?)))))"""


def search_runs(reading: Reading, query: RunQuery) -> RunPage:
    """A page of runs.

    Raises:
        FilterError: The filter, an ordering or the cursor cannot be understood.
    """
    if not 1 <= query.limit <= _MAX_LIMIT:
        raise FilterError(str(query.limit), 0, f"a limit from 1 to {_MAX_LIMIT:,}")
    if query.offset < 0:
        raise FilterError(str(query.offset), 0, "an offset of 0 or more")
    asked = parse_filter(query.filter)
    reading.know_keys(_keys_in(query))
    condition = condition_of(reading, query, asked)
    replays = left_out(reading, query, asked)
    ordering = compile_ordering(query.order_by, reading.key_number)
    after = ordering.after(read_cursor(query, ordering)) if query.cursor else Sql("true")
    near = ordering.near(query.offset + query.limit + 1, f"hit WHERE NOT is_left_out AND {after.text}")
    sql = _PAGE.format(
        left_out=replays.text,
        columns=ordering.columns(),
        joins=f"{context_joins(ordering.columns() + condition.text)} {ordering.joins.text}",
        condition=condition.text,
        after=after.text,
        near=near,
        order_by=ordering.order_by(),
        limit=query.limit + 1,
        offset=query.offset,
    )
    given = (replays, ordering.joins, condition, after, *([after] if "?" in near else []))
    rows = _page_rows(reading, query, sql, [one for part in given for one in part.parameters])
    total, replay_count = rows[0][:2]
    found = [row[2:] for row in rows if row[2] is not None]
    page = found[: query.limit]
    runs = summaries(reading, [row[0] for row in page], keys=query.keys, max_length=query.max_value_length)
    next_cursor = write_cursor(query, tuple(page[-1][1:])) if len(found) > query.limit else ""
    return RunPage(runs=runs, next_cursor=next_cursor, total=total, replay_count=replay_count)


def _keys_in(query: RunQuery) -> list[str]:
    """The keys of a query that every page asks for; fetched together, they cost as much as one."""
    fields = [parse_ordering(text)[0] for text in query.order_by]
    return [
        *(LET_GO_KEY, ARCHIVED_TAG, STARRED_TAG),
        *(field.key for field in fields if field.entity is not Entity.ATTRIBUTE),
        *(key.partition(".")[2] for key in query.keys or ()),
    ]


def _page_rows(reading: Reading, query: RunQuery, sql: str, parameters: list[Parameter]) -> list[tuple[Any, ...]]:
    try:
        return reading.rows(sql, parameters)
    except _UNFIT as error:
        if not query.cursor:
            raise
        raise FilterError(query.cursor[:80], 0, CURSOR_EXPECTED) from error


def summaries(
    reading: Reading, run_numbers: Sequence[int], *, keys: tuple[str, ...] | None = (), max_length: int = 0
) -> tuple[RunSummary, ...]:
    """The summaries of runs, in the order of their numbers given, with the values of these keys (None is all).

    Texts of more than `max_length` characters are cut, unless it is 0.
    """
    if not run_numbers:
        return ()
    numbers = list(run_numbers)
    by_number = {row[0]: row for row in reading.rows(_SUMMARIES, [numbers])}
    found: dict[str, dict[Any, Any]] = {
        entity: values_of_runs(reading, entity, numbers, keys) for entity in ("metrics", "tags")
    }
    found["params"], chosen = params_of(reading, numbers, keys)
    for entity in ("params", "tags"):
        found[entity] = {number: cut_values(values, max_length) for number, values in found[entity].items()}
    marks = run_marks(reading, numbers)
    label = labels(reading, [_named(row) for row in by_number.values()], chosen)
    of_children = _of_children(reading, by_number.values())
    made_again = replays_of(reading, [number for number, row in by_number.items() if made_for(row[_NOTEBOOK])])
    return tuple(
        _summary(
            by_number[number],
            {entity: values.get(number, {}) for entity, values in found.items()},
            label=label[number],
            child_metric=of_children.get(by_number[number][1]),
            made_again=made_again.get(number, ""),
            marks=marks.get(number, frozenset()),
        )
        for number in numbers
    )


def _named(row: tuple[Any, ...]) -> Named:
    return Named(
        run_no=row[0],
        run_id=row[1],
        name=row[2],
        kind=row[4],
        estimator=row[13],
        group_id=row[16],
        parent_run_id=row[15],
        source=row[18] or "",
    )


def _of_children(reading: Reading, rows: Iterable[tuple[Any, ...]]) -> dict[str, MetricValue]:
    parents = [row[1] for row in rows if row[17] and row[_FIRST_OF_METRIC] is None]
    found = reading.rows(_OF_CHILDREN, [parents]) if parents else []
    return {row[0]: metric_value(row[1:]) for row in found}


def condition_of(reading: Reading, query: RunQuery, asked: Condition | None) -> Sql:
    """What a run must be to match, beside being known.

    Raises:
        FilterError: The filter or the group cannot be understood.
    """
    parts = [_family(query), *_unless_let_go(reading, query)]
    parts += [*shelf_conditions(reading, query), *group_condition(reading, query)]
    if query.notebook_path:
        parts.append(Sql("s.notebook_path = ?", (clean(query.notebook_path),)))
    if query.notebook_name:
        name = clean(query.notebook_name)
        parts.append(Sql("(s.notebook_path = ? OR suffix(s.notebook_path, ?))", (name, f"/{name}")))
    parts.extend(_word(word) for word in clean(query.text).split())
    if asked is not None:
        parts.append(FilterCompiler(query.filter, reading.key_number).compile(asked))
    parameters: list[Parameter] = [one for part in parts for one in part.parameters]
    return Sql(" AND ".join(part.text for part in parts), tuple(parameters))


def _unless_let_go(reading: Reading, query: RunQuery) -> list[Sql]:
    """Kept cells that were let go are listed where the filter asks for them; a store without any pays nothing."""
    is_nothing = reading.key_number(LET_GO_KEY) < 0 or LET_GO_KEY in query.filter
    return [] if is_nothing else [Sql(f"NOT {IS_LET_GO}")]


def context_joins(text: str) -> str:
    """The joins that a statement's columns need: with all runs, each costs more than the rest of a page."""
    joins = {
        "s.": "LEFT JOIN session s ON s.session_id = r.session_id",
        "c.": "LEFT JOIN cell_execution c ON c.execution_id = r.execution_id",
    }
    return " ".join(join for alias, join in joins.items() if re.search(rf"\b{re.escape(alias)}", text))


def _family(query: RunQuery) -> Sql:
    if query.parent_run_id:
        return Sql("r.parent_run_id = ?", (clean(query.parent_run_id),))
    return Sql("true") if query.with_children else Sql("r.parent_run_id = ''")


def _word(word: str) -> Sql:
    escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return Sql(_WORD, (word, word, f"%{escaped}%", f"%{escaped}%", word))


def _summary(
    row: tuple[Any, ...],
    values: dict[str, dict[str, Any]],
    *,
    label: Label,
    child_metric: MetricValue | None,
    made_again: str,
    marks: frozenset[str],
) -> RunSummary:
    metric = row[_FIRST_OF_METRIC:]
    return RunSummary(
        run_id=row[1],
        name=row[2],
        status=Status(row[3]),
        kind=row[4],
        session_id=row[5],
        execution_id=row[6],
        notebook_path=row[7],
        cell_id=row[8],
        execution_count=row[9],
        started_at=row[10],
        ended_at=row[11],
        duration_s=row[12],
        estimator=row[13],
        variable=row[14],
        parent_run_id=row[15],
        group_id=row[16],
        child_count=row[17],
        key_metric=None if metric[0] is None else metric_value(metric),
        title=label.title,
        differs=label.differs,
        child_metric=child_metric,
        is_starred=STARRED_TAG in marks,
        is_archived=ARCHIVED_TAG in marks,
        **values,
        cell_status=Status(row[19]) if row[19] else None,
        cell_error=codec.loads(ErrorInfo, row[20]).name if row[20] else "",
        replay_of=made_again or made_for(row[_NOTEBOOK]),
    )


def metric_value(row: Sequence[Any]) -> MetricValue:
    """A metric's value from the columns key … execution_id of a query."""
    return MetricValue(
        key=row[0],
        value=row[1],
        step=row[2],
        at=row[3],
        count=row[4],
        minimum=row[5],
        maximum=row[6],
        evidence=Evidence(row[7]),
        dataset_name=row[8],
        dataset_digest=row[9],
        slice_name=row[10],
        execution_id=row[11],
    )
