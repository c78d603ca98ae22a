"""`celltrail import`: a project of its own made of a bundle; nothing of it is executed."""

import json
from pathlib import Path

import click

from celltrail import codec
from celltrail.cli.amounts import read_bytes
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened
from celltrail.config import load_settings
from celltrail.errors import CelltrailError


@click.command("import")
@click.argument("file", type=click.Path())
@click.argument("folder", type=click.Path(), required=False)
@click.option(
    "--max-size",
    type=read_bytes,
    metavar="SIZE",
    default="8GB",
    show_default=True,
    help="The most that it may unpack to.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def command(file: str, folder: str | None, max_size: int, as_json: bool) -> int:  # noqa: FBT001 - click's flag
    """Make a new project in FOLDER of a bundle that `celltrail export` wrote; FOLDER must not be there, or be empty.

    Every name, size and digest in FILE is checked first. It executes NOTHING of it: that is what `celltrail replay`
    does, and what that would run is said here.

    \b
    Examples:
      celltrail import for-anna.zip
      celltrail import for-anna.zip anna
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.bundle_story import print_imported
    from celltrail.cli.terminal import console
    from celltrail.execute.bundle.opening import import_bundle

    path = Path(file).absolute()
    imported = import_bundle(path, Path(folder or path.stem).absolute(), max_bytes=max_size)
    if as_json:
        said = {"folder": str(imported.folder), **codec.to_plain(imported.manifest)}
        click.echo(json.dumps(said, indent=2))
        return EXIT_OK
    print_imported(console(), imported.manifest, imported.folder)
    _say_what_would_run(imported.folder, imported.manifest.run_id)
    return EXIT_OK


def _say_what_would_run(folder: Path, run_id: str) -> None:
    """The plan of a replay; where there is none, why."""
    from celltrail.cli.replay_story import print_plan
    from celltrail.cli.terminal import console, safe
    from celltrail.execute.replay.plan import plan_replay
    from celltrail.execute.replay.session import read_session

    out = console()
    out.print()
    out.print(safe(f"cd {folder} && celltrail replay {run_id[:8]}   would run this:", "bold"), soft_wrap=True)
    try:
        settings = load_settings(folder)
        with opened(settings) as store:
            detail = store.get_run(run_id)
        session = read_session(settings.store, detail.run.session_id)
        print_plan(out, detail.run, plan_replay(detail, session, settings, is_full=False).plan, None)
    except CelltrailError as error:
        out.print(safe(f"it cannot be replayed: {error}", "yellow"), soft_wrap=True)
