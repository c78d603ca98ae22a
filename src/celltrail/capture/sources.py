"""The door for whatever sees the user's code read or write data that Python's `open` does not see.

A wrapper around a library's entry point calls `note_file` (capture/files.py) for a plain local file, and `note_source`
for everything else: a query, a request, a version of a table. Both find the cell that the calling code belongs to by
the rule for opened files: its context, else, in a thread without one, the only live cell. Neither raises, and neither
does anything outside a cell, in a skipped one, or while tracking is off.

One read that passes through several watched libraries (pandas.read_sql, SQLAlchemy, sqlite3) is to be told once: the
outer wrapper takes what the inner ones tell by `gathering`, and tells it itself with what it knows better.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from celltrail.capture import active
from celltrail.capture.boundary import attempt
from celltrail.capture.context import CellContext
from celltrail.records import SourceUse

MAX_QUERY = 64 << 10
_MAX_SOURCES = 500
_MAX_TOLD = 10_000


class Gathered:
    """What was told inside of one `with gathering()` block, in order."""

    __slots__ = ("uses",)

    def __init__(self) -> None:
        self.uses: list[SourceUse] = []


_gathered: ContextVar[Gathered | None] = ContextVar("celltrail_gathered", default=None)


@contextmanager
def gathering() -> Iterator[Gathered]:
    """Keep what is told in this context inside of the block; the caller tells it, or something better, afterwards."""
    found = Gathered()
    token = _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.reset(token)


def note_source(use: SourceUse) -> None:
    """The calling cell read or wrote `use`.

    Passwords, tokens and signed parameters are taken out of the URI and of the query's text here, also for a caller
    who did not; a query longer than 64 KiB is cut, with a note. The same use again is kept once, the first 500 of a
    cell are kept and the others counted in its notes.
    """
    attempt("source", _note, use)


def is_recording() -> bool:
    """Whether a use that is told here would be kept: False outside a cell, in a skipped one, and while tracking is off.

    To be asked first where finding out what to tell costs something.
    """
    return _cell() is not None


def is_gathering() -> bool:
    """Whether what is told here goes to an outer wrapper."""
    return _gathered.get() is not None


def count_told(what: Hashable) -> int:
    """How often the calling cell was asked this before, this time not counted: for who tells much of one kind."""
    cell = _cell()
    if cell is None:
        return 0
    if len(cell.told) >= _MAX_TOLD:
        cell.told.clear()
    count = cell.told.get(what, 0)
    cell.told[what] = count + 1
    return count


def _note(use: SourceUse) -> None:
    gathered = _gathered.get()
    if gathered is not None:
        gathered.uses.append(use)
        return
    cell = _cell()
    if cell is None:
        return
    use = _presentable(use)
    bare = replace(use, version="", rows=None, digest="", size_bytes=None, note="")
    if use in cell.sources or (use == bare and bare in cell.told):
        return
    cell.told[bare] = 1
    cell.sources.pop(bare, None)  # what was told without its result is told with it now
    if len(cell.sources) >= _MAX_SOURCES:
        cell.sources_left_out += 1
    else:
        cell.sources[use] = None


def _cell() -> CellContext | None:
    recorder = active.recorder
    cell = recorder.current_cell() if recorder is not None else None
    return cell if cell is not None and cell.is_recorded else None


def _presentable(use: SourceUse) -> SourceUse:
    from celltrail.capture.uris import public_text, public_uri

    query, note = public_text(use.query), use.note
    if len(query) > MAX_QUERY:
        note = "; ".join(filter(None, (note, f"query cut at {MAX_QUERY:,} of {len(query):,} characters")))
        query = query[:MAX_QUERY]
    return replace(use, uri=public_uri(use.uri), query=query, note=public_text(note))


def describe(cell: CellContext) -> tuple[tuple[SourceUse, ...], tuple[str, ...]]:
    """The uses of a cell in order, and notes on what is partial."""
    left_out = cell.sources_left_out
    notes = (f"{left_out} more reads of sources were not kept: a cell keeps {_MAX_SOURCES}",) if left_out else ()
    return tuple(cell.sources), notes
