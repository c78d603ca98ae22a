"""Sessions that ran elsewhere: where their working directory is in the project that they were imported into.

A journal is never changed, so the place that it names stays that of the other machine; `imported.json` in the store's
folder, written by `celltrail import`, says what stands for it here.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from celltrail import codec
from celltrail.errors import ExecutionError
from celltrail.journal.events import SessionStarted

FILE_NAME = "imported.json"
_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class MovedSession:
    """A session of another machine; `folder` is relative to the project's root, POSIX, empty for the root itself."""

    session_id: str
    folder: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What stands in the file: the run that was imported, and the sessions that came with it."""

    run_id: str
    sessions: tuple[MovedSession, ...]


def relocated(store: Path, started: SessionStarted) -> SessionStarted:
    """The session with the working directory that it has in this project.

    Raises:
        ExecutionError: The file of imported sessions cannot be read.
    """
    path = store / FILE_NAME
    try:
        with path.open("rb") as file:
            moved = codec.loads(Moved, file.read(_LIMIT_BYTES))
    except FileNotFoundError:
        return started
    except (OSError, ValueError, RecursionError) as error:
        problem = f"it cannot be read ({error}): import the bundle again, into another folder"
        raise ExecutionError(path, "cannot be replayed", problem) from error
    folder = next((one.folder for one in moved.sessions if one.session_id == started.session_id), None)
    return started if folder is None else replace(started, working_directory=str(store.parent / folder))
