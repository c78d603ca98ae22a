"""The lineage of a run or of a cell, read from the journal of its session."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from celltrail.config import Settings
from celltrail.errors import StoreError
from celltrail.execute.replay.draws import draws_of
from celltrail.execute.replay.own_modules import own_modules
from celltrail.execute.replay.plan import targets_of
from celltrail.execute.replay.session import RecordedSession, read_session
from celltrail.execute.source import read_code_cells
from celltrail.journal.blobs import BlobStore
from celltrail.runs.trace import NotebookNow, Trace, trace_result, trace_stale
from celltrail.store.base import Store
from celltrail.store.runs import CellExecution, RunDetail


class LineageKind(StrEnum):
    """What is asked for."""

    SLICE = "slice"  # what the result needs
    FULL = "full"  # all that the session executed up to there
    STALE = "stale"  # what may change if it ran again


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer.

    Attributes:
        kind: slice, full, or stale.
        run_id: The run that was asked for; empty where a cell was.
        targets: The executions whose lineage it is.
    """

    kind: LineageKind
    run_id: str
    session_id: str
    notebook_path: str
    targets: tuple[str, ...]
    trace: Trace


def trace_run(store: Store, settings: Settings, run_id: str, *, kind: LineageKind = LineageKind.SLICE) -> Lineage:
    """The lineage of a run.

    Args:
        store: The project's.
        settings: The project's.
        run_id: The run's id, or the first four or more characters of it.
        kind: What is asked for.

    Raises:
        RunNotFoundError: No run or more than one matches.
        SessionLostError: The journal of its session is gone.
        StoreError: No cell made this run.
    """
    detail = store.get_run(run_id)
    folded = store.list_executions(session_id=detail.run.session_id)
    session = with_ends(read_session(settings.store, detail.run.session_id), folded)
    return trace_session(settings, session, cells_of(detail, session), run_id=detail.run.run_id, kind=kind)


def cells_of(detail: RunDetail, session: RecordedSession) -> tuple[str, ...]:
    """The executions that made a run, in executed order.

    Raises:
        StoreError: No cell made it.
    """
    wanted = targets_of(detail, session)
    if not wanted:
        raise StoreError("no cell made this run: it comes from a script, and only cells have a lineage")
    return tuple(one.execution_id for one in session.executions if one.execution_id in wanted)


def trace_session(
    settings: Settings, session: RecordedSession, targets: Collection[str], *, run_id: str, kind: LineageKind
) -> Lineage:
    """The lineage of some executions of a session.

    Args:
        settings: The project's.
        session: With the ends that the store knows (`with_ends`).
        targets: The ids of the executions; of a stale set the first counts.
        run_id: Kept in the answer.
        kind: What is asked for.

    Raises:
        StoreError: A target is not in the session, or there is none.
    """
    blobs = BlobStore(settings.store)
    kept = [one for one, drawn in session.generators.items() if blobs.is_whole(drawn.digest)]
    draws = draws_of(session, kept)
    history = session.executions
    path = history[0].notebook_path if history else ""
    notebook = NotebookNow(read_code_cells(settings.root / path) if path else {})
    modules = own_modules(session, settings.root, blobs)
    targets = tuple(targets)
    if kind is LineageKind.STALE:
        trace = trace_stale(history, targets[0], draws=draws, modules=modules, notebook=notebook)
    else:
        is_full = kind is LineageKind.FULL
        trace = trace_result(history, targets, draws=draws, modules=modules, notebook=notebook, is_full=is_full)
    return Lineage(kind, run_id, session.started.session_id, path, targets, trace)


def with_ends(session: RecordedSession, folded: Sequence[CellExecution]) -> RecordedSession:
    """The journal of a killed kernel tells of no end; the store knows that its process is gone."""
    statuses = {one.execution_id: one.status for one in folded}
    executions = [replace(one, status=statuses.get(one.execution_id, one.status)) for one in session.executions]
    return replace(session, executions=tuple(executions))
