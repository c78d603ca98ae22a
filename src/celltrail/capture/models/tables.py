"""A few rows as a file that anybody can read, and that runs no code: Parquet where pyarrow is there, else CSV; JSON."""

import importlib.util
import io
from typing import Any

from celltrail import codec
from celltrail.capture.models.rows import Sample
from celltrail.fingerprint.data import reader_name
from celltrail.lean import record


@record
class TableFile:
    """The rows, and what the file's name ends in."""

    ending: str
    media_type: str
    data: bytes


def table_file(sample: Sample) -> TableFile:
    """The rows of a sample as a file."""
    rows, kind = sample.rows, reader_name(sample.rows)
    if kind in {"pandas_series", "pandas_index", "polars_series"}:
        rows = rows.to_frame()
    if kind in {"pandas_frame", "pandas_series", "pandas_index"}:
        return _pandas_file(rows)
    if kind in {"polars_frame", "polars_series"}:
        target = io.BytesIO()
        rows.write_parquet(target)
        return _parquet(target.getvalue())
    if kind == "arrow_table":
        target = io.BytesIO()
        importlib.import_module("pyarrow.parquet").write_table(rows, target)
        return _parquet(target.getvalue())
    return TableFile(".json", "application/json", codec.dumps(plain_values(rows)))


def _pandas_file(frame: Any) -> TableFile:
    if importlib.util.find_spec("pyarrow") is not None:
        target = io.BytesIO()
        named = frame.set_axis([str(name) for name in frame.columns], axis="columns")
        try:
            named.to_parquet(target, engine="pyarrow")
            return _parquet(target.getvalue())
        except (ValueError, TypeError, NotImplementedError):  # objects that Arrow has no type for; names that are alike
            pass
    return TableFile(".csv", "text/csv", frame.to_csv().encode("utf-8", "surrogatepass"))


def _parquet(data: bytes) -> TableFile:
    return TableFile(".parquet", "application/vnd.apache.parquet", data)


def plain_values(values: Any) -> Any:
    """Nested lists of numbers and texts: of arrays, lists, series and frames; anything else by its `str`."""
    if hasattr(values, "toarray"):
        values = values.toarray()
    for method in ("tolist", "to_list"):
        if hasattr(values, method):
            return _plain(getattr(values, method)())
    if hasattr(values, "to_numpy"):
        return _plain(values.to_numpy().tolist())
    return _plain(values)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return plain_values(value) if hasattr(value, "tolist") else str(value)
