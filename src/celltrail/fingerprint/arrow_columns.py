"""Columns of pyarrow: read from their buffers without a copy, whatever the chunking, offset or encoding."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from celltrail.fingerprint.cells import zone_name
from celltrail.fingerprint.columns import NAT, PIECE_ROWS, ColumnDigest, ColumnStream, finest_unit
from celltrail.fingerprint.objects import digest_objects

Chunks = Sequence[Any]


def digest_chunks(dtype: Any, chunks: Chunks) -> ColumnDigest:
    """The digest of a column of pyarrow arrays of one type.

    Args:
        dtype: The `pyarrow.DataType`.
        chunks: `pyarrow.Array`s of it, from the first row to the last.
    """
    types = sys.modules["pyarrow"].types
    read = next((read for fits, read in _readers(types) if fits(dtype)), _others)
    return read(dtype, chunks)


def _readers(types: Any) -> tuple[tuple[Callable[[Any], bool], Callable[[Any, Chunks], ColumnDigest]], ...]:
    return (
        (types.is_floating, _floats),
        (types.is_integer, _integers),
        (types.is_boolean, _booleans),
        (lambda dtype: types.is_temporal(dtype) and not types.is_interval(dtype), _instants),
        (_is_text, _text),
        (types.is_dictionary, _dictionary),
        (types.is_run_end_encoded, _run_ends),
    )


def is_decoded(dtype: Any) -> bool:
    """Whether a column of this type is read as Python objects, which takes long."""
    types = sys.modules["pyarrow"].types
    is_encoded = types.is_dictionary(dtype) or types.is_run_end_encoded(dtype)
    return bool(types.is_decimal(dtype) or (types.is_nested(dtype) and not is_encoded))


def validity(chunk: Any) -> Any:
    """A numpy array of booleans, or None where nothing is missing."""
    return chunk.is_valid().to_numpy(zero_copy_only=False) if chunk.null_count else None


def _others(dtype: Any, chunks: Chunks) -> ColumnDigest:
    pa = sys.modules["pyarrow"]
    if pa.types.is_null(dtype):
        return digest_objects([[None] * len(chunk) for chunk in chunks], logical_type="null")
    if pa.types.is_decimal(dtype):
        return digest_objects(_lists(chunks), logical_type="decimal")
    if isinstance(dtype, pa.BaseExtensionType):
        inner = digest_chunks(dtype.storage_type, [chunk.storage for chunk in chunks])
        return ColumnDigest(f"{dtype.extension_name}<{inner.logical_type}>", inner.digest, inner.is_partial)
    return digest_objects(_lists(chunks), logical_type="nested")


def _lists(chunks: Chunks) -> Sequence[list[object]]:
    return [
        chunk.slice(start, PIECE_ROWS).to_pylist() for chunk in chunks for start in range(0, len(chunk), PIECE_ROWS)
    ]


def _raw(chunk: Any, dtype: Any) -> Any:
    """The values of a fixed-width array as numpy sees them, missing ones undefined."""
    np = sys.modules["numpy"]
    data = chunk.buffers()[1]
    if data is None:
        return np.zeros(len(chunk), dtype=dtype)
    return np.frombuffer(data, dtype=dtype)[chunk.offset : chunk.offset + len(chunk)]


def _floats(dtype: Any, chunks: Chunks) -> ColumnDigest:
    width = {"halffloat": "float16", "float": "float32", "double": "float64"}[str(dtype)]
    stream = ColumnStream(width)
    for chunk in chunks:
        stream.floats(_raw(chunk, width), validity(chunk))
    return stream.finish()


def _run_ends(dtype: Any, chunks: Chunks) -> ColumnDigest:
    import importlib  # of a part of pyarrow, which is loaded already

    decode = importlib.import_module("pyarrow.compute").run_end_decode
    return digest_chunks(dtype.value_type, [decode(chunk) for chunk in chunks])


def _integers(dtype: Any, chunks: Chunks) -> ColumnDigest:
    return _fixed(str(dtype), dtype.to_pandas_dtype(), chunks)


def _fixed(name: str, dtype: Any, chunks: Chunks) -> ColumnDigest:
    stream = ColumnStream(name)
    for chunk in chunks:
        stream.fixed(_raw(chunk, dtype), validity(chunk))
    return stream.finish()


def _booleans(_: Any, chunks: Chunks) -> ColumnDigest:
    pa = sys.modules["pyarrow"]
    return _fixed("bool", "uint8", [chunk.cast(pa.uint8()) for chunk in chunks])


def _instants(dtype: Any, chunks: Chunks) -> ColumnDigest:
    name, unit, width = _temporal(dtype)
    if unit == "D":
        parts = [_raw(chunk, width).astype("int64") for chunk in chunks]
        parts = [part // 86_400_000 for part in parts] if str(dtype) == "date64[ms]" else parts
        factor = 1
    else:
        parts = [_raw(chunk, width).astype("int64", copy=False) for chunk in chunks]
        masked = [_visible(part, chunk) for part, chunk in zip(parts, chunks, strict=True)]
        unit, factor = finest_unit(masked, unit)
    stream = ColumnStream(name.format(unit=unit))
    for part, chunk in zip(parts, chunks, strict=True):
        stream.instants(part, factor, validity(chunk))
    return stream.finish()


def _visible(part: Any, chunk: Any) -> Any:
    ok = validity(chunk)
    return part if ok is None else sys.modules["numpy"].where(ok, part, NAT)


def _temporal(dtype: Any) -> tuple[str, str, str]:
    """The logical type, the unit and the width of a temporal type."""
    types = sys.modules["pyarrow"].types
    if types.is_timestamp(dtype):
        zone = f", {zone_name(dtype.tz)}" if dtype.tz else ""
        return f"timestamp[{{unit}}{zone}]", dtype.unit, "int64"
    if types.is_duration(dtype):
        return "duration[{unit}]", dtype.unit, "int64"
    if types.is_time(dtype):
        return "time", dtype.unit, "int32" if types.is_time32(dtype) else "int64"
    return "date", "D", "int32" if types.is_date32(dtype) else "int64"


def _is_bytes(dtype: Any) -> bool:
    types = sys.modules["pyarrow"].types
    return bool(
        types.is_binary(dtype)
        or types.is_large_binary(dtype)
        or types.is_fixed_size_binary(dtype)
        or types.is_binary_view(dtype)
    )


def _is_text(dtype: Any) -> bool:
    types = sys.modules["pyarrow"].types
    return bool(
        types.is_string(dtype) or types.is_large_string(dtype) or types.is_string_view(dtype) or _is_bytes(dtype)
    )


def _text(dtype: Any, chunks: Chunks) -> ColumnDigest:
    name = "binary" if _is_bytes(dtype) else "string"
    stream = ColumnStream(name)
    for chunk in _with_offsets(name, dtype, chunks):
        feed_text(stream, chunk)
    return stream.finish()


def _with_offsets(name: str, dtype: Any, chunks: Chunks) -> Iterator[Any]:
    """The chunks as arrays with offsets and data end to end, not more than a million rows of copies at a time."""
    pa = sys.modules["pyarrow"]
    types = pa.types
    if types.is_string(dtype) or types.is_large_string(dtype) or types.is_binary(dtype) or types.is_large_binary(dtype):
        yield from chunks
        return
    plain = pa.large_string() if name == "string" else pa.binary()
    for chunk in chunks:
        for start in range(0, len(chunk), 1 << 20):
            yield chunk.slice(start, 1 << 20).cast(plain)


def feed_text(stream: ColumnStream, chunk: Any) -> None:
    """Give a (large) string or binary array to the stream."""
    np = sys.modules["numpy"]
    pa = sys.modules["pyarrow"]
    if not len(chunk):
        stream.text(b"", np.empty(0, dtype="int64"))
        return
    is_large = pa.types.is_large_string(chunk.type) or pa.types.is_large_binary(chunk.type)
    _, offset_buffer, data = chunk.buffers()
    offsets = np.frombuffer(offset_buffer, dtype="int64" if is_large else "int32")
    offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
    lengths = np.diff(offsets)
    ok = validity(chunk)
    if ok is not None and lengths[~ok].any():  # bytes hidden beneath a null are no content
        compact = chunk.filter(chunk.is_valid())
        lengths = np.where(ok, lengths, 0)
        _, offset_buffer, data = compact.buffers()
        offsets = np.frombuffer(offset_buffer, dtype=offsets.dtype)[compact.offset : compact.offset + len(compact) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    stream.text(memoryview(data)[first:last] if data is not None else b"", lengths, ok)


def _dictionary(dtype: Any, chunks: Chunks) -> ColumnDigest:
    from celltrail.fingerprint.categories import digest_codes

    np = sys.modules["numpy"]
    pa = sys.modules["pyarrow"]
    unified = pa.chunked_array(chunks, type=dtype).unify_dictionaries().chunks
    codes = [_codes(chunk, np) for chunk in unified]
    categories = unified[0].dictionary.to_pylist() if unified else []
    return digest_codes(codes, categories, is_ordered=dtype.ordered)


def _codes(chunk: Any, np: Any) -> Any:
    indices = chunk.indices
    raw = _raw(indices, indices.type.to_pandas_dtype())
    ok = validity(indices)
    return raw if ok is None else np.where(ok, raw.astype("int64"), -1)
