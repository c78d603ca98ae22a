"""How the columns of a frame are spread that a cell read from a file: a few numbers each, after the cell.

So that two versions of a file can be told apart by more than their digests when neither content is kept. Only what was
read as a whole by one call whose result no other statement of the cell could have changed, once for each content,
within a few milliseconds. pandas, Polars and numpy are recognised through `sys.modules`.
"""

import ast
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from celltrail.records import ColumnInfo, ColumnProfile, DatasetVersion, TopValue

SAMPLE = 2048  # rows; of larger frames every n-th
BUDGET_S = 0.01
_MAX_COLUMNS = 50
_MAX_SOURCE = 20_000
_TOP = 5
_TEXT = 60
_LIBRARIES = ("pandas", "polars")
_NUMBERS = "iuf"
_PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
# Arguments of readers by which a part of a file is read: its numbers are not the file's.
_NARROWING = frozenset({
    "chunksize", "columns", "comment", "comment_prefix", "filters", "ignore_errors", "iterator", "key", "n_rows",
    "nrows", "on_bad_lines", "sheet_id", "sheet_name", "skip_lines", "skip_rows", "skip_rows_after_header",
    "skipfooter", "skiprows", "start", "stop", "table_name", "truncate_ragged_lines", "usecols", "where",
})  # fmt: skip


def frames_read(source: str, namespace: Mapping[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """The frames that a cell read from files and did nothing else to, by the file's path as the trail names it.

    Args:
        source: The cell.
        namespace: Its names, when it has run.
        paths: The files that it read.
    """
    kinds = {library.DataFrame for name in _LIBRARIES if (library := sys.modules.get(name)) is not None}
    if not kinds or not paths or len(source) > _MAX_SOURCE:
        return {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, Any] = {}
    for name, call in _read_calls(tree).items():
        value, path = namespace.get(name), _path_of(call, paths)
        if path and type(value) in kinds:
            found[path] = value
    return found


def _read_calls(tree: ast.Module) -> dict[str, ast.Call]:
    """The top-level names that are bound once, to what a reader gives, and only looked at beside that."""
    found: dict[str, ast.Call] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            call = node.value
            if isinstance(call, ast.Call) and _reads_all(call):
                found[node.targets[0].id] = call
    uses = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    shown = {node.value.id for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name)}
    return {name: call for name, call in found.items() if uses[name] == 1 + (name in shown)}


def _reads_all(call: ast.Call) -> bool:
    """Whether it is a reader that was given a path, and nothing that leaves out rows or columns."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr[:5] != "read_":
        return False
    return len(call.args) <= 1 and all(one.arg is not None and one.arg not in _NARROWING for one in call.keywords)


def _path_of(call: ast.Call, paths: tuple[str, ...]) -> str:
    """The file that a reader was given: by its literal name, else the only one that the cell read."""
    given = call.args[0] if call.args else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        last = given.value.replace("\\", "/").rpartition("/")[2]
        named = [path for path in paths if path.rpartition("/")[2] == last]
        return named[0] if len(named) == 1 else ""
    return paths[0] if len(paths) == 1 else ""


def state_of(path: str) -> tuple[int, int] | None:
    """What tells a file from what it was, for its columns not to be looked at again; None where it is gone."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as the files of cells are looked at
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def describe(frame: Any, budget_s: float = BUDGET_S) -> DatasetVersion:
    """The shape of a frame and how its columns are spread; without a profile where the CPU time ran out."""
    rows, count = frame.shape
    step = max(1, math.ceil(rows / SAMPLE))
    until = time.thread_time() + budget_s
    columns = []
    for place in range(min(count, _MAX_COLUMNS)):
        column = _every(step, frame, place)
        profile = _profile(column, rows) if time.thread_time() < until else None
        columns.append(ColumnInfo(str(column.name), str(column.dtype), "", profile))
    return DatasetVersion("", "file", rows, count, tuple(columns))


def _every(step: int, frame: Any, place: int) -> Any:
    """Each n-th value of a column."""
    if hasattr(frame, "iloc"):
        return frame.iloc[::step, place]
    return frame.to_series(place).gather_every(step)


def _profile(sample: Any, rows: int) -> ColumnProfile | None:
    """Of a column's sample; None where a value of it would have to run code of its own."""
    looked = len(sample)
    numbers = _sorted_numbers(sample) if looked else None
    if numbers is not None:
        return _of_numbers(numbers, looked, rows)
    values = sample.to_list()
    known = [str(value) for value in values if type(value) is str or type(value) is bool]
    missing = int(sample.isna().sum() if hasattr(sample, "isna") else sample.null_count())
    if len(known) + missing != looked or not known:
        return None
    counts = Counter(known)
    top = tuple(TopValue(text[:_TEXT], count) for text, count in counts.most_common(_TOP))
    return ColumnProfile(
        rows, _scaled(missing, rows, looked), top=top, distinct=len(counts), sample=looked if looked < rows else None
    )


def _sorted_numbers(sample: Any) -> Any:
    """Its values that are not missing, float64, ascending; None for a column of something else."""
    if hasattr(sample, "null_count"):  # numpy may not be loaded where frames are of Polars
        is_plain = sample.dtype.is_integer() or sample.dtype.is_float()
        return sample.cast(sys.modules["polars"].Float64).fill_nan(None).drop_nulls().sort() if is_plain else None
    if getattr(sample.dtype, "kind", "") not in _NUMBERS:
        return None
    numpy = sys.modules["numpy"]
    values = numpy.sort(sample.to_numpy(dtype=numpy.float64, na_value=numpy.nan))  # NaN goes last
    return values[: len(values) - int(numpy.isnan(values).sum())]


def _of_numbers(known: Any, looked: int, rows: int) -> ColumnProfile:
    """Of the sorted numbers among the looked-at values of a column of so many rows."""
    part = looked if looked < rows else None
    missing = _scaled(looked - len(known), rows, looked)
    if not len(known) or not math.isfinite(known[0]) or not math.isfinite(known[-1]):
        return ColumnProfile(rows, missing, sample=part)
    std = float(known.std(ddof=1)) if len(known) > 1 else 0.0
    quantiles = tuple(float(_at(known, share)) for share in _PLACES)
    return ColumnProfile(rows, missing, float(known.mean()), std, quantiles, sample=part)


def _at(known: Any, share: float) -> Any:
    """A quantile of sorted values, by the straight line between the two nearest."""
    place = share * (len(known) - 1)
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return known[low] + (known[high] - known[low]) * (place - low)


def _scaled(missing: int, rows: int, looked: int) -> int:
    return missing if looked == rows else round(missing * rows / looked)
