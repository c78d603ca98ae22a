"""Replays that were killed: what they left is put back and removed when the next one begins.

Beside the copies of files that a replay may write lies `kept.json`, which says whose they are; it is written before
anything runs, and goes with the copies.
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from celltrail import clock, codec
from celltrail.config import STORE_FOLDER, Settings
from celltrail.errors import ExecutionError
from celltrail.execute.replay.files import OWNER_NAME, KeptFiles
from celltrail.execute.replay.notebook import folder_of_replays
from celltrail.execute.replay.session import RecordedSession, read_session
from celltrail.journal.events import Event, SegmentOpened, SessionStarted
from celltrail.journal.liveness import is_writer_alive, this_process
from celltrail.journal.reader import list_segments, read_segment
from celltrail.records import Status

_LIMIT_BYTES = 16 << 20
_FIRST_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Claim:
    """Files that a cell of the replay writes, by the cell's id."""

    cell_id: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A replay that goes on, or was killed.

    Attributes:
        owner: The process that runs it.
        notebook: Its notebook.
        root: What the names of files are relative to.
        copies: The files that were copied, with the names of their copies.
        claims: Which cell writes what.
        tree: The folder that it runs in; empty where that is the project's.
    """

    owner: SegmentOpened
    notebook: str
    root: str
    copies: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    tree: str = ""


def announce_files(kept: KeptFiles, notebook: Path, claims: Iterable[Claim], tree: Path | None) -> None:
    """Write down what is kept aside, and that a replay goes on, before anything runs.

    Raises:
        ExecutionError: The disk refuses.
    """
    me = this_process()
    owner = SegmentOpened(1, "", 0, me.pid, me.pid_started, me.host, me.boot_id, clock.now())
    copies = tuple((path, copy.name) for path, copy in kept.copies.items())
    left = Leftover(owner, str(notebook), str(kept.root), copies, tuple(claims), str(tree or ""))
    try:
        kept.folder.mkdir(parents=True, exist_ok=True)
        (kept.folder / OWNER_NAME).write_bytes(codec.dumps(left))
    except OSError as error:
        raise ExecutionError(kept.folder, "cannot be replayed", f"it cannot be written ({error.strerror})") from error


def clear_leftovers(settings: Settings) -> tuple[str, ...]:
    """Put back and remove what killed replays of this project left.

    Returns:
        What was done, and what has to wait, for people.

    Raises:
        ExecutionError: A file cannot be put back.
    """
    places = dict.fromkeys(map(folder_of_replays, (settings.store, settings.root / STORE_FOLDER)))
    found = (path for place in places for path in sorted(place.glob(f"*.files/{OWNER_NAME}")))
    return tuple(line for path in found for line in _clear(path, settings))


def _clear(path: Path, settings: Settings) -> Iterator[str]:
    left = _read(path)
    if left is None or is_writer_alive(left.owner) is not False:
        return  # it goes on, or belongs to another machine
    session, is_going_on = _session_of(left, settings)
    if is_going_on:
        if left.copies or left.tree:
            yield f"a replay was killed and its kernel still runs: its files are put back later ({left.notebook})"
        return
    kept = KeptFiles(Path(left.root), path.parent, {name: path.parent / Path(copy).name for name, copy in left.copies})
    executions = session.executions if session else ()
    unended = {one.cell_id for one in executions if one.status is not Status.FINISHED}
    claimed = {name for claim in left.claims if claim.cell_id in unended for name in claim.paths}
    done = kept.put_back(executions, claimed)
    path.unlink(missing_ok=True)
    # whoever wrote the note has no say over other folders, not by a link or by `..` either
    tree = Path(left.tree).resolve() if left.tree else None
    if tree is not None and tree.parent.parent == path.parents[1].resolve():
        shutil.rmtree(tree, ignore_errors=True)
    if done.paths:
        yield f"a replay was killed: put back as they were: {', '.join(done.paths)}"
    yield from done.notes()


def _read(path: Path) -> Leftover | None:
    """What stands there; None where it is damaged, and then nothing is touched."""
    try:
        with path.open("rb") as file:
            return codec.loads(Leftover, file.read(_LIMIT_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _session_of(left: Leftover, settings: Settings) -> tuple[RecordedSession | None, bool]:
    """The session of the killed replay, and whether its kernel still runs."""
    for segment in list_segments(settings.store / "journal"):
        documents = [event for _, event in read_segment(segment.path, max_bytes=_FIRST_BYTES).documents]
        started = next((one for one in documents if _is_of(one, left.notebook, settings.root)), None)
        if isinstance(started, SessionStarted):
            opened = next((one for one in documents if isinstance(one, SegmentOpened)), None)
            is_alive = opened is not None and is_writer_alive(opened) is True
            return read_session(settings.store, started.session_id), is_alive
    return None, False


def _is_of(event: Event, notebook: str, root: Path) -> bool:
    return isinstance(event, SessionStarted) and str(root / event.notebook_path) == notebook
