"""What replays with one cause swapped have shown: read from the reports that the store keeps of them."""

import math

from celltrail import codec
from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.report import Cause, ReplayReport, Verdict
from celltrail.runs.causes import CauseProof
from celltrail.runs.compare import MetricDifference
from celltrail.store.base import Store
from celltrail.store.runs import Artifact, RunDetail

_AS_RECORDED = frozenset({Verdict.IDENTICAL, Verdict.TOLERATED})
_SWAPPED = "-swapped.json"
_MOST_REPORTS = 20


def kept_proofs(store: Store, before: RunDetail, metric: MetricDifference, after: RunDetail) -> dict[str, CauseProof]:
    """By the swap, what the latest replay of the first run with that one cause swapped showed of a metric."""
    reports = [one for one in before.artifacts if one.kind == "replay" and one.path.endswith(_SWAPPED)]
    found: dict[str, CauseProof] = {}
    for artifact in sorted(reports, key=lambda one: one.at)[-_MOST_REPORTS:]:
        report = _report(store, artifact)
        if report is None or report.run_id != before.run.run_id or len(report.plan.swaps) != 1:
            continue
        swap = swap_of(report.plan.swaps[0], after.run.run_id)
        if swap:
            found[swap] = proof_of(report, metric)
    return found


def swap_of(label: str, after_id: str) -> str:
    """The swap of a cause that a replay's label stands for; empty where it took what another run had."""
    head, _, given = label.partition("=")
    if label in {Cause.ENVIRONMENT, Cause.CODE}:
        return ""  # which run had what was there then is not known
    if not head.startswith(("data:", "code:", "environment")):
        return label
    return head if f"/{after_id}/" in given.replace("\\", "/") else ""


def proof_of(report: ReplayReport, metric: MetricDifference) -> CauseProof:
    """What a replay showed of a metric that differs between the run that was replayed and another."""
    change = next((one for one in report.changes if one.name == f"metric {metric.name}"), None)
    value = change.after if change else None
    share = explained_share(metric.values[0], metric.values[1], value)
    swapped = {label.partition("=")[0].partition(":")[0] for label in report.plan.swaps}
    others = [item.name for item in report.checklist if item.status not in _AS_RECORDED and item.name not in swapped]
    text = _text(metric, value, share, is_alone=not others)
    return CauseProof(value, share, report.replayed_run_id, text, report.doubts, is_isolated=not others)


def explained_share(before: float | None, after: float | None, swapped: float | None) -> float | None:
    """The part of the difference from `before` to `after` that lies between `before` and `swapped`; 1 is all of it."""
    if before is None or after is None or swapped is None or before == after:
        return None
    share = (swapped - before) / (after - before)
    return share if math.isfinite(share) else None


def _text(metric: MetricDifference, value: float | None, share: float | None, *, is_alone: bool) -> str:
    if value is None:
        return f"the replay has no {metric.name}"
    told = f"{metric.name} comes to {value:.6g}"
    if share is None:
        return told
    if not is_alone:
        return f"{told}, {share:.0%} of the difference, which proves nothing of this cause alone"
    return f"{told}: this alone explains {share:.0%} of the difference"


def _report(store: Store, artifact: Artifact) -> ReplayReport | None:
    try:
        return codec.loads(ReplayReport, store.read_blob(artifact.digest))
    except (BlobNotFoundError, ValueError):
        return None
