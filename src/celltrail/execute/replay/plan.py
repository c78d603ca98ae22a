"""What a replay is going to run: which cells, which files they read and may write, and what is gone."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from celltrail.config import Settings
from celltrail.errors import ExecutionError
from celltrail.execute.replay.conditions import AS_RECORDED, Conditions
from celltrail.execute.replay.draws import draws_of
from celltrail.execute.replay.loaded import LoadedSources, plan_modules
from celltrail.execute.replay.own_modules import own_modules
from celltrail.execute.replay.pinned import made_tables, version_notes, writes_tables
from celltrail.execute.replay.recorded import Recorded, Versions
from celltrail.execute.replay.recorded_code import RecordedCode
from celltrail.execute.replay.report import Finding, ReplayPlan, ReplayStep
from celltrail.execute.replay.reseeding import replaced_seeds
from celltrail.execute.replay.session import CANNOT_REPLAY, RecordedSession
from celltrail.execute.replay.suspects import changed_modules
from celltrail.execute.replay.unrecorded import changes_unrecorded, written_databases, written_elsewhere
from celltrail.journal.blobs import BlobStore
from celltrail.records import Status
from celltrail.runs.lineage import Slice, Step, backward_slice, full_history
from celltrail.store.runs import CellExecution, RunDetail

_UNREPEATABLE = {
    Status.INTERRUPTED: "was interrupted",
    Status.KILLED: "was running when its kernel died",
    Status.RUNNING: "is still running",
}
_SHELL = re.compile(r"^\s*[!%]|subprocess|os\.system|urlretrieve|requests\.|shutil", re.MULTILINE)
_LABEL = 60


class NoCellError(ExecutionError):
    """A run that no cell made: it comes from a script, or its cell is not in the journal."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and the executions behind it: `steps` are those that are repeated, `left_out` those that cannot be.

    `modules` are those of the project that the cells use and that changed since, with a content that is not kept.
    `contents` are the files that the replay has to find otherwise than they are, `code` what differs under git,
    `loaded` what the session had executed of the user's modules.
    `goes_on` says that a cell that fails now does not end the replay, `keeps_models` that the models of fits are kept.
    """

    plan: ReplayPlan
    steps: tuple[CellExecution, ...]
    left_out: tuple[CellExecution, ...]
    modules: tuple[Finding, ...] = ()
    contents: tuple[Recorded, ...] = ()
    code: RecordedCode = field(default_factory=RecordedCode)
    conditions: Conditions = AS_RECORDED
    goes_on: bool = False
    keeps_models: bool = False
    loaded: LoadedSources = field(default_factory=LoadedSources)

    @property
    def code_then(self) -> dict[str, bytes | None]:
        """The code that differs from what is there now, as the run had it: as it was executed, else by git."""
        by_git = {path: one for path, one in self.code.contents.items() if not self.loaded.decides(path)}
        executed = {one.path: one.content for one in self.contents if self.loaded.decides(one.path)}
        return {**by_git, **{path: one for path, one in executed.items() if isinstance(one, bytes)}}


def plan_replay(
    detail: RunDetail,
    session: RecordedSession,
    settings: Settings,
    *,
    is_full: bool,
    kept: Collection[str] = (),
    conditions: Conditions = AS_RECORDED,
) -> Planned:
    """Plan the replay of a run.

    Args:
        detail: The run.
        session: The session that it was made in.
        settings: The project's; the trail's file names are relative to its root.
        is_full: Take everything that the session executed, not the slice that the run needs.
        kept: The executions before which the global generators are put back to what they were.
        conditions: What is not taken as it was recorded.

    Raises:
        NoCellError: No cell made the run: it comes from a script, or its cell is not in the journal.
        ParameterError: A file or a cell is to be swapped that the session does not have.
    """
    root = settings.root
    if conditions.has_cells:
        session = replace(session, executions=conditions.with_cells(session.executions))
    targets = targets_of(detail, session)
    if detail.run.execution_id not in targets:
        problem = "no cell of its session made it: only what cells executed can be executed again"
        raise NoCellError(Path(f"run {detail.run.run_id[:8]}"), CANNOT_REPLAY, problem)
    if is_full:
        chosen = full_history(session.executions, targets, run_id=detail.run.run_id)
    else:
        draws, own = draws_of(session, kept), own_modules(session, root, BlobStore(settings.store))
        chosen = backward_slice(session.executions, targets, run_id=detail.run.run_id, draws=draws, modules=own)
    repeated = tuple(step for step in chosen.steps if step.execution.status not in _UNREPEATABLE)
    left_out = tuple(step.execution for step in chosen.steps if step.execution.status in _UNREPEATABLE)
    executions = tuple(step.execution for step in repeated)
    reads, writes = files_of(executions)
    databases = written_databases(executions)
    versions = Versions(settings, detail.code, conditions, since=session.started.at)
    loaded, modules = plan_modules(session, executions, settings, conditions)
    decided = {one.path for one in modules}
    found = (*versions.contents(reads, writes), *made_tables(executions, root))
    others = [one for one in found if one.path not in decided and not loaded.decides(one.path)]
    contents = (*others, *modules)
    plan = ReplayPlan(
        run_id=detail.run.run_id,
        steps=tuple(_step(step) for step in repeated),
        total=chosen.total,
        is_full=is_full or len(chosen.steps) == chosen.total,
        working_directory=session.started.working_directory,
        reads=tuple(reads),
        writes=tuple(dict.fromkeys((*writes, *databases))),
        missing=tuple(_missing(session, executions, _without(reads, contents), root)),
        notes=(
            *_notes(session, chosen, left_out),
            *version_notes(executions),
            *written_elsewhere(executions),
            *_unredirectable(executions, contents, root),
            *_reseeded(executions, session, conditions),
        ),
        is_apart=bool(
            contents or databases or conditions.is_apart or conditions.has_cells or loaded.changes(executions)
        )
        or writes_tables(executions)
        or changes_unrecorded(executions),
        restored=tuple(f"{one.cause}: {one.path} {one.note}" for one in contents),
        swaps=tuple(swap.label for swap in conditions.swaps),
    )
    folders = dict.fromkeys((root, Path(session.started.working_directory or root)))
    changed = changed_modules(executions, folders, detail.run.ended_at or detail.run.started_at)
    unkept = tuple(one for one in changed if not loaded.covers(one.name) and not versions.has_code_of(one.name))
    keeps_models = any(model.is_automatic for model in detail.models)
    return Planned(
        plan,
        executions,
        left_out,
        modules=unkept,
        contents=contents,
        code=versions.code,
        conditions=conditions,
        keeps_models=keeps_models,
        loaded=loaded,
    )


def _reseeded(executions: Sequence[CellExecution], session: RecordedSession, conditions: Conditions) -> list[str]:
    """What another seed takes the place of."""
    if conditions.seed is None:
        return []
    replaced = replaced_seeds(executions, conditions.seed)
    drawn = [f"[{one.execution_count}]" for one in executions if one.execution_id in session.generators]
    said = [f"seed {conditions.seed} in place of {', '.join(replaced[:10])}"] if replaced else []
    said += (
        [f"global generators seeded with {conditions.seed} before {drawn[0]}, and nothing put back"] if drawn else []
    )
    return said or ["no seed was found that another could take the place of"]


def _without(reads: dict[str, str], contents: Sequence[Recorded]) -> dict[str, str]:
    paths = {one.path for one in contents}
    return {path: digest for path, digest in reads.items() if path not in paths}


def _unredirectable(executions: Sequence[CellExecution], contents: Sequence[Recorded], root: Path) -> list[str]:
    """Cells that name the project by its absolute path: a folder in its place is not what they open."""
    cells = [f"[{one.execution_count}]" for one in executions if contents and str(root) in one.source]
    if not cells:
        return []
    listed = ", ".join(cells[:10])
    return [f"{root} is named by its absolute path in {listed}: that is not redirected to recorded contents"]


def targets_of(detail: RunDetail, session: RecordedSession) -> frozenset[str]:
    """The executions that a run cannot do without: its own, and those of its metrics and its logged models."""
    wanted = {detail.run.execution_id, *(metric.execution_id for metric in detail.metrics)}
    paths = {model.path for model in detail.models if not model.is_automatic}
    for artifact in detail.artifacts:
        begun = [one for one in session.executions if artifact.path in paths and one.started_at <= artifact.at]
        wanted.update(one.execution_id for one in begun[-1:])
    return frozenset(one.execution_id for one in session.executions if one.execution_id in wanted)


def label_of(execution: CellExecution) -> str:
    """The first line of a cell that says something."""
    return first_words(execution.source)


def first_words(source: str) -> str:
    """The first line of a source that says something; with a cell magic, the line after it too."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("#")]
    is_magic = len(said) > 1 and said[0].startswith("%%")
    return " ".join(said[:2] if is_magic else (said or lines or [""])[:1])[:_LABEL]


def files_of(executions: Sequence[CellExecution]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The files that cells read before any of them wrote it, with the digest of then, and those that they wrote."""
    reads: dict[str, str] = {}
    writes: dict[str, None] = {}
    for execution in executions:
        for use in execution.files:
            if use.mode == "read" and use.path not in writes:
                reads.setdefault(use.path, _digest_read(execution, use.path, use.digest))
        writes.update(dict.fromkeys(use.path for use in execution.files if use.mode == "write"))
    return reads, tuple(writes)


def _digest_read(execution: CellExecution, path: str, digest: str) -> str:
    """Digests are taken after the cell: of a file that it also wrote, what it read is not known."""
    return "" if any(use.path == path and use.mode == "write" for use in execution.files) else digest


def _step(step: Step) -> ReplayStep:
    execution = step.execution
    return ReplayStep(execution.execution_id, execution.execution_count, label_of(execution), step.reasons)


def _missing(
    session: RecordedSession, executions: Sequence[CellExecution], reads: dict[str, str], root: Path
) -> list[str]:
    folder = Path(session.started.working_directory or root)
    found = [] if folder.is_dir() else [f"the folder {folder}, in which the session ran, is not there"]
    gone = [path for path in reads if not (root / path).exists() and not _may_be_made(path, executions)]
    return found + [f"the file {path}, which the run's cells read, is not there" for path in gone]


def _may_be_made(path: str, executions: Sequence[CellExecution]) -> bool:
    """Whether a cell before the first that read it may make a file by means that leave no trace: a shell, a library."""
    name = path.rpartition("/")[2]
    for execution in executions:
        if any(use.path == path for use in execution.files):
            return False
        if name in execution.source or _SHELL.search(execution.source):
            return True
    return False


def _notes(session: RecordedSession, chosen: Slice, left_out: Sequence[CellExecution]) -> list[str]:
    ends = tuple(f"[{one.execution_count}] {one.status.value}:" for one in left_out)
    notes = [note for note in chosen.notes if not note.startswith(ends)]  # said below, as it is done here
    notes += [
        f"[{one.execution_count}] {_UNREPEATABLE[one.status]}: how far it came cannot be repeated, it is left out"
        for one in left_out
    ]
    unseen = _unseen_counts(session, {step.execution.execution_id for step in chosen.steps})
    if unseen:
        listed = ", ".join(f"[{count}]" for count in unseen[:10])
        notes.append(f"not in the trail: {listed}, executed while tracking was off or skipped")
    return notes


def _unseen_counts(session: RecordedSession, chosen: set[str]) -> list[int]:
    """Execution counts below the last chosen one that no execution has; a shell counts up with each cell."""
    counts = {one.execution_count for one in session.executions}
    last = max((one.execution_count for one in session.executions if one.execution_id in chosen), default=0)
    return [count for count in range(1, last) if count not in counts]
