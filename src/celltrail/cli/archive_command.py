"""`celltrail archive`: runs out of the lists, and back; nothing is deleted."""

import click

from celltrail.cli.editing import edit_runs
from celltrail.cli.exits import EXIT_OK


@click.command("archive")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--undo", is_flag=True, help="Bring them back into the lists.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(
    runs: tuple[str, ...],
    undo: bool,  # noqa: FBT001 - click's flag
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Put RUNs into the archive: they are in no list that does not ask for it, and keep all that they have.

    \b
    Examples:
      celltrail archive 3f2a 9c01
      celltrail runs --archived
      celltrail archive --undo 3f2a
    """  # noqa: D301 - \b is click's mark of lines to keep
    changed = edit_runs(project, runs, as_json=as_json, is_archived=not undo)
    if not as_json:
        names = ", ".join(one[:8] for one in changed)
        click.echo(
            f"{names}: back in the lists" if undo else f"{names}: archived; celltrail archive --undo brings back"
        )
    return EXIT_OK
