"""`celltrail replay`: make a run again from what was executed, and say whether it came out the same."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_ERROR, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE
from celltrail.cli.project import opened, settings_here
from celltrail.config import Settings
from celltrail.errors import ParameterError, StoreError
from celltrail.execute.job import Job, JobResult
from celltrail.execute.replay.report import Limits, ReplayPlan, Verdict
from celltrail.runs.text import escape

if TYPE_CHECKING:
    from celltrail.execute.replay.conditions import Conditions

_CODES = {
    Verdict.IDENTICAL: EXIT_OK,
    Verdict.TOLERATED: EXIT_OK,
    Verdict.DIFFERS: EXIT_ERROR,
    Verdict.CANNOT: EXIT_USAGE,
}
_SECONDS = click.FloatRange(min=0, min_open=True)


@click.command("replay")
@click.argument("run", required=False, default="")
@click.option("--all", "is_all", is_flag=True, help="Replay every run, as a nightly job does.")
@click.option("-f", "--filter", "filter_", default="", help="With --all: which runs, as `celltrail runs -f` has it.")
@click.option("--since", default="", help="With --all: runs since 7d, 12h, 2w ago, or since a date.")
@click.option("-n", "--limit", default=0, type=click.IntRange(0), help="With --all: the newest so many; 0 is all.")
@click.option("-j", "--at-once", default=1, show_default=True, type=click.IntRange(1, 64), help="With --all: at once.")
@click.option("--junit", type=click.Path(dir_okay=False), help="With --all: write a JUnit file.")
@click.option("--full", "is_full", is_flag=True, help="Run all that the session executed, not only what the run needs.")
@click.option("--keep-going", is_flag=True, help="Go on after a cell that fails now and did not then.")
@click.option("-v", "--verbose", is_flag=True, help="Name every cell that is going to run, however many.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and run nothing.")
@click.option(
    "--env",
    "environment",
    type=click.Choice(["here", "recorded"]),
    default="here",
    show_default=True,
    help="The present environment, or one made with the recorded packages.",
)
@click.option(
    "--swap", "swaps", multiple=True, metavar="CAUSE", help="Take one cause otherwise than recorded; see below."
)
@click.option("--timeout", type=_SECONDS, help="Seconds for a whole notebook.")
@click.option("--cell-timeout", type=_SECONDS, help="Seconds for each cell.")
@click.option("--kernel", default="", help="The kernel to use, not one of the Python that ran the session.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout, progress on stderr.")
def command(  # noqa: PLR0913, PLR0917 - one argument per option
    run: str,
    is_all: bool,  # noqa: FBT001 - click's flag
    filter_: str,
    since: str,
    limit: int,
    at_once: int,
    junit: str | None,
    is_full: bool,  # noqa: FBT001 - click's flag
    keep_going: bool,  # noqa: FBT001 - click's flag
    verbose: bool,  # noqa: FBT001 - click's flag
    dry_run: bool,  # noqa: FBT001 - click's flag
    environment: str,
    swaps: tuple[str, ...],
    timeout: float | None,
    cell_timeout: float | None,
    kernel: str,
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Make RUN again and compare: its id, or the first four or more characters of it; or every run, with --all.

    The cells that it needs, as they were executed, run in a new kernel; where that is not enough, all that its session
    executed does. It EXECUTES that code, and writes the files that it writes: what is run is said first.
    The verdict is kept on the run and on its replay.

    Code and data are found as they were recorded, where that is kept: nothing in your folder is written then.
    With --swap one cause is another on purpose, and the report shows what that does to each metric: seed, seed=7,
    data, data:sales.csv, data:sales.csv=other.csv, code, code:[3]=cell.py, environment. Without a value it is what
    is there now.

    \b
    Exit codes: 0 identical or within tolerance, 1 differs, 2 cannot (or wrong usage), 130 interrupted;
    with --swap 0 where the metrics could be compared.

    \b
    Examples:
      celltrail replay 3f2a
      celltrail replay 3f2a --dry-run
      celltrail replay 3f2a --full --cell-timeout 600
      celltrail replay 3f2a --env recorded
      celltrail replay 3f2a --swap data
      celltrail replay 3f2a --json > verdict.json
      celltrail replay --all --since 7d --junit replays.xml
    """  # noqa: D301 - \b is click's mark of lines to keep
    try:
        from celltrail.execute.replay.conditions import conditions_of

        conditions = conditions_of(environment, swaps)
        limits = Limits(_known_kernel(kernel), timeout, cell_timeout, keep_going)
        _refuse_mixed(run, is_all=is_all, of_all=bool(filter_ or since or limit or junit or at_once > 1))
        if is_all:
            from celltrail.cli.replay_all import Batch, replay_all

            file = Path(junit) if junit else None
            return replay_all(
                Batch(
                    settings=settings_here(project),
                    limits=limits,
                    conditions=conditions,
                    filter=filter_,
                    since=since,
                    limit=limit,
                    at_once=at_once,
                    junit=file,
                    as_json=as_json,
                    is_dry=dry_run,
                )
            )
        asked = _Asked(run, settings_here(project), conditions, is_full, dry_run, as_json, verbose)
        return _replay(asked, limits)
    except StoreError as error:
        # exit code 1 says that a replay differs
        click.echo(f"celltrail: {escape(str(error))}", err=True)
        return EXIT_USAGE


def _refuse_mixed(run: str, *, is_all: bool, of_all: bool) -> None:
    if bool(run) == is_all:
        raise click.UsageError("name one run, or give --all" if is_all else "name a run: an id, or --all for every run")
    if of_all and not is_all:
        raise click.UsageError("--filter, --since, --limit, --at-once and --junit go with --all")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the user asked for."""

    run: str
    settings: Settings
    conditions: "Conditions"
    is_full: bool
    is_dry: bool
    as_json: bool
    is_verbose: bool


def _replay(asked: _Asked, limits: Limits) -> int:
    from celltrail.cli.replay_story import print_plan, print_report
    from celltrail.cli.terminal import console, safe
    from celltrail.execute.replay.attempts import Replay
    from celltrail.execute.replay.executed import Doors
    from celltrail.execute.replay.keep import keep_report

    settings = asked.settings
    with opened(settings) as store:
        detail = store.get_run(asked.run)
    out = console(stderr=asked.as_json)

    def announce(plan: ReplayPlan, notebook: Path | None) -> None:
        print_plan(out, detail.run, plan, notebook, is_verbose=asked.is_verbose)

    def tell(line: str) -> None:
        out.print(safe(line, "dim"), soft_wrap=True)

    doors = Doors(lambda: opened(settings), announce, lambda job: _execute(job, as_json=asked.as_json), tell)
    replay = Replay(detail, settings, doors=doors, limits=limits, conditions=asked.conditions)
    if asked.is_dry:
        plan = replay.plan(is_full=asked.is_full)
        _print_json(plan) if asked.as_json else announce(plan, None)
        return EXIT_USAGE if plan.missing else EXIT_OK
    report = replay.run(is_full=asked.is_full)
    if replay.is_conclusive:
        keep_report(settings, report)
    _print_json(report) if asked.as_json else print_report(out, report, is_kept=replay.is_conclusive)
    if replay.is_interrupted:
        return EXIT_INTERRUPTED
    return EXIT_OK if report.changes else _CODES[report.status]


def _print_json(record: object) -> None:
    click.echo(json.dumps(codec.to_plain(record), indent=2))


def _known_kernel(name: str) -> str:
    """The kernel's name, if there is one; empty where none was asked for.

    Raises:
        ParameterError: There is none.
    """
    from celltrail.execute.replay.kernels import NATIVE_KERNEL

    if name in {"", NATIVE_KERNEL}:
        return name  # to look takes an eighth of a second
    from jupyter_client.kernelspec import KernelSpecManager

    known = sorted(KernelSpecManager().find_kernel_specs())
    if name not in known:
        raise ParameterError(
            "--kernel", f"there is no kernel {name!r} here; it takes one of: {', '.join(known) or 'none'}"
        )
    return name


def _execute(job: Job, *, as_json: bool) -> JobResult:
    from celltrail.cli.execution import execute, execute_quietly

    [result] = execute((job,), at_once=1, as_json=True) if as_json else execute_quietly((job,))
    return result
