"""How the data of two runs differs, as far as it is known: columns, values, distributions."""

from dataclasses import dataclass

from celltrail.records import ColumnProfile


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column that differs.

    Attributes:
        change: added, removed, changed, retyped or not known.
        before: Its type in the first run; empty where it has none.
        changed_values: Rows with another value; null where they were not compared.
        shift: Of numbers, how far the mean moved in standard deviations of the first; null where not known.
    """

    name: str
    change: str
    before: str = ""
    after: str = ""
    changed_values: int | None = None
    before_profile: ColumnProfile | None = None
    after_profile: ColumnProfile | None = None
    shift: float | None = None


@dataclass(frozen=True, slots=True)
class DataChange:
    """Data of two runs that has another content.

    Attributes:
        name: What the dataset is called, or the file's path.
        role: What it was used for; input of a file that the cells read.
        source: The file or URI that it is of; empty of a value that cells made.
        before: The digest in the first run; empty where it has none.
        columns: Those that differ; empty where they are not known.
        is_read: Whether the cells that made the metric read it from outside: then no other cell has made it.
        notes: What could not be compared, and why.
    """

    name: str
    role: str
    source: str
    before: str
    after: str
    rows_before: int | None = None
    rows_after: int | None = None
    columns: tuple[ColumnChange, ...] = ()
    is_read: bool = False
    notes: tuple[str, ...] = ()

    @property
    def changed_values(self) -> int | None:
        """Values that differ over all columns; null where none were compared."""
        known = [column.changed_values for column in self.columns if column.changed_values is not None]
        return sum(known) if known else None
