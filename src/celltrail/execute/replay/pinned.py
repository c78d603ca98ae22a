"""Versioned sources in a replay: read at the version that was recorded, and compared by what was read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from celltrail.execute.replay.recorded import Recorded
from celltrail.execute.replay.report import Cause, Finding, Verdict
from celltrail.records import SourceUse
from celltrail.store.runs import CellExecution

_KINDS = frozenset({"delta", "iceberg", "ducklake", "dvc", "lakefs", "nessie"})
_GONE = "VersionGoneError"
_FIRST = {"delta": "0", "ducklake": "1"}  # the version that a table has when it was made
_Source = tuple[str, str]


def pinning_cells(steps: Sequence[CellExecution]) -> tuple[str, ...]:
    """For each step the source of the cell that goes before it, which says what it is to read; empty for none.

    The first version of each source is said before the first step: what is opened early may be read late.

    What the replayed cells write themselves is read as they wrote it; so is a source of which a cell read several
    versions, because it changed meanwhile, without naming any of them.
    """
    said: dict[_Source, str] = {}
    first: dict[_Source, str] = {}
    cells: list[dict[_Source, str]] = []
    for wanted in _wanted(steps):
        first |= {one: version for one, version in wanted.items() if one not in said and version}
        cells.append({one: version for one, version in wanted.items() if one in said and said[one] != version})
        said |= wanted
    if cells:
        cells[0] |= first
    return tuple(_cell(one) for one in cells)


def _wanted(steps: Sequence[CellExecution]) -> Iterator[dict[_Source, str]]:
    """For each step the versions that it is to read: of what none before it wrote."""
    written: set[_Source] = set()
    for step in steps:
        yield {one: version for one, version in _read_first(step).items() if one not in written}
        written.update((use.kind, use.uri) for use in step.sources if use.mode == "write")


def writes_tables(steps: Sequence[CellExecution]) -> bool:
    """Whether the cells write a table of the project: the user's own is not to be written again."""
    return any(use.mode == "write" and _is_local(use.uri) for step in steps for use in _versioned(step.sources))


def made_tables(steps: Sequence[CellExecution], root: Path) -> tuple[Recorded, ...]:
    """The tables that the cells made themselves, which are to find no table in their place."""
    seen: set[str] = set()
    found = []
    for use in (use for step in steps for use in _versioned(step.sources)):
        is_made = use.mode == "write" and use.version == _FIRST.get(use.kind) and use.uri not in seen
        seen.add(use.uri)
        if is_made and _is_local(use.uri) and (root / use.uri).exists():
            found.append(Recorded(use.uri, Cause.DATA, None, "is made by the cells: it is left out"))
    return tuple(found)


def _is_local(uri: str) -> bool:
    return "://" not in uri and not uri.startswith(("/", ".@"))


def version_notes(steps: Sequence[CellExecution]) -> tuple[str, ...]:
    """What will be read at which version, and what lies elsewhere and will be written again, for people."""
    again = dict.fromkeys(
        f"{use.kind} {use.uri} is not in the project's folder, and the cells write it again"
        for step in steps
        for use in _versioned(step.sources)
        if use.mode == "write" and not (_is_local(use.uri) and use.kind != "iceberg")
    )
    found = dict.fromkeys((*one, version) for wanted in _wanted(steps) for one, version in wanted.items() if version)
    return (*(f"{kind} {uri} is read at version {version}" for kind, uri, version in found), *again)


def _cell(pins: dict[_Source, str]) -> str:
    calls = [f"celltrail.read_recorded({kind!r}, {uri!r}, {version!r})" for (kind, uri), version in pins.items()]
    return "\n".join(["import celltrail", "", *calls]) if calls else ""


def _read_first(step: CellExecution) -> dict[_Source, str]:
    """The one version of each source that a cell read before it wrote it, where its code did not name the version."""
    versions: dict[_Source, set[str]] = {}
    written: set[_Source] = set()
    for use in _versioned(step.sources):
        source = use.kind, use.uri
        if use.mode == "write":
            written.add(source)
        elif source not in written and not use.is_asked and use.version:
            versions.setdefault(source, set()).add(use.version)
    return {source: next(iter(found)) if len(found) == 1 else "" for source, found in versions.items()}


def _versioned(uses: Sequence[SourceUse]) -> Iterator[SourceUse]:
    return (use for use in uses if is_versioned(use))


def is_versioned(use: SourceUse) -> bool:
    """Whether a replay reads it by version; what also has a digest is a file, which is found by its content."""
    return use.kind in _KINDS and not use.digest


def compare_versions(steps: Sequence[CellExecution], again: Sequence[CellExecution]) -> tuple[Finding, ...]:
    """What the replay read of each versioned source, beside what was recorded.

    Args:
        steps: The recorded executions.
        again: The replayed ones.
    """
    before, after = _read(steps), _read(again)
    gone = [one.error.message for one in again if one.error is not None and one.error.name == _GONE]
    return tuple(
        _finding(source, versions, after.get(source, {}), gone) for source, versions in before.items() if any(versions)
    )


def _read(steps: Sequence[CellExecution]) -> dict[_Source, dict[str, None]]:
    """The versions that were read of each source before any of the cells wrote it."""
    found: dict[_Source, dict[str, None]] = {}
    written: set[_Source] = set()
    for use in (use for step in steps for use in _versioned(step.sources)):
        source = use.kind, use.uri
        if use.mode == "write":
            written.add(source)
        elif source not in written:
            found.setdefault(source, {})[use.version] = None
    return found


def _finding(source: _Source, before: dict[str, None], after: dict[str, None], gone: Sequence[str]) -> Finding:
    kind, uri = source
    name, versions = f"{kind} {uri}", (", ".join(before), ", ".join(after))
    if before.keys() <= after.keys():
        return Finding(name, Verdict.IDENTICAL, *versions)
    why = next((message for message in gone if f" of {name} is gone" in message), "")
    if why:
        return Finding(name, Verdict.CANNOT, *versions, note=why)
    if not after:
        return Finding(name, Verdict.CANNOT, *versions, note="it was not read again")
    return Finding(name, Verdict.DIFFERS, *versions, note="another version was read")
