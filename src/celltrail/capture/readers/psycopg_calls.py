"""psycopg 3: queries of cursors. Of an asynchronous cursor nothing is told."""

from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given
from celltrail.capture.readers.databases import note_query
from celltrail.capture.readers.entries import TOLD_BY_SQLALCHEMY, Entry

_OTHERS = (*TOLD_BY_SQLALCHEMY, "psycopg._")  # its look at the types of the database


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of psycopg."""
    owners = (module.Cursor, getattr(module, "ServerCursor", None))
    names = ("execute", "executemany", "stream")
    return tuple(Entry(owner, name, _executed, not_from=_OTHERS) for owner in owners for name in names)


def connection_uri(connection: Any) -> str:
    """`postgresql://ann@host:5432/shop`, from what the client library knows, without the password."""
    info = connection.info
    port = f":{info.port}" if info.port and info.port != 5432 else ""  # noqa: PLR2004 - PostgreSQL's own
    host = info.host or ""
    if host.startswith("/"):  # a socket's folder
        return f"postgresql://{info.user}@/{info.dbname}?host={host}"
    return f"postgresql://{info.user}@{host}{port}/{info.dbname}"


def _executed(given: Given) -> Call | None:
    cursor, query = given.args[0], given.argument(1, "query")
    text = _text(cursor, query)
    return _Executed(cursor, text) if text else None


def _text(cursor: Any, query: Any) -> str:
    if isinstance(query, str):
        return query
    if isinstance(query, bytes):
        return query.decode("utf-8", "replace")
    return str(query.as_string(cursor)) if hasattr(query, "as_string") else ""


class _Executed:
    """A query is being executed; afterwards the cursor knows how many rows there are."""

    def __init__(self, cursor: Any, text: str) -> None:
        self._cursor = cursor
        self._text = text

    def returned(self, result: Any) -> Any:
        """It was executed."""
        attempt("reader psycopg", self._note)
        return result

    def failed(self, error: BaseException) -> None:
        """It was refused."""

    def _note(self) -> None:
        count = self._cursor.rowcount
        note_query(connection_uri(self._cursor.connection), self._text, rows=count if count >= 0 else None)
