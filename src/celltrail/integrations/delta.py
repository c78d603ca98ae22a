"""Delta tables by `deltalake`, also below Polars: an opening is told with its version, a write with the new one."""

from typing import Any

from celltrail.capture import sources
from celltrail.capture.training import Given, Hook
from celltrail.capture.versioned import Read, ReadCall, WriteCall, local_path, reading

_KIND = "delta"
_CHANGES = ("delete", "update", "restore")
_GONE = ("version", "not found", "no such file", "missing", "does not exist", "invalid")


def install(hook: Hook) -> None:
    """Watch Delta tables."""
    module: Any = hook.module
    hook.on_method(module.DeltaTable, "__init__", _opened)
    hook.on_method(module.DeltaTable, "load_as_version", _loaded)
    hook.on_function("write_deltalake", lambda given: _written(module.DeltaTable, given))
    for name in _CHANGES:
        hook.on_method(module.DeltaTable, name, _changed)


def _opened(given: Given) -> ReadCall | None:
    """A table is opened: at the latest version, unless one is named."""
    if not sources.is_recording():
        return None
    table, uri = given.args[0], str(given.argument(1, "table_uri"))
    read = reading(_KIND, uri, is_asked=given.argument(2, "version") is not None)
    if read.recorded and len(given.args) < 3:  # noqa: PLR2004 - the table, its place, the version
        given.give("version", int(read.recorded))
    return ReadCall(read, lambda _result: _note(read, table), lambda error: _why_gone(read, uri, error))


def _loaded(given: Given) -> ReadCall | None:
    """An open table goes to another version, which the code names."""
    if not sources.is_recording():
        return None
    table = given.args[0]
    read = reading(_KIND, table.table_uri, is_asked=True)
    return ReadCall(read, lambda _result: _note(read, table), lambda _error: "")


def _note(read: Read, table: Any) -> None:
    version = str(table.version())
    if read.recorded:
        gone = [path for path in map(local_path, table.file_uris()) if path is not None and not path.exists()]
        if gone:
            raise read.gone(
                f"{len(gone)} of the files that it is made of were removed (vacuum), {gone[0].name} for one"
            )
    read.note(version)


def _why_gone(read: Read, uri: str, error: BaseException) -> str:
    """Whether the table is there and that version of it is not, or the table is gone altogether."""
    said = str(error).lower()
    if not any(word in said for word in _GONE):
        return ""
    place = local_path(uri)
    if place is not None and not (place / "_delta_log").is_dir():
        return "there is no such table any more"
    return f"its log does not have version {read.recorded} any more ({str(error)[:200]})"


def _written(table_class: Any, given: Given) -> WriteCall | None:
    if not sources.is_recording():
        return None
    target = given.argument(0, "table_or_uri")
    uri = target.table_uri if isinstance(target, table_class) else str(target)

    def version(_result: Any) -> str:
        if isinstance(target, table_class):
            return str(target.version())
        # another round trip to a distant store would be felt
        return str(table_class(uri).version()) if local_path(uri) is not None else ""

    return WriteCall(_KIND, uri, version)


def _changed(given: Given) -> WriteCall | None:
    if not sources.is_recording():
        return None
    table = given.args[0]
    return WriteCall(_KIND, table.table_uri, lambda _result: str(table.version()))
