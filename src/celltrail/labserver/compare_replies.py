"""What the panel asks when it compares runs; the answers are records of `runs` and `execute.explain`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompareQuestion:
    """The body of a comparison: two to twenty runs, the first is the baseline."""

    run_ids: tuple[str, ...]


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
