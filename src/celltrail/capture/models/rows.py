"""Some rows of what a model was fitted on: the same ones each time, and no generator is drawn from."""

import sys
from typing import Any

from celltrail.fingerprint.data import reader_name
from celltrail.lean import record

SAMPLE_ROWS = 100
EXAMPLE_ROWS = 5
_MAX_BYTES = 4 << 20
_CELL_BYTES = 16  # of a frame: more than most values take


@record
class Sample:
    """Rows of a dataset, evenly spaced from its first one on; `truth` is what a fit was to learn of them, if known."""

    rows: Any
    count: int
    total: int
    truth: Any = None

    def first(self, count: int) -> "Sample":
        """The first of them."""
        kept = min(count, self.count)
        return Sample(_take(self.rows, list(range(kept))), kept, self.total)


def sample(data: Any, target: Any = None, *, count: int = SAMPLE_ROWS) -> Sample | None:
    """Rows of a frame, array, sparse matrix or list; None of anything else, or where one row has more than 4 MB.

    The sample shares no memory with the data.

    Args:
        data: The rows.
        target: What a fit was to learn of them; left out where it has another number of rows.
        count: At most so many.
    """
    total = _row_count(data)
    if not total:
        return None
    kept = min(count, total, _MAX_BYTES // max(_row_bytes(data, total), 1))
    if not kept:
        return None
    places = [place * total // kept for place in range(kept)]
    is_known = target is not None and _row_count(target) == total and _row_bytes(target, total) * kept <= _MAX_BYTES
    return Sample(_take(data, places), kept, total, _take(target, places) if is_known else None)


def _row_count(data: Any) -> int:
    kind = reader_name(data)
    if kind is None or not (_is_of_library(data) or type(data) in {list, tuple}):
        return 0
    shape = getattr(data, "shape", None)
    return int(shape[0]) if shape else len(data)


def _is_of_library(data: Any) -> bool:
    """Not a class of the user's own, whose indexing may do anything."""
    return type(data).__module__.partition(".")[0] in {"pandas", "polars", "pyarrow", "numpy", "scipy"}


def _row_bytes(data: Any, total: int) -> int:
    if type(data) in {list, tuple}:
        first = data[0]
        return len(first) * _CELL_BYTES if hasattr(first, "__len__") else _CELL_BYTES
    if type(data).__module__.partition(".")[0] == "numpy":
        return int(data.nbytes) // total
    shape: tuple[int, ...] = getattr(data, "shape", (total,))
    return int(shape[1]) * _CELL_BYTES if len(shape) > 1 else _CELL_BYTES


def _take(data: Any, places: list[int]) -> Any:
    library = type(data).__module__.partition(".")[0]
    if library == "pandas":
        return data.take(places) if reader_name(data) == "pandas_index" else data.iloc[places]
    if library == "pyarrow":
        return data.take(sys.modules["pyarrow"].array(places))
    if library == "scipy":
        return data.tocsr()[places]
    if type(data) in {list, tuple}:
        return [data[place] for place in places]
    return data[places]
