"""Answers about several runs together: a loop's, and those of which one made a metric."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AmbiguousMetric:
    """A metric that more than one run may own; `candidate_names` are those runs as lists show them."""

    key: str
    value: float
    at: int
    execution_id: str
    candidate_run_ids: tuple[str, ...]
    reason: str
    dataset_name: str = ""
    candidate_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupMetric:
    """A metric over several runs; `std` is the population's, as in scikit-learn's `std_test_score`."""

    key: str
    count: int
    mean: float
    std: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class RunGroup:
    """The runs of one loop.

    Attributes:
        like_count: Those with the same model and the same parameters of it, but for random states: the folds.
        metrics: What two or more of those have, over them.
    """

    group_id: str
    run_count: int
    like_count: int
    metrics: tuple[GroupMetric, ...]
