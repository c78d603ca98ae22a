"""Dataset versions: what went into a fit, a predict or a score, as a digest of its content.

No library is imported here: a value's class is looked up among the libraries that the user's code has loaded, and only
classes that we know are read. Nothing is changed, and no method that a user's subclass defines is called.
"""

import datetime as dt
import sys
from decimal import Decimal
from typing import Any

from celltrail.fingerprint.cells import bases_of
from celltrail.records import DatasetVersion

DEFAULT_BUDGET_BYTES = 2 << 30

# The third is the function of `frames` or `arrays` that reads it; those are imported with the first dataset, because
# a kernel that only looks for datasets has no need of them.
_CLASSES: tuple[tuple[str, str, str], ...] = (
    ("pandas", "DataFrame", "pandas_frame"),
    ("pandas", "Series", "pandas_series"),
    ("pandas", "Index", "pandas_index"),
    ("polars", "DataFrame", "polars_frame"),
    ("polars", "Series", "polars_series"),
    ("pyarrow", "Table", "arrow_table"),
    ("pyarrow", "RecordBatch", "arrow_table"),
    ("pyarrow", "Array", "arrow_array"),
    ("pyarrow", "ChunkedArray", "arrow_array"),
    ("numpy", "ndarray", "ndarray_version"),
    ("scipy.sparse", "spmatrix", "sparse_version"),
    ("scipy.sparse", "sparray", "sparse_version"),
)
# Subclasses of these, and of ndarray, are read through the base's own descriptors; of the others only the library's
# own classes are read.
_SUBCLASSES_ARE_READ = frozenset({"DataFrame", "Series"})
_SCALARS = frozenset({int, float, str, bool, bytes, complex, type(None), dt.date, dt.datetime, Decimal})


def is_dataset(value: object) -> bool:
    """Whether `fingerprint` can read the value; a few microseconds, and nothing of the value is run.

    A list or tuple is one where its first and its last element are plain values, or lists of them.
    """
    return reader_name(value) is not None


def fingerprint(value: object, *, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> DatasetVersion | None:
    """The version of a dataset: equal digests mean equal content (docs/fingerprints.md says what counts).

    Args:
        value: A DataFrame, Series, Index, Table, array, sparse matrix, or list of plain values.
        budget_bytes: A larger value is read in part, and its version says so (`is_sampled`).

    Returns:
        The version, or None where the value is no dataset (a Polars LazyFrame is one once it is collected), or where
        it is of Polars or pyarrow and numpy, which both need to show their buffers, is not installed.
    """
    name = reader_name(value)
    if name is None or not _can_read(name):
        return None
    from celltrail.fingerprint import arrays, frames

    read = getattr(frames, name, None) or getattr(arrays, name)
    version: DatasetVersion = read(value, budget_bytes=budget_bytes)
    return version


def reader_name(value: object) -> str | None:
    """What a dataset is: pandas_frame, polars_series, ndarray_version …; None where the value is none."""
    kind = type(value)
    if kind is list or kind is tuple:
        return "list_version" if _is_plain_list(value) else None
    bases = bases_of(kind)
    for module, name, reader in _CLASSES:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and known in bases:
            return reader if _is_ours_to_read(value, module, name) else None
    return None


def _is_ours_to_read(value: Any, module: str, name: str) -> bool:
    if module == "numpy":
        return bool(sys.modules["numpy"].ndarray.ndim.__get__(value))
    if module == "pandas" and name in _SUBCLASSES_ARE_READ:
        return True
    home: str = type.__getattribute__(type(value), "__module__")
    return home.partition(".")[0] == module.partition(".")[0]


def _is_plain_list(value: Any) -> bool:
    return len(value) > 0 and all(_is_plain(value[place]) for place in (0, -1))


def _is_plain(element: Any) -> bool:
    kind = type(element)
    if kind is list or kind is tuple:
        return len(element) > 0 and _is_scalar(type(element[0]))
    return _is_scalar(kind)


def _is_scalar(kind: type) -> bool:
    numpy = sys.modules.get("numpy")
    return kind in _SCALARS or (numpy is not None and (kind is numpy.ndarray or numpy.generic in bases_of(kind)))


def _can_read(reader: str) -> bool:
    """Whether numpy is there, which reads the buffers: pandas and scipy come with it, Polars and pyarrow load it."""
    if "numpy" in sys.modules or reader == "list_version":
        return True
    try:
        if reader.startswith("polars_"):
            sys.modules["polars"].Series([0]).to_numpy()
        else:
            sys.modules["pyarrow"].array([0]).to_numpy()
    except ImportError:
        return False
    return "numpy" in sys.modules
