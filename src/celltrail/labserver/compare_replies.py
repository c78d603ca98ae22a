"""What the panel asks when it compares runs; the answers are records of `runs` and `execute.explain`."""

from dataclasses import dataclass

from celltrail.labserver.replay_replies import ReplayPlans


@dataclass(frozen=True, slots=True)
class CompareQuestion:
    """The body of a comparison: two to twenty runs, the first is the baseline."""

    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """A comparison as an HTML document of its own, without scripts."""

    html: str


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """The body that asks why two runs differ.

    Attributes:
        before: The baseline.
        after: The run that is compared with it.
        metric: A metric that differs; the runs' key metric if empty.
    """

    before: str
    after: str
    metric: str = ""


@dataclass(frozen=True, slots=True)
class ProofQuestion:
    """The body that asks what a proof of a cause would execute.

    Attributes:
        before: The run that would be made again.
        after: The run whose value of the cause it would take.
        swap: The cause's, as the explanation has it.
        metric: The metric that is explained; the runs' key metric if empty.
    """

    before: str
    after: str
    swap: str
    metric: str = ""


@dataclass(frozen=True, slots=True)
class ProofPlan:
    """What a proof would execute: `swap` is what a `ReplayOrder` takes."""

    swap: str
    plans: ReplayPlans
