"""Replays as a JUnit file, which CI systems show: a run is a test case, a notebook its class."""

import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from celltrail.execute.replay.report import Divergence, Finding, ReplayReport, Verdict
from celltrail.execute.replay.several import ReplayedRun

_PASSED = frozenset({Verdict.IDENTICAL, Verdict.TOLERATED})
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold
_MOST_FINDINGS = 50


def write_junit(path: Path, replayed: Sequence[ReplayedRun], *, started_at: int, duration_s: float) -> None:
    """Write the file, whole or not at all.

    Identical and within tolerance are passed; `differs` is a failure, `cannot` an error, and a run that no cell made
    is skipped.

    Args:
        path: The file; its folder is made.
        replayed: What was replayed.
        started_at: When, in microseconds.
        duration_s: How long all of it took.

    Raises:
        OSError: The disk refuses.
    """
    suites = ET.Element("testsuites", name="celltrail replay")
    suite = ET.SubElement(suites, "testsuite", {"name": "celltrail replay", **_counts(replayed)})
    suite.set("time", f"{duration_s:.3f}")
    suite.set("timestamp", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(started_at / 1e6)))
    for one in replayed:
        _add_case(suite, one)
    ET.indent(suites)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    ET.ElementTree(suites).write(temporary, encoding="utf-8", xml_declaration=True)
    temporary.replace(path)


def _counts(replayed: Sequence[ReplayedRun]) -> dict[str, str]:
    kinds = [_kind(one) for one in replayed]
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {"tests": str(len(kinds)), **{name: str(kinds.count(kind)) for name, kind in counted.items()}}


def _kind(one: ReplayedRun) -> str:
    """What a test case is called that has not passed; empty for one that has."""
    if one.is_skipped:
        return "skipped"
    if one.status in _PASSED:
        return ""
    return "failure" if one.status is Verdict.DIFFERS else "error"


def _add_case(suite: ET.Element, one: ReplayedRun) -> None:
    run, report = one.run, one.report
    name = " ".join(filter(None, (run.title or run.name, run.differs, f"[{run.execution_count}]", run.run_id[:8])))
    case = ET.SubElement(suite, "testcase", name=_fit(name), classname=_fit(run.notebook_path or "session"))
    case.set("time", f"{report.duration_s if report else 0.0:.3f}")
    kind = _kind(one)
    if kind:
        said = ET.SubElement(case, kind, message=_fit(one.reason))
        said.set("type", "skipped" if one.is_skipped else str(one.status))
        said.text = _fit(_details(report)) if report else ""
    if report and report.attempts[-1].output:
        ET.SubElement(case, "system-out").text = _fit(f"executed notebook: {report.attempts[-1].output}")


def _details(report: ReplayReport) -> str:
    """The first divergent cell and what differs, each with both values."""
    lines = _divergence(report.first_divergent) if report.first_divergent else []
    differing = [one for one in report.results if one.status not in _PASSED]
    lines += [_line(one) for one in differing[:_MOST_FINDINGS]]
    lines += [
        f"{item.name}: {_line(finding)}"
        for item in report.checklist
        for finding in item.findings[:_MOST_FINDINGS]
        if finding.status is not Verdict.IDENTICAL
    ]
    return "\n".join(lines)


def _divergence(found: Divergence) -> list[str]:
    return [
        f"first divergent cell: [{found.execution_count}] {found.label}",
        f"  {found.what}: {found.before} then, {found.after} now",
    ]


def _line(finding: Finding) -> str:
    note = f" ({finding.note})" if finding.note else ""
    values = (
        f": {finding.before or 'none'} then, {finding.after or 'none'} now" if finding.before or finding.after else ""
    )
    return f"{finding.name}{values}{note}"


def _fit(text: str) -> str:
    """A text without the characters that XML cannot hold, which are named instead."""
    return _UNFIT.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
