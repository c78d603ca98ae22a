"""One notebook of a replay, run: written, given its place, executed, and what it did to files undone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from celltrail import codec
from celltrail.config import Settings
from celltrail.errors import ExecutionError
from celltrail.execute.job import Job, JobResult
from celltrail.execute.replay.files import KeptFiles, keep_files
from celltrail.execute.replay.kernels import kernel_of
from celltrail.execute.replay.leftovers import Claim, announce_files, clear_leftovers
from celltrail.execute.replay.notebook import (
    ReplayNotebook,
    files_folder,
    territory_file,
    tree_of,
    write_notebook,
)
from celltrail.execute.replay.plan import Planned
from celltrail.execute.replay.rebuilding import KERNEL_NAME
from celltrail.execute.replay.report import Limits, ReplayPlan
from celltrail.execute.replay.session import CANNOT_REPLAY, RecordedSession, SessionLostError, read_session
from celltrail.execute.replay.steps import Pair, pair_steps
from celltrail.execute.replay.territory import refused, territory_of
from celltrail.execute.replay.tree import Tree, lay_out, named_as_recorded, unredirected
from celltrail.records import Status
from celltrail.store.base import Store
from celltrail.store.runs import CellExecution


@dataclass(frozen=True, slots=True)
class Doors:
    """What a replay reaches the world through.

    Attributes:
        open_store: The project's store, up to date, for as long as a `with` block lasts.
        announce: Told of each plan before anything of it runs.
        execute: Runs a notebook.
        tell: Told of what takes time beside that: an environment that is rebuilt.
    """

    open_store: Callable[[], AbstractContextManager[Store]]
    announce: Callable[[ReplayPlan, Path], None]
    execute: Callable[[Job], JobResult]
    tell: Callable[[str], None] = lambda _line: None


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of a notebook.

    Attributes:
        planned: What was run.
        written: The notebook.
        result: How it ended.
        replayed: Its session; None where nothing was recorded.
        pairs: The recorded executions, each with the one that repeats it.
        appended: Files that grew on top of what was there before.
        put_back: Files that are again what they were.
        unredirected: Files of the project that were named by absolute paths, and so were not those of the tree.
        refused: What cells were kept from doing to files of the user's, in words.
        notes: What else happened to files, for people.
    """

    planned: Planned
    written: ReplayNotebook
    result: JobResult
    replayed: RecordedSession | None
    pairs: tuple[Pair, ...]
    appended: tuple[str, ...]
    put_back: tuple[str, ...]
    unredirected: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def again(self) -> tuple[CellExecution, ...]:
        """The executions of the replay that repeat something."""
        return tuple(pair.after for pair in self.pairs if pair.after is not None)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where and how the notebooks of a replay are run."""

    settings: Settings
    doors: Doors
    limits: Limits


class Executions:
    """The notebooks of one session that were run: runs that rest on the same cells share one.

    Thread safety: one thread at a time.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._done: dict[tuple[object, ...], Executed] = {}

    def of(self, planned: Planned, session: RecordedSession, kernels: str) -> Executed:
        """What came of the planned cells; they run at the first call, see `execute_planned`.

        Args:
            planned: The plan.
            session: The session.
            kernels: Where the kernel of a rebuilt environment is; empty for the usual one.
        """
        key = (kernels, planned.plan.is_apart, *(step.execution_id for step in planned.steps))
        if key not in self._done:
            given = self._workplace
            limits = replace(given.limits, kernels=kernels, kernel_name=KERNEL_NAME) if kernels else given.limits
            if not limits.kernel_name:
                limits = replace(limits, kernel_name=kernel_of(session.started.executable))
            self._done[key] = execute_planned(planned, session, replace(given, limits=limits))
        return self._done[key]


def execute_planned(planned: Planned, session: RecordedSession, workplace: Workplace) -> Executed:
    """Run what was planned, after it was announced.

    Raises:
        ExecutionError: The notebook or its folder cannot be written, or a file that it wrote cannot be put back.
    """
    settings = workplace.settings
    for line in clear_leftovers(settings):
        workplace.doors.tell(line)
    written = write_notebook(settings, planned, session, workplace.limits.kernel_name)
    workplace.doors.announce(planned.plan, written.path)
    tree = None
    if planned.plan.is_apart:
        tree = lay_out(settings, tree_of(written.path), planned.contents, planned.plan.writes)
    try:
        return _execute(planned, written, workplace, tree)
    finally:
        if tree is not None:
            tree.remove()


def _execute(planned: Planned, written: ReplayNotebook, workplace: Workplace, tree: Tree | None) -> Executed:
    root, writes = workplace.settings.root, planned.plan.writes
    aside = files_folder(written.path)
    kept = keep_files(root, writes, aside)
    in_tree = keep_files(tree.folder, writes, aside / "tree") if tree else kept
    announce_files(kept, written.path, _claims(planned, written), tree.folder if tree else None)
    told = _announce_territory(kept, written, workplace.settings, tree)
    result = workplace.doors.execute(_job(planned, written, workplace, tree))
    replayed = _session_of(workplace.settings, result)
    executions = replayed.executions if replayed else ()
    named = named_as_recorded(executions, root) if tree else executions
    pairs = pair_steps(planned.steps, written.repeats, named) if replayed else ()
    appended = in_tree.appended()
    was_refused = refused(told)
    unended = [pair.before for pair in pairs if pair.after is not None and pair.after.status is not Status.FINISHED]
    put_back = kept.put_back(
        tuple(pair.after for pair in pairs if pair.after is not None),
        {use.path for one in unended for use in one.files if use.mode == "write"},
    )
    return Executed(
        planned=planned,
        written=written,
        result=result,
        replayed=replace(replayed, executions=named) if replayed else None,
        pairs=pairs,
        appended=appended,
        put_back=put_back.paths,
        unredirected=unredirected(executions, root) if tree else frozenset(),
        refused=was_refused,
        notes=(*was_refused, *put_back.notes(), *_notes(tree)),
    )


def _announce_territory(kept: KeptFiles, written: ReplayNotebook, settings: Settings, tree: Tree | None) -> Path:
    """Write down for the kernel whose which files are; where it tells what it refused."""
    path = territory_file(written.path)
    told = path.with_name("refused.jsonl")
    agreed = [settings.root / name for name in kept.copies]
    folder = tree.folder if tree else None
    territory = territory_of(settings.root, settings.store, folder, agreed=agreed, told=told)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(codec.dumps(territory))
    except OSError as error:
        raise ExecutionError(path, CANNOT_REPLAY, f"it cannot be written ({error.strerror}): make room") from error
    return told


def _claims(planned: Planned, written: ReplayNotebook) -> Iterator[Claim]:
    """Which cell of the notebook writes what."""
    steps = {step.execution_id: step for step in planned.steps}
    for cell_id, execution_id in written.repeats:
        paths = tuple(use.path for use in steps[execution_id].files if use.mode == "write")
        if paths:
            yield Claim(cell_id, paths)


def _job(planned: Planned, written: ReplayNotebook, workplace: Workplace, tree: Tree | None) -> Job:
    settings, limits = workplace.settings, workplace.limits
    folder = planned.plan.working_directory or str(settings.root)
    return Job(
        notebook=str(written.path),
        output=str(written.output),
        parameters="{}",
        working_directory=tree.place_of(folder) if tree else folder,
        kernel_name=limits.kernel_name,
        timeout_s=limits.timeout_s,
        cell_timeout_s=limits.cell_timeout_s,
        tree=str(tree.folder) if tree else "",
        store=str(settings.store) if tree else "",
        kernels=limits.kernels,
    )


def _session_of(settings: Settings, result: JobResult) -> RecordedSession | None:
    try:
        return read_session(settings.store, result.session_id)
    except SessionLostError:
        return None  # tracking is off there, or a cell removed the trail


def _notes(tree: Tree | None) -> tuple[str, ...]:
    written = tree.written_through() if tree else ()
    return tuple(
        f"{path} was changed while the replay ran, maybe by it: it is too large to be copied" for path in written
    )
