"""What `celltrail replay` prints: what it is going to run, and what came out of it."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from celltrail.cli.terminal import name_of, safe
from celltrail.execute.replay.report import (
    CheckItem,
    Finding,
    MetricChange,
    ReplayPlan,
    ReplayReport,
    ReplayStep,
    Verdict,
)
from celltrail.runs.text import escape
from celltrail.store.runs import RunSummary

_TITLE = "bold cyan"
_STYLES = {
    Verdict.IDENTICAL: "green",
    Verdict.TOLERATED: "green",
    Verdict.UNCOMPARED: "yellow",
    Verdict.DIFFERS: "red",
    Verdict.CANNOT: "yellow",
}
_COUNTED = {"param": "params", "dataset": "datasets", "child": "children", "model": "models"}  # where identical
_MOST_STEPS, _FIRST_STEPS, _LAST_STEPS = 20, 10, 5  # of a plan
_SHOWN_CHANGES = 60
_SHOWN_FINDINGS = 15
_VALUE = 60  # characters of a value
_DIGEST = 24  # characters of a digest: its algorithm and enough of it to compare by eye


def print_plan(
    out: Console, run: RunSummary, plan: ReplayPlan, notebook: Path | None, *, is_verbose: bool = False
) -> None:
    """Say what is going to run, before any of it does; of many cells the first and the last, or all of them."""
    head = Text("replay of ", style="bold").append_text(name_of(run))
    out.print(head.append(f"  {run.run_id[:8]}", style="dim"))
    how = "all that the session executed" if plan.is_full else "what the run needs"
    where = f"{'a copy of ' if plan.is_apart else ''}{escape(plan.working_directory or '.')}"
    out.print(Text(f"executes {len(plan.steps)} of {plan.total} cells ({how}) in {where}:"), soft_wrap=True)
    if is_verbose or len(plan.steps) <= _MOST_STEPS:
        _indented(out, _steps(plan, plan.steps))
    else:
        _indented(out, _steps(plan, plan.steps[:_FIRST_STEPS]))
        between = len(plan.steps) - _FIRST_STEPS - _LAST_STEPS
        _indented(out, Text(f"… {between} more (--verbose, --json or the notebook has all)", style="dim"))
        _indented(out, _steps(plan, plan.steps[-_LAST_STEPS:]))
    _print_surroundings(out, plan)
    if notebook is not None:
        out.print(safe(f"notebook: {notebook}", "dim"), soft_wrap=True)


def _print_surroundings(out: Console, plan: ReplayPlan) -> None:
    """What of files and the rest is known before it runs."""
    for what, paths in (("reads", plan.reads), ("may write", plan.writes), ("swapped", plan.swaps)):
        if paths:
            out.print(safe(f"{what}: {_listed(paths)}"), soft_wrap=True)
    for restored in plan.restored[:_SHOWN_FINDINGS]:
        out.print(safe(restored), soft_wrap=True)
    if len(plan.restored) > _SHOWN_FINDINGS:
        out.print(Text(f"… and {len(plan.restored) - _SHOWN_FINDINGS} more (--json)", style="dim"))
    for note in plan.notes:
        out.print(safe(f"note: {note}", "yellow"), soft_wrap=True)
    for missing in plan.missing:
        out.print(safe(f"missing: {missing}", "yellow"), soft_wrap=True)


def _steps(plan: ReplayPlan, steps: Sequence[ReplayStep]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True, overflow="ellipsis")
    for step in steps:
        row = [Text(f"[{step.execution_count}]"), safe(step.label)]
        table.add_row(*row, *(() if plan.is_full else (safe("; ".join(step.reasons), "dim"),)))
    return table


def print_report(out: Console, report: ReplayReport, *, is_kept: bool) -> None:
    """Print what was compared, and the verdict, and whether it was kept."""
    out.print()
    out.print(Text("checklist", style=_TITLE))
    _print_checklist(out, report.checklist)
    if report.results:
        out.print()
        out.print(Text("results", style=_TITLE))
        _print_changes(out, report.changes) if report.changes else _print_results(out, report.results)
    divergence = report.first_divergent
    if divergence is not None:
        out.print()
        out.print(Text("first divergent cell", style=_TITLE))
        _indented(out, safe(f"[{divergence.execution_count}] {divergence.label}", "bold"))
        _indented(out, safe(f"{divergence.what}: {_short(divergence.before)} then, {_short(divergence.after)} now"))
    out.print()
    _print_verdict(out, report)
    _print_files(out, report)
    if not is_kept:
        out.print(Text("it was stopped before it could tell: nothing is kept of this", style="yellow"))
    if report.replayed_run_id:
        out.print(safe(f"the replayed run: celltrail show {report.replayed_run_id[:8]}", "dim"))


def _print_files(out: Console, report: ReplayReport) -> None:
    """What happened to files on the way."""
    put_back = tuple(dict.fromkeys(path for attempt in report.attempts for path in attempt.put_back))
    if put_back:
        out.print(safe(f"put back as they were: {_listed(put_back)}", "dim"), soft_wrap=True)
    for note in dict.fromkeys(note for attempt in report.attempts for note in attempt.notes):
        out.print(safe(f"note: {note}", "yellow"), soft_wrap=True)


def _print_verdict(out: Console, report: ReplayReport) -> None:
    if report.was_widened:
        first, last = report.attempts[0], report.attempts[-1]
        widened = f"the slice of {first.step_count} cells: {first.status}; so all {last.step_count} were executed"
        out.print(Text(widened))
    if report.changes:
        out.print(safe(f"swapped: {report.reason}", "bold"), soft_wrap=True)
        for doubt in report.doubts:
            out.print(safe(f"note: {doubt}", "yellow"), soft_wrap=True)
        return
    verdict = Text("verdict: ").append(report.status, style=f"bold {_STYLES[report.status]}")
    out.print(verdict.append_text(safe(f"  {report.reason}")), soft_wrap=True)


def _print_changes(out: Console, changes: tuple[MetricChange, ...]) -> None:
    """Each metric as recorded, with the swap, and the difference."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for head in ("metric", "recorded", "swapped", "difference"):
        table.add_column(head, justify="left" if head == "metric" else "right")
    for one in changes[:_SHOWN_CHANGES]:
        after = "none" if one.after is None else repr(one.after)
        difference = "" if one.difference is None else f"{one.difference:+.6g}"
        table.add_row(safe(one.name.removeprefix("metric ")), repr(one.before), after, difference)
    _indented(out, table)


def _print_checklist(out: Console, checklist: tuple[CheckItem, ...]) -> None:
    table = Table.grid(padding=(0, 2))
    for item in checklist:
        table.add_row(Text(item.name), _verdict(item.status), safe(item.note))
        for finding in item.findings[:_SHOWN_FINDINGS]:
            table.add_row("", _verdict(finding.status), _sides(finding))
        rest = len(item.findings) - _SHOWN_FINDINGS
        if rest > 0:
            table.add_row("", "", Text(f"… and {rest} more (--json)", style="dim"))
    _indented(out, table)


def _print_results(out: Console, results: tuple[Finding, ...]) -> None:
    """All metrics, and of the rest what is not identical."""
    table = Table.grid(padding=(0, 2))
    counted: dict[str, int] = {}
    for finding in results:
        kind = finding.name.partition(" ")[0]
        if finding.status is Verdict.IDENTICAL and finding.name == "state":
            continue
        if finding.status is Verdict.IDENTICAL and kind in _COUNTED:
            counted[kind] = counted.get(kind, 0) + 1
            continue
        table.add_row(safe(finding.name), _verdict(finding.status), _values(finding))
    for kind, count in counted.items():
        table.add_row(Text(f"{count} {kind if count == 1 else _COUNTED[kind]}"), _verdict(Verdict.IDENTICAL), "")
    _indented(out, table)


def _verdict(status: Verdict) -> Text:
    return Text(status, style=_STYLES[status])


def _values(finding: Finding) -> Text:
    if finding.status is Verdict.IDENTICAL:
        return safe(_short(finding.before))
    if finding.name == "outputs":
        return safe(finding.note)
    return safe(_both(finding))


def _sides(finding: Finding) -> Text:
    has_sides = bool(finding.before or finding.after) and finding.status is not Verdict.IDENTICAL
    said = _both(finding) if has_sides else finding.note
    return safe(f"{finding.name}: {said}" if said else finding.name)


def _both(finding: Finding) -> str:
    note = f" ({finding.note})" if finding.note else ""
    return f"{_short(finding.before) or 'none'} then, {_short(finding.after) or 'none'} now{note}"


def _short(value: str) -> str:
    """A value, or enough of a digest to compare by eye."""
    if value.startswith(("xxh3-128:", "blake3:", "blake2b-")) and " " not in value:
        return value[:_DIGEST]
    return value if len(value) <= _VALUE else f"{value[:_VALUE]}…"


def _listed(paths: tuple[str, ...]) -> str:
    rest = len(paths) - _SHOWN_FINDINGS
    return ", ".join(paths[:_SHOWN_FINDINGS]) + (f" and {rest} more" if rest > 0 else "")


def _indented(out: Console, what: Text | Table) -> None:
    out.print(Padding(what, (0, 0, 0, 2), expand=False))
