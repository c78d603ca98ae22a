"""Values of two runs, compared: parameters, metrics and datasets, each with both sides."""

import math
import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from celltrail.capture.uris import HIDDEN
from celltrail.execute.replay.report import RELATIVE_TOLERANCE, Finding, Verdict
from celltrail.records import DatasetRole, OutputDigest, Status
from celltrail.store.runs import CellExecution, DatasetUse, MetricValue, RunDetail

T = TypeVar("T")
_WRITES_FILE = ("%%writefile", "%%file")
_ADDRESS = re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE)
_DURATION = re.compile(r"(^|_)(fit|score|refit)_time_?$")
_NOT_AGAIN = "the replay has none"
_KEPT = "kept"  # the kind of a run that was made of a past execution
_STDERR = "application/vnd.jupyter.stderr"  # warnings in it name temporary files of the process


def compare_values(before: RunDetail, after: RunDetail) -> tuple[Finding, ...]:
    """All that a run and its replay measured; what only the replay has does not count against it."""
    values = (*_params(before, after), *_metrics(before, after), *_datasets(before, after), *_children(before, after))
    if before.run.kind == _KEPT:
        values = (*values, *_shown(before, after))
    state = _state(before, after)
    if values or before.run.status is not Status.FINISHED:
        return (state, *values)
    note = "the run has no parameters, metrics or datasets to compare"
    return state, Finding("values", Verdict.CANNOT, "", "", note)


def _state(before: RunDetail, after: RunDetail) -> Finding:
    first, second = _end(before), _end(after)
    return Finding("state", _compare_texts(first, second), first, second)


def _end(detail: RunDetail) -> str:
    error = detail.error
    return f"{detail.run.status}: {error.name}: {error.message}"[:500] if error else str(detail.run.status)


def compare_numbers(before: float, after: float) -> Verdict:
    """Two numbers: equal bits (any NaN is as any other), within the tolerance, or not."""
    if before == after or (math.isnan(before) and math.isnan(after)):
        return Verdict.IDENTICAL
    if math.isclose(before, after, rel_tol=RELATIVE_TOLERANCE, abs_tol=0.0):
        return Verdict.TOLERATED
    return Verdict.DIFFERS


def _shown(before: RunDetail, after: RunDetail) -> Iterator[Finding]:
    """What a kept cell showed is all that was kept of its result."""
    sides = [_outputs(one) for one in (before, after)]
    for place in range(max(map(len, sides))):
        first, second = ((side[place] if place < len(side) else "") for side in sides)
        note = "" if first and second else "one of them showed less"
        yield Finding(
            f"output {place + 1}", Verdict.IDENTICAL if first == second else Verdict.DIFFERS, first, second, note
        )


def _outputs(detail: RunDetail) -> list[str]:
    return [one.digest for one in outputs_of(detail.execution)] if detail.execution else []


def outputs_of(execution: CellExecution) -> list[OutputDigest]:
    """What an execution showed, but for what it said on stderr, how it failed, and whether a file was there before."""
    if execution.source.lstrip().startswith(_WRITES_FILE):
        return []  # `Writing` or `Overwriting`
    return [one for one in execution.outputs if one.kind != "error" and one.media_types != (_STDERR,)]


def _params(before: RunDetail, after: RunDetail) -> Iterator[Finding]:
    found = {param.key: param.value for param in after.params}
    for param in before.params:
        if param.value == HIDDEN and found.get(param.key, HIDDEN) == HIDDEN:
            continue  # a secret: nothing is known of it that could be compared
        name = f"param {param.key}"
        if param.key not in found:
            yield Finding(name, Verdict.DIFFERS, param.value, "", _NOT_AGAIN)
        else:
            yield Finding(name, _compare_texts(param.value, found[param.key]), param.value, found[param.key])


def _compare_texts(before: str, after: str) -> Verdict:
    """Texts without the addresses of objects, which are other ones in each process."""
    if _ADDRESS.sub("", before) == _ADDRESS.sub("", after):
        return Verdict.IDENTICAL
    try:
        return compare_numbers(float(before), float(after))
    except ValueError:
        return Verdict.DIFFERS


def _metrics(before: RunDetail, after: RunDetail) -> Iterator[Finding]:
    left: dict[tuple[str, str, str], list[MetricValue]] = {}
    for metric in after.metrics:
        left.setdefault(_identity(metric), []).append(metric)
    for metric in before.metrics:
        if _DURATION.search(metric.key):
            continue  # scikit-learn's clocks are other ones each time
        again = _take(left.get(_identity(metric), []), metric.dataset_digest, lambda one: one.dataset_digest)
        name = name_of_metric(metric)
        if again is None:
            yield Finding(name, Verdict.DIFFERS, repr(metric.value), "", _NOT_AGAIN)
            continue
        status = compare_numbers(metric.value, again.value)
        sides, note = (repr(metric.value), repr(again.value)), ""
        if status is Verdict.IDENTICAL and metric.count == again.count > 1:
            status, sides, note = _compare_extremes(metric, again)
        yield Finding(name, status, *sides, note)


def _identity(metric: MetricValue) -> tuple[str, str, str]:
    return metric.key, metric.dataset_name, metric.slice_name


def name_of_metric(metric: MetricValue) -> str:
    """A metric as people call it: its key, what it was measured on, and the part of that."""
    measured = f" on {metric.dataset_name}" if metric.dataset_name else ""
    return f"metric {metric.key}{measured}{f' [{metric.slice_name}]' if metric.slice_name else ''}"


def _compare_extremes(metric: MetricValue, again: MetricValue) -> tuple[Verdict, tuple[str, str], str]:
    """A series whose last values are equal may have gone another way there."""
    for what, before, after in (
        ("lowest", metric.minimum, again.minimum),
        ("highest", metric.maximum, again.maximum),
    ):
        if before is not None and after is not None and compare_numbers(before, after) is not Verdict.IDENTICAL:
            note = f"the {what} of {metric.count} values"
            return compare_numbers(before, after), (repr(before), repr(after)), note
    return Verdict.IDENTICAL, (repr(metric.value), repr(again.value)), ""


def _datasets(before: RunDetail, after: RunDetail) -> Iterator[Finding]:
    left: dict[tuple[str, str], list[DatasetUse]] = {}
    for use in after.datasets:
        left.setdefault((use.role, use.name), []).append(use)
    for use in before.datasets:
        if use.role is DatasetRole.INPUT:
            continue  # files: the checklist has them
        again = _take(left.get((use.role, use.name), []), use.dataset.digest, lambda one: one.dataset.digest)
        name = f"dataset {use.name} ({use.role})"
        if again is not None:
            yield _compare_dataset(name, use, again)
        elif use.role in {DatasetRole.TRAIN, DatasetRole.TARGET}:
            yield Finding(name, Verdict.DIFFERS, use.dataset.digest, "", _NOT_AGAIN)


def _take(left: list[T], digest: str, digest_of: Callable[[T], str]) -> T | None:
    """One of those with a name, which a function may give to many datasets: the one of this digest, else the next."""
    if not left:
        return None
    equal = (place for place, one in enumerate(left) if digest_of(one) == digest)
    return left.pop(next(equal, 0))


def _compare_dataset(name: str, use: DatasetUse, again: DatasetUse) -> Finding:
    before, after = use.dataset.digest, again.dataset.digest
    if before == after:
        note = "by a sample of its rows" if use.dataset.is_sampled else ""
        return Finding(name, Verdict.IDENTICAL, before, after, note)
    if before.partition(":")[0] != after.partition(":")[0]:
        return Finding(name, Verdict.CANNOT, before, after, "digests of two algorithms say nothing of each other")
    return Finding(name, Verdict.DIFFERS, before, after, _changed_columns(use, again))


def _changed_columns(use: DatasetUse, again: DatasetUse) -> str:
    sides = [{column.name: (column.dtype, column.digest) for column in one.dataset.columns} for one in (use, again)]
    names = [name for name in dict.fromkeys((*sides[0], *sides[1])) if sides[0].get(name) != sides[1].get(name)]
    if not names or not all(sides):
        return ""
    listed = ", ".join(names[:5])
    return f"columns {listed}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"  # noqa: PLR2004 - a line


def _children(before: RunDetail, after: RunDetail) -> Iterator[Finding]:
    """The candidates of a search and the runs within a run, each by its place and its leading metric."""
    if len(before.children) != len(after.children):
        yield Finding("children", Verdict.DIFFERS, str(before.run.child_count), str(after.run.child_count))
    for place, (child, again) in enumerate(zip(before.children, after.children, strict=False), start=1):
        first, second = child.key_metric, again.key_metric
        if first is None:
            continue
        name = f"child {place} {child.differs or child.name}, {first.key}"
        if second is None or second.key != first.key:
            yield Finding(name, Verdict.DIFFERS, repr(first.value), "", _NOT_AGAIN)
        else:
            yield Finding(name, compare_numbers(first.value, second.value), repr(first.value), repr(second.value))
