"""DuckLake, which DuckDB reads as an attached database: each query on one is told with the snapshot that it saw.

What a query touches is told by its text: a lake whose name occurs in it, or that `USE` made the default. In a replay a
lake is attached at the recorded snapshot, and so cannot be written: cells that write it are told by the engine itself.
"""

import re
import sys
import weakref
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

from celltrail.capture.boundary import guarded
from celltrail.capture.estimators.calls import Call
from celltrail.capture.readers.sql_text import modes_of
from celltrail.capture.sources import gathering, is_recording
from celltrail.capture.versioned import Read, note_write, reading
from celltrail.lean import record

_KIND = "ducklake"
_LAKES = """
SELECT database_name, path, options::VARCHAR FROM duckdb_databases() WHERE type = 'ducklake' AND NOT internal
"""
_ATTACH = re.compile(r"^\s*ATTACH\b.*?['\"]ducklake:", re.IGNORECASE | re.DOTALL)
_AT = re.compile(r"\bAT\s*\(\s*(?P<by>VERSION|TIMESTAMP)\s*=>\s*(?P<which>[^)]*)\)", re.IGNORECASE)
_USE = re.compile(r"(?:^|;)\s*USE\s+\"?(?P<name>\w+)", re.IGNORECASE)
_SNAPSHOT = re.compile(r"snapshot_(?:version|time)", re.IGNORECASE)
_GONE = ("no snapshot found", "does not exist", "no such file", "cannot open file")

_has_lakes = False  # whether this process ever attached one: nobody else pays for the questions below
_pinned: dict[str, str] = {}  # by lake: the statement that attached it for us
_defaults: MutableMapping[Any, str] = weakref.WeakKeyDictionary()  # what `USE` made a connection's default
_asking: ContextVar[bool] = ContextVar("celltrail_ducklake", default=False)  # our own questions are no queries


@record
class _Lake:
    """An attached lake; `source` is where its metadata lie, `is_asked` whether it was attached at a snapshot."""

    name: str
    source: str
    is_asked: bool


def watched(connection: Any, text: str, call: Call) -> Call:
    """The call of a query, which also tells the lakes that it uses; `call` itself where there are none.

    Args:
        connection: The query's; None is the module's own.
        text: The query.
        call: What watches it otherwise.
    """
    global _has_lakes
    if _asking.get() or (not _has_lakes and "ducklake:" not in text.lower()):
        return call
    _has_lakes = True
    if not is_recording():
        return call
    found = _Using(connection or sys.modules["duckdb"].default_connection(), text, call)
    with guarded("ducklake"):
        found.begin()
    return found


class _Using:
    """One query of a process that uses lakes."""

    def __init__(self, connection: Any, text: str, call: Call) -> None:
        self._connection = connection
        self._text = text
        self._call = call
        self._modes = modes_of(text)
        self._before: dict[str, str] = {}  # the snapshots of the lakes that it may change

    def begin(self) -> None:
        """Tell what is read, at the snapshot of now."""
        for used in _USE.finditer(self._text):
            _defaults[self._connection] = used["name"]
        for lake in self._used():
            if "read" in self._modes:
                self._note_read(lake)
            if "write" in self._modes:
                self._before[lake.source] = _snapshot(self._connection, lake)

    def _used(self) -> list[_Lake]:
        default = _defaults.get(self._connection, "")
        return [lake for lake in _attached(self._connection) if lake.name == default or self._names(lake)]

    def _names(self, lake: _Lake) -> bool:
        return re.search(rf"\b{re.escape(lake.name)}\b", self._text, re.IGNORECASE) is not None

    def _note_read(self, lake: _Lake) -> None:
        asked = [found["which"].strip() for found in _AT.finditer(self._text) if found["by"].upper() == "VERSION"]
        is_asked = lake.is_asked or _AT.search(self._text) is not None
        read = reading(_KIND, lake.source, is_asked=is_asked)
        for version in asked or [_snapshot(self._connection, lake)]:
            read.note(version)

    def returned(self, result: Any) -> Any:
        """The query was taken."""
        with guarded("ducklake"):
            for lake in self._used() if "write" in self._modes else ():
                version = _snapshot(self._connection, lake)
                if version != self._before.get(lake.source, ""):
                    note_write(_KIND, lake.source, version)
        if _ATTACH.search(self._text):
            self._pin()
        return self._call.returned(result)

    def failed(self, error: BaseException) -> None:
        """The engine refused."""
        self._call.failed(error)

    def _pin(self) -> None:
        """In a replay: attach the lakes that were attached just now at the recorded snapshot.

        Raises:
            VersionGoneError: A lake does not have it any more.
        """
        for lake in _attached(self._connection):
            read = reading(_KIND, lake.source, is_asked=lake.is_asked)
            statement = self._statement_of(lake)
            if read.recorded and statement:
                self._attach_again(lake, read, statement)

    def _statement_of(self, lake: _Lake) -> str:
        """The statement that attached a lake, as the user wrote it."""
        for one in sys.modules["duckdb"].extract_statements(self._text):
            named = re.search(rf"\bAS\s+\"?{re.escape(lake.name)}\b", one.query, re.IGNORECASE)
            if _ATTACH.search(one.query) and (named or " as " not in one.query.lower()):
                return str(one.query)
        return ""

    def _attach_again(self, lake: _Lake, read: Read, statement: str) -> None:
        option = f"SNAPSHOT_VERSION {int(read.recorded)}"
        bare = statement.strip().rstrip(";").rstrip()
        pinned = f"{bare[:-1]}, {option})" if bare.endswith(")") else f"{bare} ({option})"
        token = _asking.set(True)
        try:
            self._swap(lake, pinned)
        except sys.modules["duckdb"].Error as error:
            if any(word in str(error).lower() for word in _GONE):
                raise read.gone(f"the lake does not have that snapshot any more ({str(error)[:200]})") from error
            raise
        finally:
            _asking.reset(token)
        _pinned[lake.source] = pinned

    def _swap(self, lake: _Lake, pinned: str) -> None:
        connection, name = self._connection, _quoted(lake.name)
        default = connection.execute("SELECT current_database()").fetchall()[0][0]
        if default == lake.name:
            connection.execute(f"USE {_quoted(_other(connection))}")
        connection.execute(f"DETACH {name}")
        connection.execute(pinned)
        if default == lake.name:
            connection.execute(f"USE {name}")


def _ask(connection: Any, text: str) -> list[tuple[Any, ...]]:
    """A question of ours, beside whatever the connection is at: a cursor has results of its own."""
    token = _asking.set(True)
    try:
        with gathering():
            rows: list[tuple[Any, ...]] = connection.cursor().execute(text).fetchall()
            return rows
    finally:
        _asking.reset(token)


def _attached(connection: Any) -> list[_Lake]:
    """The lakes of a connection's database; asked beside it, so that nothing of its own is disturbed."""
    rows = _ask(connection, _LAKES)
    return [
        _Lake(name, _place(path), bool(_SNAPSHOT.search(options or "")) and _place(path) not in _pinned)
        for name, path, options in rows
    ]


def _place(path: Any) -> str:
    """Where the metadata lie: a file, or a database by its address."""
    text = str(path or "")
    return text.replace("postgres:", "postgresql://", 1) if text.startswith("postgres:") else text


def _snapshot(connection: Any, lake: _Lake) -> str:
    rows = _ask(connection, f"SELECT id FROM {_quoted(lake.name)}.current_snapshot()")  # noqa: S608 - quoted
    return str(rows[0][0]) if rows else ""


def _other(connection: Any) -> str:
    rows = connection.execute("SELECT database_name FROM duckdb_databases() WHERE type = 'duckdb' AND NOT internal")
    return str(rows.fetchall()[0][0])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
