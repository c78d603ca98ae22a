"""`celltrail restore`: what a run executed, as a new notebook."""

import json
from pathlib import Path

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, settings_here
from celltrail.runs.text import escape


@click.command("restore")
@click.argument("run")
@click.option(
    "--notebook",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The file to write, or its folder; restored-<run>.ipynb beside the run's notebook if not given.",
)
@click.option("--full", "is_full", is_flag=True, help="All that the session executed up to the run.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs, with the sources.")
def command(  # noqa: PLR0917 - one argument per option
    run: str,
    notebook: Path | None,
    is_full: bool,  # noqa: FBT001 - click's flag
    dry_run: bool,  # noqa: FBT001 - click's flag
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Write what RUN executed into a new notebook: the cells that it needs, in executed order, as they were then.

    RUN is its id, or the first four or more characters of it. Nothing is executed, and no file is ever written over.

    \b
    Examples:
      celltrail restore 3f2a
      celltrail restore 3f2a --full --notebook before-the-edit.ipynb
      celltrail restore 3f2a --dry-run
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.execute.replay.plan import first_words
    from celltrail.execute.restore.notebook import default_path, write_restored
    from celltrail.execute.restore.plan import plan_restore

    settings = settings_here(project)
    with opened(settings) as store:
        detail = store.get_run(run)
    plan = plan_restore(detail, settings, is_full=is_full)
    is_file = notebook is not None and not notebook.is_dir()
    path = notebook if notebook and is_file else default_path(plan, settings, notebook)
    if not dry_run:
        write_restored(plan, path)
    if as_json:
        click.echo(json.dumps({**codec.to_plain(plan), "path": str(path), "is_written": not dry_run}, indent=2))
        return EXIT_OK
    for cell in plan.cells:
        click.echo(escape(f"  [{cell.execution_count}]  {first_words(cell.source)}"))
    for note in plan.notes:
        click.echo(escape(f"  note: {note}"))
    said = "would be written" if dry_run else "written"
    click.echo(escape(f"{said}: {path} ({len(plan.cells)} of {plan.total} cell executions)"))
    return EXIT_OK
