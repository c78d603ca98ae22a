"""`celltrail lineage`: the cell executions that a result needs, or that would change with one of them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import click

from celltrail import codec
from celltrail.cli.exits import EXIT_OK
from celltrail.cli.project import opened, path_in_project, settings_here
from celltrail.config import Settings
from celltrail.execute.replay.session import RecordedSession
from celltrail.runs.trace import Trace
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

    settings = settings_here(project)
    subject = _find(settings, run, notebook, count)
    lineage = _trace(settings, subject, is_stale=stale, is_full=is_full)
    if as_json:
        click.echo(json.dumps(codec.to_plain(lineage), indent=2))
    else:
        print_lineage(console(), lineage, subject.detail)
    return EXIT_OK


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer.

    Attributes:
        kind: slice, full, or stale.
        run_id: The run that was asked for; empty where a cell was.
        targets: The executions whose lineage it is.
    """

    kind: str
    run_id: str
    session_id: str
    notebook_path: str
    targets: tuple[str, ...]
    trace: Trace


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
        SessionLostError: The journal of its session is gone.
    """
    from celltrail.execute.replay.session import read_session

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
    session = _with_ends(read_session(settings.store, session_id), folded)
    return _Subject(session, _targets(session, detail, count), detail if count is None else None)


def _with_ends(session: RecordedSession, folded: tuple[CellExecution, ...]) -> RecordedSession:
    """The journal of a killed kernel tells of no end; the store knows that its process is gone."""
    statuses = {one.execution_id: one.status for one in folded}
    executions = [replace(one, status=statuses.get(one.execution_id, one.status)) for one in session.executions]
    return replace(session, executions=tuple(executions))


def _targets(session: RecordedSession, detail: RunDetail | None, count: int | None) -> tuple[str, ...]:
    from celltrail.execute.replay.plan import targets_of

    if count is not None:
        found = [one.execution_id for one in session.executions if one.execution_count == count]
        if not found:
            known = _counts(session.executions)
            raise click.UsageError(f"the session has no execution [{count}]; it has {known}")
        return (found[-1],)
    wanted = targets_of(detail, session) if detail else frozenset[str]()
    if not wanted:
        raise click.UsageError("no cell made this run: it comes from a script, and only cells have a lineage")
    return tuple(one.execution_id for one in session.executions if one.execution_id in wanted)


def _counts(executions: tuple[CellExecution, ...]) -> str:
    counts = [one.execution_count for one in executions]
    return f"[{min(counts)}] to [{max(counts)}]" if counts else "none"


def _trace(settings: Settings, subject: _Subject, *, is_stale: bool, is_full: bool) -> Lineage:
    from celltrail.execute.replay.draws import draws_of
    from celltrail.execute.replay.own_modules import own_modules
    from celltrail.execute.source import read_code_cells
    from celltrail.journal.blobs import BlobStore
    from celltrail.runs.trace import NotebookNow, trace_result, trace_stale

    session, blobs = subject.session, BlobStore(settings.store)
    kept = [one for one, drawn in session.generators.items() if blobs.is_whole(drawn.digest)]
    draws = draws_of(session, kept)
    path = session.executions[0].notebook_path if session.executions else ""
    notebook = NotebookNow(read_code_cells(settings.root / path) if path else {})
    history = session.executions
    modules = own_modules(session, settings.root)
    if is_stale:
        trace = trace_stale(history, subject.targets[0], draws=draws, modules=modules, notebook=notebook)
    else:
        trace = trace_result(history, subject.targets, draws=draws, modules=modules, notebook=notebook, is_full=is_full)
    return Lineage(
        "stale" if is_stale else "full" if is_full else "slice",
        subject.detail.run.run_id if subject.detail else "",
        session.started.session_id,
        path,
        subject.targets,
        trace,
    )
