"""The lineage of a result as it is shown: the executions, why each is there, and what flows from one to the next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from celltrail.runs.effects.draws import NOT_RECORDED, Draws
from celltrail.runs.effects.memory import Effects, Resource
from celltrail.runs.effects.module_sources import NO_MODULES, ModuleSources
from celltrail.runs.effects.session import follow
from celltrail.runs.lineage import MarkKind, Step, backward_slice, full_history, list_marks, stale_set
from celltrail.runs.reasons import is_shown_as_flow, word_for
from celltrail.store.runs import CellExecution


@dataclass(frozen=True, slots=True)
class Flow:
    """What one execution uses of another: names, objects by the names that they had, files."""

    source_id: str
    source_count: int
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """What the notebook does not tell of an execution."""

    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class TracedStep:
    """One execution, why it is there, what it uses of the earlier ones, and what the notebook does not tell of it."""

    execution: CellExecution
    reasons: tuple[str, ...]
    uses: tuple[Flow, ...]
    marks: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Executions in executed order.

    Attributes:
        total: Executions of the session up to the last of the result; of the whole session for a stale set.
    """

    steps: tuple[TracedStep, ...]
    total: int


@dataclass(frozen=True, slots=True)
class NotebookNow:
    """The notebook's file: the sources of its code cells by id, from top to bottom; empty where it is not known."""

    sources: Mapping[str, str]


UNKNOWN_NOTEBOOK = NotebookNow({})


def trace_result(
    history: Sequence[CellExecution],
    targets: Collection[str],
    *,
    draws: Draws = NOT_RECORDED,
    modules: ModuleSources = NO_MODULES,
    notebook: NotebookNow = UNKNOWN_NOTEBOOK,
    is_full: bool = False,
) -> Trace:
    """What a result needs.

    Args:
        history: All executions of one session in executed order, with whole sources.
        targets: Ids of the executions that made the result.
        draws: What was recorded of the global generators.
        modules: What the project's own modules held.
        notebook: The notebook as it is now.
        is_full: Take the full history, not the slice.

    Raises:
        StoreError: A target is not in the history, or there is none.
    """
    found = (
        full_history(history, targets) if is_full else backward_slice(history, targets, draws=draws, modules=modules)
    )
    effects = follow(history, draws, modules)
    return Trace(_traced(history, found.steps, effects, notebook), found.total)


def trace_stale(
    history: Sequence[CellExecution],
    execution_id: str,
    *,
    draws: Draws = NOT_RECORDED,
    modules: ModuleSources = NO_MODULES,
    notebook: NotebookNow = UNKNOWN_NOTEBOOK,
) -> Trace:
    """The later executions that may come to something else if this one ran again; it is the first of the steps.

    Raises:
        StoreError: The execution is not in the history.
    """
    drawn = Draws(draws.drawn)  # nobody puts generators back in a session
    later = stale_set(history, execution_id, draws=drawn, modules=modules)
    first = next(one for one in history if one.execution_id == execution_id)
    steps = (Step(first, ("it runs again",)), *later)
    return Trace(_traced(history, steps, follow(history, drawn, modules), notebook), len(history))


def _traced(
    history: Sequence[CellExecution], steps: Sequence[Step], effects: Sequence[Effects], notebook: NotebookNow
) -> tuple[TracedStep, ...]:
    flows = _flows(history, {step.execution.execution_id for step in steps}, effects)
    executions = [step.execution for step in steps]
    marks = list_marks(history, executions, cell_order=tuple(notebook.sources), cell_sources=notebook.sources)
    by_execution: dict[str, list[Sign]] = {}
    for mark in marks:
        by_execution.setdefault(mark.execution.execution_id, []).append(Sign(mark.kind, mark.text))
    return tuple(
        TracedStep(
            step.execution,
            step.reasons,
            flows.get(step.execution.execution_id, ()),
            tuple(by_execution.get(step.execution.execution_id, ())),
        )
        for step in steps
    )


def _flows(
    history: Sequence[CellExecution], chosen: set[str], effects: Sequence[Effects]
) -> dict[str, tuple[Flow, ...]]:
    """What each chosen execution uses of the chosen ones before it."""
    writers: dict[Resource, list[tuple[CellExecution, Effects]]] = {}
    found = {}
    for execution, touched in zip(history, effects, strict=True):
        if execution.execution_id in chosen:
            found[execution.execution_id] = _uses(touched, writers)
            for resource in touched.writes:
                before = [] if resource in touched.kills else writers.get(resource, [])
                writers[resource] = [*before, (execution, touched)]
    return found


def _uses(effects: Effects, writers: Mapping[Resource, list[tuple[CellExecution, Effects]]]) -> tuple[Flow, ...]:
    words: dict[str, set[str]] = {}
    sources: dict[str, CellExecution] = {}
    for resource in effects.reads & writers.keys():
        for writer, written in writers[resource]:
            if is_shown_as_flow(resource, written.labels):
                sources[writer.execution_id] = writer
                words.setdefault(writer.execution_id, set()).add(word_for(resource, written.labels))
    flows = [Flow(one, sources[one].execution_count, tuple(sorted(words[one]))) for one in words]
    return tuple(sorted(flows, key=lambda flow: sources[flow.source_id].started_at))
