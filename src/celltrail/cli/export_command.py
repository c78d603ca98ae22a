"""`celltrail export`: a run as one file that a colleague can look at and make again."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from celltrail import codec
from celltrail.cli.amounts import read_bytes
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, settings_here
from celltrail.errors import ParameterError

if TYPE_CHECKING:
    from celltrail.execute.bundle.export import BundlePlan

_BUNDLE_HERE = "."


@click.command("export")
@click.argument("run")
@click.option(
    "--bundle",
    is_flag=False,
    flag_value=_BUNDLE_HERE,
    metavar="[FILE.zip]",
    help="Write all that a replay elsewhere needs; run-<id>.zip in this folder if no file is named.",
)
@click.option("--without-data", is_flag=True, help="Leave out the files that cells read, and their kept contents.")
@click.option(
    "--max-size",
    type=read_bytes,
    metavar="SIZE",
    default="1GB",
    show_default=True,
    help="The most of data and artifacts.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go in, and write nothing.")
@click.option("--force", is_flag=True, help="Write over a file of that name.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def command(  # noqa: PLR0917 - one argument per option
    run: str,
    bundle: str | None,
    without_data: bool,  # noqa: FBT001 - click's flag
    max_size: int,
    dry_run: bool,  # noqa: FBT001 - click's flag
    force: bool,  # noqa: FBT001 - click's flag
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Write RUN out for a colleague: its id, or the first four or more characters of it.

    The bundle has the notebook of the run, the data that its cells read where it is what it was, the modules of the
    project, the environment, and the trail of its session: ALL that this kernel executed, with sources and errors.
    What goes in is said before it is written; look at it before you send it.

    \b
    Examples:
      celltrail export 3f2a --bundle --dry-run
      celltrail export 3f2a --bundle for-anna.zip
      celltrail export 3f2a --bundle --without-data
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.bundle_story import print_bundle
    from celltrail.cli.terminal import console
    from celltrail.execute.bundle.export import Wish, plan_bundle, write_bundle

    if bundle is None:
        raise ParameterError("--bundle", "say what to write: a bundle is what there is (celltrail export RUN --bundle)")
    settings = settings_here(project)
    with opened(settings) as store:
        detail = store.get_run(run)
    plan = plan_bundle(detail, settings, Wish(with_data=not without_data, max_bytes=max_size))
    target = _target(bundle, plan, is_free=force or dry_run)
    if not as_json or not dry_run:
        print_bundle(console(stderr=as_json), plan, None if dry_run else target)
    described = plan.manifest if dry_run else write_bundle(plan, target)
    if as_json:
        files = [_File(entry.path, entry.size_bytes) for entry in plan.entries]
        click.echo(json.dumps({**codec.to_plain(described), "files": codec.to_plain(files)}, indent=2))
    elif not dry_run:
        click.echo(f"written: {target} ({target.stat().st_size:,} bytes)")
    return EXIT_OK


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the bundle, before it is packed."""

    path: str
    size_bytes: int


def _target(bundle: str, plan: "BundlePlan", *, is_free: bool) -> Path:
    """Where the bundle goes.

    Raises:
        ParameterError: There is such a file, or no such folder.
    """
    name = f"run-{plan.manifest.run_id[:8]}.zip"
    target = Path(name) if bundle == _BUNDLE_HERE else Path(bundle)
    target = (target / name if target.is_dir() else target).absolute()
    if not target.parent.is_dir():
        raise ParameterError("--bundle", f"there is no folder {target.parent}: make it first")
    if target.exists() and not is_free:
        raise ParameterError("--bundle", f"{target} is there already: name another file, or give --force")
    return target
