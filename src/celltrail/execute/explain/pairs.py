"""Two runs explained: the cells that each needs, the data that they read, the causes, ranked; nothing is executed."""

from collections.abc import Sequence
from dataclasses import dataclass

from celltrail.config import Settings
from celltrail.errors import ComparisonError, ExecutionError, JournalError
from celltrail.execute.explain.contents import compare_data
from celltrail.execute.explain.modules import modules_of
from celltrail.execute.explain.proofs import kept_proofs
from celltrail.execute.replay.own_modules import own_modules
from celltrail.execute.replay.session import RecordedSession, Sessions
from celltrail.journal.blobs import BlobStore
from celltrail.runs.cause_finding import find_causes
from celltrail.runs.causes import LikelyCause, RunPair, RunSide, rank_causes, with_proof
from celltrail.runs.cell_diff import CodeComparison, compare_cells
from celltrail.runs.compare import MetricDifference, RunComparison, compare_runs
from celltrail.runs.data_change import DataChange
from celltrail.runs.effects.module_sources import NO_MODULES, ModuleSources
from celltrail.runs.lineage import backward_slice, list_marks
from celltrail.runs.module_diff import compare_modules, module_causes
from celltrail.store.base import Store
from celltrail.store.runs import CellExecution, RunDetail

_MOST_SIGNS = 20


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the second of two runs came out otherwise than the first.

    Attributes:
        before: The first run's id.
        after: The second's.
        metric: The name of the metric that is explained; empty where no metric differs.
        values: That metric in both.
        causes: Likeliest first.
        code: The cells that both need.
        data: What has another content.
        notes: What could not be told, in words.
    """

    before: str
    after: str
    metric: str
    values: tuple[float | None, ...]
    causes: tuple[LikelyCause, ...]
    code: CodeComparison
    data: tuple[DataChange, ...]
    notes: tuple[str, ...]


def explain_pair(
    store: Store, settings: Settings, runs: tuple[RunDetail, RunDetail], *, metric: str = ""
) -> Explanation:
    """What may have made the second run come out otherwise than the first.

    Args:
        store: The project's.
        settings: The project's: where contents are kept.
        runs: The baseline, and the run that is compared with it.
        metric: The key or the name of a metric that differs; the run's key metric if empty.

    Raises:
        ComparisonError: It is one run twice, or no such metric differs.
    """
    pair, notes = gather_pair(store, settings, runs, metric=metric)
    causes = find_causes(pair)
    if pair.metric is not None:
        proofs = kept_proofs(store, pair.before.detail, pair.metric, pair.after.detail)
        causes = rank_causes([with_proof(one, proofs[one.swap]) if one.swap in proofs else one for one in causes])
    return Explanation(
        before=runs[0].run.run_id,
        after=runs[1].run.run_id,
        metric=pair.metric.name if pair.metric else "",
        values=pair.metric.values if pair.metric else (),
        causes=causes,
        code=pair.code,
        data=pair.data,
        notes=(*pair.facts.notes, *notes),
    )


def explain_all(
    store: Store, settings: Settings, details: Sequence[RunDetail], facts: RunComparison, *, metric: str = ""
) -> tuple[Explanation, ...]:
    """Why each of several runs may differ from the first of them.

    Args:
        store: The project's.
        settings: The project's.
        details: The runs.
        facts: What differs between them.
        metric: As for `explain_pair`.

    Raises:
        ComparisonError: No such metric differs.
    """
    by_id = {detail.run.run_id: detail for detail in details}
    first, *others = (by_id[run_id] for run_id in facts.run_ids)
    return tuple(explain_pair(store, settings, (first, other), metric=metric) for other in others)


def gather_pair(
    store: Store, settings: Settings, runs: tuple[RunDetail, RunDetail], *, metric: str = ""
) -> tuple[RunPair, tuple[str, ...]]:
    """All that is known of two runs, and what is not.

    Raises:
        ComparisonError: It is one run twice, or no such metric differs.
    """
    facts = compare_runs(runs)
    chosen = choose_metric(facts, metric)
    sessions = Sessions(settings.store)
    blobs = BlobStore(settings.store)
    sides, notes, modules = [], [], []
    for place, detail in enumerate(runs):
        session = _session(sessions, detail)
        known = own_modules(session, settings.root, blobs) if session else NO_MODULES
        side, note = _side(store, detail, chosen.execution_ids[place] if chosen else "", modules=known)
        sides.append(side)
        notes += note
        modules.append(modules_of(session, side.steps, blobs) if session else {})
    code = compare_cells(sides[0].steps, sides[1].steps)
    data = compare_data(store, settings, sides, facts)
    sources = [step.source for side in sides for step in side.steps]
    changes = compare_modules(modules[0], modules[1], sources) if all(modules) else ()
    pair = RunPair(sides[0], sides[1], facts, code, data, chosen, tuple(module_causes(changes)))
    return pair, (*notes, *code.notes)


def _session(sessions: Sessions, detail: RunDetail) -> RecordedSession | None:
    """The session of a run as its journal tells of it; None where that is gone, or cannot be read here."""
    try:
        return sessions.of(detail.run.session_id) if detail.run.session_id else None
    except (ExecutionError, JournalError, OSError):
        return None


def choose_metric(facts: RunComparison, asked: str) -> MetricDifference | None:
    """The metric that is explained: the one that was asked for, the runs' key metric, else the first that differs.

    Raises:
        ComparisonError: What was asked for does not differ, or no run has it.
    """
    if asked:
        found = next((one for one in facts.metrics if asked in {one.name, one.key}), None)
        if found is None:
            raise ComparisonError(_no_metric(facts, asked))
        return found
    keys = [run.key_metric.key for run in facts.runs if run.key_metric]
    whole = [one for one in facts.metrics if None not in one.values]
    listed = [one for one in whole if one.key in keys] or whole or [*facts.metrics]
    return listed[0] if listed else None


def _no_metric(facts: RunComparison, asked: str) -> str:
    same = [name for part in facts.same if part.part == "metrics" for name in part.names]
    if asked in {name for one in same for name in (one, one.partition(" on ")[0])}:
        return f"the metric {asked!r:.80} is the same in all runs: there is no difference to explain"
    known = ", ".join([one.name for one in facts.metrics][:10]) or "none"
    return f"the runs have no metric {asked!r:.80}; those that differ are: {known}"


def _side(store: Store, detail: RunDetail, measured_in: str, *, modules: ModuleSources) -> tuple[RunSide, list[str]]:
    run = detail.run
    history = store.list_executions(session_id=run.session_id) if run.session_id else ()
    known = {one.execution_id for one in history}
    targets = {run.execution_id, measured_in} & known
    if run.execution_id not in known:
        own = (detail.execution,) if detail.execution else ()
        return RunSide(detail, own), [f"run {run.run_id[:8]} was made by no cell of a session: its code is not known"]
    chosen = backward_slice(history, targets, run_id=run.run_id, modules=modules)
    steps = tuple(step.execution for step in chosen.steps)
    return RunSide(detail, steps, _signs(history, steps)), []


def _signs(history: Sequence[CellExecution], steps: Sequence[CellExecution]) -> tuple[str, ...]:
    return tuple(mark.text for mark in list_marks(history, steps))[:_MOST_SIGNS]
