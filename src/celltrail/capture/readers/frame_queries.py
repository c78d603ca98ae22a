"""Queries that become a frame, and frames that become a table: one source, with the rows and the digest of the frame.

What the database's own library tells meanwhile is gathered, so that it is told once.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celltrail.capture import active
from celltrail.capture.boundary import attempt
from celltrail.capture.readers.databases import note_database, rows_of
from celltrail.capture.readers.entries import Begun
from celltrail.capture.sources import Gathered, gathering, note_source
from celltrail.fingerprint.data import fingerprint
from celltrail.records import SourceUse

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def queries(query: tuple[int, str], connection: tuple[int, str]) -> Begun:
    """For a function that returns the frame of a query; where the two arguments stand."""
    return lambda given: _Querying(given.argument(*query), given.argument(*connection))


def stores(table: tuple[int, str], connection: tuple[int, str]) -> Begun:
    """For a method that writes its frame into a table."""
    return lambda given: _Storing(given.args[0], given.argument(*table), given.argument(*connection))


class _Gathering(ABC):
    """A call during which others tell what they see."""

    def __init__(self) -> None:
        self._block: AbstractContextManager[Gathered] = gathering()
        self._inner = self._block.__enter__()

    def returned(self, result: Any) -> Any:
        """It is done."""
        self._end()
        attempt("reader sql", self._tell, result)
        return result

    def failed(self, _error: BaseException) -> None:
        """It raised: what was told until then stays."""
        self._end()
        for use in self._inner.uses:
            note_source(use)

    def _end(self) -> None:
        self._block.__exit__(None, None, None)

    @abstractmethod
    def _tell(self, result: Any) -> None:
        """Tell what was gathered as one source."""


class _Querying(_Gathering):
    def __init__(self, query: Any, connection: Any) -> None:
        self._query = query
        self._connection = connection
        super().__init__()

    def _tell(self, result: Any) -> None:
        told = self._inner.uses
        reads = [use for use in told if use.mode == "read" and use.kind == "sql"]
        rows = rows_of(result)
        if rows is None:  # chunks: what was told is all that is known
            for use in told:
                note_source(use)
            return
        for use in told:
            if use not in reads[-1:]:
                note_source(use)
        text = self._query if isinstance(self._query, str) else ""
        last = reads[-1] if reads else SourceUse(_describe(self._connection), "sql", query=text)
        note_source(replace(last, rows=rows, digest=_digest(result), note=""))


class _Storing(_Gathering):
    def __init__(self, frame: Any, table: Any, connection: Any) -> None:
        self._frame = frame
        self._table = table
        self._connection = connection
        super().__init__()

    def _tell(self, _result: Any) -> None:
        writes = [use for use in self._inner.uses if use.mode == "write"]
        uri = writes[0].uri if writes else _describe(self._connection)
        note_database(uri, "write")
        note_source(SourceUse(uri, "sql", "write", query=f"table {self._table}", rows=len(self._frame)))


def _digest(frame: Any) -> str:
    recorder = active.recorder
    if recorder is None:
        return ""
    version = fingerprint(frame, budget_bytes=recorder.settings.fingerprint_budget_bytes)
    return version.digest if version is not None else ""


def _describe(connection: Any) -> str:
    """A connection of which nobody told: its URI where it is one, else the library that it is of."""
    if isinstance(connection, str):
        return connection
    dsn = getattr(connection, "dsn", "")
    library = type(connection).__module__.partition(".")[0]
    return f"{library}:{dsn}" if isinstance(dsn, str) else f"{library}:"
