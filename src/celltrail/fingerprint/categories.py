"""Categorical columns: by the values that occur, not by the codes or the unused categories of one library."""

import struct
import sys
from collections.abc import Sequence
from typing import Any

from celltrail.fingerprint import cells
from celltrail.fingerprint.columns import ColumnDigest, ColumnStream
from celltrail.fingerprint.digest import new_hasher


def digest_codes(codes: Sequence[Any], categories: Sequence[object], *, is_ordered: bool) -> ColumnDigest:
    """The digest of a categorical column.

    The categories that occur are sorted by their encoding and each row is its category's rank, -1 where missing. Of an
    ordered categorical all categories count, in their order, for they carry meaning.

    Args:
        codes: numpy arrays of positions in `categories`; negative is missing.
        categories: The values that the codes stand for.
        is_ordered: Whether the order of the categories means something.
    """
    np = sys.modules["numpy"]
    encoder = cells.CellEncoder()
    encoded = [encoder.encode(category) for category in categories]
    if is_ordered:
        kept = list(range(len(encoded)))
    else:
        used = np.zeros(len(encoded), dtype=bool)
        for part in codes:
            used[part[part >= 0]] = True
        kept = sorted(np.flatnonzero(used).tolist(), key=encoded.__getitem__)
    ranks = np.full(len(encoded) + 1, -1, dtype="int32")  # the last place is that of code -1
    ranks[kept] = np.arange(len(kept), dtype="int32")
    stream = ColumnStream("ordered categorical" if is_ordered else "categorical")
    for part in codes:
        stream.fixed(ranks[part])
    return _joined(stream.finish(), [encoded[place] for place in kept], is_partial=encoder.is_partial)


def _joined(ranks: ColumnDigest, encoded: list[bytes], *, is_partial: bool) -> ColumnDigest:
    hasher = new_hasher()
    hasher.update(ranks.digest + struct.pack("<Q", len(encoded)))
    for part in encoded:
        hasher.update(struct.pack("<Q", len(part)) + part)
    return ColumnDigest(ranks.logical_type, hasher.digest(), is_partial)
