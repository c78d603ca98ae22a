"""One question's view of the tables: a cursor of its own in a transaction, so that a fold meanwhile changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from celltrail.store.text import clean

_NUMBERS = "SELECT key, key_no FROM key SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS key) USING (key)"


class Reading:
    """The cursor of one question; for one thread."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._numbers: dict[str, int] = {}

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._cursor.execute(sql, parameters).fetchall()

    def know_keys(self, keys: Iterable[str]) -> dict[str, int]:
        """The numbers of these keys, in one statement; -1 of one that the store lacks."""
        wanted = {clean(key) for key in keys}
        missing = [key for key in wanted if key not in self._numbers]
        if missing:
            self._numbers.update(dict.fromkeys(missing, -1))
            self._numbers.update(self.rows(_NUMBERS, [missing]))
        return {key: self._numbers[key] for key in wanted}

    def key_number(self, key: str) -> int:
        """The number of a key; -1 where the store lacks it."""
        return self.know_keys((key,))[clean(key)]
