"""numpy arrays, scipy sparse matrices and Python lists as dataset versions."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from celltrail.fingerprint import cells
from celltrail.fingerprint.columns import PIECE_ROWS, ColumnDigest, ColumnStream
from celltrail.fingerprint.digest import named, new_hasher
from celltrail.fingerprint.objects import digest_objects
from celltrail.fingerprint.sampling import OBJECT_BYTES, Ranges, ranges_within
from celltrail.records import DatasetVersion

_MATRIX = 2  # dimensions
_SPARSE_PARTS = ("indptr", "indices", "row", "col", "coords", "offsets", "data")


def ndarray_version(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a numpy array: dtype, shape, and the values in C order; of a masked array the mask too."""
    np = sys.modules["numpy"]
    array = np.ndarray.view(value, np.ndarray)  # a subclass may do anything; its buffer is what an estimator reads
    weight = array.size * OBJECT_BYTES if array.dtype.hasobject else array.nbytes
    ranges = ranges_within(len(array), weight, budget_bytes)
    values = digest_values(array, ranges)
    hasher = new_hasher()
    hasher.update(f"ndarray {array.shape} {values.logical_type}\0".encode() + values.digest + ranges.header())
    if type(value) is np.ma.MaskedArray:
        hasher.update(digest_values(np.ma.getmaskarray(value), ranges).digest)
    return DatasetVersion(
        digest=named(hasher.digest(), is_sampled=ranges.is_sampled, is_partial=values.is_partial),
        kind="ndarray",
        rows=len(array),
        column_count=array.shape[1] if array.ndim == _MATRIX else None,
        size_bytes=array.nbytes,
        is_sampled=ranges.is_sampled,
    )


def digest_values(array: Any, ranges: Ranges) -> ColumnDigest:
    """The digest of an array's values in C order, field by field where it is structured."""
    if array.dtype.names:
        return _structured(array, ranges)
    if array.dtype.subdtype is None and array.dtype.kind in "OT":
        return digest_objects([part.tolist() for part in _flat(array, ranges)], logical_type="object")
    return _numeric(array, ranges)


def _numeric(array: Any, ranges: Ranges) -> ColumnDigest:
    stream = ColumnStream(array.dtype.newbyteorder("=").name)
    feed = _feeder(stream, array.dtype)
    for part in _flat(array, ranges):
        feed(part)
    return stream.finish()


def _feeder(stream: ColumnStream, dtype: Any) -> Callable[[Any], None]:
    if dtype.kind == "f" and dtype.itemsize <= 8:  # noqa: PLR2004 - bytes
        return stream.floats
    if dtype.kind == "c" and dtype.itemsize <= 16:  # noqa: PLR2004 - bytes
        return stream.floats
    if dtype.kind in "iub":
        return stream.fixed
    if dtype.kind in "mM":
        return lambda part: stream.instants(part.view(part.dtype.str[0] + "i8"), 1)
    if dtype.kind in "fc":  # long doubles: the padding in them is whatever was in memory
        return lambda part: stream.cells([repr(number).encode() for number in part])
    return lambda part: stream.fixed(part.view("uint8"))


def _flat(array: Any, ranges: Ranges) -> Iterator[Any]:
    """The values in C order as one-dimensional arrays: views where the memory allows it, else short copies."""
    np = sys.modules["numpy"]
    width = max(1, array.size // max(1, len(array)))
    step = max(1, 16 * PIECE_ROWS // width)
    for start, stop in ranges.spans:
        part = array[start:stop]
        if part.flags.c_contiguous:
            yield part.reshape(-1)
        else:
            for row in range(0, len(part), step):
                yield np.ascontiguousarray(part[row : row + step]).reshape(-1)


def _structured(array: Any, ranges: Ranges) -> ColumnDigest:
    hasher = new_hasher()
    is_partial = False
    for name in array.dtype.names:
        field = digest_values(array[name], ranges)
        is_partial |= field.is_partial
        hasher.update(cells.CellEncoder().encode(name) + b"\0" + field.digest)
    return ColumnDigest("structured", hasher.digest(), is_partial)


def sparse_version(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a scipy sparse matrix, as it is stored: format, shape, dtype and the arrays that make it up.

    Two matrices that are equal in value but stored in another format or order have different digests.
    """
    hasher = new_hasher()
    shape = tuple(value.shape)
    if value.format in {"lil", "dok"}:
        value = value.tocsr()
    hasher.update(f"sparse {value.format} {shape}".encode())
    parts = [part for name in _SPARSE_PARTS for part in _arrays_of(value, name)]
    weight = sum(part.nbytes for part in parts)
    is_sampled = False
    for part in parts:
        ranges = ranges_within(len(part), weight, budget_bytes)
        is_sampled |= ranges.is_sampled
        is_index = part is not value.data and part.dtype.kind == "i"
        plain = part.astype("int64", copy=False) if is_index else part
        hasher.update(digest_values(plain, ranges).digest + ranges.header())
    return DatasetVersion(
        digest=named(hasher.digest(), is_sampled=is_sampled),
        kind="sparse",
        rows=shape[0],
        column_count=shape[1] if len(shape) == _MATRIX else None,
        size_bytes=weight,
        is_sampled=is_sampled,
    )


def _arrays_of(value: Any, name: str) -> tuple[Any, ...]:
    found = getattr(value, name, None)
    if found is None:
        return ()
    if name in {"row", "col"} and hasattr(value, "coords"):
        return ()
    return found if isinstance(found, tuple) else (found,)


def list_version(value: Any, *, budget_bytes: int) -> DatasetVersion:
    """The version of a list or tuple of plain values; whether list or tuple makes no difference."""
    ranges = ranges_within(len(value), len(value) * OBJECT_BYTES, budget_bytes)
    pieces = [value[start:stop] for start, stop in ranges.spans]
    whole = digest_objects(pieces, logical_type="list")
    hasher = new_hasher()
    hasher.update(b"list\0" + whole.digest + ranges.header())
    return DatasetVersion(
        digest=named(hasher.digest(), is_sampled=ranges.is_sampled, is_partial=whole.is_partial),
        kind="list",
        rows=len(value),
        is_sampled=ranges.is_sampled,
    )
