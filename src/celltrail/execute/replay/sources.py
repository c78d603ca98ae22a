"""What cells were given by databases, servers and loaders, then and in the replay: by digest, version or rows.

What a replay reads at its recorded version is compared in `pinned`.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from celltrail.execute.replay.pinned import is_versioned
from celltrail.execute.replay.report import Finding, Verdict
from celltrail.records import SourceUse, Status
from celltrail.store.runs import CellExecution

_SHOWN_QUERY = 80
_Key = tuple[str, str, str]


def compare_sources(steps: Sequence[CellExecution], again: Sequence[CellExecution]) -> Iterator[Finding]:
    """Each source that the recorded cells read, beside what the replay read of it."""
    for name in dict.fromkeys(_name(use) for use in _reads(steps) if not _is_known(use)):
        yield Finding(name, Verdict.UNCOMPARED, note="neither digest nor version nor rows of what it gave are known")
    now = _by_key(again)
    for key, before in _by_key(steps).items():
        for first, second in zip_longest(before, now.get(key, [])):
            if first is not None:
                yield _compare(first, second, again)


def count_sources(steps: Sequence[CellExecution]) -> str:
    """The words for the checklist: how many were read, and of how many nothing is known that could be compared."""
    uses = list(_reads(steps))
    if not uses:
        return ""
    blind = sum(not _is_known(use) for use in uses)
    told = f"{len(uses)} read{'' if len(uses) == 1 else 's'} of other sources"
    return f"{told}, of {blind} of them neither digest nor version nor rows are known" if blind else told


def other_sources(step: CellExecution, again: CellExecution) -> Iterator[tuple[str, str, str]]:
    """What one cell was given otherwise by its sources than it was then: what, before, after."""
    now = _by_key([again])
    for key, before in _by_key([step]).items():
        for first, second in zip(before, now.get(key, []), strict=False):
            finding = _compare(first, second, ())
            if finding.status is Verdict.DIFFERS:
                yield f"what {finding.name} gave it", finding.before, finding.after


def _by_key(executions: Sequence[CellExecution]) -> dict[_Key, list[SourceUse]]:
    found: dict[_Key, list[SourceUse]] = {}
    for use in _reads(executions):
        if _is_known(use):
            found.setdefault((use.kind, use.uri, use.query), []).append(use)
    return found


def _reads(executions: Sequence[CellExecution]) -> Iterator[SourceUse]:
    for execution in executions:
        yield from (use for use in execution.sources if use.mode == "read" and not is_versioned(use))


def _is_known(use: SourceUse) -> bool:
    return bool(use.digest or use.version) or use.rows is not None


def _compare(before: SourceUse, after: SourceUse | None, again: Sequence[CellExecution]) -> Finding:
    name = _name(before)
    if after is None:
        return Finding(name, Verdict.CANNOT, _value(before), "", _why_not(again))
    if before.digest and after.digest:
        return _same(name, before.digest, after.digest)
    if before.version and after.version:
        return _same(name, before.version, after.version)
    if before.rows is not None and after.rows is not None:
        found = _same(name, f"{before.rows} rows", f"{after.rows} rows")
        if found.status is Verdict.DIFFERS:
            return found
        return Finding(name, Verdict.UNCOMPARED, found.before, found.after, "same rows, content not compared")
    return Finding(name, Verdict.CANNOT, _value(before), _value(after), "the two say nothing of each other")


def _same(name: str, before: str, after: str) -> Finding:
    if before == after:
        return Finding(name, Verdict.IDENTICAL, before, after)
    if before.partition(":")[0] != after.partition(":")[0] and ":" in before and ":" in after:
        return Finding(name, Verdict.CANNOT, before, after, "digests of two algorithms say nothing of each other")
    return Finding(name, Verdict.DIFFERS, before, after, "it gives something else since")


def _name(use: SourceUse) -> str:
    query = " ".join(use.query.split())
    shown = query if len(query) <= _SHOWN_QUERY else f"{query[:_SHOWN_QUERY]} …"
    return f"{use.name or use.uri}: {shown}" if shown else use.name or use.uri


def _value(use: SourceUse) -> str:
    return use.digest or use.version or f"{use.rows} rows"


def _why_not(again: Sequence[CellExecution]) -> str:
    for one in again:
        if one.status is not Status.FINISHED and one.error is not None:
            return f"the replay did not read it: [{one.execution_count}] {one.error.name}: {one.error.message}"[:500]
    return "the replay did not read it: it cannot be reached, or another way was taken"
