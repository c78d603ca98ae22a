"""Which cell executions a result needs: the backward slice over what a session executed, sound before minimal.

Each execution is followed through its source (`celltrail.runs.effects`) beside what was recorded of it. Where its
effects cannot be told it is taken in, and the slice says why. See docs/lineage.md for the rules.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from celltrail.errors import StoreError
from celltrail.records import Status
from celltrail.runs.effects.memory import Effects, Resource
from celltrail.runs.effects.session import follow
from celltrail.store.base import CellExecution

_TARGET = "the result was made here"
_ALL = "the full history of the session"
_MAX_REASONS = 4


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


def backward_slice(history: Sequence[CellExecution], targets: Collection[str], *, run_id: str = "") -> Slice:
    """The executions that the targets need.

    Args:
        history: All executions of one session in executed order, with whole sources.
        targets: Execution ids.
        run_id: Kept in the answer.

    Raises:
        StoreError: A target is not in the history, or there is none.
    """
    needed = _up_to_last(history, targets)
    search = _Search(needed, follow(needed))
    steps = search.steps(frozenset(targets))
    return Slice(steps, len(needed), _notes_on_endings([step.execution for step in steps]), run_id)


def full_history(history: Sequence[CellExecution], targets: Collection[str], *, run_id: str = "") -> Slice:
    """All executions up to the last target: what a slice falls back to.

    Raises:
        StoreError: A target is not in the history, or there is none.
    """
    needed = _up_to_last(history, targets)
    steps = [Step(one, (_TARGET if one.execution_id in targets else _ALL,)) for one in needed]
    return Slice(tuple(steps), len(needed), _notes_on_endings(needed), run_id)


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
                found.append(Step(execution, tuple(dict.fromkeys(reasons))[:_MAX_REASONS]))
                self._take(execution, effects)
        return tuple(reversed(found))

    def _reasons(self, effects: Effects) -> list[str]:
        if effects.unknown:
            return [f"its effects are not known: {effects.unknown}"]
        reasons = [f"sets what all later cells see: {cause}" for cause in effects.ambient]
        hits = [resource for resource in effects.writes if resource in self._needed]
        names = {resource for resource in hits if isinstance(resource, str)}
        for resource in hits:
            reader = self._needed[resource]
            if isinstance(resource, str):
                reasons.append(_reason(resource, reader))
            elif resource.label not in names:
                reasons.append(f"changes {resource.label or 'what a later cell holds'}, used by {_at(reader)}")
        if not reasons and self._needs_all is not None and (effects.writes or effects.reads):
            reasons.append(f"what {_at(self._needs_all)} uses is not known")
        return sorted(reasons)

    def _take(self, execution: CellExecution, effects: Effects) -> None:
        if effects.unknown:
            self._needs_all = execution
        for resource in effects.kills:
            self._needed.pop(resource, None)
        for resource in effects.reads:
            self._needed.setdefault(resource, execution)


def _reason(resource: str, reader: CellExecution) -> str:
    kind, _, rest = resource.partition(": ")
    match kind:
        case "random":
            return f"moves or sets the generator {rest}, which {_at(reader)} draws from"
        case "file":
            return f"writes the file {rest}, read by {_at(reader)}"
        case "state" | "import":
            return f"may change {rest}, used by {_at(reader)}"
        case "disk":
            return f"may write files that {_at(reader)} reads"
        case _:
            return f"writes {resource}, read by {_at(reader)}"


def _at(execution: CellExecution) -> str:
    return f"[{execution.execution_count}]"


def _up_to_last(history: Sequence[CellExecution], targets: Collection[str]) -> Sequence[CellExecution]:
    places = {one.execution_id: place for place, one in enumerate(history)}
    missing = sorted(set(targets) - places.keys())
    if missing or not targets:
        what = f"no cell execution {missing[0]!r}" if missing else "no cell execution was asked for"
        raise StoreError(f"{what} in a history of {len(history)}: give ids and the history of one session")
    return history[: max(places[target] for target in targets) + 1]


def _notes_on_endings(executions: Iterable[CellExecution]) -> tuple[str, ...]:
    return tuple(
        f"{_at(one)} {one.status.value}: what it did before is repeated as far as it comes"
        for one in executions
        if one.status is not Status.FINISHED
    )
