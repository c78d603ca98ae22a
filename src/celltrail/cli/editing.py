"""Changing runs from the command line: the runs are looked up, then the events written, as the server does."""

import json
from typing import Any

import click

from celltrail.cli.project import NoTrailError, opened, settings_here


def edit_runs(project: str | None, runs: tuple[str, ...], *, as_json: bool, **changes: Any) -> tuple[str, ...]:
    """Change runs; their whole ids, which are printed as JSON where that is asked for.

    Args:
        project: A folder of the project; None is the current one.
        runs: Ids, or the first characters of them.
        as_json: Print what was done.
        changes: The fields of a `RunEdit`.

    Raises:
        EditError: They cannot be changed so.
        NoTrailError: Nothing was recorded here.
        RunNotFoundError: For one of them no run or more than one matches.
    """
    from celltrail.journal.once import append_once
    from celltrail.runs.edit import RunEdit, events_of

    settings = settings_here(project)
    if not settings.store.is_dir():
        raise NoTrailError(settings.store)
    with opened(settings) as store:
        whole = store.find_runs(runs)
    append_once(settings.store, events_of(RunEdit(whole, **changes)))
    if as_json:
        click.echo(json.dumps({"run_ids": whole}, indent=2))
    return whole
