"""Rows into tables in bulk, as columns: DuckDB takes a million values this way in the time of some hundred INSERTs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from celltrail.store.text import clean

Columns = Mapping[str, NDArray[Any]]

_INT64 = np.iinfo(np.int64)
_INT32 = np.iinfo(np.int32)


class Staging:
    """Writes to the tables of one connection, inside the caller's transaction. Not thread safe."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._columns: dict[str, list[tuple[str, str, bool]]] = {}

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows whose values stand in the order of the table's columns."""
        if rows:
            self._take(f"INSERT INTO {table}", table, rows)

    def set_aside(self, name: str, rows: Sequence[tuple[Any, ...]], *, like: str) -> None:
        """Make a temporary table of rows whose values stand in the order of the columns of the table `like`.

        In one statement: DuckDB 2.0.0 shows nothing of 122,880 or more rows that are inserted into a table which the
        same transaction made by `CREATE TABLE ... AS ... LIMIT 0`.
        """
        self._take(f"CREATE OR REPLACE TEMP TABLE {name} AS", like, rows)

    def _take(self, statement: str, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        described = self._describe(table)
        columns = {
            name: _column(kind, values)
            for (name, kind, _), values in zip(described, zip(*rows, strict=True), strict=True)
        }
        taken = ", ".join(_taken(name, kind, is_nullable=nullable) for name, kind, nullable in described)
        with self.staged("staged_rows", columns):
            self.connection.execute(f"{statement} SELECT {taken} FROM staged_rows")  # noqa: S608 - our names

    def staged(self, name: str, columns: Columns) -> "Staged":
        """Columns as a table of that name for the length of a `with` block."""
        return Staged(self.connection, name, columns)

    def fetch(self, sql: str, ids: Iterable[str]) -> list[tuple[Any, ...]]:
        """The rows of a query that names the table `wanted (id)`, which holds `ids`."""
        texts = sorted(set(ids))
        if not texts:
            return []
        with self.staged("wanted", {"id": texts_of(texts)}):
            return self.connection.execute(sql).fetchall()

    def _describe(self, table: str) -> list[tuple[str, str, bool]]:
        found = self._columns.get(table)
        if found is None:
            rows = self.connection.execute(
                "SELECT column_name, data_type, is_nullable FROM duckdb_columns()"
                " WHERE table_name = ? AND schema_name = 'main' ORDER BY column_index",
                [table],
            ).fetchall()
            found = self._columns[table] = [(str(name), str(kind), bool(nullable)) for name, kind, nullable in rows]
        return found


class Staged:
    """A registered table; see `Staging.staged`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
        self._connection = connection
        self._name = name
        self._columns = columns

    def __enter__(self) -> None:
        self._connection.register(self._name, dict(self._columns))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:  # after an error the transaction is void, and the registered table with it
            self._connection.unregister(self._name)


def texts_of(values: Sequence[str | None]) -> NDArray[np.object_]:
    """Texts as a column; what DuckDB could not take is escaped."""
    return _objects([value if value is None else clean(value) for value in values])


def _column(kind: str, values: Sequence[Any]) -> NDArray[Any]:
    if kind == "VARCHAR":
        return texts_of(values)
    if kind in {"BIGINT", "INTEGER"}:
        limits = _INT64 if kind == "BIGINT" else _INT32
        return _objects([value if value is None else min(max(value, limits.min), limits.max) for value in values])
    return _objects(values)


def _taken(name: str, kind: str, *, is_nullable: bool) -> str:
    # A NaN arrives as NULL: where NULL is impossible, it was a NaN.
    taken = name if is_nullable or kind != "DOUBLE" else f"coalesce({name}, 'NaN'::DOUBLE)"
    return f"{taken}::{kind} AS {name}"


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def scalar(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The one value of a query; read to its end, as DuckDB 2 refuses other work on a connection before."""
    return connection.execute(sql, parameters).fetchall()[0][0]
