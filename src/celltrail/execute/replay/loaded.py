"""The sources of the user's own modules that the cells of a replay have to find: as the session executed them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from celltrail.config import Settings
from celltrail.execute.replay.conditions import Conditions
from celltrail.execute.replay.recorded import Recorded, is_inside
from celltrail.execute.replay.report import Cause, Finding, Verdict
from celltrail.execute.replay.session import RecordedSession
from celltrail.fingerprint.files import FileDigests
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoadedModule
from celltrail.store.runs import CellExecution


@dataclass(frozen=True, slots=True)
class LoadedSources:
    """What the session had in memory of its modules.

    Attributes:
        before: By execution the digests, by path, of what a cell has to find when it begins.
        gone: The paths of which a content is not in the store any more.
        at_end: The modules, by name, as they were executed last up to the end of the replayed cells.
    """

    before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    at_end: Mapping[str, LoadedModule] = field(default_factory=dict)

    def first(self) -> dict[str, str]:
        """What the first cell that may load it has to find of each file."""
        found: dict[str, str] = {}
        for step in self.before.values():
            found = {**step, **found}
        return found

    def changes(self, steps: Sequence[CellExecution]) -> dict[str, dict[str, str]]:
        """By execution the files that have to be written before it: they were edited between two of the steps."""
        now, found = self.first(), dict[str, dict[str, str]]()
        said = ""
        for step in steps:
            wanted = self.before.get(step.execution_id, {})
            stale = {
                path: digest
                for path, digest in wanted.items()
                if path not in self.gone and (now.get(path) != digest or path.rpartition("/")[2] in said)
            }
            if stale:
                found[step.execution_id] = stale
                now, said = {**now, **stale}, ""
            said += step.source
        return found

    def decides(self, path: str) -> bool:
        """Whether a file of the project is found as it was executed, whatever git knows of it."""
        return path in self.first() and path not in self.gone

    def covers(self, name: str) -> bool:
        """Whether what a file held is recorded; `name` may be relative to a folder of the path."""
        return any(path == name or path.endswith(f"/{name}") for path in self.first())


def loaded_sources(
    session: RecordedSession, steps: Sequence[CellExecution], blobs: BlobStore, *, without: Collection[str] = ()
) -> LoadedSources:
    """What the steps of a replay have to find of the modules that their session executed.

    Args:
        session: The session.
        steps: Its executions that are repeated.
        blobs: Where the recorded sources are.
        without: Paths of which another content is used on purpose.
    """
    wanted = {step.execution_id for step in steps}
    state: dict[str, str] = {}
    before: dict[str, dict[str, str]] = {}
    for execution in session.executions:
        loads = [one for one in session.modules.get(execution.execution_id, ()) if one.digest]
        if execution.execution_id in wanted:
            first = {one.path: one.digest for one in reversed(loads)}
            found = {**state, **first}
            before[execution.execution_id] = {
                path: digest for path, digest in found.items() if is_inside(path) and path not in without
            }
        state |= {one.path: one.digest for one in loads}
    digests = {(path, digest) for step in before.values() for path, digest in step.items()}
    gone = frozenset(path for path, digest in digests if not blobs.is_whole(digest))
    return LoadedSources(before, gone, last_loaded(session, steps))


def last_loaded(session: RecordedSession, steps: Sequence[CellExecution]) -> dict[str, LoadedModule]:
    """The modules, by name, as they were executed last when the last of some executions of a session had run."""
    left = {step.execution_id for step in steps}
    found: dict[str, LoadedModule] = {}
    for execution in session.executions if left else ():
        loads = session.modules.get(execution.execution_id, ())
        found |= {one.name: one for one in loads if one.name and one.digest}
        left.discard(execution.execution_id)
        if not left:
            break
    return found


def plan_modules(
    session: RecordedSession, steps: Sequence[CellExecution], settings: Settings, conditions: Conditions
) -> tuple[LoadedSources, tuple[Recorded, ...]]:
    """What the steps have to find of modules, and which of their files are to be found otherwise than they are now.

    Raises:
        ParameterError: A module is to be swapped that the cells do not load, or for a file that is not there.
    """
    if Cause.CODE in conditions.present:
        return LoadedSources(), ()
    blobs = BlobStore(settings.store)
    loaded = loaded_sources(session, steps, blobs)
    swapped = conditions.swapped_modules(loaded.first())
    if swapped:
        loaded = loaded_sources(session, steps, blobs, without=swapped)
    swaps = [
        Recorded(path, Cause.CODE, file, f"swapped: {file} is used", is_swapped=True) for path, file in swapped.items()
    ]
    return loaded, (*swaps, *_otherwise(loaded, settings.root, blobs))


def _otherwise(loaded: LoadedSources, root: Path, blobs: BlobStore) -> Iterator[Recorded]:
    """The modules whose files are another by now than what the cells executed first."""
    digests = FileDigests()
    for path, digest in loaded.first().items():
        now = digests.digest(root / path) or ""
        if path not in loaded.gone and now != digest:
            note = "changed since" if now else "is not there any more"
            yield Recorded(path, Cause.CODE, blobs.read(digest), f"{note}: its recorded content is used")


def compare_loaded(
    loaded: LoadedSources, session: RecordedSession | None, again: Sequence[CellExecution]
) -> Iterator[Finding]:
    """What the replay executed of the modules, beside what the session had.

    Args:
        loaded: The session's.
        session: The replay's; None where nothing was recorded.
        again: The executions of the replay that repeat something.
    """
    after = last_loaded(session, again) if session is not None else {}
    for name, module in loaded.at_end.items():
        found = after.get(name)
        if found is None or found.digest == module.digest:
            continue
        note = (
            "what the session executed is not in the store any more: the file as it is now was used"
            if module.path in loaded.gone
            else "the replay executed another content of this module"
        )
        status = Verdict.CANNOT if module.path in loaded.gone else Verdict.DIFFERS
        yield Finding(module.path, status, module.digest, found.digest, note)
