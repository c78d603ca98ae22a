"""SQLAlchemy: what its engines execute, by its own events, for engines that were made before and after."""

import weakref
from collections.abc import Callable, MutableMapping
from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.readers.databases import file_uri, note_query
from celltrail.capture.readers.entries import Entry
from celltrail.capture.sources import is_recording

_CATALOGS = ("pg_catalog.", "information_schema.", "sqlite_master", "sqlite_temp_master")
_FILES = frozenset({"sqlite", "duckdb"})

_uris: MutableMapping[Any, str] = weakref.WeakKeyDictionary()


def entries(_module: ModuleType) -> tuple[Entry, ...]:
    """None: see `listen`."""
    return ()


def listen(module: ModuleType) -> Callable[[], None]:
    """Listen to all engines; what is returned stops that."""
    event, engine = module.event, module.engine.Engine
    event.listen(engine, "after_cursor_execute", _executed)

    def stop() -> None:
        event.remove(engine, "after_cursor_execute", _executed)

    return stop


def _executed(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
    if is_recording():
        attempt("reader sqlalchemy", _note, connection, cursor, statement)


def _note(connection: Any, cursor: Any, statement: str) -> None:
    if any(catalog in statement for catalog in _CATALOGS):  # what its own reflection asks
        return
    engine = connection.engine
    uri = _uris.get(engine)
    if uri is None:
        uri = _uris[engine] = engine_uri(engine.url, connection)
    count = getattr(cursor, "rowcount", -1)
    is_counted = isinstance(count, int) and count >= 0 and cursor.description is not None
    note_query(uri, statement, rows=count if is_counted else None)


def engine_uri(url: Any, connection: Any = None) -> str:
    """The URL without its password and without the name of the driver; of a file's database as `file_uri` has it."""
    dialect = url.get_backend_name()
    if dialect in _FILES:
        return file_uri(dialect, url.database)
    if url.get_driver_name() == "psycopg" and connection is not None:
        from celltrail.capture.readers.psycopg_calls import connection_uri

        return connection_uri(connection.connection.dbapi_connection)
    return str(url.set(drivername=dialect, password=None).render_as_string(hide_password=True))
