"""`celltrail replay --all`: every run again, a line for each, a table at the end, and a JUnit file for CI."""

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from celltrail import clock, codec
from celltrail.cli.execution import terminate_as_interrupt
from celltrail.cli.exits import EXIT_ERROR, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE
from celltrail.cli.project import opened
from celltrail.cli.terminal import console, name_of, plain_table, safe
from celltrail.config import Settings
from celltrail.errors import ParameterError
from celltrail.execute.replay.conditions import Conditions
from celltrail.execute.replay.executed import Doors
from celltrail.execute.replay.junit import write_junit
from celltrail.execute.replay.report import Limits, Verdict
from celltrail.execute.replay.several import ReplayedRun, Replays, runs_to_replay
from celltrail.execute.runner import Workers, run_notebook
from celltrail.runs.text import duration
from celltrail.store.base import Store
from celltrail.store.runs import RunSummary

_STYLES = {Verdict.IDENTICAL: "green", Verdict.TOLERATED: "green", Verdict.DIFFERS: "red", Verdict.CANNOT: "yellow"}
_SPAN = re.compile(r"(\d+)([dhw])")
_UNITS_S = {"h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True)
class Batch:
    """Which runs, and what becomes of the answers.

    Attributes:
        settings: The project's.
        limits: How each may run.
        conditions: What is not taken as it was recorded.
        filter: Which runs, in the grammar of `celltrail runs -f`.
        since: `7d`, `12h`, `2w` or a date; empty for all.
        limit: How many at most; 0 is no limit.
        at_once: How many replays at once.
        junit: Where the JUnit file goes; None for none.
        as_json: Print the reports as JSON.
        is_dry: List the runs, and run nothing.
    """

    settings: Settings
    limits: Limits
    conditions: Conditions
    filter: str
    since: str
    limit: int
    at_once: int
    junit: Path | None
    as_json: bool
    is_dry: bool


def replay_all(batch: Batch) -> int:
    """Replay the runs and print what came of them; the exit code.

    Raises:
        ParameterError: `since` is no time.
        FilterError: The filter cannot be understood.
    """
    with opened(batch.settings) as store:
        runs = runs_to_replay(store, batch.filter, since=_moment(batch.since), limit=batch.limit)
    out = console(stderr=batch.as_json)
    _announce(out, runs, batch)
    if batch.is_dry or not runs:
        return EXIT_OK
    started_at = clock.now()
    done, is_interrupted = _replayed(batch, runs, _Lines(out, len(runs)))
    took = (clock.now() - started_at) / 1e6
    if batch.junit is not None:
        write_junit(batch.junit, done, started_at=started_at, duration_s=took)
    if batch.as_json:
        click.echo(json.dumps(codec.to_plain(done), indent=2))
    _print_table(out, done, len(runs), took)
    return EXIT_INTERRUPTED if is_interrupted else _exit_code(done)


def _replayed(batch: Batch, runs: tuple[RunSummary, ...], lines: "_Lines") -> tuple[tuple[ReplayedRun, ...], bool]:
    """What was replayed, and whether the user stopped it on the way."""
    workers, store_lock = Workers(), threading.Lock()

    @contextmanager
    def open_store() -> Iterator[Store]:
        with store_lock, opened(batch.settings) as store:  # one process holds the store once
            yield store

    doors = Doors(
        open_store=open_store,
        announce=lambda _plan, _notebook: None,
        execute=lambda job: run_notebook(job, workers, lambda _job, _progress: None),
        tell=lines.say,
    )
    conditions = replace(batch.conditions, is_apart=batch.conditions.is_apart or batch.at_once > 1)
    replays = Replays(batch.settings, doors=doors, limits=batch.limits, conditions=conditions, tell=lines.tell)
    with terminate_as_interrupt(), ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(replays.run, runs, at_once=batch.at_once)
        for kill in (False, True, True):
            try:
                return future.result(), replays.is_stopped
            except KeyboardInterrupt:
                replays.is_stopped = True
                workers.stop(kill=kill)
        return future.result(), True


def _announce(out: Console, runs: tuple[RunSummary, ...], batch: Batch) -> None:
    if not runs:
        out.print("No run to replay: none matches, or those that do are replays themselves or still running.")
        return
    notebooks = sorted({run.notebook_path or "-" for run in runs})
    said = f"replays {len(runs)} run{'s' if len(runs) > 1 else ''} of {len(notebooks)} notebook"
    many = "s" if len(notebooks) > 1 else ""
    out.print(safe(f"{said}{many} in {batch.settings.root}: EXECUTES the cells that they need"), soft_wrap=True)
    for notebook in notebooks[:20]:
        out.print(safe(f"  {notebook}", "dim"), soft_wrap=True)
    if batch.is_dry:
        for run in runs:
            out.print(Text(f"{run.run_id[:8]}  ", style="bold").append_text(name_of(run)))


class _Lines:
    """One line per run, as it is done."""

    def __init__(self, out: Console, total: int) -> None:
        self._out = out
        self._total = total
        self._count = 0
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        """What takes time beside the replays."""
        with self._lock:
            self._out.print(safe(line, "dim"), soft_wrap=True)

    def tell(self, one: ReplayedRun) -> None:
        """A run is done."""
        with self._lock:
            self._count += 1
            line = Text(f"[{self._count}/{self._total}] ").append_text(_status(one)).append("  ")
            line.append_text(name_of(one.run)).append(f"  {one.run.run_id[:8]}", style="dim")
            line.append(f"  {duration(one.report.duration_s)}" if one.report else "", style="dim")
            self._out.print(line, soft_wrap=True)


def _status(one: ReplayedRun) -> Text:
    return Text("skipped", style="dim") if one.is_skipped else Text(one.status, style=_STYLES[one.status])


def _print_table(out: Console, done: tuple[ReplayedRun, ...], total: int, took: float) -> None:
    """What did not pass, and the sums."""
    table = plain_table()
    for head in ("run", "verdict", "name", "why"):
        table.add_column(head, no_wrap=head != "why")
    odd = [one for one in done if one.is_skipped or one.status not in {Verdict.IDENTICAL, Verdict.TOLERATED}]
    for one in odd:
        table.add_row(Text(one.run.run_id[:8]), _status(one), name_of(one.run), safe(one.reason))
    out.print()
    if odd:
        out.print(table)
        out.print()
    counts: dict[str, int] = {}
    for one in done:
        counts[_status(one).plain] = counts.get(_status(one).plain, 0) + 1
    said = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
    left = f", {total - len(done)} not reached" if total > len(done) else ""
    out.print(f"{total} run{'s' if total > 1 else ''} in {duration(took)}: {said}{left}")


def _exit_code(done: tuple[ReplayedRun, ...]) -> int:
    counted = {one.status for one in done if not one.is_skipped}
    if Verdict.DIFFERS in counted:
        return EXIT_ERROR
    return EXIT_USAGE if Verdict.CANNOT in counted else EXIT_OK


def _moment(since: str) -> int:
    """A time in microseconds: so long ago, or a date in UTC."""
    if not since:
        return 0
    span = _SPAN.fullmatch(since)
    if span:
        return clock.now() - int(span[1]) * _UNITS_S[span[2]] * 1_000_000
    try:
        found = datetime.fromisoformat(since)
    except ValueError:
        problem = f"{since!r} is no time: use 7d, 12h, 2w or a date like 2026-11-01"
        raise ParameterError("--since", problem) from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1e6)
