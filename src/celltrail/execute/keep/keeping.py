"""Keeping: what the trail knows of one execution becomes a run of kind `kept`, shown and replayed as any other."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from celltrail import clock
from celltrail.errors import KeepError
from celltrail.execute.keep.given import given_params
from celltrail.execute.replay.plan import label_of
from celltrail.execute.replay.randomness import seeds
from celltrail.execute.replay.session import RecordedSession, read_session, segments_of
from celltrail.journal import events
from celltrail.journal.once import append_once
from celltrail.journal.reader import read_batches
from celltrail.records import DatasetRole, DatasetVersion, Seed, Status, Tag
from celltrail.store.runs import CellExecution

KIND = "kept"
KEPT_TAG = "celltrail.kept"
KEPT = "kept"
LET_GO = "let go"
Append = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Kept:
    """A run that was made of an execution, or let go."""

    run_id: str
    name: str
    execution_count: int
    is_kept: bool = True


def keep_execution(
    store: Path, session_id: str, execution_id: str, *, name: str = "", append: Append | None = None
) -> Kept:
    """Make a run of an execution; the same one again is the same run, with the name that was given last.

    Args:
        store: The store's folder.
        session_id: The session that executed it.
        execution_id: The execution.
        name: The run's name; the cell's first line if empty.
        append: Takes the events; a journal writer of its own if None.

    Raises:
        KeepError: There is no such execution, it still runs, or it is a run already.
        SessionLostError: The journal of the session is not there.
    """
    session = read_session(store, session_id)
    execution = next((one for one in session.executions if one.execution_id == execution_id), None)
    if execution is None:
        raise KeepError(execution_id, "is not in the trail of its session: `celltrail keep` lists what can be kept")
    if execution.status is Status.RUNNING:
        raise KeepError(_called(execution), "still runs: keep it once it has ended")
    made = [run for run in session.runs if run.execution_id == execution_id and not run.parent_run_id]
    others = [run.run_id for run in made if run.kind != KIND]
    if others:
        raise KeepError(_called(execution), f"made run {others[-1][:8]} already: `celltrail show {others[-1][:8]}`")
    title = name or label_of(execution) or _called(execution)
    run_id = run_id_of(execution_id)
    written = [*_events(store, session, execution, run_id=run_id, title=title), *_name(run_id, name)]
    _write(store, written, append)
    return Kept(run_id, title, execution.execution_count)


def let_go(store: Path, run_id: str, *, append: Append | None = None) -> None:
    """Take a kept run out of the lists; nothing is deleted, and keeping it again brings it back.

    Args:
        store: The store's folder.
        run_id: The whole id of a run of kind `kept`.
        append: Takes the event; a journal writer of its own if None.
    """
    _write(store, [events.TagsSet(run_id, clock.now(), (Tag(KEPT_TAG, LET_GO),))], append)


def run_id_of(execution_id: str) -> str:
    """The run that an execution becomes: whoever keeps it, it is the same."""
    return hashlib.blake2b(f"kept {execution_id}".encode(), digest_size=16).hexdigest()


def _called(execution: CellExecution) -> str:
    return f"cell [{execution.execution_count}]"


def _write(store: Path, written: list[events.Event], append: Append | None) -> None:
    if append is not None:
        append(*written)
        return
    append_once(store, written)


def _name(run_id: str, name: str) -> list[events.Event]:
    return [events.RunNamed(run_id, clock.now(), name)] if name else []


def _events(
    store: Path, session: RecordedSession, execution: CellExecution, *, run_id: str, title: str
) -> Iterator[events.Event]:
    at, ended_at = clock.now(), execution.ended_at or execution.started_at
    yield events.RunStarted(
        run_id, session.started.session_id, execution.execution_id, execution.started_at, title, KIND
    )
    yield events.TagsSet(run_id, at, (Tag(KEPT_TAG, KEPT),))
    params = given_params(session, execution)
    if params:
        yield events.ParamsLogged(run_id, at, params)
    for use in execution.files:
        if use.mode == "read" and use.digest:
            version = DatasetVersion(use.digest, "file", size_bytes=use.size_bytes, source=use.path)
            yield events.DatasetSeen(version)
            yield events.DatasetUsed(run_id, at, use.digest, DatasetRole.INPUT, use.path)
    yield _context(store, session, execution, run_id)
    duration_s, peak = execution.duration_s or 0.0, execution.peak_memory_bytes
    yield events.RunFinished(run_id, ended_at, execution.status, execution.error, duration_s, peak)


def _context(store: Path, session: RecordedSession, execution: CellExecution, run_id: str) -> events.RunContext:
    """What surrounded it, as far as the runs before and after it in the session agree on it."""
    before, after = _contexts_around(store, session, execution)
    drawn = session.generators.get(execution.execution_id)
    calls = tuple(f"{name} seeded in the cell" for name in sorted(seeds(execution.source)))
    seed = Seed(seeding_calls=calls, drew_from=drawn.drew_from if drawn else ())

    def agreed(first: str, last: str) -> str:
        return first or last if first == last or not (first and last) else ""

    return events.RunContext(
        run_id,
        clock.now(),
        environment_digest=agreed(before.environment_digest, after.environment_digest)
        or session.started.environment_digest,
        hardware_digest=agreed(before.hardware_digest, after.hardware_digest) or session.started.hardware_digest,
        code_digest=agreed(before.code_digest, after.code_digest),
        seed=seed,
    )


def _contexts_around(
    store: Path, session: RecordedSession, execution: CellExecution
) -> tuple[events.RunContext, events.RunContext]:
    starts = {run.run_id: run.at for run in session.runs if run.kind != KIND}
    contexts: dict[str, events.RunContext] = {}
    for path in segments_of(store, session.started.session_id):
        for batch in read_batches(path):
            for _, event in batch.documents:
                if isinstance(event, events.RunContext) and event.run_id in starts:
                    contexts[event.run_id] = event
    ordered = sorted(contexts.values(), key=lambda one: starts[one.run_id])
    nothing = events.RunContext("", 0)
    before = [one for one in ordered if starts[one.run_id] <= execution.started_at]
    after = [one for one in ordered if starts[one.run_id] > execution.started_at]
    return before[-1] if before else nothing, after[0] if after else nothing
