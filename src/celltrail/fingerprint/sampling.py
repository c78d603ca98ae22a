"""Which rows are read where all of them would cost more than the budget: the first, the last, and blocks between."""

import struct

from celltrail.lean import record

# The budget bounds the time that a cell waits: a Python object takes as long as some hundred bytes of numbers do.
OBJECT_BYTES = 400
NESTED_FACTOR = 50  # what is decoded to Python objects weighs so many times its buffers

_BLOCKS = 64


@record
class Ranges:
    """The rows that a digest covers.

    Attributes:
        rows: All rows that there are.
        spans: (start, stop) of what is read, in order, not overlapping; one span of all where nothing is left out.
    """

    rows: int
    spans: tuple[tuple[int, int], ...]

    @property
    def is_sampled(self) -> bool:
        """Whether rows are left out."""
        return self.spans != ((0, self.rows),)

    def header(self) -> bytes:
        """The number of rows, and the spans where they are not everything, as bytes to hash."""
        spans = self.spans if self.is_sampled else ()
        return struct.pack(f"<{1 + 2 * len(spans)}Q", self.rows, *(place for span in spans for place in span))


def everything(rows: int) -> Ranges:
    """All rows."""
    return Ranges(rows, ((0, rows),))


def ranges_within(rows: int, weight_bytes: int, budget_bytes: int) -> Ranges:
    """The rows to read so that they weigh at most about the budget: all of them where they fit.

    Otherwise up to 64 blocks of equal length, evenly spaced, the first at the first row and the last at the last.
    """
    if weight_bytes <= budget_bytes or rows <= _BLOCKS:
        return everything(rows)
    kept = max(_BLOCKS, rows * max(budget_bytes, 0) // weight_bytes)
    length = kept // _BLOCKS
    last = rows - length
    starts = [last * block // (_BLOCKS - 1) for block in range(_BLOCKS)]
    return Ranges(rows, tuple((start, start + length) for start in starts))
