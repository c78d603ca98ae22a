"""The content and the memory of arrays, Series and lists, read through the libraries that the user has loaded."""

import hashlib
import sys
from functools import cache
from typing import Any

from celltrail.fingerprint.data import fingerprint, is_dataset
from celltrail.lean import record

_MAX_WHOLE_BYTES = 256 << 20
_MAX_COLUMNS = 16
_MAX_LIST = 200_000
_BLOCK = 1 << 20
_BLOCKS = 64


@record
class Span:
    """The addresses that an array covers, and the array that owns the memory."""

    owner: object
    start: int
    stop: int


def is_array_like(value: object) -> bool:
    """Whether a value can be a prediction: an array, a Series, a frame, or a list of plain values."""
    return is_dataset(value)


def array_of(value: object) -> Any | None:
    """The numpy array behind a value, without a copy where there is one; None where it is none."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, numpy.ndarray):
        return value
    if _is_pandas(value) and isinstance(getattr(value, "dtype", None), numpy.dtype):
        return value.to_numpy()  # type: ignore[attr-defined]
    if type(value) in {list, tuple} and len(value) <= _MAX_LIST and is_dataset(value):  # type: ignore[arg-type]
        return _array_of_list(numpy, value)
    return None


def _array_of_list(numpy: Any, value: Any) -> Any | None:
    # a ragged list is no array; a list of lists of unlike lengths raises
    try:
        array = numpy.array(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biufcU" else None


def _is_pandas(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    kinds: tuple[type, ...] = tuple(getattr(pandas, name) for name in ("Series", "Index") if hasattr(pandas, name))
    return isinstance(value, kinds)


def span(value: object) -> Span | None:
    """The memory of an array or of a Series around one; None for anything else."""
    if type(value) in {list, tuple}:
        return None
    array = array_of(value)
    numpy = sys.modules.get("numpy")
    if array is None or numpy is None or not array.size:
        return None
    owner = array
    while isinstance(owner.base, numpy.ndarray):
        owner = owner.base
    start = stop = array.__array_interface__["data"][0]
    for length, stride in zip(array.shape, array.strides, strict=True):
        if stride < 0:
            start += (length - 1) * stride
        else:
            stop += (length - 1) * stride
    return Span(owner, start, stop + array.itemsize)


def digest(value: object) -> str:
    """A digest of a value's content, equal for an array, a Series around it and a list of the same; "" if unknown."""
    array = array_of(value)
    if array is None:
        version = fingerprint(value) if is_dataset(value) else None
        return version.digest if version is not None else ""
    if array.dtype.kind not in "biufcSUMm":
        version = fingerprint(array)
        return version.digest if version is not None else ""
    return _array_digest(array.ravel() if _is_single_column(array) else array)


def digests(value: object) -> tuple[str, ...]:
    """The digest of a value, and of each column of a table of up to 16."""
    whole = digest(value)
    if not whole:
        return ()
    array = array_of(value)
    if array is None or array.ndim != 2 or not 1 < array.shape[1] <= _MAX_COLUMNS:  # noqa: PLR2004 - rows and columns
        return (whole,)
    columns = (digest(array[:, place]) for place in range(array.shape[1]))
    return (whole, *(column for column in columns if column))


def row_count(value: Any) -> int:
    """How many rows a prediction has, one of several outputs if it is a list of arrays; 0 where that is not known."""
    if isinstance(value, list | tuple):
        return row_count(value[0]) if value and is_array_like(value[0]) else len(value)
    shape = getattr(value, "shape", None)
    return shape[0] if isinstance(shape, tuple) and shape and isinstance(shape[0], int) else 0


def is_constant(value: object) -> bool:
    """Whether all elements are equal: equal content is no evidence then."""
    array = array_of(value)
    if array is None or not array.size or array.dtype.kind not in "biufcSUMm":
        return True
    return bool((array == array.flat[0]).all())


def _is_single_column(array: Any) -> bool:
    return bool(array.ndim == 2 and array.shape[1] == 1)  # noqa: PLR2004 - rows and columns


def _array_digest(array: Any) -> str:
    numpy = sys.modules["numpy"]
    head = f"{array.dtype.str}{array.shape}"
    if array.dtype.kind in "Mm":
        array = array.view("i8")
    if array.nbytes > _MAX_WHOLE_BYTES:
        step = max(1, array.shape[0] // (_BLOCKS * 1024))
        array = array[::step]
        head += "sampled"
    hasher = _hasher()(head.encode())
    hasher.update(numpy.ascontiguousarray(array).reshape(-1).view("u1").data)
    return f"{head}:{hasher.hexdigest()}"


@cache
def _hasher() -> Any:
    try:
        from xxhash import xxh3_128
    except ImportError:
        return hashlib.blake2b
    return xxh3_128


def item(owner: object, key: object) -> Any | None:
    """`owner[key]` of a dictionary or a DataFrame; None where it has none, or is anything else."""
    if type(owner) is dict:
        return owner.get(key)
    pandas = sys.modules.get("pandas")
    if pandas is not None and type(owner) is getattr(pandas, "DataFrame", None):
        frame: Any = owner
        return frame[key] if isinstance(key, str | int) and key in frame.columns and frame.columns.is_unique else None
    polars = sys.modules.get("polars")
    if polars is not None and type(owner) is getattr(polars, "DataFrame", None):
        table: Any = owner
        return table.get_column(key) if isinstance(key, str) and key in table.columns else None
    return None
