"""A comparison of runs in a cell's output: why first, then only what differs."""

from collections.abc import Iterator, Sequence

from celltrail.execute.explain.pairs import Explanation
from celltrail.runs.compare import Difference, MetricDifference, RunComparison
from celltrail.runs.data_change import ColumnChange, DataChange
from celltrail.runs.text import number, told_apart
from celltrail.runs.view import ViewColumn, ViewKind, ViewSection, ViewTone, ViewValue, without_empty_columns
from celltrail.widgets.display import Display
from celltrail.widgets.runs_view import name_run, short_id

_MOST_LINES = 200  # of one cell's difference
_LONGEST = 300  # characters of a value
_TONES = {1: ViewTone.BETTER, -1: ViewTone.WORSE, 0: ViewTone.PLAIN}


def view_comparison(facts: RunComparison, explanations: Sequence[Explanation]) -> Display:
    """What differs between runs, and why each may differ from the first."""
    sections = [_runs(facts), *(_why(one) for one in explanations), *_parts(facts)]
    for one in explanations:
        sections += [*_data(one), *_code(one)]
    same = ", ".join(f"{part.count} {part.part}" for part in facts.same)
    if same:
        sections.append(ViewSection("the same in all", note=same, is_open=False))
    count = len(facts.runs)
    return Display(
        ViewKind.COMPARISON,
        f"{count} runs compared; the first is the baseline",
        _summary(explanations),
        tuple(without_empty_columns(one) for one in sections if one.rows or one.lines or one.note),
        facts.run_ids,
    )


def _summary(explanations: Sequence[Explanation]) -> str:
    told = []
    for one in explanations:
        if not one.metric or not one.causes:
            continue
        first, second = (number(value) if value is not None else "none" for value in one.values)
        told.append(f"{one.metric} {first} → {second}: likeliest {one.causes[0].title}")
    return "; ".join(told)


def _runs(facts: RunComparison) -> ViewSection:
    rows = tuple(
        (
            ViewValue("baseline" if place == 0 else "", ViewTone.QUIET),
            ViewValue(name_run(run), run_id=run.run_id),
            ViewValue(f"{run.notebook_path} [{run.execution_count}]" if run.notebook_path else "", ViewTone.QUIET),
            ViewValue(short_id(run.run_id), ViewTone.QUIET),
        )
        for place, run in enumerate(facts.runs)
    )
    return ViewSection(
        "runs",
        (ViewColumn(""), ViewColumn("run"), ViewColumn("notebook"), ViewColumn("id")),
        rows,
        note="; ".join(facts.notes),
    )


def _why(one: Explanation) -> ViewSection:
    rows = tuple(
        (
            ViewValue(str(place), number=place),
            ViewValue(cause.title),
            ViewValue(str(cause.standing)),
            ViewValue("\n".join(cause.evidence)[:_LONGEST], ViewTone.QUIET),
            ViewValue(cause.proof.text if cause.proof else "", ViewTone.QUIET),
        )
        for place, cause in enumerate(one.causes, start=1)
    )
    columns = (
        ViewColumn("", is_number=True),
        ViewColumn("cause"),
        ViewColumn("standing"),
        ViewColumn("evidence"),
        ViewColumn("replayed"),
    )
    note = "" if rows else "Nothing that is recorded differs; time, network and the order of threads are not recorded."
    return ViewSection(f"why does {short_id(one.after)} differ from {short_id(one.before)}?", columns, rows, note=note)


def _parts(facts: RunComparison) -> Iterator[ViewSection]:
    heads = tuple(ViewColumn(short_id(run_id)) for run_id in facts.run_ids)
    numbers = tuple(ViewColumn(column.name, is_number=True) for column in heads)
    yield ViewSection("metrics", (ViewColumn("metric"), *numbers), tuple(_metric(one) for one in facts.metrics))
    for title, differences in (
        ("parameters", facts.params),
        ("seed", facts.seed),
        ("packages", facts.packages),
        ("environment", facts.environment),
        ("hardware", facts.hardware),
        ("repository", facts.code),
        ("tags", facts.tags),
    ):
        yield ViewSection(title, (ViewColumn("name"), *heads), tuple(_values(one) for one in differences))


def _metric(one: MetricDifference) -> tuple[ViewValue, ...]:
    cells = []
    for value, difference, better in zip(one.values, one.differences, one.better, strict=True):
        moved = f" ({difference:+.4g})" if difference else ""
        cells.append(ViewValue("" if value is None else f"{number(value)}{moved}", _TONES[better], number=value))
    return (ViewValue(one.name), *cells)


def _values(one: Difference) -> tuple[ViewValue, ...]:
    return (ViewValue(one.name), *(ViewValue(value) for value in told_apart(one.values, _LONGEST)))


def _data(one: Explanation) -> Iterator[ViewSection]:
    for change in one.data:
        rows = tuple(_column(column) for column in change.columns)
        columns = (
            ViewColumn("column"),
            ViewColumn("change"),
            ViewColumn("values that differ", is_number=True),
            ViewColumn("mean moved by"),
        )
        yield ViewSection(f"data: {change.name} ({change.role})", columns, rows, note=_amounts(change))


def _amounts(change: DataChange) -> str:
    rows = ""
    if change.rows_before is not None and change.rows_after is not None and change.rows_before != change.rows_after:
        rows = f"{change.rows_before:,} → {change.rows_after:,} rows"
    return "; ".join([*([rows] if rows else []), *change.notes]) or "another content"


def _column(one: ColumnChange) -> tuple[ViewValue, ...]:
    changed = "" if one.changed_values is None else f"{one.changed_values:,}"
    shift = "" if one.shift is None else f"{one.shift:+.3g} standard deviations"
    kind = f"{one.change} ({one.before} → {one.after})" if one.before != one.after else one.change
    return (
        ViewValue(one.name),
        ViewValue(kind),
        ViewValue(changed, number=one.changed_values),
        ViewValue(shift, number=one.shift),
    )


def _code(one: Explanation) -> Iterator[ViewSection]:
    for pair in one.code.changed:
        side = pair.after or pair.before
        if side is not None:
            title = f"code: cell [{side.execution_count}] {pair.change}  {side.label}"
            yield ViewSection(title, lines=pair.lines[:_MOST_LINES])
