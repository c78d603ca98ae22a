"""The rows that a chunk is about, loaded once, changed in memory, written back once."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from celltrail.store.rows import CellRow, RunRow, SessionRow, columns_of, values_of
from celltrail.store.staging import Staging, scalar, texts_of
from celltrail.store.text import clean

R = TypeVar("R", SessionRow, CellRow, RunRow)


class RowCache(Generic[R]):
    """The rows of one table by id, for one transaction. A row that is asked for and unknown is made."""

    def __init__(self, staging: Staging, table: str, id_column: str, make: Callable[[str], R]) -> None:
        self._staging = staging
        self._table = table
        self._id_column = id_column
        self._make: Callable[[str], R] = make
        self._rows: dict[str, R] = {}
        self._stored: set[str] = set()
        self._changed: dict[str, R] = {}

    def load(self, ids: Iterable[str], cls: type[R]) -> None:
        """Fetch the rows with these ids."""
        columns = ", ".join(columns_of(cls))
        sql = f"SELECT {columns} FROM {self._table} SEMI JOIN wanted ON wanted.id = {self._id_column}"  # noqa: S608 - our names
        for values in self._staging.fetch(sql, (one for one in ids if one)):
            row: R = cls(*values)
            key = getattr(row, self._id_column)
            self._rows[key] = row
            self._stored.add(key)

    def touch(self, key: str) -> R:
        """The row with this id, to be changed."""
        key = clean(key)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._make(key)
        self._changed[key] = row
        return row

    def get(self, key: str) -> R:
        """The row with this id; only one that was made now will be written."""
        key = clean(key)
        return self._rows[key] if key in self._rows else self.touch(key)

    def changed(self) -> list[R]:
        """The rows that were changed or made."""
        return list(self._changed.values())

    def write(self) -> None:
        """Replace what changed."""
        replaced = [key for key in self._changed if key in self._stored]
        if replaced:
            with self._staging.staged("wanted", {"id": texts_of(replaced)}):
                self._staging.connection.execute(
                    f"DELETE FROM {self._table} WHERE {self._id_column} IN (SELECT id FROM wanted)"  # noqa: S608 - our names
                )
        rows: list[tuple[Any, ...]] = [values_of(row) for row in self._changed.values()]
        self._staging.insert(self._table, rows)


class KeyNumbers:
    """The numbers of keys; a new key gets the next."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._numbers: dict[str, int] = {}
        self._new: list[tuple[int, str]] = []
        self._next = 0

    def load(self, keys: Iterable[str]) -> None:
        """Fetch the numbers of these keys."""
        sql = "SELECT key, key_no FROM key SEMI JOIN wanted ON wanted.id = key"
        self._numbers.update(self._staging.fetch(sql, keys))
        self._next = next_number(self._staging, "key", "key_no")

    def number(self, key: str) -> int:
        """The number of a key."""
        key = clean(key)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._next
            self._new.append((number, key))
            self._next += 1
        return number

    def write(self) -> None:
        """Keep the new keys."""
        self._staging.insert("key", self._new)


def next_number(staging: Staging, table: str, column: str) -> int:
    """One more than the greatest number in a column."""
    return int(scalar(staging.connection, f"SELECT coalesce(max({column}), 0) + 1 FROM {table}"))  # noqa: S608 - our names
