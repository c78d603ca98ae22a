"""What a model takes and gives: names, types and shapes, and whether a value may be missing."""

import sys
from collections.abc import Callable
from typing import Any

from celltrail.fingerprint.data import reader_name
from celltrail.records import ValueSpec

MAX_COLUMNS = 1_000
_NEVER_MISSING = frozenset("iubSUV")  # kinds of numpy's types that have no missing value


def specs(value: Any, name: str = "") -> tuple[ValueSpec, ...]:
    """One for each column of a frame, at most 1,000, else one for the whole; none where it cannot be described.

    Args:
        value: Rows of what goes in or comes out.
        name: What a whole is called.
    """
    describe = _DESCRIBE.get(reader_name(value) or "")
    return describe(name, value) if describe is not None else ()


def _pandas_frame(_name: str, frame: Any) -> tuple[ValueSpec, ...]:
    places = range(min(frame.shape[1], MAX_COLUMNS))
    return tuple(_pandas(str(frame.columns[place]), frame.iloc[:, place]) for place in places)


def _polars_frame(_name: str, frame: Any) -> tuple[ValueSpec, ...]:
    return tuple(_polars(column, frame[column]) for column in frame.columns[:MAX_COLUMNS])


def _arrow_table(_name: str, table: Any) -> tuple[ValueSpec, ...]:
    return tuple(_arrow(field, table) for field in list(table.schema)[:MAX_COLUMNS])


def _pandas(name: str, column: Any) -> ValueSpec:
    dtype = column.dtype
    if bool(column.isna().any()):
        nullable = "yes"
    else:
        is_numpy = type(dtype).__module__.partition(".")[0] == "numpy"
        nullable = "no" if is_numpy and dtype.kind in _NEVER_MISSING else "not seen"
    return ValueSpec(name, str(dtype), nullable=nullable)


def _polars(name: str, column: Any) -> ValueSpec:
    return ValueSpec(name, str(column.dtype), nullable="yes" if column.null_count() else "not seen")


def _arrow(field: Any, table: Any) -> ValueSpec:
    if not field.nullable:
        return ValueSpec(field.name, str(field.type), nullable="no")
    return ValueSpec(field.name, str(field.type), nullable="yes" if table[field.name].null_count else "not seen")


def _array(name: str, array: Any) -> ValueSpec:
    shape = ", ".join(["-1", *(str(length) for length in array.shape[1:])])
    values = array.data if reader_name(array) == "sparse_version" else array
    return ValueSpec(name, str(array.dtype), f"({shape}{',' if len(array.shape) == 1 else ''})", _has_missing(values))


def _has_missing(array: Any) -> str:
    if array.dtype.kind in _NEVER_MISSING:
        return "no"
    numpy = sys.modules["numpy"]
    is_missing = array.dtype.kind in "fcmM" and bool(
        (numpy.isnat if array.dtype.kind in "mM" else numpy.isnan)(array).any()
    )
    return "yes" if is_missing else "not seen"


def _list(name: str, values: Any) -> ValueSpec:
    first = values[0]
    if type(first) in {list, tuple}:
        return ValueSpec(name, type(first[0]).__name__ if first else "", f"(-1, {len(first)})")
    nullable = "yes" if any(value is None for value in values) else "not seen"
    return ValueSpec(name, type(first).__name__, "(-1,)", nullable)


_DESCRIBE: dict[str, Callable[[str, Any], tuple[ValueSpec, ...]]] = {
    "pandas_frame": _pandas_frame,
    "pandas_series": lambda name, series: (_pandas(name or str(series.name or ""), series),),
    "pandas_index": lambda name, index: (_pandas(name or str(index.name or ""), index),),
    "polars_frame": _polars_frame,
    "polars_series": lambda name, series: (_polars(name or series.name, series),),
    "arrow_table": _arrow_table,
    "ndarray_version": lambda name, array: (_array(name, array),),
    "sparse_version": lambda name, matrix: (_array(name, matrix),),
    "list_version": lambda name, values: (_list(name, values),),
}
