"""A comparison as people read it: why first, then what differs, part by part, then what is the same."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from celltrail.cli.terminal import name_of, plain_table, safe
from celltrail.execute.explain.pairs import Explanation
from celltrail.runs.causes import LikelyCause, Standing
from celltrail.runs.compare import DatasetDifference, Difference, MetricDifference, RunComparison
from celltrail.runs.data_change import ColumnChange, DataChange
from celltrail.runs.text import number, told_apart

if TYPE_CHECKING:
    from celltrail.cli.compare_command import Compared

_CAUSES = 5  # of each pair without --all
_VALUES = 12  # rows of a part without --all
_LINES = 20  # of a cell's difference without --all
_DIGEST = 24
_WIDTH = 48  # characters of a value
_STYLES = {
    Standing.PROVEN: "bold green",
    Standing.DIRECT: "bold",
    Standing.INDIRECT: "",
    Standing.FOLLOWS: "dim",
    Standing.REFUTED: "dim strike",
}
_LINE_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def print_comparison(out: Console, compared: "Compared", *, show_all: bool) -> None:
    """Print it."""
    facts = compared.comparison
    _print_runs(out, facts)
    for note in dict.fromkeys((*facts.notes, *(note for one in compared.explanations for note in one.notes))):
        _indented(out, safe(f"note: {note}", "yellow"))
    for explanation in compared.explanations:
        _print_causes(out, explanation, show_all=show_all)
    _print_metrics(out, facts, show_all=show_all)
    for title, differences in (
        ("parameters", facts.params),
        ("seed", facts.seed),
        ("packages", facts.packages),
        ("environment", facts.environment),
        ("hardware", facts.hardware),
        ("code", facts.code),
        ("tags", facts.tags),
    ):
        _print_values(out, title, differences, facts, show_all=show_all)
    _print_datasets(out, facts)
    for explanation in compared.explanations:
        _print_data(out, explanation.data, show_all=show_all)
        _print_code(out, explanation, show_all=show_all)
    _print_outputs(out, facts)
    _print_same(out, facts, show_all=show_all)


def _print_runs(out: Console, facts: RunComparison) -> None:
    for place, run in enumerate(facts.runs):
        where = (run.notebook_path or "-") + (f" [{run.execution_count}]" if run.execution_count else "")
        role = Text("  baseline" if place == 0 else "", style="dim")
        out.print(Text(run.run_id[:8], style="bold"), name_of(run), safe(where, "dim"), role)


def _print_causes(out: Console, explained: Explanation, *, show_all: bool) -> None:
    name = f"why does {explained.after[:8]} differ from {explained.before[:8]}"
    if explained.metric and None not in explained.values:
        first, second = (number(value) for value in explained.values if value is not None)
        name += f" in {explained.metric} ({first} → {second})"
    _title(out, f"{name}?")
    shown = explained.causes if show_all else explained.causes[:_CAUSES]
    for place, cause in enumerate(shown, start=1):
        _print_cause(out, place, cause, show_all=show_all)
    if not explained.causes:
        text = "nothing that is recorded differs: time, network and thread timing are not recorded"
        _indented(out, Text(text))
    _print_rest(out, len(explained.causes), len(shown), "causes")


def _print_cause(out: Console, place: int, cause: LikelyCause, *, show_all: bool) -> None:
    line = Text(f"{place}. ").append_text(safe(cause.title, _STYLES[cause.standing]))
    _indented(out, line.append(f"  {cause.standing}", style="dim"))
    evidence = cause.evidence if show_all else cause.evidence[:3]
    for one in evidence:
        _indented(out, safe(one, _LINE_STYLES.get(one[:1], "dim")), depth=5)
    if cause.proof:
        _indented(out, safe(cause.proof.text, "green"), depth=5)
        for doubt in cause.proof.doubts:
            _indented(out, safe(doubt, "yellow"), depth=5)


def _print_metrics(out: Console, facts: RunComparison, *, show_all: bool) -> None:
    if not facts.metrics:
        return
    _title(out, "metrics")
    table = _table(facts)
    shown = facts.metrics if show_all else facts.metrics[:_VALUES]
    for metric in shown:
        table.add_row(safe(metric.name), *_metric_cells(metric))
    _indented(out, table)
    _print_rest(out, len(facts.metrics), len(shown), "metrics")


def _metric_cells(metric: MetricDifference) -> Iterable[Text]:
    for place, (value, difference) in enumerate(zip(metric.values, metric.differences, strict=True)):
        text = Text("-" if value is None else number(value), style="bold" if place in metric.best else "")
        if place and difference:
            word = {1: " better", -1: " worse", 0: ""}[metric.better[place]]
            style = {1: "green", -1: "red", 0: "dim"}[metric.better[place]]
            text.append(f" ({difference:+.4g}{word})", style=style)
        yield text


def _print_values(
    out: Console, title: str, differences: Sequence[Difference], facts: RunComparison, *, show_all: bool
) -> None:
    if not differences:
        return
    _title(out, title)
    table = _table(facts)
    shown = differences if show_all else differences[:_VALUES]
    for one in shown:
        short = told_apart(one.values, _WIDTH)
        cells = (_value(value, part, show_all=show_all) for value, part in zip(one.values, short, strict=True))
        table.add_row(safe(one.name), *cells)
    _indented(out, table)
    _print_rest(out, len(differences), len(shown))


def _value(value: str | None, part: str, *, show_all: bool) -> Text:
    if value is None:
        return Text("-", style="dim")
    is_digest = value.startswith(("xxh3-128:", "blake3:", "blake2b-128:"))
    short = value[:_DIGEST] if is_digest else part
    return safe(value if show_all else short)


def _print_datasets(out: Console, facts: RunComparison) -> None:
    if not facts.datasets:
        return
    _title(out, "data of the runs")
    table = _table(facts)
    for one in facts.datasets:
        rows = one.rows or (None,) * len(one.digests)
        cells = [_dataset(digest, count) for digest, count in zip(one.digests, rows, strict=True)]
        table.add_row(safe(f"{one.name}, {one.role}{_columns(one)}"), *cells)
    _indented(out, table)


def _dataset(digest: str | None, rows: int | None) -> Text:
    if digest is None:
        return Text("-", style="dim")
    return safe(digest[:_DIGEST]).append(f" {rows:,} rows" if rows is not None else "", style="dim")


def _columns(one: DatasetDifference) -> str:
    parts = [
        f"{len(names)} columns {word}"
        for word, names in (
            ("added", one.added_columns),
            ("removed", one.removed_columns),
            ("changed", one.changed_columns),
        )
        if names
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _print_data(out: Console, data: Sequence[DataChange], *, show_all: bool) -> None:
    for change in data:
        if not change.columns and not change.notes:
            continue
        _title(out, f"data {change.name}")
        table = Table.grid(padding=(0, 2))
        for column in change.columns if show_all else change.columns[:_VALUES]:
            word = Text(column.change, no_wrap=True)
            table.add_row(safe(column.name or "(index)", "bold"), word, safe(_column(column, change), "dim"))
        _indented(out, table)
        for note in change.notes:
            _indented(out, safe(note, "dim"))


def _column(column: ColumnChange, change: DataChange) -> str:
    rows = max(change.rows_before or 0, change.rows_after or 0)
    facts = [f"{column.changed_values:,} of {rows:,} values"] if column.changed_values is not None else []
    if column.before != column.after and column.before and column.after:
        facts.append(f"{column.before} → {column.after}")
    before, after = column.before_profile, column.after_profile
    if before and after:
        if before.mean is not None and after.mean is not None:
            facts.append(f"mean {number(before.mean)} → {number(after.mean)}")
        if before.missing != after.missing:
            facts.append(f"missing {before.missing:,} → {after.missing:,}")
    return ", ".join(facts)


def _print_code(out: Console, explained: Explanation, *, show_all: bool) -> None:
    code = explained.code
    if not code.changed and not code.moved:
        return
    _title(out, f"cells, {explained.before[:8]} → {explained.after[:8]} ({code.same_count} are the same)")
    for pair in code.changed:
        before, after = (f"[{side.execution_count}]" if side else "" for side in (pair.before, pair.after))
        where = f"{before} → {after}" if before and after else before or after
        _indented(out, Text(f"{pair.change} {where}", style="bold"))
        lines = pair.lines if show_all else pair.lines[:_LINES]
        for line in lines:
            _indented(out, safe(line, _LINE_STYLES.get(line[:1], "dim")), depth=4)
        _print_rest(out, len(pair.lines), len(lines), "lines")
    for moved in code.moved:
        _indented(out, safe(moved))


def _print_outputs(out: Console, facts: RunComparison) -> None:
    if not facts.outputs:
        return
    _title(out, "outputs")
    table = _table(facts)
    for one in facts.outputs:
        digests = (artifact.digest[:_DIGEST] if artifact else "-" for artifact in one.artifacts)
        table.add_row(safe(one.path), *map(safe, digests))
    _indented(out, table)


def _print_same(out: Console, facts: RunComparison, *, show_all: bool) -> None:
    if not facts.same:
        return
    _title(out, "the same in all")
    for part in facts.same:
        names = f": {', '.join(part.names)}" if show_all else ""
        _indented(out, safe(f"{part.count} {part.part}{names}", "dim"))


def _table(facts: RunComparison) -> Table:
    table = plain_table()
    for title in ("", *(run.run_id[:8] for run in facts.runs)):
        table.add_column(title, overflow="fold")
    return table


def _title(out: Console, title: str) -> None:
    out.print()
    out.print(safe(title, "bold cyan"))


def _indented(out: Console, what: Text | Table, *, depth: int = 2) -> None:
    out.print(Padding(what, (0, 0, 0, depth), expand=False))


def _print_rest(out: Console, total: int, shown: int, what: str = "more") -> None:
    if total > shown:
        _indented(out, Text(f"… {total - shown} {what} (--all, or --json)", style="dim"))
