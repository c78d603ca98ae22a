"""The data of two runs held against each other: by digests, and by values where both contents are still kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from celltrail.config import Settings
from celltrail.datasets.contents import content_of
from celltrail.datasets.diff import ADDED, CHANGED, REMOVED, RETYPED, SAME, UNKNOWN, DatasetDiff, diff_versions
from celltrail.datasets.tables import UnreadableTableError, read_table
from celltrail.errors import VersionGoneError
from celltrail.execute.explain.profiles import profile_columns, shift_between
from celltrail.execute.replay.plan import files_of
from celltrail.records import ColumnInfo, ColumnProfile, DatasetRole, SourceUse
from celltrail.runs.causes import RunSide
from celltrail.runs.compare import RunComparison
from celltrail.runs.data_change import ColumnChange, DataChange
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetEntry, DatasetQuery
from celltrail.store.runs import CellExecution, DatasetUse

_MOST_BYTES = 64 << 20  # that are read while somebody waits, packed or unpacked; `celltrail data diff` reads more
_MOST_VERSIONS = 1000
_PROFILED = 20  # columns


@dataclass(frozen=True, slots=True)
class _Read:
    """Data that cells read from outside."""

    name: str
    digest: str
    rows: int | None = None


def compare_data(
    store: Store, settings: Settings, sides: Sequence[RunSide], facts: RunComparison
) -> tuple[DataChange, ...]:
    """What has another content in the second of two runs: first what the cells read, then what they made."""
    reads = [_reads(side.steps) for side in sides]
    found = [*_read_changes(reads[0], reads[1])]
    uses = [{(use.role.value, use.name): use for use in side.detail.datasets} for side in sides]
    for one in facts.datasets:
        if one.role == DatasetRole.INPUT and any(one.name in side for side in reads):
            continue
        found.append(
            _made_change(one.name, one.role, uses[0].get((one.role, one.name)), uses[1].get((one.role, one.name)))
        )
    known = _Versions(store, sides)
    return tuple(_with_values(known, settings, one) for one in found)


class _Versions:
    """The versions of data that the runs used, by their digests; others are asked for one by one."""

    def __init__(self, store: Store, sides: Sequence[RunSide]) -> None:
        self._store = store
        queries = (DatasetQuery(run_id=side.detail.run.run_id, limit=_MOST_VERSIONS) for side in sides)
        self._known = [entry for query in queries for entry in store.list_dataset_versions(query)]

    def find(self, change: DataChange, digest: str) -> DatasetEntry | None:
        """The version that a run had of some data; None where the store knows of none."""
        found = [entry for entry in self._known if entry.dataset.digest == digest]
        if found or not change.is_read:
            return _of_source(found, change)
        return entry_of(self._store, change, digest)


def _reads(steps: Sequence[CellExecution]) -> dict[str, _Read]:
    files, _ = files_of(steps)
    found = {path: _Read(path, digest) for path, digest in files.items()}
    for step in steps:
        for use in step.sources:
            if use.mode == "read":
                found.setdefault(use.uri, _Read(use.name or use.uri, _content(use), use.rows))
    return found


def _content(use: SourceUse) -> str:
    return use.digest or (f"version:{use.version}" if use.version else "")


def _read_changes(before: dict[str, _Read], after: dict[str, _Read]) -> Iterator[DataChange]:
    for source in dict.fromkeys((*before, *after)):
        one, other = before.get(source), after.get(source)
        digests = [read.digest if read else "" for read in (one, other)]
        if digests[0] == digests[1]:
            continue
        known = one or other
        name = known.name if known else source
        notes = []
        if one is None or other is None:
            notes.append(f"only the {'second' if one is None else 'first'} run's cells read it")
        elif not all(digests):
            notes.append("its content was not recorded in one of the runs")
        rows = one.rows if one else None, other.rows if other else None
        yield DataChange(
            name, DatasetRole.INPUT, source, digests[0], digests[1], *rows, is_read=True, notes=tuple(notes)
        )


def _made_change(name: str, role: str, before: DatasetUse | None, after: DatasetUse | None) -> DataChange:
    one, other = (use.dataset if use else None for use in (before, after))
    is_read = role == DatasetRole.INPUT
    known = other or one
    return DataChange(
        name,
        role,
        known.source if known else "",
        one.digest if one else "",
        other.digest if other else "",
        one.rows if one else None,
        other.rows if other else None,
        _columns(before, after),
        is_read=is_read,
        notes=() if one and other else (f"only the {'first' if one else 'second'} run used it",),
    )


def _columns(before: DatasetUse | None, after: DatasetUse | None) -> tuple[ColumnChange, ...]:
    """By the digests of the columns, where both sides have them."""
    if before is None or after is None or not (before.dataset.columns and after.dataset.columns):
        return ()
    first = {column.name: column for column in before.dataset.columns}
    second = {column.name: column for column in after.dataset.columns}
    found = [
        ColumnChange(name, "changed" if first[name].dtype == one.dtype else "retyped", first[name].dtype, one.dtype)
        if name in first
        else ColumnChange(name, "added", "", one.dtype)
        for name, one in second.items()
        if name not in first or first[name].digest != one.digest
    ]
    return (*found, *(ColumnChange(name, "removed", one.dtype) for name, one in first.items() if name not in second))


# --- values -----------------------------------------------------------------------------------------------------------


def _with_values(known: _Versions, settings: Settings, change: DataChange) -> DataChange:
    """A change with what its contents say, where both are kept."""
    entries = [known.find(change, digest) for digest in (change.before, change.after)]
    before, after = entries
    if before is None or after is None:
        return change
    largest = max(before.dataset.size_bytes or 0, after.dataset.size_bytes or 0)
    if largest > _MOST_BYTES:
        note = f"{largest:,} bytes: its values are compared by celltrail data diff, not here"
        return _by_profiles(replace(change, notes=(*change.notes, note)), before, after)
    if not change.is_read and not (before.blob and after.blob):
        return change  # a value's content is nowhere else
    found = diff_versions(settings, before, after, most_bytes=_MOST_BYTES)
    if not any(column.change != UNKNOWN for column in found.columns):
        return _by_profiles(replace(change, notes=(*change.notes, *found.notes)), before, after)
    profiles = [_profiles(settings, entry, found) for entry in (before, after)]
    return _described(change, found, profiles[0], profiles[1])


def entry_of(store: Store, change: DataChange, digest: str) -> DatasetEntry | None:
    """The version that a run had of some data; None where the store knows of none."""
    if not digest or digest.startswith("version:"):
        return None
    found = store.list_dataset_versions(DatasetQuery(digest=digest, limit=10))
    return _of_source([entry for entry in found if entry.dataset.digest == digest], change)


def _of_source(found: Sequence[DatasetEntry], change: DataChange) -> DatasetEntry | None:
    named = [entry for entry in found if change.source in {entry.dataset.source, entry.name}]
    return next(iter(named or found), None)


def _profiles(settings: Settings, entry: DatasetEntry, found: DatasetDiff) -> dict[str, ColumnProfile]:
    names = [column.name for column in found.columns if column.change != SAME][:_PROFILED]
    try:
        return profile_columns(read_table(entry, content_of(settings, entry), most_bytes=_MOST_BYTES), names)
    except (VersionGoneError, UnreadableTableError):
        return {}


def _by_profiles(change: DataChange, before: DatasetEntry, after: DatasetEntry) -> DataChange:
    """A change by what was noted of each column when the files were read; as it was where nothing was."""
    sides = [{one.name: one for one in entry.dataset.columns} for entry in (before, after)]
    if not all(sides):
        return change
    columns = []
    for name in dict.fromkeys((*sides[0], *sides[1])):
        one, other = sides[0].get(name), sides[1].get(name)
        if _is_other(one, other):
            columns.append(_noted(name, one, other))
    known = [one.profile for side in sides for one in side.values() if one.profile is not None]
    sampled = max((one.sample or 0 for one in known), default=0)
    note = "how the columns were spread was noted when the files were read"
    note += f", from {sampled:,} of their rows" if sampled else ""
    return replace(
        change,
        rows_before=before.dataset.rows,
        rows_after=after.dataset.rows,
        columns=tuple(columns),
        notes=(*change.notes, note),
    )


def _is_other(before: ColumnInfo | None, after: ColumnInfo | None) -> bool:
    """Whether a column is known to have other values: one that was not looked at may have the same."""
    if before is None or after is None or before.dtype != after.dtype:
        return True
    return before.profile is not None and after.profile is not None and before.profile != after.profile


def _noted(name: str, before: ColumnInfo | None, after: ColumnInfo | None) -> ColumnChange:
    change = ADDED if before is None else REMOVED if after is None else CHANGED
    first, second = (one.profile if one else None for one in (before, after))
    types = before.dtype if before else "", after.dtype if after else ""
    if change == CHANGED and types[0] != types[1]:
        change = RETYPED
    return ColumnChange(
        name,
        change,
        types[0],
        types[1],
        before_profile=first,
        after_profile=second,
        shift=shift_between(first, second),
    )


def _described(
    change: DataChange, found: DatasetDiff, before: dict[str, ColumnProfile], after: dict[str, ColumnProfile]
) -> DataChange:
    columns = tuple(
        ColumnChange(
            column.name,
            column.change,
            column.before,
            column.after,
            column.changed_values,
            before.get(column.name),
            after.get(column.name),
            shift_between(before.get(column.name), after.get(column.name)),
        )
        for column in found.columns
        if column.change != SAME
    )
    only = found.rows_only_before, found.rows_only_after
    notes = [f"{only[0]:,} rows only in the first run, {only[1]:,} only in the second"] if None not in only else []
    return replace(
        change,
        rows_before=found.rows_before,
        rows_after=found.rows_after,
        columns=columns or change.columns,
        notes=(*change.notes, *notes, *(note for note in found.notes if "--key" not in note)),
    )
