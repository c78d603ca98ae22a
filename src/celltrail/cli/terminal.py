"""The terminal: a console that knows its width and its colours, and the table of runs."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from celltrail.records import Status
from celltrail.runs.text import ago, duration, escape, number
from celltrail.store.runs import RunSummary

_SYMBOLS = {
    Status.FINISHED: ("✓", "ok", "green"),
    Status.FAILED: ("✗", "fail", "red"),
    Status.INTERRUPTED: ("◼", "stop", "yellow"),
    Status.KILLED: ("☠", "kill", "red"),
    Status.RUNNING: ("●", "run", "cyan"),
}
_PIPE_WIDTH = 160  # without a terminal there is nothing to fit into
NARROW = 130  # a table in fewer columns leaves out what `celltrail show` tells too
_SHORT_ID = 8


def console(*, stderr: bool = False) -> Console:
    """A console; NO_COLOR and COLUMNS are heeded, and a pipe gets wide, plain lines."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not made.is_terminal and made.width == 80:  # noqa: PLR2004 - rich's width where it knows none
        made.width = _PIPE_WIDTH
    return made


def state(status: Status, *, is_utf8: bool) -> Text:
    """A state as a coloured symbol and its word, so that neither colour nor a font is needed to read it."""
    symbol, plain, style = _SYMBOLS[status]
    return Text(f"{symbol} {status}" if is_utf8 else f"[{plain}]", style=style)


def state_of(run: RunSummary, *, is_utf8: bool, is_narrow: bool = False) -> Text:
    """A run's state, and that of its cell where that did not end well though the run did."""
    text = state(run.status, is_utf8=is_utf8)
    if not run.cell_status:
        return text
    if is_narrow:
        text.plain = text.plain.split()[0]
    return text.append(f", cell {run.cell_status}", style="red")


def safe(text: str, style: str = "") -> Text:
    """A text of the user's, escaped, and never read as rich's markup."""
    return Text(escape(text), style=style)


def plain_table() -> Table:
    """A table without a frame."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")


def runs_table(runs: Iterable[RunSummary], out: Console, *, metrics: tuple[str, ...] = ()) -> Table:
    """The table of runs for a console; `metrics` have columns of their own, else each run shows its key metric."""
    runs = tuple(runs)
    several = len({run.notebook_path for run in runs}) > 1
    is_narrow, is_utf8 = out.width < NARROW, out.encoding.startswith("utf")
    table = plain_table()
    table.collapse_padding = is_narrow
    table.add_column("run", no_wrap=True, style="bold", min_width=_SHORT_ID)
    table.add_column("state", no_wrap=True)
    table.add_column("name")
    for key in metrics or ("metric",):
        table.add_column(_cut(Text(escape(key))), justify="right" if metrics else "left")
    if not is_narrow:
        table.add_column("took", no_wrap=True, justify="right")
    table.add_column("started", no_wrap=True)
    table.add_column("cell", no_wrap=True, justify="right")
    if several:
        table.add_column("notebook")
    for run in runs:
        shown = [_metric(run, key) for key in metrics] or [_cut(_key_metric(run, is_narrow=is_narrow))]
        row = [
            Text(run.run_id[:_SHORT_ID]),
            state_of(run, is_utf8=is_utf8, is_narrow=is_narrow),
            _cut(name_of(run, is_narrow=is_narrow)),
            *shown,
            *(() if is_narrow else (Text(duration(run.duration_s)),)),
            Text(ago(run.started_at).removesuffix(" ago" if is_narrow else "")),
            Text(f"[{run.execution_count}]" if run.execution_count else ""),
        ]
        table.add_row(*row, *([_cut(_notebook(run, is_narrow=is_narrow))] if several else ()))
    return table


def _cut(text: Text) -> Text:
    """A text of one line; rich narrows columns that may wrap first, and these then end in an ellipsis instead."""
    text.no_wrap = True
    text.overflow = "ellipsis"
    return text


def name_of(run: RunSummary, *, is_narrow: bool = False) -> Text:
    """What a run is called, and what tells it from its neighbours."""
    name = safe(run.title or run.name)
    if run.differs:
        name.append(f" {escape(run.differs)}", style="cyan")
    if run.variable and run.variable != run.name and not is_narrow:
        name.append(f" ({escape(run.variable)})", style="dim")
    if run.child_count:
        name.append(f" +{run.child_count}", style="dim")
    if run.replay_of:
        name.append(f" replay of {escape(run.replay_of[:_SHORT_ID])}", style="dim")
    return name


def _notebook(run: RunSummary, *, is_narrow: bool) -> Text:
    path = PurePosixPath(run.notebook_path or "-")
    return safe(path.stem if is_narrow else str(path))


def _metric(run: RunSummary, key: str) -> Text:
    return Text(number(run.metrics[key]) if key in run.metrics else "-")


def _key_metric(run: RunSummary, *, is_narrow: bool) -> Text:
    metric = run.key_metric or run.child_metric
    if metric is None:
        return Text("-", style="dim")
    dataset = metric.dataset_name
    key = metric.key.removesuffix(f"_{dataset}") if dataset else metric.key
    text = Text(f"{escape(key)} {number(metric.value)}")
    if is_narrow:
        # what is cut is the key: a number is never shown in part
        value = number(metric.value)
        text = Text(f"{value} {escape(key)}")
        return text if run.key_metric else text.append(" of its last run", style="dim")
    text.append(escape(f" on {dataset}") if dataset else "", style="dim")
    return text.append("" if run.key_metric else " (of its last run)", style="dim")
