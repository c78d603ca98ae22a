"""Columns of Polars, read through its public methods; pyarrow is used where it is loaded, never loaded for this."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from celltrail.fingerprint.categories import digest_codes
from celltrail.fingerprint.cells import zone_name
from celltrail.fingerprint.columns import NAT, PIECE_ROWS, ColumnDigest, ColumnStream, finest_unit
from celltrail.fingerprint.objects import digest_objects

_ROWS_AT_ONCE = 1 << 20  # a copy of so many rows of text is made at a time


def digest_series(series: Any) -> ColumnDigest:
    """The digest of a `polars.Series`."""
    dtype = series.dtype
    name = type(dtype).__name__
    if name.endswith("128"):  # numpy has no integers of this width
        return digest_objects(_lists(series), logical_type=name.lower())
    if dtype.is_numeric() and not dtype.is_decimal():
        return _floats(series) if dtype.is_float() else _fixed(str(dtype).lower(), series)
    if dtype.is_temporal():
        return _instants(series)
    read = _READERS.get(name, _objects)
    return read(series)


def is_decoded(dtype: Any) -> bool:
    """Whether a column of this type is read as Python objects, which takes long."""
    name = type(dtype).__name__
    return bool(dtype.is_nested()) or name in {"Decimal", "Binary", "Object"} or name.endswith("128")


def _chunks(series: Any) -> list[Any]:
    chunks: list[Any] = series.get_chunks()
    return chunks


def _validity(chunk: Any) -> Any:
    return chunk.is_not_null().to_numpy() if chunk.null_count() else None


def _filled(chunk: Any) -> Any:
    return (chunk.fill_null(0) if chunk.null_count() else chunk).to_numpy()


def _floats(series: Any) -> ColumnDigest:
    stream = ColumnStream(str(series.dtype).lower())
    for chunk in _chunks(series):
        stream.floats(_filled(chunk), _validity(chunk))
    return stream.finish()


def _fixed(name: str, series: Any) -> ColumnDigest:
    stream = ColumnStream(name)
    for chunk in _chunks(series):
        stream.fixed(_filled(chunk), _validity(chunk))
    return stream.finish()


def _booleans(series: Any) -> ColumnDigest:
    return _fixed("bool", series.cast(sys.modules["polars"].UInt8))


def _instants(series: Any) -> ColumnDigest:
    pl = sys.modules["polars"]
    dtype = series.dtype
    physical = series.to_physical().cast(pl.Int64)
    parts = [chunk.fill_null(NAT).to_numpy() for chunk in _chunks(physical)]
    if dtype == pl.Date:
        name, factor = "date", 1
    elif dtype == pl.Time:
        name, factor = "time", 1
    else:
        unit, factor = finest_unit(parts, dtype.time_unit)
        zone = f", {zone_name(dtype.time_zone)}" if getattr(dtype, "time_zone", None) else ""
        name = f"duration[{unit}]" if dtype == pl.Duration else f"timestamp[{unit}{zone}]"
    stream = ColumnStream(name)
    for part in parts:
        stream.instants(part, factor)
    return stream.finish()


def _text(series: Any) -> ColumnDigest:
    pl = sys.modules["polars"]
    np = sys.modules["numpy"]
    stream = ColumnStream("string")
    if not len(series):
        stream.text(b"", np.empty(0, dtype="int64"))
    for start in range(0, len(series), _ROWS_AT_ONCE):
        part = series.slice(start, _ROWS_AT_ONCE)
        if sys.modules.get("pyarrow") is not None:
            _feed_arrow(stream, part)
            continue
        lengths = part.str.len_bytes().cast(pl.Int64).fill_null(0).to_numpy()
        joined = part.str.join("", ignore_nulls=True)
        stream.text((joined.item() or "").encode(), lengths, _validity(part))
    return stream.finish()


def _feed_arrow(stream: ColumnStream, part: Any) -> None:
    from celltrail.fingerprint.arrow_columns import feed_text

    pa = sys.modules["pyarrow"]
    arrow = part.to_arrow()
    chunks = arrow.chunks if isinstance(arrow, pa.ChunkedArray) else [arrow]
    for chunk in chunks:
        feed_text(stream, chunk.cast(pa.large_string()))


def _categories(series: Any) -> ColumnDigest:
    pl = sys.modules["polars"]
    np = sys.modules["numpy"]
    found = series.drop_nulls().unique()
    values: Sequence[object] = found.cast(pl.String).to_list()
    places = found.to_physical().cast(pl.Int64).to_numpy()
    lookup = np.full(int(places.max()) + 1 if len(places) else 1, -1, dtype="int64")
    lookup[places] = np.arange(len(values))
    physical = series.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    codes = np.where(physical < 0, -1, lookup[np.maximum(physical, 0)])
    return digest_codes([codes], values, is_ordered=False)


def _objects(series: Any) -> ColumnDigest:
    pl = sys.modules["polars"]
    dtype = series.dtype
    names = ((pl.Decimal, "decimal"), (pl.Binary, "binary"), (pl.Null, "null"), (pl.Object, ""))
    logical = next((name for kind, name in names if dtype == kind), "nested")
    return digest_objects(_lists(series), logical_type=logical)


def _lists(series: Any) -> list[list[object]]:
    return [series.slice(start, PIECE_ROWS).to_list() for start in range(0, len(series), PIECE_ROWS)]


_READERS: dict[str, Callable[[Any], ColumnDigest]] = {
    "Boolean": _booleans,
    "String": _text,
    "Categorical": _categories,
    "Enum": _categories,
}
