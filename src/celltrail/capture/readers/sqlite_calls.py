"""sqlite3: the queries of a connection.

Its classes cannot be changed, a trace callback costs as much as an insert, and an authorizer is not asked again for a
statement that is known. So `connect` makes a connection of a class of ours, by the `factory` that it has for that:
named and shown as sqlite3's own, with cursors that tell what they execute. Where the user has a factory, it stays.
"""

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

from celltrail.capture import active
from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Given, Switch, as_original, pass_on
from celltrail.capture.readers.entries import TOLD_BY_SQLALCHEMY, Entry, begin_of
from celltrail.capture.sources import is_gathering

_FACTORY_PLACE = 5
_EXECUTES = ("execute", "executemany", "executescript")


class _Told:
    """What was told last, and where: a loop asks for no more."""

    here: object = None
    text: object = None
    uri = ""


_last = _Told()


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """`connect`, in both modules that have it."""
    return tuple(
        Entry(owner, "connect", _nothing, lambda name, original, switch: _connecting(name, original, switch, module))
        for owner in (module, module.dbapi2)
    )


def _nothing(_: Given) -> None:
    """The connection is told when it is used."""


def _connecting(_name: str, original: Callable[..., Any], switch: Switch, module: ModuleType) -> Callable[..., Any]:
    def tracked(*args: Any, **kwargs: Any) -> Any:
        is_ours = "begin" in switch and "factory" not in kwargs and len(args) <= _FACTORY_PLACE
        given = {**kwargs, "factory": _connection_class(module)} if is_ours else kwargs
        try:
            connection = original(*args, **given)
        except BaseException as error:
            pass_on(error)
            raise
        if is_ours:
            attempt("reader sqlite3", _name_database, connection, args[0] if args else kwargs.get("database"))
        return connection

    return as_original(tracked, original)


def _name_database(connection: Any, database: Any) -> None:
    from celltrail.capture.readers.databases import file_uri

    connection.celltrail_uri = file_uri("sqlite", database)


@cache
def _connection_class(module: ModuleType) -> type:
    original = module.Connection
    executes = _executes(original)
    cursors = _like(module.Cursor, {"__slots__": (), **_executes(module.Cursor)})

    def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original.cursor(self, *args, **kwargs) if args or kwargs else original.cursor(self, cursors)
        except BaseException as error:
            pass_on(error)
            raise

    own = {"__slots__": ("celltrail_uri",), "cursor": as_original(cursor, original.cursor)}
    return _like(original, {**own, **executes})


def _executes(original: type) -> dict[str, Any]:
    switch = Switch({"begin": begin_of(_executed, TOLD_BY_SQLALCHEMY)})
    return {name: _executing(name, vars(original)[name], switch) for name in _EXECUTES}


def _executing(name: str, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
    """As `tracked_function`, but quick where a loop executes one statement: an insert is as quick as our asking."""

    def tracked(*args: Any, **kwargs: Any) -> Any:
        begin = switch.get("begin")
        if begin is not None and not _has_just_been_told(args):
            begin(name, original, args, kwargs)
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            pass_on(error)
            raise

    return as_original(tracked, original)


def _has_just_been_told(args: tuple[Any, ...]) -> bool:
    recorder = active.recorder
    if recorder is None:
        return True
    where = recorder.where
    here = where.here.get()
    is_same = here is _last.here and len(args) > 1 and args[1] is _last.text and _uri(args[0]) == _last.uri
    return is_same and here is not where.nowhere and not is_gathering()


def _like(original: type, own: dict[str, Any]) -> type:
    dressed = {name: getattr(original, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(original.__name__, (original,), {**dressed, "__class__": property(lambda _: original), **own})


def _executed(given: Given) -> None:
    from celltrail.capture.readers.databases import note_query

    text, asked = given.argument(1, "sql"), given.args[0]
    uri = _uri(asked)
    if isinstance(text, str) and uri:
        note_query(uri, text)
        recorder = active.recorder
        _last.here = recorder.where.here.get() if recorder is not None else None
        _last.text, _last.uri = text, uri


def _uri(asked: Any) -> str:
    """Of a cursor's connection, or of a connection."""
    return str(getattr(getattr(asked, "connection", asked), "celltrail_uri", ""))
