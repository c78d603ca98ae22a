"""Versioned sources in a replay: read at the version that was recorded, and compared by what was read."""

from collections.abc import Iterator, Sequence

from celltrail.execute.replay.report import Finding, Verdict
from celltrail.records import SourceUse
from celltrail.store.base import CellExecution

_KINDS = frozenset({"delta", "iceberg", "ducklake", "dvc", "lakefs", "nessie"})
_GONE = "VersionGoneError"
_Source = tuple[str, str]


def pinning_cells(steps: Sequence[CellExecution]) -> tuple[str, ...]:
    """For each step the source of the cell that goes before it, which says what it is to read; empty for none.

    The first version of each source is said before the first step: what is opened early may be read late.

    What the replayed cells write themselves is read as they wrote it; so is a source of which a cell read several
    versions, because it changed meanwhile, without naming any of them.
    """
    written: set[_Source] = set()
    said: dict[_Source, str] = {}
    first: dict[_Source, str] = {}
    cells: list[dict[_Source, str]] = []
    for step in steps:
        wanted = {one: version for one, version in _read_first(step).items() if one not in written}
        first |= {one: version for one, version in wanted.items() if one not in said and version}
        cells.append({one: version for one, version in wanted.items() if one in said and said[one] != version})
        said |= wanted
        written.update((use.kind, use.uri) for use in step.sources if use.mode == "write")
    if cells:
        cells[0] |= first
    return tuple(_cell(one) for one in cells)


def version_notes(steps: Sequence[CellExecution]) -> tuple[str, ...]:
    """What will be read at which version, for people."""
    found = {one: version for step in steps for one, version in _read_first(step).items() if version}
    return tuple(f"{kind} {uri} is read at version {version}" for (kind, uri), version in found.items())


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
