"""A run written out for a colleague: what goes in is told before anything is written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import celltrail
from celltrail.config import Settings
from celltrail.errors import BlobNotFoundError
from celltrail.execute.bundle import manifest
from celltrail.execute.bundle.archive import write_archive
from celltrail.execute.bundle.entries import Entry, text
from celltrail.execute.bundle.environment import environment_files
from celltrail.execute.bundle.manifest import LeftOut, Manifest, Member
from celltrail.execute.bundle.project import Gathered, gather_code, gather_data, gather_recorded
from celltrail.execute.bundle.readme import readme
from celltrail.execute.bundle.suspicious import secrets_in_cells, secrets_in_files, secrets_in_modules
from celltrail.execute.bundle.trail import blobs_of, read_trail
from celltrail.execute.replay.notebook import make_notebook
from celltrail.execute.replay.plan import Planned, files_of, plan_replay
from celltrail.execute.replay.report import ReplayPlan
from celltrail.execute.replay.session import RecordedSession, read_session
from celltrail.journal.blobs import BlobStore
from celltrail.store.runs import RunDetail

_LIVE = "the kernel of the session was still running: what it executed afterwards is not in it"
_IN_MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bundle shall hold.

    Attributes:
        with_data: Whether data goes in, and artifacts.
        max_bytes: How much of both at most; what does not fit is named.
    """

    with_data: bool = True
    max_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """A bundle before it is written.

    Attributes:
        manifest: Without its members.
        entries: All files but the manifest.
        secrets: Where text looks as if it held a secret, in words.
        replay: What a replay of it will run.
    """

    manifest: Manifest
    entries: tuple[Entry, ...]
    secrets: tuple[str, ...]
    replay: ReplayPlan

    @property
    def size_bytes(self) -> int:
        """The size of all that goes in, before it is compressed."""
        return sum(entry.size_bytes for entry in self.entries)


def plan_bundle(detail: RunDetail, settings: Settings, wish: Wish) -> BundlePlan:
    """Gather what a colleague needs to make a run again; nothing is written or executed.

    Raises:
        SessionLostError: The journal of the run's session is not there.
        ExecutionError: No cell made the run.
        OSError: The journals cannot be read.
    """
    session, blobs = read_session(settings.store, detail.run.session_id), BlobStore(settings.store)
    plans = [plan_replay(detail, session, settings, is_full=is_full) for is_full in (False, True)]
    needed, history = plans
    gathered = Gathered(wish.max_bytes)
    folder = Path(session.started.working_directory or settings.root)
    code = gather_code(gathered, settings.root, folder, history)
    reads = _reads(needed, history)
    taken = gather_recorded(gathered, (*needed.contents, *history.contents)) if wish.with_data else ()
    others = {path: digest for path, digest in reads.items() if path not in taken}
    gather_data(gathered, settings.root, blobs, others, is_wanted=wish.with_data)
    trail = read_trail(settings.store, detail.run.session_id)
    _gather_blobs(gathered, blobs, trail.digests, (*trail.file_digests,) if wish.with_data else ())
    _name_sources(gathered, history)
    if detail.environment is None:
        gathered.miss("environment", "it was not recorded: a session tells of it with its first run")
    if trail.is_live:
        gathered.miss("later cells", _LIVE)
    if not folder.is_relative_to(settings.root):
        gathered.miss("the folder in which the session ran", f"it lies outside the project: {folder}")
    entries = [*gathered.entries.values(), *trail.segments, *_notebooks(plans, session, blobs)]
    entries += [*environment_files(detail.environment), *_patch(detail, blobs)]
    described = _describe(
        detail, session, root=settings.root, cells=len(needed.steps), left_out=tuple(gathered.left_out)
    )
    data = [path for path in reads if f"{manifest.PROJECT}{path}" in gathered.entries]
    entries.append(text(manifest.README, readme(described, detail, needed.plan, data=data, code=code)))
    modules = sorted(secrets_in_modules(session, blobs))
    secrets = (*secrets_in_cells(session.executions), *secrets_in_files(entries), *modules)
    return BundlePlan(described, tuple(entries), tuple(dict.fromkeys(secrets)), needed.plan)


def write_bundle(plan: BundlePlan, target: Path) -> Manifest:
    """Write it.

    Raises:
        ExecutionError: A file changed meanwhile or cannot be read, or the disk refuses.
    """

    def describe(members: tuple[Member, ...]) -> Manifest:
        return replace(plan.manifest, members=members)

    return write_archive(target, plan.entries, describe)


def _reads(needed: Planned, history: Planned) -> dict[str, str]:
    """The files that were read, those of the run's own cells first: where room is short, they go in."""
    first, _ = files_of(needed.steps)
    rest, _ = files_of(history.steps)
    return {**first, **{path: digest for path, digest in rest.items() if path not in first}}


def _name_sources(gathered: Gathered, history: Planned) -> None:
    """Databases, addresses and versioned tables stay where they are."""
    read = {use.uri: use for step in history.steps for use in step.sources if use.mode == "read"}
    for use in read.values():
        path = use.uri.removeprefix("sqlite:///").removeprefix("duckdb:///")  # a database that is a file of the project
        if path != _IN_MEMORY and f"{manifest.PROJECT}{path}" not in gathered.entries:
            version = f", version {use.version}" if use.version else ""
            gathered.miss(use.uri, f"it is a source of kind {use.kind}{version}, to be reached from there")


def _gather_blobs(gathered: Gathered, blobs: BlobStore, digests: Sequence[str], contents: Sequence[str]) -> None:
    """What the trail names: states and patches, artifacts, and contents of files that stand in no other place."""
    placed = {entry.digest for entry in gathered.entries.values()}
    for entry in blobs_of(blobs, (*digests, *(one for one in contents if one not in placed))):
        gathered.take(entry, f"artifact {entry.source.parent.name if entry.source else ''}{entry.path[-12:]}")


def _notebooks(plans: Sequence[Planned], session: RecordedSession, blobs: BlobStore) -> list[Entry]:
    made = []
    for name, planned in zip((manifest.SLICE, manifest.HISTORY), plans, strict=True):
        notebook, _ = make_notebook(blobs, planned, session, "python3")
        made.append(text(name, json.dumps(notebook, indent=1) + "\n"))
    return made


def _patch(detail: RunDetail, blobs: BlobStore) -> list[Entry]:
    """What was not committed when the run was made."""
    if detail.code is None or not detail.code.diff_digest:
        return []
    try:
        difference = blobs.read(detail.code.diff_digest)
    except BlobNotFoundError:
        return []
    return [Entry(manifest.PATCH, len(difference), data=difference)]


def _describe(
    detail: RunDetail, session: RecordedSession, *, root: Path, cells: int, left_out: tuple[LeftOut, ...]
) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        celltrail=celltrail.__version__,
        run_id=detail.run.run_id,
        run_name=detail.run.title or detail.run.name,
        session_id=detail.run.session_id,
        folder=_folder(session, root),
        python=session.started.python,
        cells=cells,
        history=len(session.executions),
        members=(),
        left_out=left_out,
    )


def _folder(session: RecordedSession, root: Path) -> str:
    """Where in the project the session ran; the root where it ran elsewhere."""
    folder = PurePath(session.started.working_directory or root)
    inside = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""
    return "" if inside == "." else inside
