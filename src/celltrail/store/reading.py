"""One question's view of the tables: a cursor of its own in a transaction, so that a fold meanwhile changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from celltrail.store.text import clean

_NUMBERS = "SELECT key, key_no FROM key SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS key) USING (key)"
_TEXTS = "SELECT key_no, key FROM key SEMI JOIN (SELECT unnest(?::INTEGER[]) AS key_no) USING (key_no)"


@dataclass(frozen=True, slots=True)
class Known:
    """What questions learned that the next ones need too, until a fold commits: then its owner takes an empty one.

    Planning a statement costs DuckDB more than answering these. Any thread may add to it: all would add the same.
    """

    numbers: dict[str, int] = field(default_factory=dict)  # -1 of a key that the store lacks
    texts: dict[int, str] = field(default_factory=dict)
    answers: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)  # by statement


class Reading:
    """The cursor of one question; for one thread."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, known: Known) -> None:
        self._cursor = cursor
        self._known = known

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._cursor.execute(sql, parameters).fetchall()

    def settled(self, sql: str) -> list[tuple[Any, ...]]:
        """The few rows of a statement without parameters, asked once between two folds."""
        answers = self._known.answers
        if sql not in answers:
            answers[sql] = self.rows(sql)
        return answers[sql]

    def know_keys(self, keys: Iterable[str]) -> dict[str, int]:
        """The numbers of these keys, in one statement; -1 of one that the store lacks."""
        wanted = {clean(key) for key in keys}
        numbers = self._known.numbers
        missing = [key for key in wanted if key not in numbers]
        if missing:
            numbers.update({**dict.fromkeys(missing, -1), **dict(self.rows(_NUMBERS, [missing]))})
        return {key: numbers[key] for key in wanted}

    def key_number(self, key: str) -> int:
        """The number of a key; -1 where the store lacks it."""
        return self.know_keys((key,))[clean(key)]

    def key_texts(self, numbers: Iterable[int]) -> dict[int, str]:
        """The keys with these numbers: cheaper than a join, which DuckDB plans for every question."""
        wanted = set(numbers)
        texts = self._known.texts
        missing = [number for number in wanted if number not in texts]
        if missing:
            texts.update(self.rows(_TEXTS, [missing]))
        return {number: texts[number] for number in wanted}
