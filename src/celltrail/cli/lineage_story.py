"""What `celltrail lineage` prints: a branch for each execution, with why it is there and what it uses."""

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from celltrail.cli.terminal import name_of, safe
from celltrail.execute.replay.plan import label_of
from celltrail.execute.tracing import Lineage, LineageKind
from celltrail.records import FileUse, SourceUse, Status
from celltrail.runs.text import escape
from celltrail.runs.trace import Flow, TracedStep
from celltrail.store.runs import RunDetail

_SHOWN_STEPS = 200
_SHOWN_WORDS = 8
_SHOWN_FILES = 12
_DIGEST = 20  # characters of a digest: its algorithm and enough of it to compare by eye
_STYLES = {Status.FAILED: "red", Status.KILLED: "red", Status.INTERRUPTED: "yellow", Status.RUNNING: "cyan"}


def print_lineage(out: Console, lineage: Lineage, detail: RunDetail | None) -> None:
    """Print it; nothing that a cell or a file is called can drive the terminal."""
    steps = lineage.trace.steps
    tree = Tree(_title(lineage, detail), guide_style="dim")
    for step in steps[:_SHOWN_STEPS]:
        _add_step(tree, step)
    if len(steps) > _SHOWN_STEPS:
        tree.add(Text(f"… and {len(steps) - _SHOWN_STEPS} more (--json has all)", style="dim"))
    out.print(tree)
    for line in _summary(lineage):
        out.print(line, soft_wrap=True)


def _title(lineage: Lineage, detail: RunDetail | None) -> Text:
    if detail is not None:
        title = Text("lineage of ", style="bold").append_text(name_of(detail.run))
        title.append(f"  {detail.run.run_id[:8]}", style="dim")
    else:
        asked = [one for one in lineage.trace.steps if one.execution.execution_id in lineage.targets]
        where = ", ".join(f"[{one.execution.execution_count}]" for one in asked)
        title = Text(f"lineage of cell {where}", style="bold")
    return title.append(f"  {escape(lineage.notebook_path)}" if lineage.notebook_path else "", style="dim")


def _add_step(tree: Tree, step: TracedStep) -> None:
    execution = step.execution
    head = Text(f"[{execution.execution_count}] ", style="bold")
    head.append(escape(label_of(execution)) or "(an empty cell)", style="default")
    if execution.status is not Status.FINISHED:
        error = f": {escape(execution.error.name)}" if execution.error else ""
        head.append(f"  {execution.status}{error}", style=_STYLES[execution.status])
    branch = tree.add(head)
    branch.add(safe("; ".join(step.reasons), "cyan"))
    for flow in step.uses:
        branch.add(_flow(flow))
    for line in [*_files(execution.files), *(_source(use) for use in execution.sources)]:
        branch.add(safe(line, "green"))
    for mark in step.marks:
        branch.add(safe(f"{mark.kind}: {mark.text}", "yellow"))


def _flow(flow: Flow) -> Text:
    more = len(flow.what) - _SHOWN_WORDS
    words = ", ".join(flow.what[:_SHOWN_WORDS]) + (f" and {more} more" if more > 0 else "")
    return Text(f"from [{flow.source_count}]: ", style="dim").append_text(safe(words, "default"))


def _files(uses: tuple[FileUse, ...]) -> list[str]:
    lines = [f"{_VERBS.get(use.mode, use.mode)} {use.path}  {use.digest[:_DIGEST]}".rstrip() for use in uses]
    more = len(lines) - _SHOWN_FILES
    return lines[:_SHOWN_FILES] + ([f"… and {more} more files (--json)"] if more > 0 else [])


_VERBS = {"read": "reads", "write": "writes"}


def _source(use: SourceUse) -> str:
    version = f" version {use.version}" if use.version else ""
    rows = f", {use.rows} rows" if use.rows is not None else ""
    return f"{_VERBS.get(use.mode, use.mode)} {use.uri}{version}{rows}"


def _summary(lineage: Lineage) -> list[Text]:
    count, total = len(lineage.trace.steps), lineage.trace.total
    if lineage.kind is LineageKind.STALE:
        runs = dict.fromkeys(run for step in lineage.trace.steps for run in step.execution.run_ids)
        later = count - 1
        said = "nothing later depends on it" if not later else f"{later} later executions may come to something else"
        lines = [Text(f"if it ran again: {said}")]
        return lines + ([safe(f"their runs: {_listed([run[:8] for run in runs])}", "dim")] if runs else [])
    if lineage.kind is LineageKind.FULL:
        return [Text(f"the full history: {count} cell executions")]
    what = "it needs all" if count == total else f"it needs {count} of"
    lines = [Text(f"{what} {total} cell executions of its session up to there")]
    if lineage.run_id and count < total:
        lines.append(safe(f"celltrail replay {lineage.run_id[:8]} runs these, and compares", "dim"))
    return lines


def _listed(texts: list[str]) -> str:
    more = len(texts) - _SHOWN_FILES
    return ", ".join(texts[:_SHOWN_FILES]) + (f" and {more} more" if more > 0 else "")
