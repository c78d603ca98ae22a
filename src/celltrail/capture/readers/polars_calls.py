"""Polars: eager readers, writers, and lazy frames, which read when they are collected, in whichever cell that is."""

import re
from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given
from celltrail.capture.readers.entries import OURS, Begun, Entry
from celltrail.capture.readers.frame_queries import queries, stores
from celltrail.capture.readers.places import note_places, reads, writes

_READERS = ("avro", "csv", "excel", "ipc", "ipc_stream", "json", "ndjson", "lines", "ods", "parquet")
_SCANNERS = ("csv", "ipc", "ndjson", "lines", "parquet")
_WRITERS = {
    "write_avro": "file", "write_csv": "file", "write_excel": "workbook", "write_ipc": "file",
    "write_ipc_stream": "file", "write_json": "file", "write_ndjson": "file", "write_parquet": "file",
}  # fmt: skip
_OWN_FRAMES = (*OURS, "polars.dataframe")  # a frame's own methods collect what is in memory
_SINKS = ("sink_csv", "sink_ipc", "sink_ndjson", "sink_parquet")
_COLLECTORS = ("collect", "collect_async", "collect_batches", "sink_batches", "sink_delta", "sink_iceberg")
_IN_PLAN = re.compile(r" SCAN \[([^\],]+)")
_MAX_SCANS = 1000

_scans: dict[str, Any] = {}  # what was scanned in this process, by its first path as a plan names it
_has_remote = False


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of Polars."""
    frame, lazy = module.DataFrame, module.LazyFrame
    found = [Entry(module, f"read_{name}", reads(0, "source")) for name in _READERS]
    found += [Entry(module, f"scan_{name}", _scanned) for name in _SCANNERS]
    found += [Entry(frame, name, writes(1, keyword)) for name, keyword in _WRITERS.items()]
    found += [Entry(lazy, name, _sunk) for name in _SINKS]
    found += [Entry(lazy, name, _collected, not_from=_OWN_FRAMES) for name in _COLLECTORS]
    found.append(Entry(module, "read_database", queries((0, "query"), (1, "connection"))))
    found.append(Entry(module, "read_database_uri", queries((0, "query"), (1, "uri"))))
    found.append(Entry(frame, "write_database", stores((1, "table_name"), (2, "connection"))))
    return (*found, Entry(module, "collect_all", _all_collected), Entry(module, "collect_all_async", _all_collected))


def _scanned(given: Given) -> None:
    """Nothing is read yet but a schema: it is told all the same, since a plan that is never collected is rare."""
    global _has_remote
    source = given.argument(0, "source")
    note_places(source, "read")
    first = source[0] if isinstance(source, list | tuple) and source else source
    _has_remote = _has_remote or "://" in str(first)
    if len(_scans) < _MAX_SCANS:
        _scans.setdefault(str(first), source)


def _collected(given: Given) -> Call | None:
    return _Collected([given.args[0]]) if _scans and given.args else None


def _all_collected(given: Given) -> Call | None:
    frames = given.argument(0, "lazy_frames")
    return _Collected(list(frames)) if _scans and isinstance(frames, list | tuple) else None


_write: Begun = writes(1, "path")


def _sunk(given: Given) -> Call | None:
    return _Collected(list(given.args[:1]), _write(given))


class _Collected:
    """A plan is being carried out: what it scans is told afterwards, when nothing has to be opened to know it."""

    def __init__(self, frames: list[Any], writing: Call | None = None) -> None:
        self._frames = frames
        self._writing = writing

    def returned(self, result: Any) -> Any:
        """It is done."""
        attempt("reader collect", self._note)
        return result if self._writing is None else self._writing.returned(result)

    def failed(self, error: BaseException) -> None:
        """What it has read until then is not known."""
        if self._writing is not None:
            self._writing.failed(error)

    def _note(self) -> None:
        if _has_remote:  # to describe a plan may ask a server: all that was scanned stands for what this one scans
            for source in _scans.values():
                note_places(source, "read")
            return
        for frame in self._frames:
            for first in _IN_PLAN.findall(frame._ldf.describe_plan()):  # noqa: SLF001 - the plan as it is; explain() optimizes it anew
                note_places(_scans.get(first, first), "read")
