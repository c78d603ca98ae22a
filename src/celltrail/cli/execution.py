"""What people see of an execution: a bar on a terminal, plain lines anywhere else, and at the end what was kept."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from celltrail.cli.project import opened, path_in_project, runs_of_session
from celltrail.cli.terminal import console, runs_table, safe
from celltrail.config import Settings, load_settings
from celltrail.errors import StoreError
from celltrail.execute import job as told
from celltrail.execute.job import Job, JobResult, JobState, Tracking
from celltrail.execute.runner import run_notebooks
from celltrail.runs.text import duration, escape
from celltrail.store.runs import RunSummary

_STYLES = {JobState.FINISHED: "green", JobState.INTERRUPTED: "yellow"}
_HINTS = {
    Tracking.OFF: "tracking is off in this kernel (CELLTRAIL=off, enabled = false or %track off): no runs were kept",
    Tracking.MISSING: (
        "celltrail is not active in this notebook's kernel: no runs were kept. "
        "Install it in the kernel's environment (pip install celltrail) and look at `celltrail doctor`"
    ),
    Tracking.FOREIGN: "this notebook's kernel runs another language than Python: its cells leave no trail",
}


def execute(jobs: tuple[Job, ...], *, at_once: int, as_json: bool) -> tuple[JobResult, ...]:
    """Execute notebooks with their progress in sight and, without `as_json`, a table of the runs that were kept."""
    out = console(stderr=as_json)
    results = _run(out, jobs, at_once)
    if not as_json:
        print_runs(out, results)
    return results


def execute_quietly(jobs: tuple[Job, ...]) -> tuple[JobResult, ...]:
    """Execute notebooks one by one with their progress in sight, and no table of runs."""
    return _run(console(), jobs, 1)


def _run(out: Console, jobs: tuple[Job, ...], at_once: int) -> tuple[JobResult, ...]:
    with terminate_as_interrupt():
        if out.is_terminal:
            with _Bars(out, jobs) as bars:
                results = run_notebooks(jobs, at_once=at_once, tell=bars.tell)
        else:
            results = run_notebooks(jobs, at_once=at_once, tell=_Lines(out, is_named=len(jobs) > 1).tell)
    for result in results:
        print_result(out, result)
    return results


def print_result(out: Console, result: JobResult) -> None:
    """Say how a notebook ended, where its copy is, and why where it did not finish."""
    style = _STYLES.get(result.state, "red")
    line = Text(result.state.value, style=f"bold {style}")
    line.append(f"  {escape(Path(result.notebook).name)}", style="default")
    cells = f"{result.executed_count} of {result.cell_count} cells" if result.cell_count else "no cell"
    line.append(f"  {cells} in {duration(result.duration_s)}", style="dim")
    out.print(line)
    failure = result.failure
    if failure:
        where = f"cell {failure.number}: " if failure.number else ""
        out.print(safe(f"  {where}{failure.name}: {failure.message}"[:600], style))
    for note in result.notes:
        out.print(safe(f"  {note}", "yellow"), soft_wrap=True)
    if Path(result.output).is_file():
        out.print(safe(f"  output: {result.output}", "dim"), soft_wrap=True)
    if result.tracking in _HINTS:
        out.print(safe(f"  {_HINTS[result.tracking]}", "yellow"))


def runs_of(result: JobResult) -> tuple[RunSummary, ...]:
    """The runs that a job left in its project's store."""
    notebook = Path(result.notebook)
    settings = load_settings(notebook.parent)
    return _runs_in(settings, (result,)) if result.session_id else ()


def print_runs(out: Console, results: tuple[JobResult, ...]) -> None:
    """Print the table of the runs that these jobs left."""
    by_store: dict[Path, tuple[Settings, list[JobResult]]] = {}
    for result in results:
        if result.session_id:
            settings = load_settings(Path(result.notebook).parent)
            by_store.setdefault(settings.store, (settings, []))[1].append(result)
    for settings, kept in by_store.values():
        out.print()
        try:
            runs = _runs_in(settings, tuple(kept))
        except StoreError as error:
            # the notebooks have ended as they have, and their journals are safe: only this list is missing
            out.print(safe(f"the runs cannot be listed now: {error}", "yellow"))
            continue
        if runs:
            out.print(runs_table(runs, out))
        else:
            out.print("No runs: nothing was fitted, measured or logged.")
        out.print(safe(f"store: {settings.store}", "dim"), soft_wrap=True)


def _runs_in(settings: Settings, results: tuple[JobResult, ...]) -> tuple[RunSummary, ...]:
    with opened(settings) as store:
        return tuple(
            run
            for result in results
            for run in runs_of_session(
                store, path_in_project(settings, Path(result.notebook)), result.session_id, result.started_at
            )
        )


class _Lines:
    """One plain line per cell, for logs."""

    def __init__(self, out: Console, *, is_named: bool) -> None:
        self._out = out
        self._is_named = is_named
        self._lock = threading.Lock()

    def tell(self, job: Job, progress: told.Progress) -> None:
        if isinstance(progress, told.CellEnded):
            name = f"{escape(Path(job.notebook).name)} " if self._is_named else ""
            note = "  error" if progress.is_error else ""
            line = (
                f"{name}[{progress.number}/{progress.cell_count}] cell {progress.number} "
                f"{duration(progress.duration_s)}{note}  {escape(progress.label)}"
            )
            with self._lock:
                self._out.print(Text(line), soft_wrap=True)


class _Bars:
    """A bar per notebook, with the cell that is running."""

    def __init__(self, out: Console, jobs: tuple[Job, ...]) -> None:
        self._progress = Progress(
            TextColumn("{task.fields[notebook]}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[cell]}", markup=False),
            console=out,
        )
        self._tasks: dict[str, TaskID] = {
            job.output: self._progress.add_task(
                "", total=None, start=False, notebook=escape(Path(job.notebook).name), cell="waiting"
            )
            for job in jobs
        }

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def tell(self, job: Job, progress: told.Progress) -> None:
        task = self._tasks[job.output]
        match progress:
            case told.KernelReady():
                self._progress.start_task(task)
                self._progress.update(task, total=progress.cell_count, cell="kernel ready")
            case told.CellBegan():
                self._progress.update(task, cell=escape(progress.label))
            case told.CellEnded():
                self._progress.update(task, completed=progress.number)
            case told.JobEnded():
                self._progress.update(task, cell=progress.state.value)


@contextmanager
def terminate_as_interrupt() -> Iterator[None]:
    """A CI system that gives up sends SIGTERM: the notebooks then end as after Ctrl-C, with their outputs written."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
