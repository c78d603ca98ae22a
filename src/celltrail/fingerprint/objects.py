"""Columns of Python objects: what they hold decides the logical type, so that text is text in whichever library."""

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from celltrail.fingerprint import cells
from celltrail.fingerprint.columns import PIECE_ROWS, ColumnDigest, ColumnStream

_NESTED = frozenset({list, tuple, dict})
_ENCODERS: dict[str, tuple[type, Callable[[Any], bytes]]] = {
    "string": (str, lambda value: value.encode("utf-8", "surrogatepass")),
    "binary": (bytes, bytes),
    "decimal": (Decimal, cells.decimal_text),
}
_COUNTS: dict[str, Callable[[Any], int]] = {"bool": int, "date": cells.days, "time": cells.time_of_day}
_BY_CLASS: dict[type, str] = {
    str: "string",
    bytes: "binary",
    bool: "bool",
    dt.date: "date",
    dt.time: "time",
    Decimal: "decimal",
}


def digest_objects(pieces: Sequence[Sequence[object]], *, logical_type: str = "") -> ColumnDigest:
    """The digest of a column of Python objects.

    All text, all bytes, all booleans, dates, times or decimals (missing ones apart) count as a column of that type,
    lists and dicts as "nested", nothing but missing as "null", and any other mixture as "object", each cell with its
    own type.

    Args:
        pieces: Lists of objects, from the first row to the last; sliced, never changed.
        logical_type: The type where the library says it, also for a column that is empty.
    """
    logical = logical_type or _logical_type(pieces)
    stream = ColumnStream(logical)
    for piece in _short(pieces):
        if logical in _COUNTS:
            _feed_counts(stream, piece, logical)
        elif logical in _ENCODERS:
            _feed_encoded(stream, piece, logical)
        else:
            encoder = cells.CellEncoder()
            stream.cells(cells.encode_all(piece, encoder))
            stream.is_partial |= encoder.is_partial
    return stream.finish()


def _short(pieces: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    for piece in pieces:
        for start in range(0, len(piece), PIECE_ROWS):
            part: Any = piece[start : start + PIECE_ROWS]
            yield part if isinstance(part, list | tuple) else part.tolist()


def _logical_type(pieces: Sequence[Sequence[object]]) -> str:
    missing = cells.missing_types()
    kinds: set[type] = set()
    for piece in _short(pieces):
        here = set(map(type, piece))
        if float in here and all(cell != cell for cell in piece if type(cell) is float):  # noqa: PLR0124 - NaN
            here.discard(float)
        kinds |= here
    kinds.difference_update(missing)
    if not kinds:
        return "null"
    if len(kinds) == 1:
        only = next(iter(kinds))
        return _BY_CLASS.get(only) or ("nested" if _is_nested(only) else "object")
    return "nested" if all(map(_is_nested, kinds)) else "object"


def _is_nested(kind: type) -> bool:
    return kind in _NESTED or kind is getattr(sys.modules.get("numpy"), "ndarray", None)


def _feed_encoded(stream: ColumnStream, piece: Sequence[Any], logical: str) -> None:
    """Cells of one class; whatever is of another class is missing."""
    wanted, encode = _ENCODERS[logical]
    if logical == "string":
        joined = "".join([cell for cell in piece if type(cell) is str])
        if joined.isascii():  # then a letter is a byte: a fifth of the time
            valid = [type(cell) is str for cell in piece]
            lengths = [len(cell) if ok else 0 for cell, ok in zip(piece, valid, strict=True)]
            stream.joined(joined.encode("ascii"), lengths, valid)
            return
    stream.cells([encode(cell) if type(cell) is wanted else None for cell in piece])


def _feed_counts(stream: ColumnStream, piece: Sequence[object], logical: str) -> None:
    np = sys.modules["numpy"]
    count = _COUNTS[logical]
    valid = [not cells.is_missing(cell) for cell in piece]
    counts = [count(cell) if ok else 0 for cell, ok in zip(piece, valid, strict=True)]
    mask = None if all(valid) else np.array(valid, dtype=bool)
    if logical == "bool":
        stream.fixed(np.array(counts, dtype=np.uint8), mask)
    else:
        stream.instants(np.array(counts, dtype=np.int64), 1, mask)
