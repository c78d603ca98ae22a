"""Kept contents as tables, read by formats that execute nothing."""

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from celltrail.datasets.kept import KeptContent
from celltrail.errors import CelltrailError
from celltrail.store.datasets import DatasetEntry

if TYPE_CHECKING:
    import pandas as pd

_PARQUET = "application/vnd.apache.parquet"
_NUMPY = "application/x-numpy"
_TO_TYPE = {".parquet": _PARQUET, ".pq": _PARQUET, ".npy": _NUMPY}
_MOST_BYTES = 2 << 30


class UnreadableTableError(CelltrailError):
    """A content is there, and is no table that can be read without executing anything."""


def read_table(entry: DatasetEntry, content: KeptContent) -> "pd.DataFrame":
    """A content as a frame of pandas.

    Raises:
        UnreadableTableError: It is of no such format, damaged, or larger than 2 GB.
    """
    import pandas as pd

    if content.size_bytes > _MOST_BYTES:
        raise UnreadableTableError(
            f"{entry.name} is {content.size_bytes:,} bytes: more than is compared value by value"
        )
    endings = [ending.lower() for ending in PurePosixPath(entry.dataset.source).suffixes[-2:]]
    kind = entry.media_type if entry.media_type in {_PARQUET, _NUMPY} else ""
    kind = kind or next((_TO_TYPE[one] for one in endings if one in _TO_TYPE), "")
    try:
        with content.opened() as stream:
            if kind == _PARQUET:
                return pd.read_parquet(stream)
            if kind == _NUMPY:
                return _array(stream)
            return _text_table(entry, stream, endings)
    except (ValueError, ImportError, OSError, KeyError) as error:
        raise UnreadableTableError(f"{entry.name} cannot be read as a table: {str(error)[:200]}") from error


def _array(stream: Any) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    found = np.load(stream, allow_pickle=False)
    return pd.DataFrame(found.reshape(len(found), -1) if found.ndim else found.reshape(1, 1))


def _text_table(entry: DatasetEntry, stream: Any, endings: list[str]) -> "pd.DataFrame":
    import pandas as pd

    packed: Any = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd"}.get(endings[-1] if endings else "")
    ending = endings[0] if packed and len(endings) > 1 else (endings[-1] if endings else "")
    if ending in {".csv", ".tsv", ".txt"}:
        separator = "\t" if ending == ".tsv" else ","
        return pd.read_csv(stream, sep=separator, compression=packed, low_memory=False)
    if ending in {".jsonl", ".ndjson"}:
        return pd.read_json(stream, lines=True, compression=packed)
    raise UnreadableTableError(
        f"{entry.name} is compared by its digest only: its values are read from .csv, .tsv, .parquet, .jsonl and .npy"
    )
