"""`celltrail.keep()`: a past execution of this kernel made a run, from within a cell."""

from celltrail.capture import active
from celltrail.capture.session import Session
from celltrail.errors import KeepError
from celltrail.execute.keep.finding import find_execution
from celltrail.execute.keep.keeping import keep_execution, let_go, run_id_of
from celltrail.execute.replay.session import read_session


def keep(cell: int | str | None = None, name: str = "") -> str:
    """Make a run of a cell that this kernel executed before, one that no fit or log made a run of.

    Args:
        cell: Its number in brackets, its id or its execution's; the last cell before this one if None.
        name: The run's name; the cell's first line if empty.

    Returns:
        The id of the run.

    Raises:
        KeepError: There is no such cell, it still runs, or it is a run already.
    """
    session = active.current_session()
    if session is None or active.current_recorder() is None:
        raise KeepError("a cell", "is kept by a kernel that records: %track on, or `celltrail keep` in a terminal")
    found = _mean(session, cell)
    append = session.recorder.writer.append
    kept = keep_execution(session.settings.store, session.session_id, found, name=name, append=append)
    return kept.run_id


def unkeep(cell: int | str) -> str:
    """Let a kept cell go again: the run leaves the lists, nothing is deleted; returns its id.

    Raises:
        KeepError: There is no such cell.
    """
    session = active.current_session()
    if session is None or active.current_recorder() is None:
        raise KeepError("a cell", "is let go by a kernel that records: %track on, or `celltrail keep --let-go`")
    run_id = run_id_of(_mean(session, cell))
    let_go(session.settings.store, run_id, append=session.recorder.writer.append)
    return run_id


def _mean(session: Session, cell: int | str | None) -> str:
    """The id of the execution that is meant, of those of this kernel."""
    own = read_session(session.settings.store, session.session_id).executions
    if cell is not None:
        return find_execution(own, str(cell)).execution_id
    current = session.recorder.current_cell()
    before = [one for one in own if current is None or one.execution_id != current.execution_id]
    if not before:
        raise KeepError("a cell", "is not there: this kernel has executed none before this one")
    return before[-1].execution_id
