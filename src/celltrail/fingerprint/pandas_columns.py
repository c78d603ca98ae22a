"""Columns of pandas: numpy arrays as they lie, and pandas' own extension arrays by their parts."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from celltrail.fingerprint.arrow_columns import digest_chunks
from celltrail.fingerprint.categories import digest_codes
from celltrail.fingerprint.cells import zone_name
from celltrail.fingerprint.columns import ColumnDigest, ColumnStream, finest_unit
from celltrail.fingerprint.digest import new_hasher
from celltrail.fingerprint.objects import digest_objects
from celltrail.fingerprint.sampling import Ranges, everything

Pieces = Sequence[Any]


def digest_array(array: Any, ranges: Ranges) -> ColumnDigest:
    """The digest of one column.

    Args:
        array: The column's array, numpy's or a pandas extension array. One of a library that we do not know is not even
            asked for its length: it is covered by its class alone, and the digest is partial.
        ranges: The rows to read.
    """
    if not is_known(array):
        return _unread(array, ranges)
    return _digest_pieces([array[start:stop] for start, stop in ranges.spans])


def is_known(array: Any) -> bool:
    """Whether the array's class is numpy's or pandas' own."""
    home: str = type.__getattribute__(type(array), "__module__")
    return home.partition(".")[0] in {"numpy", "pandas"}


def _digest_pieces(pieces: Pieces) -> ColumnDigest:
    if _is(pieces[0], "NumpyExtensionArray"):
        pieces = [piece.to_numpy(copy=False) for piece in pieces]
    if type(pieces[0]) is sys.modules["numpy"].ndarray:
        return digest_numpy(pieces)
    for name, digest in _READERS:
        if _is(pieces[0], name):
            return digest(pieces)
    return _unread(pieces[0], everything(sum(map(len, pieces))))


def digest_numpy(pieces: Pieces) -> ColumnDigest:
    """The digest of one column that is numpy's."""
    dtype = pieces[0].dtype
    if dtype.kind == "f" and dtype.itemsize <= 8:  # noqa: PLR2004 - bytes; longer ones have padding
        return _floats(pieces)
    if dtype.kind in "iub":
        stream = ColumnStream(dtype.name)
        for piece in pieces:
            stream.fixed(piece)
        return stream.finish()
    if dtype.kind in "mM":
        unit = sys.modules["numpy"].datetime_data(dtype)[0]
        name = "timestamp[{unit}]" if dtype.kind == "M" else "duration[{unit}]"
        return _instants([piece.view("int64") for piece in pieces], name, unit)
    if dtype.kind == "c":
        return _floats(pieces)
    return digest_objects(pieces)


def _floats(pieces: Pieces) -> ColumnDigest:
    stream = ColumnStream(pieces[0].dtype.name)
    for piece in pieces:
        stream.floats(piece)
    return stream.finish()


def _instants(pieces: Pieces, name: str, unit: str) -> ColumnDigest:
    unit, factor = finest_unit(pieces, unit)
    stream = ColumnStream(name.format(unit=unit))
    for piece in pieces:
        stream.instants(piece, factor)
    return stream.finish()


def _is(array: Any, name: str) -> bool:
    known = getattr(sys.modules["pandas"].arrays, name, None)
    return known is not None and type(array) is known


def _datetimes(pieces: Pieces) -> ColumnDigest:
    dtype = pieces[0].dtype
    zone = zone_name(getattr(dtype, "tz", None))
    name = f"timestamp[{{unit}}, {zone}]" if zone else "timestamp[{unit}]"
    return _instants([piece.asi8 for piece in pieces], name, pieces[0].unit)


def _timedeltas(pieces: Pieces) -> ColumnDigest:
    return _instants([piece.asi8 for piece in pieces], "duration[{unit}]", pieces[0].unit)


def _periods(pieces: Pieces) -> ColumnDigest:
    stream = ColumnStream(f"period[{pieces[0].dtype.freq.freqstr}]")
    for piece in pieces:
        stream.instants(piece.asi8, 1)
    return stream.finish()


def _masked(pieces: Pieces) -> ColumnDigest:
    # The mask and the data of a nullable array have no public name; isna() is the mask, and numpy()'s copy of the data.
    data = [piece._data for piece in pieces]  # noqa: SLF001 - no public way without a copy of the column
    stream = ColumnStream(data[0].dtype.name)
    feed: Callable[..., None] = stream.floats if data[0].dtype.kind == "f" else stream.fixed
    for piece, values in zip(pieces, data, strict=True):
        missing = piece.isna()
        feed(values, ~missing if missing.any() else None)
    return stream.finish()


def _arrow(pieces: Pieces) -> ColumnDigest:
    chunked = [piece.__arrow_array__() for piece in pieces]
    chunks = [chunk for part in chunked for chunk in getattr(part, "chunks", [part])]
    return digest_chunks(chunked[0].type, chunks)


def _strings(pieces: Pieces) -> ColumnDigest:
    return digest_objects([piece.to_numpy() for piece in pieces], logical_type="string")


def _categorical(pieces: Pieces) -> ColumnDigest:
    first = pieces[0]
    return digest_codes([piece.codes for piece in pieces], first.categories.tolist(), is_ordered=bool(first.ordered))


def _intervals(pieces: Pieces) -> ColumnDigest:
    left = _digest_pieces([piece.left.array for piece in pieces])
    right = _digest_pieces([piece.right.array for piece in pieces])
    hasher = new_hasher()
    hasher.update(left.digest + right.digest)
    name = f"interval[{left.logical_type}, {pieces[0].closed}]"
    return ColumnDigest(name, hasher.digest(), left.is_partial or right.is_partial)


def _sparse(pieces: Pieces) -> ColumnDigest:
    return digest_numpy([piece.to_dense() for piece in pieces])


def _unread(array: Any, ranges: Ranges) -> ColumnDigest:
    stream = ColumnStream("unread " + type.__repr__(type(array)))
    stream.cells([ranges.header()])
    stream.is_partial = True
    return stream.finish()


_READERS: tuple[tuple[str, Callable[[Pieces], ColumnDigest]], ...] = (
    ("DatetimeArray", _datetimes),
    ("TimedeltaArray", _timedeltas),
    ("PeriodArray", _periods),
    ("IntegerArray", _masked),
    ("FloatingArray", _masked),
    ("BooleanArray", _masked),
    ("ArrowStringArray", _arrow),
    ("ArrowExtensionArray", _arrow),
    ("StringArray", _strings),
    ("Categorical", _categorical),
    ("IntervalArray", _intervals),
    ("SparseArray", _sparse),
)
