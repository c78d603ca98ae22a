"""How two versions of a dataset differ: schema, columns by their digests, rows; values where both are readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celltrail.config import Settings
from celltrail.datasets.contents import content_of
from celltrail.datasets.folder_diff import FileDiff, diff_folders
from celltrail.datasets.tables import MOST_BYTES, UnreadableTableError, read_table
from celltrail.errors import CelltrailError, VersionGoneError
from celltrail.fingerprint.data import fingerprint
from celltrail.records import ColumnInfo
from celltrail.store.datasets import DatasetEntry

if TYPE_CHECKING:
    import pandas as pd

ADDED, REMOVED, CHANGED, RETYPED, SAME, UNKNOWN = "added", "removed", "changed", "retyped", "same", "not known"


@dataclass(frozen=True, slots=True)
class ColumnDiff:
    """One column of either side; `changed_values` is None where the values were not compared."""

    name: str
    change: str
    before: str = ""
    after: str = ""
    changed_values: int | None = None


@dataclass(frozen=True, slots=True)
class DatasetDiff:
    """Two versions side by side.

    Attributes:
        is_same: Equal digests: equal content, or the same version of one source.
        columns: Every column of either side, in the order of the later one; empty where neither side's are known.
        is_reordered: The common columns stand in another order.
        rows_before: None where they are not known.
        files: Of folders: the files that differ.
        rows_only_before: Rows that the other side does not have; None where they were not compared.
        notes: What could not be compared, and why.
    """

    before: DatasetEntry
    after: DatasetEntry
    is_same: bool
    columns: tuple[ColumnDiff, ...] = ()
    is_reordered: bool = False
    rows_before: int | None = None
    rows_after: int | None = None
    rows_only_before: int | None = None
    rows_only_after: int | None = None
    key: str = ""
    files: tuple[FileDiff, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """What is known of one version."""

    entry: DatasetEntry
    columns: tuple[ColumnInfo, ...]
    rows: int | None
    table: "pd.DataFrame | None"
    note: str


class UnknownKeyError(CelltrailError):
    """A column to compare rows by that a side does not have, or that does not tell rows apart."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"rows cannot be compared by the column {key!r:.100}: {problem}")
        self.key = key


def diff_versions(
    settings: Settings, before: DatasetEntry, after: DatasetEntry, *, key: str = "", most_bytes: int = MOST_BYTES
) -> DatasetDiff:
    """Compare two versions.

    Args:
        settings: The project's.
        before: The earlier one.
        after: The later one.
        key: The column that tells which row is which; without it rows are compared by their place where both sides
            have equally many, and else as a set.
        most_bytes: Values of contents that are larger, packed or unpacked, are not compared.

    Raises:
        UnknownKeyError: A side has no such column, or several rows with one value in it.
    """
    digest = before.dataset.digest
    if digest and digest == after.dataset.digest:
        rows = before.dataset.rows
        return DatasetDiff(before, after, is_same=True, rows_before=rows, rows_after=rows)
    if before.dataset.kind == after.dataset.kind == "folder":
        return _folders(settings, before, after)
    sides = _side(settings, before, most_bytes), _side(settings, after, most_bytes)
    notes = [side.note for side in sides if side.note]
    changed: dict[str, int] = {}
    only: tuple[int | None, int | None] = None, None
    first, second = sides[0].table, sides[1].table
    if first is not None and second is not None:
        if key:
            changed, only = _by_key(first, second, key)
        elif len(first) == len(second):
            changed = _by_place(first, second)
        else:
            only = _as_sets(first, second)
            notes.append("row counts differ: --key COLUMN counts the changed values per column")
    names = [[column.name for column in side.columns] for side in sides]
    return DatasetDiff(
        before=before,
        after=after,
        is_same=False,
        columns=tuple(_columns(sides[0].columns, sides[1].columns, changed)),
        is_reordered=[one for one in names[0] if one in names[1]] != [one for one in names[1] if one in names[0]],
        rows_before=sides[0].rows,
        rows_after=sides[1].rows,
        rows_only_before=only[0],
        rows_only_after=only[1],
        key=key,
        notes=tuple(notes),
    )


def _folders(settings: Settings, before: DatasetEntry, after: DatasetEntry) -> DatasetDiff:
    try:
        return DatasetDiff(before, after, is_same=False, files=diff_folders(settings, before, after))
    except VersionGoneError as error:
        return DatasetDiff(before, after, is_same=False, notes=(str(error),))


def _side(settings: Settings, entry: DatasetEntry, most_bytes: int) -> _Side:
    dataset = entry.dataset
    try:
        table = read_table(entry, content_of(settings, entry), most_bytes=most_bytes)
    except (VersionGoneError, UnreadableTableError) as error:
        return _Side(entry, dataset.columns, dataset.rows, None, str(error))
    has_digests = bool(dataset.columns) and all(column.digest for column in dataset.columns)
    described = dataset if has_digests else fingerprint(table)
    columns = described.columns if described is not None else ()
    return _Side(entry, columns, len(table), table, "")


def _columns(before: Sequence[ColumnInfo], after: Sequence[ColumnInfo], changed: dict[str, int]) -> list[ColumnDiff]:
    earlier = {column.name: column for column in before}
    later = {column.name: column for column in after}
    if not earlier or not later:
        return []
    found = [_column(earlier.get(column.name), column, changed) for column in after]
    return found + [ColumnDiff(one.name, REMOVED, one.dtype) for one in before if one.name not in later]


def _column(before: ColumnInfo | None, after: ColumnInfo, changed: dict[str, int]) -> ColumnDiff:
    if before is None:
        return ColumnDiff(after.name, ADDED, "", after.dtype)
    change = SAME if before.digest == after.digest else CHANGED
    if before.digest.partition(":")[0] != after.digest.partition(":")[0] or not after.digest:
        change = UNKNOWN  # digests of two algorithms say nothing of each other; files have none by column
    elif before.dtype != after.dtype:
        change = RETYPED
    return ColumnDiff(after.name, change, before.dtype, after.dtype, changed.get(after.name))


def _by_place(before: "pd.DataFrame", after: "pd.DataFrame") -> dict[str, int]:
    """Per common column how many rows have another value."""
    common = [name for name in after.columns if name in before.columns]
    return {str(name): _unequal(before[name], after[name]) for name in common if _is_single(before, after, name)}


def _is_single(before: "pd.DataFrame", after: "pd.DataFrame", name: Any) -> bool:
    return list(before.columns).count(name) == 1 == list(after.columns).count(name)


def _unequal(before: "pd.Series", after: "pd.Series") -> int:
    """Values that are not equal; two missing ones are. What cannot be compared (lists in cells) is as its text."""
    first, second = before.reset_index(drop=True), after.reset_index(drop=True)
    if first.dtype != second.dtype:
        first, second = first.astype(object), second.astype(object)
    is_missing = first.isna() & second.isna()
    try:
        is_equal = first.eq(second)
    except (TypeError, ValueError):
        is_equal = first.astype(str).eq(second.astype(str))
    return int((~(is_equal.fillna(value=False).astype(bool) | is_missing)).sum())


def _by_key(before: "pd.DataFrame", after: "pd.DataFrame", key: str) -> tuple[dict[str, int], tuple[int, int]]:
    for table in (before, after):
        if key not in table.columns:
            raise UnknownKeyError(key, f"there is none; the columns are {', '.join(map(str, table.columns))}")
        if not _is_unique(table[key]):
            raise UnknownKeyError(key, "several rows have one value in it")
    first, second = before.set_index(key), after.set_index(key)
    common = first.index.intersection(second.index)
    changed = _by_place(first.loc[common], second.loc[common])
    return changed, (len(first) - len(common), len(second) - len(common))


def _is_unique(column: "pd.Series") -> bool:
    try:
        return bool(column.is_unique)
    except TypeError:  # lists in cells
        return False


def _as_sets(before: "pd.DataFrame", after: "pd.DataFrame") -> tuple[int | None, int | None]:
    """Rows that only one side has, each counted as often as it occurs more."""
    import pandas as pd

    common = [name for name in after.columns if name in before.columns]
    if not common or any(not _is_single(before, after, name) for name in common):
        return None, None
    tables = before[common], after[common]
    try:
        counts = [pd.util.hash_pandas_object(table, index=False).value_counts() for table in tables]
    except TypeError:  # lists in cells: as their text
        counts = [pd.util.hash_pandas_object(table.astype(str), index=False).value_counts() for table in tables]
    more = counts[0].sub(counts[1], fill_value=0)
    return int(more[more > 0].sum()), int(-more[more < 0].sum())
