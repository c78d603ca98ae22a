"""`celltrail.dataset`: data gets a name, and its content is kept where that was asked for.

What was named is settled after the cell: a file's content is what the cell left of it. Values are described at once,
because the next line may change them.
"""

import os
import stat
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celltrail import clock
from celltrail.capture import active, files
from celltrail.capture.boundary import attempt
from celltrail.capture.fluent import current_recorder
from celltrail.capture.recorder import Recorder
from celltrail.capture.session import Session
from celltrail.capture.uris import public_uri
from celltrail.errors import CelltrailError
from celltrail.fingerprint.folders import FolderListing, list_folder
from celltrail.journal import events
from celltrail.lean import record
from celltrail.records import DatasetRole, DatasetVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from celltrail.capture.frame_files import Packed

_MAX_NAMED = 200  # in one cell

# What each name stands for in this process; a value weakly, where that can be: a name keeps no memory in use.
_given: "dict[str, Callable[[], Any]]" = {}


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """One call of `celltrail.dataset`.

    Attributes:
        name: The name.
        path: The file or folder, absolute; empty of a URI and of a value.
        value: The value, until the cell has ended; None of a path and of a URI.
        version: What is known of a value or of a URI; None of a path.
        keeps: Whether its content is to be kept.
        pack: What writes a value, which has taken hold of it; None where it is not to be kept.
    """

    name: str
    path: str
    value: object
    version: DatasetVersion | None
    keeps: bool
    pack: "Callable[[], Packed] | None" = None


def dataset(name: str, data: Any = None, *, keep: bool = False) -> Any:
    """Name a dataset: `pd.read_csv(celltrail.dataset("sales", "data/sales.csv"))`.

    The name stands with every run whose cells use the data from here on, and in `celltrail data`.

    Args:
        name: What people call it.
        data: A path of a file or a folder, a URI, or a value: a DataFrame, a Table, an array. Where it is None, what
            was given under this name before, in this kernel.
        keep: Keep the content too, after the cell, within the budget of the setting `keep_budget_bytes`;
            `celltrail data log` says where it was not kept. Paths, DataFrames, Tables and arrays can be kept.

    Returns:
        `data` as it was given, to be passed on to a reader.

    Raises:
        TypeError: The name is no text, or the data nothing that can be named.
        CelltrailError: The name is empty, or nothing was given under it yet.
    """
    if not isinstance(name, str):
        raise TypeError(f"the dataset's name is {name!r:.100}: give text")
    if not name.strip():
        raise CelltrailError("the dataset's name is empty: give a name that people know it by")
    if data is None:
        data = _given[name]() if name in _given else None
        if data is None:
            why = "is gone: nothing else holds it any more" if name in _given else "was not named in this kernel"
            raise CelltrailError(f"the dataset {name!r:.100} {why}; give its path, URI or data too")
    recorder = current_recorder()
    named = _described(name, data, keeps=bool(keep), is_recorded=recorder is not None)
    _given[name] = _holding(data)
    if recorder is not None:
        attempt("dataset", _note, recorder, named)
    return data


def _holding(data: Any) -> "Callable[[], Any]":
    try:
        return weakref.ref(data)
    except TypeError:  # a path, a URI, a list
        return lambda: data


def _described(name: str, data: Any, *, keeps: bool, is_recorded: bool) -> Named:
    """What was given.

    Raises:
        TypeError: It is nothing that can be named.
    """
    if isinstance(data, os.PathLike):
        data = os.fspath(data)
    if isinstance(data, bytes):
        data = os.fsdecode(data)
    if isinstance(data, str):
        scheme, found, rest = data.partition("://")
        if found and scheme != "file":
            return Named(name, "", None, DatasetVersion("", scheme.lower(), source=public_uri(data)), keeps)
        return Named(name, os.path.abspath(rest if found else data), None, None, keeps)  # noqa: PTH100 - links stay
    from celltrail.fingerprint.data import fingerprint, is_dataset

    if not is_recorded and is_dataset(data):  # tracking is off: nothing of it is read
        return Named(name, "", None, DatasetVersion("", ""), keeps)
    session = active.current_session()
    settings = session.settings if session is not None else None
    budget = settings.fingerprint_budget_bytes if settings else 2 << 30
    version = attempt("dataset", lambda: fingerprint(data, budget_bytes=budget))
    if version is None:
        kind = type(data).__name__
        raise TypeError(f"dataset {name!r:.100} got a {kind}: give a path, a URI, a DataFrame, a Table or an array")
    pack = None
    if keeps:
        from celltrail.capture.frame_files import packer

        pack = attempt("dataset", packer, data, settings.keep_budget_bytes if settings else 2 << 30)
    return Named(name, "", data, version, keeps, pack)


def _note(recorder: Recorder, named: Named) -> None:
    cell = recorder.current_cell()
    if named.path and os.path.isfile(named.path):  # noqa: PTH113 - never raises
        files.note_file(named.path, "read")
    session = active.current_session()
    if cell is None and session is not None:
        session.background.submit("dataset", lambda: _settle_outside(session, named))
    elif cell is not None and cell.is_recorded and len(cell.named) < _MAX_NAMED:
        cell.named.append(named)


def _settle_outside(session: Session, named: Named) -> None:
    """In a script nothing ends that a name could wait for: it goes to the run that is open."""
    found = settled(named, session.settings.root, files.BUDGET_BYTES)
    session.recorder.writer.append(found.event("", clock.now()))
    run = session.recorder.active_run()
    if run is not None and found.version.digest:
        session.recorder.use_dataset(run.run_id, found.version, DatasetRole.INPUT, named.name)
    if named.keeps:
        session.keeper.keep(found)


@record
class Settled:
    """A dataset with its name, as it was when its cell had ended.

    Attributes:
        listing: A folder's files; None of anything else.
    """

    named: Named
    version: DatasetVersion
    note: str = ""
    listing: FolderListing | None = None

    def event(self, execution_id: str, at: int) -> events.DatasetNamed:
        """What the journal says of it."""
        return events.DatasetNamed(execution_id, at, self.named.name, self.version, self.note)


def settled(named: Named, root: Path, budget_bytes: int) -> Settled:
    """What was named, with the content that it has now."""
    if named.version is not None:
        return Settled(named, named.version)
    source = files.relative(named.path, root)
    try:
        found = os.stat(named.path)  # noqa: PTH116 - a Path costs ten times as much here
    except (OSError, ValueError):
        return Settled(named, DatasetVersion("", "file", source=source), "there is no such file or folder")
    if stat.S_ISDIR(found.st_mode):
        listing = list_folder(named.path, files.digests, budget_bytes=budget_bytes)
        version = DatasetVersion(listing.digest, "folder", size_bytes=listing.size_bytes, source=source)
        return Settled(named, version, listing.note, listing)
    digest = files.digests.digest(named.path, budget_bytes=budget_bytes) or ""
    note = "" if digest else "it has no digest: it is no regular file, larger than the budget, or changed meanwhile"
    return Settled(named, DatasetVersion(digest, "file", size_bytes=found.st_size, source=source), note)
