"""`celltrail lineage`: the cell executions that a result needs, or that would change with one of them."""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, path_in_project, settings_here
from celltrail.config import Settings
from celltrail.execute.replay.session import RecordedSession
from celltrail.store.runs import CellExecution, RunDetail


@click.command("lineage")
@click.argument("run", required=False)
@click.option(
    "--cell", "count", type=click.IntRange(min=0), help="The execution with this number in brackets, not RUN."
)
@click.option("--notebook", type=click.Path(), help="The latest session of this notebook, where no RUN is given.")
@click.option("--stale", is_flag=True, help="What would change if the cell ran again.")
@click.option("--full", "is_full", is_flag=True, help="All that the session executed up to there.")
@click.option("--project", type=click.Path(), help="A folder of the project; the current one if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs, with the executed sources.")
def command(  # noqa: PLR0917 - one argument per option
    run: str | None,
    count: int | None,
    notebook: str | None,
    stale: bool,  # noqa: FBT001 - click's flag
    is_full: bool,  # noqa: FBT001 - click's flag
    project: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> int:
    """Show which cell executions RUN needs, in executed order, why, and what flows between them.

    RUN is its id, or the first four or more characters of it. Nothing is executed. Where it is not certain that an
    execution does not matter, it is there, with the reason.

    \b
    Examples:
      celltrail lineage 3f2a
      celltrail lineage 3f2a --stale
      celltrail lineage 3f2a --cell 7
      celltrail lineage --notebook train.ipynb --cell 7 --stale
      celltrail lineage 3f2a --json | jq '.trace.steps[].execution.source'
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.lineage_story import print_lineage
    from celltrail.cli.terminal import console
    from celltrail.execute.tracing import LineageKind, trace_session

    settings = settings_here(project)
    subject = _find(settings, run, notebook, count)
    lineage = trace_session(
        settings,
        subject.session,
        subject.targets,
        run_id=subject.detail.run.run_id if subject.detail else "",
        kind=LineageKind.STALE if stale else LineageKind.FULL if is_full else LineageKind.SLICE,
    )
    if as_json:
        click.echo(json.dumps(codec.to_plain(lineage), indent=2))
    else:
        print_lineage(console(), lineage, subject.detail)
    return EXIT_OK


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose lineage is asked for."""

    session: RecordedSession
    targets: tuple[str, ...]
    detail: RunDetail | None


def _find(settings: Settings, run: str | None, notebook: str | None, count: int | None) -> _Subject:
    """The session and the executions that are meant.

    Raises:
        click.UsageError: It is not said which, or there is no such execution.
        RunNotFoundError: No run or more than one matches.
        StoreError: No cell made the run.
        SessionLostError: The journal of its session is gone.
    """
    from celltrail.execute.replay.session import read_session
    from celltrail.execute.tracing import cells_of, with_ends

    if not run and (not notebook or count is None):
        raise click.UsageError("say which run (celltrail lineage RUN) or cell (--notebook NOTEBOOK --cell NUMBER)")
    with opened(settings) as store:
        detail = store.get_run(run) if run else None
        path = path_in_project(settings, Path(notebook).absolute()) if notebook and not run else ""
        latest = store.list_executions(path, limit=1) if path else ()
        if detail is None and not latest:
            raise click.UsageError(f"no cell of {path} was ever executed here: `celltrail runs` names the notebooks")
        session_id = detail.run.session_id if detail else latest[0].session_id
        folded = store.list_executions(session_id=session_id)
    session = with_ends(read_session(settings.store, session_id), folded)
    if count is not None:
        return _Subject(session, (_execution(session, count),), None)
    assert detail is not None  # noqa: S101 - without a number there is a run, or the question was refused
    return _Subject(session, cells_of(detail, session), detail)


def _execution(session: RecordedSession, count: int) -> str:
    found = [one.execution_id for one in session.executions if one.execution_count == count]
    if not found:
        raise click.UsageError(f"the session has no execution [{count}]; it has {_counts(session.executions)}")
    return found[-1]


def _counts(executions: tuple[CellExecution, ...]) -> str:
    counts = [one.execution_count for one in executions]
    return f"[{min(counts)}] to [{max(counts)}]" if counts else "none"
