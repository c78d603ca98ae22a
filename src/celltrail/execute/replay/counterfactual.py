"""What a swapped cause does to what was measured: each number before and after, and what can be said of it."""

import math
from collections.abc import Sequence

from celltrail.execute.replay.conditions import Conditions
from celltrail.execute.replay.keep import STATUS_TAG
from celltrail.execute.replay.report import Cause, CheckItem, Finding, MetricChange, Verdict
from celltrail.store.runs import RunDetail

_SHOWN = 3
_AS_RECORDED = frozenset({Verdict.IDENTICAL, Verdict.UNCOMPARED})


def metric_changes(results: Sequence[Finding]) -> tuple[MetricChange, ...]:
    """The metrics of a run and of its replay, with their differences; those of a search's candidates too."""
    numbers = ((one, _number(one.before), _number(one.after)) for one in results if _is_metric(one.name))
    return tuple(
        MetricChange(one.name, before, after, None if after is None else _difference(before, after))
        for one, before, after in numbers
        if before is not None
    )


def tell_effect(changes: Sequence[MetricChange], conditions: Conditions) -> str:
    """What came of it, in one line."""
    labels = " and ".join(swap.label for swap in conditions.swaps)
    moved = [one for one in changes if one.difference != 0]
    if not changes:
        return f"with {labels} swapped there is no metric to compare"
    if not moved:
        return f"with {labels} swapped every metric stays as it was"
    said = "; ".join(f"{one.name.removeprefix('metric ')} {_told(one)}" for one in moved[:_SHOWN])
    rest = f" and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
    return f"with {labels} swapped {len(moved)} of {len(changes)} metrics change: {said}{rest}"


def doubts(detail: RunDetail, checklist: Sequence[CheckItem], conditions: Conditions) -> tuple[str, ...]:
    """Why the swapped cause may not be all that made the difference."""
    found = []
    swapped = {str(cause) for cause in conditions.swapped}
    others = [item.name for item in checklist if item.status not in _AS_RECORDED and item.name not in swapped]
    blind = [item.name for item in checklist if item.status is Verdict.UNCOMPARED and item.name not in swapped]
    if blind:
        found.append(f"whether all of it is as recorded is not known: {', '.join(blind)}")
    if others:
        hint = "; replay with --env recorded" if Cause.ENVIRONMENT in others else ""
        found.append(f"not as recorded either: {', '.join(others)}{hint}")
    if not any(tag.key == STATUS_TAG and tag.value == Verdict.IDENTICAL for tag in detail.tags):
        found.append("the run was not replayed identical as it was recorded: do that first, or chance may be the cause")
    return tuple(found)


def _is_metric(name: str) -> bool:
    return name.startswith(("metric ", "child "))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _difference(before: float, after: float) -> float:
    """Zero also between two NaN, and two infinities of one sign."""
    return 0.0 if before == after or (math.isnan(before) and math.isnan(after)) else after - before


def _told(one: MetricChange) -> str:
    if one.after is None or one.difference is None:
        return f"{one.before:.6g}, then none"
    return f"{one.before:.6g} → {one.after:.6g} ({one.difference:+.6g})"
