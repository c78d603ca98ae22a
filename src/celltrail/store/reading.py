"""One question's view of the tables: a cursor of its own in a transaction, so that a fold meanwhile changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from celltrail.store.text import clean


class Reading:
    """The cursor of one question; for one thread."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._numbers: dict[str, int] = {}

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._cursor.execute(sql, parameters).fetchall()

    def key_number(self, key: str) -> int:
        """The number of a key; -1 where the store lacks it."""
        key = clean(key)
        number = self._numbers.get(key)
        if number is None:
            rows = self.rows("SELECT key_no FROM key WHERE key = ?", [key])
            number = self._numbers[key] = rows[0][0] if rows else -1
        return number
