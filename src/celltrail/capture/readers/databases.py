"""One query, told as a source: what the watched database libraries share."""

import os
import sys
from typing import Any
from urllib.parse import unquote

from celltrail.capture import active
from celltrail.capture.files import CHANGE_EVENT, CONNECT_EVENT, forget_file, is_wanted, note_file, relative
from celltrail.capture.sources import count_told, is_gathering, note_source
from celltrail.records import SourceUse

_MAX_WRITES = 20  # texts of statements that write to one database, kept of one cell

_paths: dict[str, str] = {}  # databases that are files: where they lie, by URI
_written: set[str] = set()  # those that this process has changed: what their bytes are says nothing of what is in them


def file_uri(scheme: str, database: Any) -> str:
    """The URI of a database that is a file: `sqlite:///data/shop.db`, relative to the project's root as files are.

    Args:
        scheme: sqlite or duckdb.
        database: What `connect` was given: a path, `:memory:`, `file:…?mode=ro`; MotherDuck's `md:` stays as it is.

    Returns:
        The empty text for a database that is none of the project's: in a cache, or in our own store.
    """
    text = os.fsdecode(database) if isinstance(database, str | bytes | os.PathLike) and database else ":memory:"
    if scheme == "sqlite" and text.startswith("file:"):
        text = unquote(text.removeprefix("file:").partition("?")[0]) or ":memory:"
    if text.startswith(":memory:"):
        return f"{scheme}:///:memory:"
    if text.startswith("md:") or "://" in text:
        return text
    path = os.path.abspath(text)  # noqa: PTH100 - links stay as the user wrote them
    sys.audit(CONNECT_EVENT, path)
    recorder = active.recorder
    if recorder is None or not is_wanted(path):
        return ""
    uri = f"{scheme}:///{relative(path, recorder.settings.root)}"
    _paths[uri] = path
    return uri


def note_query(uri: str, text: str, *, rows: int | None = None, digest: str = "", note: str = "") -> None:
    """Tell a query: as a read, as a write, as both, or not at all where it is neither (BEGIN, SET).

    A loop over ten thousand inserts keeps the texts of the first twenty. A database that is a file, and that this
    process has only read so far, is told as a file too, for its digest. A write is told before it happens.

    Raises:
        ReplayRefusedError: A replay's guard does not let the database be changed.
    """
    if not uri:
        return
    from celltrail.capture.readers.sql_text import modes_of

    modes = modes_of(text)
    if "write" in modes and uri not in _written and uri in _paths:
        sys.audit(CHANGE_EVENT, _paths[uri])
    if not is_gathering() and _is_told(uri, text, modes, has_result=rows is not None or bool(digest)):
        return
    for mode in sorted(modes):
        note_database(uri, mode)
        note_source(SourceUse(uri, "sql", mode, query=text, rows=rows, digest=digest, note=note))


def _is_told(uri: str, text: str, modes: frozenset[str], *, has_result: bool) -> bool:
    if "write" in modes:
        count = count_told(("write", uri))
        if count == _MAX_WRITES:
            note_source(SourceUse(uri, "sql", "write", note=f"the texts of its first {_MAX_WRITES} writes are kept"))
        if count >= _MAX_WRITES:
            return True
    return not has_result and count_told((uri, text)) > 0


def note_database(uri: str, mode: str) -> None:
    """A database was read or written: its file is an input until this process writes to it."""
    path = _paths.get(uri)
    if path is None:
        return
    if mode == "write":
        if uri not in _written:
            _written.add(uri)
            forget_file(path)
    elif uri not in _written:
        note_file(path, "read")


def rows_of(result: Any) -> int | None:
    """How many rows a result has, where it says so by itself: a frame, a table, a list."""
    found = getattr(result, "num_rows", None)
    if isinstance(found, int):
        return found
    if isinstance(result, list | tuple) or type(result).__name__ in {"DataFrame", "Series"}:
        return len(result)
    return None
