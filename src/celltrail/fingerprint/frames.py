"""Frames and series of pandas, Polars and pyarrow: name by name, so that a digest says which column changed."""

import struct
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from celltrail.fingerprint import arrow_columns, pandas_columns, polars_columns
from celltrail.fingerprint.cells import CellEncoder
from celltrail.fingerprint.columns import PIECE_ROWS, ColumnDigest, digest_rows
from celltrail.fingerprint.digest import named, new_hasher
from celltrail.fingerprint.sampling import NESTED_FACTOR, OBJECT_BYTES, Ranges, ranges_within
from celltrail.lean import record
from celltrail.records import ColumnInfo, DatasetVersion


@record
class Named:
    """A column's digest under its name, which may be any object."""

    name: object
    column: ColumnDigest


def pandas_frame(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `pandas.DataFrame`."""
    pd = sys.modules["pandas"]
    names = pd.DataFrame.columns.__get__(value).tolist()
    index = pd.DataFrame.index.__get__(value)
    arrays = _pandas_arrays(pd, value)
    ranges = ranges_within(len(index), sum(map(_weight, arrays)), budget_bytes)
    done = _strided(value, ranges)
    columns = [
        Named(name, done.get(place) or pandas_columns.digest_array(array, ranges))
        for place, (name, array) in enumerate(zip(names, arrays, strict=True))
    ]
    return _version("dataframe", columns, _pandas_index(pd, index, ranges), ranges, size_bytes=sum(map(_size, arrays)))


def pandas_series(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `pandas.Series`, its name and index included."""
    pd = sys.modules["pandas"]
    array = pd.Series.array.__get__(value)
    if type(array) is pd.arrays.NumpyExtensionArray:
        array = array.to_numpy(copy=False)
    index = pd.Series.index.__get__(value)
    ranges = ranges_within(len(index), _weight(array), budget_bytes)
    column = pandas_columns.digest_array(array, ranges)
    named_column = Named(pd.Series.name.__get__(value), column)
    return _version("series", [named_column], _pandas_index(pd, index, ranges), ranges, size_bytes=_size(array))


def pandas_index(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `pandas.Index` given as data: a series without an index of its own."""
    pd = sys.modules["pandas"]
    ranges = ranges_within(len(value), len(value) * 8 * value.nlevels, budget_bytes)
    levels = [Named(name, _digest_level(level, ranges)) for name, level in _levels(pd, value)]
    return _version("series", levels, [], ranges, size_bytes=None)


def polars_frame(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `polars.DataFrame`."""
    ranges = ranges_within(value.height, sum(map(_polars_weight, value.get_columns())), budget_bytes)
    part = _polars_part(value, ranges)
    columns = [Named(series.name, polars_columns.digest_series(series)) for series in part.get_columns()]
    return _version("dataframe", columns, [], ranges, size_bytes=int(value.estimated_size()))


def polars_series(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `polars.Series`."""
    ranges = ranges_within(len(value), _polars_weight(value), budget_bytes)
    column = polars_columns.digest_series(_polars_part(value, ranges))
    return _version("series", [Named(value.name, column)], [], ranges, size_bytes=int(value.estimated_size()))


def arrow_table(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `pyarrow.Table` or `RecordBatch`; columns that pandas marked as its index are the index."""
    ranges = ranges_within(value.num_rows, sum(map(_arrow_weight, value.columns)), budget_bytes)
    index_names = _index_names(value.schema)
    columns, index = [], []
    for field, column in zip(value.schema, value.columns, strict=True):
        digest = _arrow_column(column, ranges)
        if field.name in index_names:
            index.append(Named(index_names[field.name], digest))
        else:
            columns.append(Named(field.name, digest))
    return _version("dataframe", columns, index, ranges, size_bytes=value.nbytes)


def arrow_array(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a `pyarrow.Array` or `ChunkedArray`."""
    ranges = ranges_within(len(value), _arrow_weight(value), budget_bytes)
    return _version("series", [Named("", _arrow_column(value, ranges))], [], ranges, size_bytes=value.nbytes)


def _version(
    kind: str, columns: Sequence[Named], index: Sequence[Named], ranges: Ranges, *, size_bytes: int | None
) -> DatasetVersion:
    hasher = new_hasher()
    encoder = CellEncoder()
    hasher.update(kind.encode() + b"\0" + ranges.header() + struct.pack("<QQ", len(columns), len(index)))
    for entry in (*columns, *index):
        name = encoder.encode(entry.name if entry.name is not None else "")
        hasher.update(struct.pack("<Q", len(name)) + name + entry.column.digest)
    is_partial = encoder.is_partial or any(entry.column.is_partial for entry in (*columns, *index))
    return DatasetVersion(
        digest=named(hasher.digest(), is_sampled=ranges.is_sampled, is_partial=is_partial),
        kind=kind,
        rows=ranges.rows,
        column_count=len(columns),
        columns=tuple(_infos(columns, index, ranges)),
        size_bytes=size_bytes,
        is_sampled=ranges.is_sampled,
    )


def _infos(columns: Sequence[Named], index: Sequence[Named], ranges: Ranges) -> Iterator[ColumnInfo]:
    for place, entry in enumerate((*columns, *index)):
        digest = named(entry.column.digest, is_sampled=ranges.is_sampled, is_partial=entry.column.is_partial)
        prefix = "index " if place >= len(columns) else ""
        yield ColumnInfo(_text_of(entry.name), prefix + entry.column.logical_type, digest)


def _text_of(name: object) -> str:
    """A column's name for people; a name of a class that we do not know is not asked for its repr."""
    if name is None:
        return ""
    if type(name) in {str, int, float, bool, bytes} or _is_plain_tuple(name):
        return str(name)
    pd = sys.modules.get("pandas")
    if pd is not None and type(name) is pd.Timestamp:
        return str(name)
    return type.__repr__(type(name))


def _is_plain_tuple(name: object) -> bool:
    return type(name) is tuple and all(type(part) in {str, int, float, bool, type(None)} for part in name)


def _pandas_arrays(pd: Any, frame: Any) -> list[Any]:
    try:  # not public, but 0.6 microseconds a column where items() takes 9, and blind to what a subclass overrides
        manager = object.__getattribute__(frame, "_mgr")
        return [manager.iget_values(place) for place in range(len(manager.items))]
    except AttributeError:
        return [series.array for _, series in pd.DataFrame.items(frame)]


def _strided(frame: Any, ranges: Ranges) -> dict[int, ColumnDigest]:
    """The columns that lie across each other, as they do in a frame made of an array without a copy; by their place."""
    try:
        blocks = object.__getattribute__(frame, "_mgr").blocks
    except AttributeError:
        return {}
    found: dict[int, ColumnDigest] = {}
    ndarray = sys.modules["numpy"].ndarray
    for block in blocks:
        values = block.values
        if type(values) is ndarray and _lies_across(values):
            found.update(zip(block.mgr_locs.as_array.tolist(), digest_rows(values, ranges.spans), strict=True))
    return found


def _lies_across(values: Any) -> bool:
    plain = values.dtype.kind in "iub" or (values.dtype.kind == "f" and values.dtype.itemsize <= 8)  # noqa: PLR2004 - bytes
    return plain and len(values) > 1 and not values.flags.c_contiguous


def _size(array: Any) -> int:
    if not pandas_columns.is_known(array):
        return 0
    if type(array) is sys.modules["pandas"].Categorical:  # its own nbytes warns where the categories have a time zone
        return int(array.codes.nbytes) + _size(array.categories.array)
    return int(array.nbytes)


def _weight(array: Any) -> int:
    if not pandas_columns.is_known(array):
        return 0
    if getattr(array.dtype, "hasobject", False) or type(array) is sys.modules["pandas"].arrays.StringArray:
        return len(array) * OBJECT_BYTES
    inner = getattr(array.dtype, "pyarrow_dtype", None)
    return _size(array) * (NESTED_FACTOR if inner is not None and arrow_columns.is_decoded(inner) else 1)


def _pandas_index(pd: Any, index: Any, ranges: Ranges) -> list[Named]:
    if _is_default(pd, index):
        return []
    return [Named(name, _digest_level(level, ranges)) for name, level in _levels(pd, index)]


def _levels(pd: Any, index: Any) -> list[tuple[object, Any]]:
    if isinstance(index, pd.MultiIndex):
        return [(name, index.get_level_values(place)) for place, name in enumerate(index.names)]
    return [(index.name, index)]


def _digest_level(level: Any, ranges: Ranges) -> ColumnDigest:
    return pandas_columns.digest_array(level.array, ranges)


def _is_default(pd: Any, index: Any) -> bool:
    """Whether the index only counts the rows; one that was stored as numbers counts like one that was not."""
    if isinstance(index, pd.MultiIndex) or index.name is not None:
        return False
    if isinstance(index, pd.RangeIndex):
        return bool((index.start == 0 and index.step == 1) or not len(index))
    if type(index.array) is not pd.arrays.NumpyExtensionArray or index.dtype != "int64":
        return False
    if len(index) and (index[0] != 0 or index[-1] != len(index) - 1):
        return False
    np = sys.modules["numpy"]
    values = index.to_numpy()
    starts = range(0, len(values), PIECE_ROWS)
    return all(
        bool((values[start : start + PIECE_ROWS] == np.arange(start, min(start + PIECE_ROWS, len(values)))).all())
        for start in starts
    )


def _polars_part(value: Any, ranges: Ranges) -> Any:
    if not ranges.is_sampled:
        return value
    parts = [value.slice(start, stop - start) for start, stop in ranges.spans]
    return sys.modules["polars"].concat(parts)


def _polars_weight(series: Any) -> int:
    return int(series.estimated_size()) * (NESTED_FACTOR if polars_columns.is_decoded(series.dtype) else 1)


def _arrow_weight(column: Any) -> int:
    return int(column.nbytes) * (NESTED_FACTOR if arrow_columns.is_decoded(column.type) else 1)


def _arrow_column(column: Any, ranges: Ranges) -> ColumnDigest:
    parts = [column.slice(start, stop - start) for start, stop in ranges.spans]
    chunks = [chunk for part in parts for chunk in getattr(part, "chunks", [part])]
    return arrow_columns.digest_chunks(column.type, chunks)


def _index_names(schema: Any) -> dict[str, object]:
    """The columns that hold a pandas index, with the index's own name; a RangeIndex is not stored as a column."""
    metadata = schema.pandas_metadata
    if not isinstance(metadata, dict):
        return {}
    names = [name for name in metadata.get("index_columns", ()) if isinstance(name, str)]
    return {name: None if name.startswith("__index_level_") else name for name in names}
