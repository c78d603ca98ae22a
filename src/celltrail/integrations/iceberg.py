"""Iceberg tables by `pyiceberg`, also below pandas and Polars: each scan is told with the snapshot that it reads."""

import weakref
from typing import Any

from celltrail.capture import sources
from celltrail.capture.training import Given, Hook
from celltrail.capture.versioned import Read, ReadCall, WriteCall, reading, recorded_version, source_name

_KIND = "iceberg"
_CHANGES = ("append", "overwrite", "delete", "upsert")
# What was scanned at the table's own current snapshot, or at that of a branch or tag: nobody named the snapshot.
_followed: "weakref.WeakKeyDictionary[Any, str]" = weakref.WeakKeyDictionary()


def install(hook: Hook) -> None:
    """Watch Iceberg tables."""
    module: Any = hook.module
    hook.on_method(module.Table, "scan", _scanned)
    hook.on_method(module.TableScan, "use_ref", _followed_ref)
    hook.on_method(module.DataScan, "plan_files", _planned)
    for name in _CHANGES:
        hook.on_method(module.Table, name, _changed)


def _scanned(given: Given) -> ReadCall | None:
    """A scan is made, and nothing read yet."""
    if not sources.is_recording() or given.argument(4, "snapshot_id") is not None:
        return None
    location = given.args[0].metadata.location
    read = reading(_KIND, location, is_asked=False)
    return ReadCall(read, lambda scan: _follow(read, scan, location), lambda _error: "")


def _follow(read: Read, scan: Any, location: str) -> None:
    _followed[scan] = location
    if read.recorded:
        _pin(read, scan)


def _pin(read: Read, scan: Any) -> None:
    """Read the recorded snapshot.

    Raises:
        VersionGoneError: The table does not have it any more.
    """
    number = int(read.recorded)
    if scan.table_metadata.snapshot_by_id(number) is None:
        raise read.gone("the table does not have that snapshot any more (expired, or it is another table)")
    scan.snapshot_id = number


def _followed_ref(given: Given) -> ReadCall | None:
    """A scan goes to a branch or a tag, which may be elsewhere by the time of a replay."""
    if not sources.is_recording():
        return None
    scan = given.args[0]
    location = f"{scan.table_metadata.location}?ref={given.argument(1, 'name')}"
    if _followed.get(scan) is not None and recorded_version(_KIND, source_name(_followed[scan])):
        scan.snapshot_id = None  # pinned by us: the library refuses a branch beside a snapshot
    read = reading(_KIND, location, is_asked=False)
    return ReadCall(read, lambda found: _follow(read, found, location), lambda _error: "")


def _planned(given: Given) -> ReadCall | None:
    """The files of a scan are listed, to be read."""
    if not sources.is_recording():
        return None
    scan = given.args[0]
    location = _followed.get(scan)
    read = reading(_KIND, location or scan.table_metadata.location, is_asked=location is None)
    return ReadCall(read, lambda _files: _note(read, scan), lambda _error: "")


def _note(read: Read, scan: Any) -> None:
    snapshot = scan.snapshot()
    read.note(str(snapshot.snapshot_id) if snapshot is not None else "")


def _changed(given: Given) -> WriteCall | None:
    if not sources.is_recording():
        return None
    table = given.args[0]

    def version(_result: Any) -> str:
        snapshot = table.current_snapshot()
        return str(snapshot.snapshot_id) if snapshot is not None else ""

    return WriteCall(_KIND, table.metadata.location, version)
