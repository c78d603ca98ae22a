"""Dataset versions: what went into a fit, a predict or a score, as a digest of its content.

No library is imported here: a value's class is looked up among the libraries that the user's code has loaded, and only
classes that we know are read. Nothing is changed, and no method that a user's subclass defines is called.
"""

import sys
from collections.abc import Callable
from typing import Any

from celltrail.fingerprint import arrays, frames
from celltrail.records import DatasetVersion

DEFAULT_BUDGET_BYTES = 2 << 30

_Reader = Callable[..., DatasetVersion]
_CLASSES: tuple[tuple[str, str, _Reader], ...] = (
    ("pandas", "DataFrame", frames.pandas_frame),
    ("pandas", "Series", frames.pandas_series),
    ("pandas", "Index", frames.pandas_index),
    ("polars", "DataFrame", frames.polars_frame),
    ("polars", "Series", frames.polars_series),
    ("pyarrow", "Table", frames.arrow_table),
    ("pyarrow", "RecordBatch", frames.arrow_table),
    ("pyarrow", "Array", frames.arrow_array),
    ("pyarrow", "ChunkedArray", frames.arrow_array),
    ("numpy", "ndarray", arrays.ndarray_version),
    ("scipy.sparse", "spmatrix", arrays.sparse_version),
    ("scipy.sparse", "sparray", arrays.sparse_version),
)
_ELEMENTS = frozenset({"int", "float", "str", "bool", "bytes", "complex", "NoneType", "date", "datetime", "Decimal"})


def is_dataset(value: object) -> bool:
    """Whether `fingerprint` can read the value; a few microseconds, and nothing of the value is run.

    A list or tuple is one where its first and its last element are plain values, or lists of them.
    """
    return _reader(value) is not None


def fingerprint(value: object, *, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> DatasetVersion | None:
    """The version of a dataset: equal digests mean equal content (docs/fingerprints.md says what counts).

    Args:
        value: A DataFrame, Series, Index, Table, array, sparse matrix, or list of plain values.
        budget_bytes: A larger value is read in part, and its version says so (`is_sampled`).

    Returns:
        The version, or None where the value is no dataset (a Polars LazyFrame is one once it is collected), or where it is
        of Polars or pyarrow and numpy, which both need to show their buffers, is not installed.
    """
    reader = _reader(value)
    if reader is None or not _can_read(reader):
        return None
    return reader(value, budget_bytes=budget_bytes)


def _reader(value: object) -> _Reader | None:
    kind = type(value)
    if kind is list or kind is tuple:
        return arrays.list_version if _is_plain_list(value) else None
    if kind.__module__ == "builtins":
        return None
    bases = type.__dict__["__mro__"].__get__(kind)
    for module, name, reader in _CLASSES:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and known in bases:
            return None if _has_no_rows(value, module) else reader
    return None


def _has_no_rows(value: Any, module: str) -> bool:
    return module == "numpy" and sys.modules["numpy"].ndarray.ndim.__get__(value) == 0


def _is_plain_list(value: Any) -> bool:
    return len(value) > 0 and all(_is_plain(value[place]) for place in (0, -1))


def _is_plain(element: object) -> bool:
    if type(element) in {list, tuple}:
        return len(element) > 0 and type(element[0]).__name__ in _ELEMENTS  # type: ignore[arg-type, index]
    return type(element).__name__ in _ELEMENTS


def _can_read(reader: _Reader) -> bool:
    """Whether numpy is there, which reads the buffers: it is loaded with pandas and scipy, Polars and pyarrow load it."""
    if "numpy" in sys.modules or reader is arrays.list_version:
        return True
    try:
        if reader in {frames.polars_frame, frames.polars_series}:
            sys.modules["polars"].Series([0]).to_numpy()
        else:
            sys.modules["pyarrow"].array([0]).to_numpy()
    except ImportError:
        return False
    return "numpy" in sys.modules
