"""`celltrail tag`: tags, stars and notes of runs."""

import click

from celltrail.cli.editing import edit_runs
from celltrail.cli.exits import EXIT_OK
from celltrail.records import Tag
from celltrail.runs.text import escape


@click.command("tag")
@click.argument("run")
@click.argument("pairs", nargs=-1, metavar="KEY=VALUE...")
@click.option("--remove", multiple=True, metavar="KEY", help="Take a tag off; may be repeated.")
@click.option("--star/--no-star", default=None, help="Star the run, or take the star away.")
@click.option("--note", default=None, help="A note in Markdown; an empty one takes it away.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(  # noqa: PLR0917 - one argument per option
    run: str,
    pairs: tuple[str, ...],
    remove: tuple[str, ...],
    star: bool | None,  # noqa: FBT001 - click's flag
    note: str | None,
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Set tags of RUN, a run's id or the first four or more characters of it; several are joined by commas.

    \b
    Examples:
      celltrail tag 3f2a stage=test
      celltrail tag 3f2a,9c01 team=fraud --star
      celltrail tag 3f2a --remove stage
    """  # noqa: D301 - \b is click's mark of lines to keep
    tags = tuple(_tag(pair) for pair in pairs)
    runs = tuple(filter(None, run.split(",")))
    changed = edit_runs(project, runs, as_json=as_json, tags=tags, removed_tags=remove, is_starred=star, note=note)
    said = [*(f"{tag.key}={tag.value}" for tag in tags), *(f"without {key}" for key in remove)]
    if star is not None:
        said.append("starred" if star else "without a star")
    if note is not None:
        said.append("with a note" if note else "without a note")
    if not as_json:
        click.echo(escape(f"{', '.join(one[:8] for one in changed)}: {', '.join(said)}"))
    return EXIT_OK


def _tag(pair: str) -> Tag:
    key, equals, value = pair.partition("=")
    if not equals:
        raise click.BadParameter(f"{pair!r} is no KEY=VALUE; to take a tag off: --remove {pair}")
    return Tag(key, value)
