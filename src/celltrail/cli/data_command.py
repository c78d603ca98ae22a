"""`celltrail data`: datasets, their versions over time, how two of them differ, and a kept one written back."""

import json
import os
from pathlib import Path
from typing import Any

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_ERROR, EXIT_OK
from celltrail.cli.project import opened, path_in_project, settings_here
from celltrail.config import Settings
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetQuery

_project = click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group("data", invoke_without_command=True)
@click.option("-n", "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
@_project
@_json
@click.pass_context
def command(ctx: click.Context, limit: int, project: str | None, as_json: bool) -> int | None:  # noqa: FBT001 - click's flag
    """List the datasets of a project: those named by `celltrail.dataset`, then what cells and runs used.

    \b
    Examples:
      celltrail data
      celltrail data log sales
      celltrail data diff sales@previous sales
      celltrail data restore sales@3f2a --output then.csv
    """  # noqa: D301 - \b is click's mark of lines to keep
    if ctx.invoked_subcommand is not None:
        return None
    return _list(settings_here(project), limit, as_json=as_json)


def _list(settings: Settings, limit: int, *, as_json: bool) -> int:
    with opened(settings) as store:
        found = store.list_datasets(limit)
    if as_json:
        return _print_json(found)
    from celltrail.cli.data_story import print_datasets

    print_datasets(found)
    return EXIT_OK


@command.command("log")
@click.argument("name", required=False)
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many versions.")
@click.option("--replays", is_flag=True, help="Also what only replays used, and their runs.")
@_project
@_json
def log(name: str | None, limit: int, replays: bool, project: str | None, as_json: bool) -> int:  # noqa: FBT001, PLR0917 - one argument per option
    """List the versions of a dataset over time, those used last first.

    NAME is what `celltrail.dataset` or a variable calls it, a path, or a URI; all datasets are listed without one.

    \b
    Examples:
      celltrail data log
      celltrail data log sales
      celltrail data log data/sales.csv
      celltrail data log sales --json | jq '.[].dataset.digest'
    """  # noqa: D301 - \b is click's mark of lines to keep
    settings = settings_here(project)
    if not name:
        return _list(settings, limit, as_json=as_json)
    from celltrail.cli.data_story import print_log
    from celltrail.datasets.versions import versions_of

    with opened(settings) as store:
        found = versions_of(store, _known_name(store, settings, name), with_replays=replays)
    if as_json:
        return _print_json(found[:limit])
    print_log(settings, found, limit)
    return EXIT_OK


@command.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--of", "of", default="", help="The dataset, where BEFORE and AFTER say only which version of it.")
@click.option("--key", default="", help="The column that tells which row is which.")
@_project
@_json
def diff(before: str, after: str, of: str, key: str, project: str | None, as_json: bool) -> int:  # noqa: FBT001, PLR0917 - one argument per option
    """Say how two versions of a dataset differ: columns, rows, and values where both contents can still be read.

    A version is NAME (the latest), NAME@WHICH, or WHICH: the beginning of a digest or of a run's id, a version id of
    the source, a time in UTC, `latest` or `previous`.

    \b
    Exit codes: 0 the same, 1 they differ.

    \b
    Examples:
      celltrail data diff sales@previous sales
      celltrail data diff --of sales 3f2a 91bc
      celltrail data diff sales@2026-11-20 sales@latest --key customer_id
      celltrail data diff blake3:ff1a blake3:90cd --json
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.data_story import print_diff
    from celltrail.datasets.diff import diff_versions
    from celltrail.datasets.versions import find_version

    settings = settings_here(project)
    with opened(settings) as store:
        name = _known_name(store, settings, of) if of else ""
        found = [find_version(store, _known_name(store, settings, one), of=name) for one in (before, after)]
    result = diff_versions(settings, found[0], found[1], key=key)
    _print_json(result) if as_json else print_diff(result)
    return EXIT_OK if result.is_same else EXIT_ERROR


@command.command("restore")
@click.argument("version")
@click.option(
    "-o", "--output", type=click.Path(), help="Where to write it; the place that it was read from if not given."
)
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option("--of", "of", default="", help="The dataset, where VERSION says only which version of it.")
@_project
@_json
def restore(version: str, output: str | None, force: bool, of: str, project: str | None, as_json: bool) -> int:  # noqa: FBT001, PLR0917 - one argument per option
    """Write a content that is kept back to a file or folder; a version that is gone is said to be gone.

    VERSION is as for `celltrail data diff`. Contents are kept by `celltrail.dataset(..., keep=True)`, by the setting
    keep_inputs_bytes, by DVC's cache and by git.

    \b
    Examples:
      celltrail data restore sales@previous --output before.csv
      celltrail data restore sales@3f2a --force
      celltrail data restore blake3:ff1a
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.data_story import print_restored
    from celltrail.datasets.restore import restore_version
    from celltrail.datasets.versions import find_version

    settings = settings_here(project)
    with opened(settings) as store:
        entry = find_version(
            store, _known_name(store, settings, version), of=_known_name(store, settings, of) if of else ""
        )
    done = restore_version(settings, entry, Path(output) if output else None, force=force)
    _print_json(done) if as_json else print_restored(entry, done)
    return EXIT_OK


def _known_name(store: Store, settings: Settings, name: str) -> str:
    """A dataset's name; where none has it, the path as the trail has it, if there is such a file."""
    path = Path(os.path.abspath(name))  # noqa: PTH100 - links are the user's choice
    if not os.path.lexists(path) or store.list_dataset_versions(DatasetQuery(name, limit=1, with_replays=True)):
        return name
    return path_in_project(settings, path)


def _print_json(record: Any) -> int:
    click.echo(json.dumps(codec.to_plain(record), indent=2))
    return EXIT_OK
