"""What a replay's notebook says of its cells to the engine: which execution each repeats, and which cells are ours.

A repeated cell gets the number that it had: `Out[7]` and `_7` in later cells mean what they meant, also where a slice
leaves cells out. Ours leave no trace in the history.
"""

from collections.abc import Mapping
from typing import Any

REPLAY_KEY = "celltrail_replay"  # of a cell's metadata
_OURS = "is_ours"
_COUNT = "execution_count"
_SET_COUNT = "setattr(__import__('IPython').get_ipython(), 'execution_count', {count:d})"


def ours() -> dict[str, Any]:
    """The metadata of a cell that repeats nothing."""
    return {"tags": ["celltrail-skip"], REPLAY_KEY: {_OURS: True}}


def is_ours(metadata: Mapping[str, Any]) -> bool:
    """Whether a cell repeats nothing, and should not count."""
    return _said(metadata).get(_OURS) is True


def recorded_count(metadata: Mapping[str, Any]) -> int:
    """The number that a repeated cell had; 0 in any other cell."""
    count = _said(metadata).get(_COUNT)
    return count if isinstance(count, int) else 0


def setting_count(count: int) -> str:
    """The expression that a kernel evaluates so that its next cell has this number."""
    return _SET_COUNT.format(count=count)


def _said(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    said = metadata.get(REPLAY_KEY)
    return said if isinstance(said, Mapping) else {}
