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
from celltrail.runs.module_diff import ModuleText, compare_modules, module_causes
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one run: its side, what could not be told, and the user's own modules that it executed."""

    side: RunSide
    notes: tuple[str, ...]
    modules: dict[str, ModuleText]


class _Recorded:
    """What was recorded of runs, found once for however many pairs they stand in; for one thread."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self._sessions = Sessions(settings.store)
        self._blobs = BlobStore(settings.store)
        self._own: dict[str, ModuleSources] = {}
        self._histories: dict[str, tuple[CellExecution, ...]] = {}
        self._known: dict[tuple[str, str], _Known] = {}

    def of(self, detail: RunDetail, measured_in: str) -> _Known:
        """What is known of a run, whose metric that execution measured."""
        key = detail.run.run_id, measured_in
        if key not in self._known:
            session = self._session(detail)
            own = self._own_modules(session) if session else NO_MODULES
            side, notes = _side(self._history(detail.run.session_id), detail, measured_in, modules=own)
            modules = modules_of(session, side.steps, self._blobs) if session else {}
            self._known[key] = _Known(side, tuple(notes), modules)
        return self._known[key]

    def _history(self, session_id: str) -> tuple[CellExecution, ...]:
        if session_id and session_id not in self._histories:
            self._histories[session_id] = self.store.list_executions(session_id=session_id)
        return self._histories.get(session_id, ())

    def _own_modules(self, session: RecordedSession) -> ModuleSources:
        key = session.started.session_id
        if key not in self._own:
            self._own[key] = own_modules(session, self.settings.root, self._blobs)
        return self._own[key]

    def _session(self, detail: RunDetail) -> RecordedSession | None:
        """The session of a run as its journal tells of it; None where that is gone, or cannot be read here."""
        try:
            return self._sessions.of(detail.run.session_id) if detail.run.session_id else None
        except (ExecutionError, JournalError, OSError):
            return None


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
    return _explain(_Recorded(store, settings), runs, metric)


def _explain(recorded: _Recorded, runs: tuple[RunDetail, RunDetail], metric: str) -> Explanation:
    pair, notes = _gather(recorded, runs, metric)
    causes = find_causes(pair)
    if pair.metric is not None:
        proofs = kept_proofs(recorded.store, pair.before.detail, pair.metric, pair.after.detail)
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
    recorded = _Recorded(store, settings)
    return tuple(_explain(recorded, (first, other), metric) for other in others)


def gather_pair(store: Store, settings: Settings, runs: tuple[RunDetail, RunDetail], *, metric: str = "") -> RunPair:
    """All that is known of two runs.

    Raises:
        ComparisonError: It is one run twice, or no such metric differs.
    """
    return _gather(_Recorded(store, settings), runs, metric)[0]


def _gather(recorded: _Recorded, runs: tuple[RunDetail, RunDetail], metric: str) -> tuple[RunPair, tuple[str, ...]]:
    """All that is known of two runs, and what is not."""
    facts = compare_runs(runs)
    chosen = choose_metric(facts, metric)
    measured_in = chosen.execution_ids if chosen else ("", "")
    before, after = (recorded.of(detail, cell) for detail, cell in zip(runs, measured_in, strict=True))
    sides = before.side, after.side
    code = compare_cells(sides[0].steps, sides[1].steps)
    data = compare_data(recorded.store, recorded.settings, sides, facts)
    sources = [step.source for side in sides for step in side.steps]
    are_known = before.modules and after.modules
    changes = compare_modules(before.modules, after.modules, sources) if are_known else ()
    pair = RunPair(sides[0], sides[1], facts, code, data, chosen, tuple(module_causes(changes)))
    return pair, (*before.notes, *after.notes, *code.notes)


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


def _side(
    history: Sequence[CellExecution], detail: RunDetail, measured_in: str, *, modules: ModuleSources
) -> tuple[RunSide, list[str]]:
    run = detail.run
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
