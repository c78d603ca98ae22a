"""`celltrail keep`: a past cell execution made a run, or let go again."""

import json
import time

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import NoTrailError, opened, settings_here
from celltrail.config import Settings
from celltrail.errors import KeepError
from celltrail.journal.events import CellStarted
from celltrail.runs.text import ago, escape

_LABEL = 80


@click.command("keep")
@click.argument("cell", required=False)
@click.option("--name", default="", help="The run's name; the cell's first line if not given.")
@click.option("--let-go", is_flag=True, help="CELL is a kept run: take it out of the lists; nothing is deleted.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many to list.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(  # noqa: PLR0917 - one argument per option
    cell: str | None,
    name: str,
    let_go: bool,  # noqa: FBT001 - click's flag
    limit: int,
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Make a run of CELL, something that a kernel executed and that is no run yet: compare it, export it, replay it.

    CELL is the id of an execution or its beginning, the id of a cell, or its number in brackets: of these the latest.
    Without CELL the latest executions are listed.

    \b
    Examples:
      celltrail keep
      celltrail keep 5c1f --name "cleaned data"
      celltrail keep 7
      celltrail keep --let-go 3f2a
    """  # noqa: D301 - \b is click's mark of lines to keep
    settings = settings_here(project)
    if not settings.store.is_dir():
        raise NoTrailError(settings.store)
    if cell is None:
        _list(settings, limit, as_json=as_json)
    elif let_go:
        _let_go(settings, cell, as_json=as_json)
    else:
        _keep(settings, cell, name, as_json=as_json)
    return EXIT_OK


def _keep(settings: Settings, cell: str, name: str, *, as_json: bool) -> None:
    from celltrail.execute.keep.finding import executions_in, find_execution
    from celltrail.execute.keep.keeping import keep_execution

    found = find_execution(executions_in(settings.store), cell)
    kept = keep_execution(settings.store, found.session_id, found.execution_id, name=name)
    if as_json:
        click.echo(json.dumps(codec.to_plain(kept), indent=2))
    else:
        click.echo(f"cell [{kept.execution_count}] is run {kept.run_id[:8]} now: {escape(kept.name)}")


def _let_go(settings: Settings, text: str, *, as_json: bool) -> None:
    from celltrail.execute.keep.keeping import KIND, let_go

    with opened(settings) as store:
        run = store.get_run(text).run
    if run.kind != KIND:
        raise KeepError(f"run {run.run_id[:8]}", "is no cell that was kept: only those are let go")
    let_go(settings.store, run.run_id)
    if as_json:
        click.echo(json.dumps({"run_id": run.run_id, "name": run.name, "is_kept": False}, indent=2))
        return
    click.echo(f"run {run.run_id[:8]} is in no list any more; nothing was deleted, and keeping it again brings it back")


def _list(settings: Settings, limit: int, *, as_json: bool) -> None:
    from celltrail.execute.keep.finding import executions_in

    latest = executions_in(settings.store)[-limit:]
    if as_json:
        click.echo(json.dumps([codec.to_plain(one) for one in latest], indent=2))
        return
    if not latest:
        click.echo("No cell was executed here yet.")
    for one in latest:
        click.echo(_line(one))


def _line(one: CellStarted) -> str:
    label = next((line.strip() for line in one.source.splitlines() if line.strip()), "")
    clock = time.strftime("%H:%M", time.localtime(one.at / 1e6))
    return escape(f"{one.execution_id[:8]}  [{one.execution_count}]  {clock}  {ago(one.at):>12}  {label[:_LABEL]}")
