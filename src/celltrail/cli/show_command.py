"""`celltrail show`: everything of one run."""

import json

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, settings_here


@click.command("show")
@click.argument("run")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option("--all", "show_all", is_flag=True, help="Also default parameters, every package and the whole source.")
def command(run: str, project: str | None, as_json: bool, show_all: bool) -> int:  # noqa: FBT001 - click's flags
    """Show everything that is kept of RUN: its id, or the first four or more characters of it.

    \b
    Examples:
      celltrail show 3f2a
      celltrail show 3f2a --all
      celltrail show 3f2a --json
    """  # noqa: D301 - \b is click's mark of lines to keep
    with opened(settings_here(project)) as store:
        detail = store.get_run(run)
    if as_json:
        click.echo(json.dumps(codec.to_plain(detail), indent=2))
        return EXIT_OK
    from celltrail.cli.detail import print_detail
    from celltrail.cli.terminal import console

    print_detail(console(), detail, show_all=show_all)
    return EXIT_OK
