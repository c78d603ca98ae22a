"""What `celltrail demo` prints: what is going to happen, what was kept, what differs, how to look at it."""

import shlex
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from celltrail.cli.execution import runs_of
from celltrail.cli.project import opened
from celltrail.cli.terminal import console, plain_table, runs_table, safe
from celltrail.config import load_settings
from celltrail.execute.job import JobResult
from celltrail.runs.compare import compare_runs
from celltrail.store.runs import RunDetail, RunSummary

_TITLE = "bold cyan"
_DIGEST = 24


def print_start(notebook: Path, other: dict[str, Any]) -> None:
    """Say what is going to happen."""
    out = console()
    out.print(Text("celltrail demo", style="bold"))
    given = ", ".join(f"{name} = {value}" for name, value in other.items())
    out.print(
        f"An ordinary notebook, {notebook.name}, without one line of tracking code in it, is executed twice: "
        f"as it is, and with {given}."
    )
    out.print()


def print_story(notebook: Path, results: tuple[JobResult, ...], *, look_with: tuple[str, ...]) -> None:
    """Print what the trail knows after the demo's executions."""
    out = console()
    by_result = [runs_of(result) for result in results]
    for position, runs in enumerate(by_result, start=1):
        out.print()
        out.print(Text(f"execution {position}: {len(runs)} runs were kept", style=_TITLE))
        out.print(runs_table(runs, out))
    pair = _pair_to_compare(by_result)
    if pair:
        with opened(load_settings(notebook.parent)) as store:
            first, second = (store.get_run(run.run_id) for run in pair)
        _print_difference(out, first, second)
        _print_datasets(out, first, second)
    out.print()
    out.print(Text("look at it", style=_TITLE))
    for line in look_with:
        out.print(f"  {line}", soft_wrap=True)
    if pair:
        out.print(
            f"  celltrail show {pair[1].run_id[:8]} --project {shlex.quote(str(notebook.parent))}", soft_wrap=True
        )


def _pair_to_compare(by_result: list[tuple[RunSummary, ...]]) -> tuple[RunSummary, RunSummary] | None:
    """The same cell's run in both executions: the search's, for it has most to tell, else the last that both have."""
    if len(by_result) < 2:  # noqa: PLR2004 - a pair
        return None
    firsts = {(run.cell_id, run.name): run for run in by_result[0]}
    pairs = [(firsts[run.cell_id, run.name], run) for run in by_result[1] if (run.cell_id, run.name) in firsts]
    searches = [pair for pair in pairs if pair[1].kind == "search"]
    candidates = searches or pairs
    return candidates[-1] if candidates else None


def _print_difference(out: Console, first: RunDetail, second: RunDetail) -> None:
    out.print()
    out.print(Text(f"what differs between the two runs of {first.run.name} (cell {first.run.cell_id})", style=_TITLE))
    differs = compare_runs((first, second))
    table = plain_table()
    for title in ("", *(run_id[:8] for run_id in differs.run_ids)):
        table.add_column(title, overflow="fold")
    for what, differences in (
        ("param", differs.params),
        ("package", differs.packages),
        ("seed", differs.seed),
    ):
        for one in differences:
            table.add_row(safe(f"{what} {one.name}"), *map(_short, one.values))
    for metric in differs.metrics:
        table.add_row(safe(f"metric {metric.name}"), *(_short(None if v is None else repr(v)) for v in metric.values))
    for data in differs.datasets:
        columns = f" ({len(data.changed_columns)} columns differ)" if data.changed_columns else ""
        table.add_row(safe(f"data {data.name}, {data.role}{columns}"), *map(_short, data.digests))
    out.print(table)


def _short(value: str | None) -> Text:
    """A value, or enough of a digest to compare by eye."""
    is_digest = value is not None and value.startswith(("xxh3-128:", "blake3:"))
    return safe((value[:_DIGEST] if is_digest else value) if value else "-")


def _print_datasets(out: Console, first: RunDetail, second: RunDetail) -> None:
    out.print()
    out.print(Text("datasets, by the content that they had", style=_TITLE))
    table = plain_table()
    for title in ("run", "name", "role", "rows x columns", "digest"):
        table.add_column(title, overflow="fold")
    for detail in (first, second):
        for use in detail.datasets:
            shape = " x ".join(str(part) for part in (use.dataset.rows, use.dataset.column_count) if part is not None)
            table.add_row(detail.run.run_id[:8], safe(use.name), safe(use.role), shape, safe(use.dataset.digest))
    out.print(table)
