"""Cell by cell: which replayed execution repeats which, and the first that did not do what it did before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from celltrail.execute.replay.plan import label_of
from celltrail.execute.replay.report import Divergence, Finding, Verdict
from celltrail.execute.replay.sources import other_sources
from celltrail.execute.replay.values import compare_numbers, name_of_metric, outputs_of
from celltrail.records import OutputDigest, Status
from celltrail.store.runs import CellExecution, RunDetail


@dataclass(frozen=True, slots=True)
class Pair:
    """An execution and its repetition; None where the replay did not come to it."""

    before: CellExecution
    after: CellExecution | None


def pair_steps(
    steps: Sequence[CellExecution], repeats: Sequence[tuple[str, str]], again: Sequence[CellExecution]
) -> tuple[Pair, ...]:
    """Each execution with the one that repeats it, by the ids of the replay notebook's cells."""
    by_cell = {one.cell_id: one for one in again}
    by_execution = {execution_id: by_cell.get(cell_id) for cell_id, execution_id in repeats}
    return tuple(Pair(step, by_execution.get(step.execution_id)) for step in steps)


def compare_outputs(pairs: Sequence[Pair]) -> Finding:
    """One line about what the cells showed; it counts for nothing else, since much that is shown is made anew."""
    compared = [pair for pair in pairs if pair.after is not None]
    other = [pair for pair in compared if _outputs(pair.before) != _outputs(pair.after)]
    shown = f"{len(compared) - len(other)} of {len(compared)} cells show the same"
    if not other:
        return Finding("outputs", Verdict.IDENTICAL, shown, shown)
    listed = ", ".join(f"[{pair.before.execution_count}]" for pair in other[:8])
    first = other[0]
    note = f"{shown}; other in {listed}{' …' if len(other) > 8 else ''}"  # noqa: PLR2004 - a line
    return Finding("outputs", Verdict.DIFFERS, _show(first.before), _show(first.after), note)


def first_divergence(pairs: Sequence[Pair], before: RunDetail, after: RunDetail | None) -> Divergence | None:
    """The first cell that ended otherwise, read other data or measured something else; else that showed something else.

    What a cell shows comes last: it may be a time, or an address.
    """
    for find in (_differences, _shown):
        for pair in pairs:
            if pair.after is None:
                continue  # the replay ended before it: an earlier one diverged
            for what, first, second in find(pair.before, pair.after, before, after):
                step = pair.before
                return Divergence(step.execution_id, step.execution_count, label_of(step), what, first, second)
    return None


def _differences(
    step: CellExecution, again: CellExecution, before: RunDetail, after: RunDetail | None
) -> Iterator[tuple[str, str, str]]:
    if _end(step) != _end(again):
        yield "how it ended", _end(step), _end(again)
    digests = {use.path: use.digest for use in again.files if use.mode == "read"}
    for use in step.files:
        if use.mode == "read" and digests.get(use.path, use.digest) != use.digest:
            yield f"the file {use.path} that it read", use.digest, digests[use.path]
    yield from other_sources(step, again)
    yield from _measured(step, before, after)


def _shown(
    step: CellExecution, again: CellExecution, _before: RunDetail, _after: RunDetail | None
) -> Iterator[tuple[str, str, str]]:
    if _outputs(step) != _outputs(again):
        yield "what it shows", _show(step), _show(again)


def _measured(step: CellExecution, before: RunDetail, after: RunDetail | None) -> Iterator[tuple[str, str, str]]:
    """What of the run itself this cell made: its training data, and the metrics that were measured here."""
    if after is None:
        return
    if step.execution_id == before.run.execution_id:
        digests = {(use.role, use.name): use.dataset.digest for use in after.datasets}
        for use in before.datasets:
            other = digests.get((use.role, use.name), use.dataset.digest)
            if other != use.dataset.digest and use.role in {"train", "target"}:
                yield f"the dataset {use.name} ({use.role})", use.dataset.digest, other
    values = {(metric.key, metric.dataset_name, metric.slice_name): metric.value for metric in after.metrics}
    for metric in before.metrics:
        value = values.get((metric.key, metric.dataset_name, metric.slice_name))
        if metric.execution_id != step.execution_id or value is None:
            continue
        if compare_numbers(metric.value, value) is Verdict.DIFFERS:
            yield name_of_metric(metric), repr(metric.value), repr(value)


def _end(execution: CellExecution) -> str:
    error = execution.error
    return f"{execution.status}: {error.name}: {error.message}"[:500] if error else str(execution.status)


def _outputs(execution: CellExecution | None) -> list[OutputDigest]:
    """What is compared of the outputs: an error is compared as such, for its traceback names the cell's number."""
    return [] if execution is None else outputs_of(execution)


def _show(execution: CellExecution | None) -> str:
    parts = [f"{one.kind} {', '.join(one.media_types)} {one.digest[:20]}" for one in _outputs(execution)]
    return "; ".join(parts[:4]) or "nothing"


def failed_step(pairs: Sequence[Pair]) -> Pair | None:
    """The first execution that ended well then and did not now."""
    for pair in pairs:
        if (
            pair.after is not None
            and pair.before.status is Status.FINISHED
            and pair.after.status is not Status.FINISHED
        ):
            return pair
    return None
