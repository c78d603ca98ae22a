"""Kept contents as tables, read by formats that execute nothing, and never more of them than was asked for."""

import bz2
import gzip
import importlib
import io
import lzma
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from celltrail.datasets.kept import KeptContent
from celltrail.errors import CelltrailError
from celltrail.store.datasets import DatasetEntry

if TYPE_CHECKING:
    import pandas as pd

_PARQUET = "application/vnd.apache.parquet"
_NUMPY = "application/x-numpy"
_TO_TYPE = {".parquet": _PARQUET, ".pq": _PARQUET, ".npy": _NUMPY}
MOST_BYTES = 2 << 30
_VALUE_BYTES = 8  # at the least, of each value of a frame
# What is raised of damaged contents by those who read them.
_DAMAGES = (
    *(ValueError, ImportError, OSError, LookupError, EOFError, TypeError, NotImplementedError, ArithmeticError),
    *(MemoryError, zlib.error, lzma.LZMAError),
)


class UnreadableTableError(CelltrailError):
    """A content is there, and is no table that can be read without executing anything."""


def read_table(entry: DatasetEntry, content: KeptContent, *, most_bytes: int = MOST_BYTES) -> "pd.DataFrame":
    """A content as a frame of pandas.

    Args:
        entry: What it is.
        content: Its bytes.
        most_bytes: How large it may be, packed and unpacked: a small file may unpack into more than a machine has.

    Raises:
        UnreadableTableError: It is of no such format, damaged, or too large.
    """
    import pandas as pd

    if content.size_bytes > most_bytes:
        raise _too_large(entry, content.size_bytes)
    endings = [ending.lower() for ending in PurePosixPath(entry.dataset.source).suffixes[-2:]]
    kind = entry.media_type if entry.media_type in {_PARQUET, _NUMPY} else ""
    kind = kind or next((_TO_TYPE[one] for one in endings if one in _TO_TYPE), "")
    try:
        with content.opened() as stream:
            if kind == _PARQUET:
                _check_parquet(entry, stream, most_bytes)
                return pd.read_parquet(stream)
            if kind == _NUMPY:
                return _array(stream)
            return _text_table(entry, stream, endings, most_bytes=most_bytes)
    except _DAMAGES as error:
        raise UnreadableTableError(f"{entry.name} cannot be read as a table: {str(error)[:200]}") from error


def _array(stream: Any) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    found = np.load(stream, allow_pickle=False)
    return pd.DataFrame(found.reshape(len(found), -1) if found.ndim else found.reshape(1, 1))


def _text_table(entry: DatasetEntry, stream: BinaryIO, endings: list[str], *, most_bytes: int) -> "pd.DataFrame":
    import pandas as pd

    unpack = _UNPACKERS.get(endings[-1] if endings else "")
    ending = endings[0] if unpack and len(endings) > 1 else (endings[-1] if endings else "")
    text = stream if unpack is None else _unpacked(entry, unpack(stream), most_bytes)
    if ending in {".csv", ".tsv", ".txt"}:
        return pd.read_csv(text, sep="\t" if ending == ".tsv" else ",", low_memory=False)
    if ending in {".jsonl", ".ndjson"}:
        return pd.read_json(text, lines=True)
    raise UnreadableTableError(
        f"{entry.name} is compared by its digest only: its values are read from .csv, .tsv, .parquet, .jsonl and .npy"
    )


def _unpacked(entry: DatasetEntry, stream: Any, most_bytes: int) -> BinaryIO:
    content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise _too_large(entry, len(content))
    return io.BytesIO(content)


def _check_parquet(entry: DatasetEntry, stream: BinaryIO, most_bytes: int) -> None:
    """By what the file says of itself: a page of one value may stand for a billion rows."""
    about = importlib.import_module("pyarrow.parquet").ParquetFile(stream).metadata
    unpacked = sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups))
    size = max(unpacked, about.num_rows * about.num_columns * _VALUE_BYTES)
    if size > most_bytes:
        raise _too_large(entry, size)
    stream.seek(0)


def _too_large(entry: DatasetEntry, size_bytes: int) -> UnreadableTableError:
    return UnreadableTableError(f"{entry.name} is {size_bytes:,} bytes or more: more than is compared value by value")


def _of_zstandard(stream: BinaryIO) -> Any:
    return importlib.import_module("zstandard").ZstdDecompressor().stream_reader(stream)


_UNPACKERS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zst": _of_zstandard,
}
