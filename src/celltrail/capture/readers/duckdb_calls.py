"""DuckDB: queries, the files that they name, the files that relations read when they are fetched, and its databases.

A query may name a Python variable of its caller, which DuckDB looks for in the topmost frame: a function around the
call must not be that frame. So the original is called by an expression that is evaluated with the caller's variables.
"""

import re
import sys
import weakref
from collections.abc import Callable, MutableMapping
from itertools import islice
from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given, Switch, as_original
from celltrail.capture.readers.attached import databases_of
from celltrail.capture.readers.databases import file_uri, note_query, rows_of
from celltrail.capture.readers.ducklake_calls import watched
from celltrail.capture.readers.entries import Begun, Entry
from celltrail.capture.readers.places import note_places, reads
from celltrail.capture.readers.sql_text import files_of
from celltrail.capture.sources import is_recording

_QUERIES = ("sql", "query", "from_query")
_EXECUTES = ("execute", "executemany")
_READERS = {
    "read_parquet": ("file_glob", "path_or_buffer"), "from_parquet": ("file_glob", "path_or_buffer"),
    "read_csv": ("path_or_buffer",), "from_csv_auto": ("path_or_buffer",), "read_json": ("path_or_buffer",),
}  # fmt: skip
_RESULTS = (
    "df", "to_df", "fetchdf", "fetch_df", "fetchall", "pl", "arrow", "to_arrow_table", "fetch_arrow_table",
)  # fmt: skip
_PARTS = (
    "fetchone", "fetchmany", "fetchnumpy", "to_arrow_reader", "fetch_record_batch", "fetch_arrow_reader", "iter_rows",
    "to_dicts", "torch", "tf", "show", "execute", "materialize", "__repr__", "_repr_mimebundle_", "__len__", "shape",
)  # fmt: skip
_WRITERS = ("write_csv", "to_csv", "write_parquet", "to_parquet")
_BY_PARAMETER = re.compile(r"(?:read_\w+|\w+_scan|glob)\s*\(\s*\[?\s*[?$]", re.IGNORECASE)
_MAX_PARAMETERS = 50
_CODE = compile(
    "__celltrail_call__(*__celltrail_args__, **__celltrail_kwargs__)",
    "<celltrail: not shown, like importlib._bootstrap>",
    "eval",
)

_uris: MutableMapping[Any, str] = weakref.WeakKeyDictionary()  # connections that were seen to be made
_asked: MutableMapping[Any, tuple[str, str]] = weakref.WeakKeyDictionary()  # connection or relation: its URI and query


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of DuckDB."""
    connection, relation = module.DuckDBPyConnection, module.DuckDBPyRelation
    found = [Entry(module, "connect", _connected)]
    found += [Entry(connection, name, _shared) for name in ("cursor", "duplicate")]
    for owner, place in ((module, 0), (connection, 1)):
        found += [Entry(owner, name, _query(place), in_callers_frame) for name in (*_QUERIES, *_EXECUTES)]
        found += [Entry(owner, name, _reader(place, keywords)) for name, keywords in _READERS.items()]
        found += [Entry(owner, name, _fetched(place)) for name in _RESULTS]
    found += [Entry(relation, name, _relation_fetched) for name in (*_RESULTS, *_PARTS)]
    return (*found, *(Entry(relation, name, _relation_written) for name in _WRITERS))


def in_callers_frame(_name: str, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
    """A watched function that calls the original with the caller's variables in the topmost frame."""

    def tracked(*args: Any, **kwargs: Any) -> Any:
        begin = switch.get("begin")
        call = None if begin is None else begin(_name, original, args, kwargs)
        frame = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller
        own = frame.f_locals
        names = {"__celltrail_call__": original, "__celltrail_args__": args, "__celltrail_kwargs__": kwargs}
        try:
            result = eval(_CODE, frame.f_globals, names if own is frame.f_globals else {**own, **names})  # noqa: S307 - our own text
        except BaseException as error:
            if call is not None:
                call.failed(error)
            inner = error.__traceback__.tb_next if error.__traceback__ is not None else None
            if inner is not None:
                error.__traceback__ = inner.tb_next
            raise
        return result if call is None else call.returned(result)

    return as_original(tracked, original)


class _Returned:
    """A call whose result tells more."""

    def __init__(self, returned: Callable[[Any], None]) -> None:
        self._returned = returned

    def returned(self, result: Any) -> Any:
        """The call came back."""
        attempt("reader duckdb", self._returned, result)
        return result

    def failed(self, error: BaseException) -> None:
        """It raised: there is nothing to tell."""


def _connected(given: Given) -> Call:
    uri = file_uri("duckdb", given.argument(0, "database"))
    return _Returned(lambda connection: _remember(_uris, connection, uri))


def _shared(given: Given) -> Call:
    uri = _uri(given.args[0])
    return _Returned(lambda connection: _remember(_uris, connection, uri))


def _remember(where: MutableMapping[Any, Any], key: Any, value: Any) -> None:
    if key is not None:
        where[key] = value


def _uri(connection: Any) -> str:
    """Of a connection that was made before we watched nothing is known: its database is told as `duckdb:///`."""
    if connection is None:
        return file_uri("duckdb", ":memory:")
    return _uris.get(connection, "duckdb:///")


def _connection(given: Given, place: int) -> Any:
    """The connection of a call; None is the module's own."""
    return given.args[0] if place else given.kwargs.get("connection")


def _query(place: int) -> Begun:
    def begun(given: Given) -> Call | None:
        query = given.argument(place, "query")
        text = query if isinstance(query, str) else getattr(query, "query", "")
        if not isinstance(text, str) or not text:
            return None
        connection = _connection(given, place)
        uri = _uri(connection)
        _note_named(text, given.argument(place + 1, "parameters") or given.kwargs.get("params"))
        for one in (uri, *databases_of(connection, text)):
            note_query(one, text)
        known = _Returned(lambda result: _remember(_asked, result, (uri, text)))
        return watched(connection, text, known)

    return begun


def _note_named(text: str, parameters: Any = None) -> None:
    for named in files_of(text):
        note_places(named.path, named.mode)
    if isinstance(parameters, list | tuple | dict) and _BY_PARAMETER.search(text):
        values = parameters.values() if isinstance(parameters, dict) else parameters
        note_places([value for value in islice(values, _MAX_PARAMETERS) if isinstance(value, str)], "read")


def _reader(place: int, keywords: tuple[str, ...]) -> Begun:
    readers = [reads(place, keyword) for keyword in keywords]

    def begun(given: Given) -> None:
        for read in readers if len(given.args) <= place else readers[:1]:
            read(given)

    return begun


def _fetched(place: int) -> Begun:
    """A result is fetched from a connection: the rows are those of the query before."""

    def begun(given: Given) -> Call | None:
        connection = given.args[0] if place and given.args else None
        asked = _asked.get(connection) if connection is not None else None
        return _Returned(lambda result: note_query(*asked, rows=rows_of(result))) if asked else None

    return begun


def _relation_fetched(given: Given) -> Call | None:
    """A relation reads its files when its rows are asked for, in whichever cell that is."""
    relation = given.args[0]
    asked = _asked.get(relation)
    if asked is None:
        asked = ("", relation.sql_query())
    uri, text = asked
    return _Returned(lambda result: _note_relation(uri, text, result))


def _note_relation(uri: str, text: str, result: Any) -> None:
    _note_named(text)
    note_query(uri, text, rows=rows_of(result))


def _relation_written(given: Given) -> Call | None:
    note_places(given.argument(1, "file_name"), "write")
    return _relation_fetched(given) if is_recording() else None
