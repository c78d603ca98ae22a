"""Why two runs differ: a ranked list of what may have made the difference, each with its evidence.

The rule of the ranking (docs/compare.md): what a replay proved comes first, by the share of the difference that it
explains; then what the metric's own cells use directly; then what works below them; then what follows from another
cause on the list; last what a replay proved to have no part. Among equals: parameters, code, data, seeds, the order of
execution, chance, packages, Python, hardware; within these the larger change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from celltrail.runs.cell_diff import CodeComparison
from celltrail.runs.compare import MetricDifference, RunComparison
from celltrail.runs.data_change import DataChange
from celltrail.store.runs import CellExecution, RunDetail

_EXPLAINS = 0.05  # the share of a difference below which a cause has no part in it


class CauseKind(StrEnum):
    """What may differ, in the order in which equals are listed."""

    PARAMETER = "parameter"
    CODE = "code"
    DATA = "data"
    SEED = "seed"
    ORDER = "order"
    CHANCE = "chance"
    PACKAGE = "package"
    ENVIRONMENT = "environment"
    HARDWARE = "hardware"


class Standing(StrEnum):
    """How sure a cause is, surest first."""

    PROVEN = "proven"  # a replay with this one swapped moved the metric
    DIRECT = "direct"  # the cells that made the metric use it
    INDIRECT = "indirect"  # it works below or around them
    FOLLOWS = "follows"  # another cause on the list explains it
    REFUTED = "refuted"  # a replay with this one swapped left the metric as it was


@dataclass(frozen=True, slots=True)
class CauseProof:
    """What a replay with one cause swapped showed.

    Attributes:
        metric: The metric's value in the replay; null where it has none.
        share: The part of the difference between the runs that it explains: 1 is all; null where that means nothing.
        replayed_run_id: The run that came out.
        text: In words.
        doubts: Why the swap may not be all that made the difference.
        is_isolated: Whether all else was as recorded; else the replay proves nothing of this cause alone.
    """

    metric: float | None
    share: float | None
    replayed_run_id: str
    text: str
    doubts: tuple[str, ...] = ()
    is_isolated: bool = True


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """One thing that may have made the difference.

    Attributes:
        title: In one line: `random_state changed 0 → 1`.
        evidence: What was recorded that says so.
        weight: Among causes of one kind, how much of it changed; from 0 to 1.
        swap: As `celltrail replay --swap` takes it: what makes the first run again with the second's; empty where
            none can.
        no_swap: Why none can.
        proof: What a replay showed.
    """

    kind: CauseKind
    standing: Standing
    title: str
    evidence: tuple[str, ...] = ()
    weight: float = 0.0
    swap: str = ""
    no_swap: str = ""
    proof: CauseProof | None = None


@dataclass(frozen=True, slots=True)
class RunSide:
    """What is known of one of two runs.

    Attributes:
        steps: The executions that it needs, in executed order; its own cell alone where no more is known.
        signs: What the notebook does not tell of them: executed out of order, of a deleted cell.
    """

    detail: RunDetail
    steps: tuple[CellExecution, ...]
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunPair:
    """Two runs side by side; `modules` are the causes that the user's own modules give."""

    before: RunSide
    after: RunSide
    facts: RunComparison
    code: CodeComparison
    data: tuple[DataChange, ...]
    metric: MetricDifference | None = None
    modules: tuple[LikelyCause, ...] = ()


def rank_causes(causes: Sequence[LikelyCause]) -> tuple[LikelyCause, ...]:
    """The causes, likeliest first, by the rule that docs/compare.md states."""
    return tuple(sorted(causes, key=_place))


def with_proof(cause: LikelyCause, proof: CauseProof) -> LikelyCause:
    """A cause and what a replay showed of it: proven, or refuted where it explains less than 5 %.

    Where something else was not as recorded either, its standing stays as it was.
    """
    if proof.share is None or not proof.is_isolated:
        return replace(cause, proof=proof)
    standing = Standing.PROVEN if abs(proof.share) >= _EXPLAINS else Standing.REFUTED
    return replace(cause, proof=proof, standing=standing)


_STANDINGS = tuple(Standing)
_KINDS = tuple(CauseKind)


def _place(cause: LikelyCause) -> tuple[float, ...]:
    share = cause.proof.share if cause.proof and cause.proof.share is not None else 0.0
    # a swap that explains twice the difference, or moves the other way, explains less than one that meets it
    is_proven = cause.standing is Standing.PROVEN
    return (
        _STANDINGS.index(cause.standing),
        abs(1 - share) if is_proven else 0.0,
        _KINDS.index(cause.kind),
        -cause.weight,
    )
