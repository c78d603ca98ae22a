"""Whose metric is it? The run of a measured value, on strong evidence only, and which evidence that was.

A metric on the wrong run is worse than one on none: where two runs are possible both are kept as candidates.
"""

import ast
from collections.abc import Iterable
from dataclasses import replace

from celltrail.capture.attribution import contents, resampling
from celltrail.capture.attribution.columns import column_node, is_column
from celltrail.capture.attribution.lineage import Lineage
from celltrail.capture.attribution.predictions import Origin, Registry, common_dataset, common_rows
from celltrail.lean import record
from celltrail.records import Evidence

_STRENGTH = tuple(Evidence)
_TRUTH = frozenset({"y_true", "labels_true"})
_MEASURED_SIDE = frozenset(
    {"y_pred", "y_score", "y_proba", "y_prob", "pred_decision", "labels", "labels_pred", "estimator", "X_embedded"}
)


@record
class Argument:
    """One array that a metric was given; `node` is its expression where that is known."""

    value: object
    name: str
    place: int
    node: ast.expr | None


@record
class Verdict:
    """Whose the metric is: one run with evidence, or several candidates with a reason, or nobody's.

    `slice_name` says which part of the prediction was measured: "25 of 111 rows"; empty for all of it.
    """

    run_ids: frozenset[str]
    evidence: Evidence = Evidence.OWN
    reason: str = ""
    dataset_name: str = ""
    dataset_digest: str = ""
    slice_name: str = ""

    @property
    def run_id(self) -> str:
        """The one run; empty where there is none or several."""
        return next(iter(self.run_ids)) if len(self.run_ids) == 1 and not self.reason else ""


NOBODY = Verdict(frozenset())


@record
class _Found:
    origins: frozenset[Origin]
    evidence: Evidence
    is_doubtful: bool = False
    row_count: int = 0
    is_resampled: bool = False

    def runs(self) -> frozenset[str]:
        return frozenset(run for origin in self.origins for run in origin.run_ids)


_NOTHING = _Found(frozenset(), Evidence.NAME_LINEAGE)


def attribute(registry: Registry, arguments: Iterable[Argument], lineage: Lineage | None) -> Verdict:
    """The verdict on a metric.

    Args:
        registry: What is known of living objects.
        arguments: The arrays that the metric was given.
        lineage: The call's lineage; None where its source is not known.
    """
    arguments = [argument for argument in arguments if contents.is_array_like(argument.value)]
    found = _weighed(arguments, [_find(registry, argument, lineage) for argument in arguments])
    if not any(part.origins for part in found):
        found = [_by_content(registry, argument) for argument in arguments]
    counted = zip(found, arguments, strict=True)
    found = [replace(part, row_count=contents.row_count(given.value)) for part, given in counted if part.origins]
    if not found:
        return NOBODY
    verdict = _verdict(found)
    if len(found) > 1 and all(part.evidence is Evidence.SAME_OBJECT for part in found) and not verdict.reason:
        verdict = replace(verdict, reason="both sides are predictions: it compares a model with itself")
    is_permuted = any(given.node is not None and resampling.is_permuted(given.node) for given in arguments)
    return replace(verdict, slice_name=resampling.RESAMPLED) if is_permuted else verdict


def _weighed(arguments: list[Argument], found: list[_Found]) -> list[_Found]:
    """The truth says little of whose a metric is.

    It often comes out of a frame that holds predictions too: such a column counts neither alone nor beside a measured
    side that is certain.
    """
    sides = list(zip(arguments, found, strict=True))
    measured = [part for given, part in sides if given.name not in _TRUTH and part.origins]
    is_certain = bool(measured) and all(part.evidence is not Evidence.NAME_LINEAGE for part in measured)

    def counts(given: Argument, part: _Found) -> bool:
        if given.name not in _TRUTH or part.evidence is not Evidence.NAME_LINEAGE:
            return True
        is_from_frame = is_column(given.value) or (given.node is not None and column_node(given.node) is not None)
        return not is_certain and (bool(measured) or not is_from_frame)

    return [part if counts(given, part) else _NOTHING for given, part in sides]


def _find(registry: Registry, argument: Argument, lineage: Lineage | None) -> _Found:
    exact, changed = _split(registry.exact(argument.value), argument.value)
    if not exact and not changed:
        exact, changed = _split(registry.view(argument.value), argument.value)
    if exact:
        is_derived = all(origin.is_derived for origin in exact)
        return _Found(frozenset(exact), Evidence.NAME_LINEAGE if is_derived else Evidence.SAME_OBJECT)
    traced = lineage.of_argument(argument.node) if lineage is not None and argument.node is not None else frozenset()
    found = _Found(traced | frozenset(changed), Evidence.NAME_LINEAGE, is_doubtful=bool(changed) and not traced)
    if traced and lineage is not None and argument.node is not None and not registry.equal(argument.value):
        if lineage.is_other_column(argument.node, found.runs()):
            return _NOTHING
        found = replace(found, is_resampled=lineage.is_resampled(argument.node))
    return _settle(registry, argument, found)


def _split(origins: list[Origin], value: object) -> tuple[list[Origin], list[Origin]]:
    """Those whose value is as it was, and those whose value was written into since."""
    if not origins:
        return [], []
    digest = contents.digest(value)
    same = [origin for origin in origins if digest in origin.digests]
    return same, [] if same else origins


def _settle(registry: Registry, argument: Argument, found: _Found) -> _Found:
    """Where several runs are possible, content decides if it is exactly one's and not trivial."""
    runs = found.runs()
    if len(runs) < 2 and not found.is_doubtful:  # noqa: PLR2004 - two make a doubt
        return found
    equal = {run: origin for run, origin in registry.equal(argument.value).items() if run in runs}
    if len(equal) == 1 and not contents.is_constant(argument.value):
        return _Found(frozenset(equal.values()), Evidence.EQUAL_CONTENT)
    return found


def _by_content(registry: Registry, argument: Argument) -> _Found:
    is_measured = argument.name in _MEASURED_SIDE or (not argument.name and argument.place == 1)
    equal = registry.equal(argument.value) if is_measured else {}
    if not equal or contents.is_constant(argument.value):
        return _Found(frozenset(), Evidence.EQUAL_CONTENT)
    return _Found(frozenset(equal.values()), Evidence.EQUAL_CONTENT)


def _verdict(found: list[_Found]) -> Verdict:
    runs = frozenset(run for part in found for run in part.runs())
    origins = [origin for part in found for origin in part.origins]
    name, digest = common_dataset(origins)
    evidence = min((part.evidence for part in found), key=_STRENGTH.index)
    reason = ""
    if len(runs) > 1:
        reason = f"computed from the predictions of {len(runs)} runs"
    elif any(part.is_doubtful for part in found):
        reason = "the prediction was written into after it was made, and the code does not show by what"
    return Verdict(runs, evidence, reason, name, digest, _slice(found))


def _slice(found: list[_Found]) -> str:
    if any(part.is_resampled for part in found):
        return resampling.RESAMPLED
    for part in found:
        for origin in part.origins:
            if origin.slice_name:
                return origin.slice_name
        rows = common_rows(part.origins)
        if 0 < part.row_count < rows:
            return f"{part.row_count:,} of {rows:,} rows"
    return ""
