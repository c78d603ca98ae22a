"""Which cell executions a result needs: the backward slice over what a session executed, sound before minimal.

Each execution is followed through its source (`celltrail.runs.effects`) beside what was recorded of it. Where its
effects cannot be told it is taken in, and the slice says why. See docs/lineage.md for the rules.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from celltrail.errors import StoreError
from celltrail.records import Status
from celltrail.runs.effects.draws import NOT_RECORDED, Draws
from celltrail.runs.effects.heap import Region
from celltrail.runs.effects.memory import Effects, Resource
from celltrail.runs.effects.module_sources import NO_MODULES, ModuleSources
from celltrail.runs.effects.session import follow
from celltrail.runs.reasons import UNNAMED, name_execution, split_reason, word_for
from celltrail.store.runs import CellExecution

_TARGET = "the result was made here"
_ALL = "the full history of the session"
_MAX_NAMES = 4  # in one line of a mark
_NOT_READ: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """One execution of a slice and why it is in it."""

    execution: CellExecution
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The executions that a result needs, in executed order.

    Attributes:
        total: Executions of the session up to the last target: what the full history has.
        notes: What the user should know: cells that failed, were edited since, or ran out of order.
        run_id: The run whose slice it is, where known.
    """

    steps: tuple[Step, ...]
    total: int
    notes: tuple[str, ...] = ()
    run_id: str = ""


def backward_slice(
    history: Sequence[CellExecution],
    targets: Collection[str],
    *,
    run_id: str = "",
    draws: Draws = NOT_RECORDED,
    modules: ModuleSources = NO_MODULES,
) -> Slice:
    """The executions that the targets need.

    Args:
        history: All executions of one session in executed order, with whole sources.
        targets: Execution ids.
        run_id: Kept in the answer.
        draws: What was recorded of the global generators.
        modules: What the project's own modules held; their functions are not known where there is none.

    Raises:
        StoreError: A target is not in the history, or there is none.
    """
    needed = _up_to_last(history, targets)
    search = _Search(needed, follow(needed, draws, modules))
    steps = search.steps(frozenset(targets))
    notes = (*_notes(history, [step.execution for step in steps]), *filter(None, (modules.problem,)))
    return Slice(steps, len(needed), notes, run_id)


def full_history(history: Sequence[CellExecution], targets: Collection[str], *, run_id: str = "") -> Slice:
    """All executions up to the last target: what a slice falls back to.

    Raises:
        StoreError: A target is not in the history, or there is none.
    """
    needed = _up_to_last(history, targets)
    steps = [Step(one, (_TARGET if one.execution_id in targets else _ALL,)) for one in needed]
    return Slice(tuple(steps), len(needed), _notes(history, needed), run_id)


class MarkKind(StrEnum):
    """What makes an execution hard to repeat from the notebook as it is."""

    OUT_OF_ORDER = "out-of-order"  # it ran after a cell that stands below it
    EDITED = "edited"  # its cell ran again with another source
    DELETED = "deleted"  # its cell is no longer in the notebook
    REBOUND = "rebound"  # a later execution bound a name that it used


@dataclass(frozen=True, slots=True)
class Mark:
    """One such sign, in words for the user."""

    execution: CellExecution
    kind: MarkKind
    text: str


def list_marks(
    history: Sequence[CellExecution],
    executions: Iterable[CellExecution],
    *,
    cell_order: Sequence[str] = (),
    cell_sources: Mapping[str, str] = _NOT_READ,
) -> tuple[Mark, ...]:
    """What the notebook does not tell of these executions.

    Args:
        history: All executions of the session, also those after the result.
        executions: Those of a slice, in executed order.
        cell_order: The ids of the notebook's cells from top to bottom, where they are known; else the order in which
            the cells first ran stands for it, and no cell counts as deleted.
        cell_sources: What the notebook's cells say now, by id, where that is known.
    """
    chosen = [*executions]
    marks = _marks_on_order(history, chosen, cell_order)
    marks += _marks_on_sources(history, chosen, frozenset(cell_order), cell_sources)
    marks += _marks_on_names(history, chosen)
    places = {one.execution_id: place for place, one in enumerate(chosen)}
    return tuple(sorted(marks, key=lambda mark: places[mark.execution.execution_id]))


def stale_set(
    history: Sequence[CellExecution],
    execution_id: str,
    *,
    draws: Draws = NOT_RECORDED,
    modules: ModuleSources = NO_MODULES,
) -> tuple[Step, ...]:
    """The later executions that may come to something else once this one has run again, in executed order.

    Raises:
        StoreError: The execution is not in the history.
    """
    start = len(_up_to_last(history, {execution_id}))
    effects = follow(history, draws, modules)
    changed = dict.fromkeys(effects[start - 1].writes, (history[start - 1], effects[start - 1]))
    everything = _what_all_see(history[start - 1], effects[start - 1])
    found = []
    for execution, touched in zip(history[start:], effects[start:], strict=True):
        reasons = _reasons_to_be_stale(touched, changed, everything)
        if reasons:
            found.append(Step(execution, tuple(reasons)))
            changed |= dict.fromkeys(touched.writes, (execution, touched))
            everything = everything or _what_all_see(execution, touched)
        else:
            for resource in touched.kills:
                changed.pop(resource, None)
    return tuple(found)


def _what_all_see(execution: CellExecution, touched: Effects) -> str:
    """Why all later executions may come to something else with this one; empty where it is not so."""
    if touched.unknown:
        return f"{name_execution(execution)} may change anything: {touched.unknown}"
    causes = ", ".join([*touched.ambient][:_MAX_NAMES])
    return f"{name_execution(execution)} sets what all later cells see: {causes}" if causes else ""


def _reasons_to_be_stale(
    touched: Effects, changed: Mapping[Resource, tuple[CellExecution, Effects]], everything: str
) -> list[str]:
    if everything:
        return [everything]
    if touched.unknown:
        return [f"what it uses is not known: {touched.unknown}"]
    words: dict[tuple[str, str], set[str]] = {}
    for resource in sorted(touched.reads & changed.keys(), key=lambda one: isinstance(one, Region)):
        writer, effects = changed[resource]
        at, word = name_execution(writer), word_for(resource, effects.labels)
        if isinstance(resource, str):
            words.setdefault((at, "writes"), set()).add(word)
        elif word not in words.get((at, "writes"), ()):
            words.setdefault((at, "may change"), set()).add(word)
    said = {}
    for (at, does), found in words.items():
        named = found - {UNNAMED}
        if named or (at, "writes") not in words:
            said[at, does] = ", ".join(sorted(named or found))
    return sorted(f"uses {what}, which {at} {does}" for (at, does), what in said.items())


def _marks_on_order(
    history: Sequence[CellExecution], chosen: Sequence[CellExecution], cell_order: Sequence[str]
) -> list[Mark]:
    order = {cell: place for place, cell in enumerate(cell_order or dict.fromkeys(one.cell_id for one in history))}
    marks, lowest = [], None
    for one in chosen:
        if not one.cell_id or one.cell_id not in order:
            continue
        if lowest is not None and order[one.cell_id] < order[lowest.cell_id]:
            text = f"{name_execution(one)} ran after {name_execution(lowest)}, whose cell stands below it"
            marks.append(Mark(one, MarkKind.OUT_OF_ORDER, text))
        else:
            lowest = one
    return marks


def _marks_on_sources(
    history: Sequence[CellExecution],
    chosen: Sequence[CellExecution],
    cells: frozenset[str],
    sources: Mapping[str, str] = _NOT_READ,
) -> list[Mark]:
    last = {one.cell_id: one for one in history if one.cell_id}
    marks = []
    for one in chosen:
        at, newest = name_execution(one), last.get(one.cell_id, one)
        if newest.source != one.source:
            text = f"{at} was edited since: its cell ran with another source at {name_execution(newest)}"
            marks.append(Mark(one, MarkKind.EDITED, text))
        elif one.cell_id in sources and sources[one.cell_id].strip() != one.source.strip():
            marks.append(Mark(one, MarkKind.EDITED, f"{at} was edited since: its cell has another source now"))
        if cells and one.cell_id and one.cell_id not in cells:
            marks.append(Mark(one, MarkKind.DELETED, f"{at} is of a cell that is no longer in the notebook"))
    return marks


def _marks_on_names(history: Sequence[CellExecution], chosen: Sequence[CellExecution]) -> list[Mark]:
    if not chosen:
        return []
    start = len(_up_to_last(history, {chosen[-1].execution_id}))
    writers: dict[str, CellExecution] = {}
    for later in history[start:]:
        writers |= dict.fromkeys(later.names_written, later)
    marks = []
    for one in chosen:
        names = [name for name in one.names_read if name in writers]
        if names:
            told = ", ".join(f"{name} at {name_execution(writers[name])}" for name in names[:_MAX_NAMES])
            marks.append(Mark(one, MarkKind.REBOUND, f"{name_execution(one)} used what was bound again later: {told}"))
    return marks


class _Search:
    """Goes from the last execution to the first with what is still needed, and by which execution."""

    def __init__(self, history: Sequence[CellExecution], effects: Sequence[Effects]) -> None:
        self._history = history
        self._effects = effects
        self._needed: dict[Resource, CellExecution] = {}
        self._needs_all: CellExecution | None = None

    def steps(self, targets: frozenset[str]) -> tuple[Step, ...]:
        """The executions that are taken in, in executed order."""
        found = []
        for execution, effects in zip(reversed(self._history), reversed(self._effects), strict=True):
            reasons = [_TARGET] if execution.execution_id in targets else []
            reasons += self._reasons(effects)
            if reasons:
                found.append(Step(execution, tuple(dict.fromkeys(reasons))))
                self._take(execution, effects)
        return tuple(reversed(found))

    def _reasons(self, effects: Effects) -> list[str]:
        if effects.unknown:
            return [f"its effects are not known: {effects.unknown}"]
        reasons = [f"sets what all later cells see: {cause}" for cause in effects.ambient]
        hits = [resource for resource in effects.writes if resource in self._needed]
        names = {resource for resource in hits if isinstance(resource, str)}
        by_reader: dict[tuple[str, str], set[str]] = {}
        for resource in hits:
            if not isinstance(resource, str):
                what = word_for(resource, effects.labels)
                if what in names:
                    continue
                how = f"{'makes' if resource in effects.kills else 'changes'} {{what}}, used by {{reader}}"
            else:
                what, how = split_reason(resource)
            by_reader.setdefault((how, name_execution(self._needed[resource])), set()).add(what)
        for (how, reader), words in by_reader.items():
            named = words - {UNNAMED}
            if named or [one for _, one in by_reader].count(reader) == 1:
                reasons.append(how.format(what=", ".join(sorted(named or words)), reader=reader))
        if not reasons and self._needs_all is not None and (effects.writes or effects.reads):
            reasons.append(f"what {name_execution(self._needs_all)} uses is not known")
        return sorted(reasons)

    def _take(self, execution: CellExecution, effects: Effects) -> None:
        if effects.unknown:
            self._needs_all = execution
        for resource in effects.kills:
            self._needed.pop(resource, None)
        for resource in effects.reads:
            self._needed.setdefault(resource, execution)


def _up_to_last(history: Sequence[CellExecution], targets: Collection[str]) -> Sequence[CellExecution]:
    places = {one.execution_id: place for place, one in enumerate(history)}
    missing = sorted(set(targets) - places.keys())
    if missing or not targets:
        what = f"no cell execution {missing[0]!r}" if missing else "no cell execution was asked for"
        raise StoreError(f"{what} in a history of {len(history)}: give ids and the history of one session")
    return history[: max(places[target] for target in targets) + 1]


def _notes(history: Sequence[CellExecution], chosen: Sequence[CellExecution]) -> tuple[str, ...]:
    endings = [
        f"{name_execution(one)} {one.status.value}: what it did before is repeated as far as it comes"
        for one in chosen
        if one.status is not Status.FINISHED
    ]
    marks = [*_marks_on_order(history, chosen, ()), *_marks_on_sources(history, chosen, frozenset())]
    return (*endings, *(mark.text for mark in marks))
