"""Which cell executions a result needs: the backward slice over what a session executed, sound before minimal."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from celltrail.errors import StoreError
from celltrail.records import Status
from celltrail.store.base import CellExecution

_TARGET = "measured here"
_ALL = "the full history of the session"


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
    return full_history(history, targets, run_id=run_id)


def full_history(history: Sequence[CellExecution], targets: Collection[str], *, run_id: str = "") -> Slice:
    """All executions up to the last target: what a slice falls back to.

    Raises:
        StoreError: A target is not in the history, or there is none.
    """
    needed = _up_to_last(history, targets)
    steps = [Step(one, (_TARGET if one.execution_id in targets else _ALL,)) for one in needed]
    return Slice(tuple(steps), len(needed), _notes_on_endings(needed), run_id)


def _up_to_last(history: Sequence[CellExecution], targets: Collection[str]) -> Sequence[CellExecution]:
    places = {one.execution_id: place for place, one in enumerate(history)}
    missing = sorted(set(targets) - places.keys())
    if missing or not targets:
        what = f"no cell execution {missing[0]!r}" if missing else "no cell execution was asked for"
        raise StoreError(f"{what} in a history of {len(history)}: give ids and the history of one session")
    return history[: max(places[target] for target in targets) + 1]


def _notes_on_endings(executions: Sequence[CellExecution]) -> tuple[str, ...]:
    return tuple(
        f"[{one.execution_count}] {one.status.value}: what it did before is repeated as far as it comes"
        for one in executions
        if one.status is not Status.FINISHED
    )
