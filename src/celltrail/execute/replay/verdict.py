"""The verdict of a replay and why, in one line."""

from collections.abc import Sequence

from celltrail.execute.job import JobResult, JobState, Tracking
from celltrail.execute.replay.plan import Planned
from celltrail.execute.replay.report import RELATIVE_TOLERANCE, CheckItem, Finding, Verdict, worst
from celltrail.execute.replay.steps import Pair, failed_step
from celltrail.execute.replay.suspects import suspects
from celltrail.store.runs import CellExecution

STOPPED = frozenset({JobState.INTERRUPTED, JobState.TIMED_OUT})  # by the user, who says nothing of the run
_UNEXPLAINED = "nothing that is recorded explains it"
_ANYTHING = "it may be the clock, the network, a generator of its own, threads, the order of a set"


def conclude(
    results: Sequence[Finding],
    checklist: Sequence[CheckItem],
    planned: Planned,
    why_none: str,
    *,
    unknown: Sequence[str] = (),
) -> tuple[Verdict, str]:
    """The verdict and its reason.

    Args:
        results: What was compared of the run; empty where no run came out.
        checklist: What surrounded both.
        planned: What was run.
        why_none: Why no run came out, where none did.
        unknown: Models of which nothing can be said.
    """
    compared = worst([finding.status for finding in results])
    if results and compared is Verdict.IDENTICAL:
        return compared, f"{_equal(unknown)}{_uncompared(checklist)}"
    if compared is Verdict.TOLERATED:
        said = f"numbers differ by no more than {RELATIVE_TOLERANCE:g} of their size, the rest is equal"
        return compared, f"{said}{_nothing_said(unknown)}{_uncompared(checklist)}"
    lost = [f"the effects of [{one.execution_count}], which {_ended(one)}" for one in planned.left_out]
    if not results:
        return Verdict.CANNOT, "; ".join([why_none, *(f"missing are {effects}" for effects in lost)])
    lacking = [finding.note for finding in results if finding.status is Verdict.CANNOT]
    missing = [*lacking, *_missing(checklist), *lost]
    if missing:
        return Verdict.CANNOT, "; ".join(missing[:3])
    differs = [item.name for item in checklist if item.status is Verdict.DIFFERS]
    if differs:
        return Verdict.DIFFERS, f"{', '.join(differs)} differ{'' if len(differs) > 1 else 's'} from what was recorded"
    used = [*_variables(checklist), *suspects(planned.steps)]
    said = f"used and not recorded: {', '.join(used)}" if used else _ANYTHING
    return Verdict.DIFFERS, f"{_UNEXPLAINED}{_uncompared(checklist)}; {said}"


def _uncompared(checklist: Sequence[CheckItem]) -> str:
    """The data of which nobody knows whether they were the same, for the end of a sentence."""
    found = [one for item in checklist for one in item.findings if one.status is Verdict.UNCOMPARED]
    if not found:
        return ""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"; of {found[0].name}{more} the content was not compared"


def _equal(unknown: Sequence[str]) -> str:
    if unknown:
        return f"parameters, metrics and datasets are equal{_nothing_said(unknown)}"
    return "parameters, metrics, datasets and models are equal"


def _nothing_said(unknown: Sequence[str]) -> str:
    return f"; nothing can be said of {', '.join(unknown)}" if unknown else ""


def _variables(checklist: Sequence[CheckItem]) -> list[str]:
    """The environment variables that the cells read."""
    names = [one.name for item in checklist if item.name == "environment" for one in item.findings]
    return [name for name in names if name.startswith("environment variable")]


def _ended(execution: CellExecution) -> str:
    return f"ended {execution.status} and cannot be repeated"


def _missing(checklist: Sequence[CheckItem]) -> list[str]:
    """What of the data and the randomness is gone."""
    return [
        f"{finding.name}: {finding.note}" if finding.note else f"{finding.name} is missing"
        for item in checklist
        for finding in item.findings
        if item.name in {"data", "seed"} and finding.status is Verdict.CANNOT
    ]


def why_no_run(result: JobResult, pairs: Sequence[Pair]) -> str:
    """Why a replay made no run to compare."""
    if result.state in STOPPED and result.failure is not None:
        return f"the replay was stopped: {result.failure.message}"
    failed = failed_step(pairs)
    if failed is not None and failed.after is not None:
        error = failed.after.error
        what = f"{error.name}: {error.message}"[:300] if error else str(failed.after.status)
        return f"cell [{failed.before.execution_count}] fails now: {what}"
    if result.failure is not None:
        return f"the notebook {result.state}: {result.failure.name}: {result.failure.message}"[:300]
    if result.tracking is not Tracking.ON:
        return f"nothing was recorded of the replay: tracking is {result.tracking}"
    if result.state is not JobState.FINISHED:
        return f"the notebook {result.state}"
    return "the replayed cells made no such run" if pairs else "the trail has nothing of the replay"
