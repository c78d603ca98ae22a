"""Whether a journal has grown since the last look, for the price of a few stat calls."""

import os
from pathlib import Path

_HOT = 32
_LOOKS_PER_SCAN = 40
_REST = 4
_LONGEST_REST_S = 1.0


def pause_s(usual_s: float, fold_s: float) -> float:
    """How long to wait for the next look after a fold that took `fold_s`: it may use a fifth of the time, no more.

    A stream of metrics is news at every look, and a fold costs more the larger the store is. A rest ends after a
    second all the same, so that the panel stays live.
    """
    return max(usual_s, min(_REST * fold_s, _LONGEST_REST_S))


class JournalWatch:
    """Remembers the sizes of a journal's segments; for one thread.

    A journal of years has thousands of segments of which a few grow: between full listings, which a new file or every
    40th look brings, only the 32 that were written last are looked at.
    """

    def __init__(self, store: Path) -> None:
        self._folder = store / "journal"
        self._sizes: dict[str, int] = {}
        self._hot: tuple[str, ...] = ()
        self._folder_changed_at = -1
        self._looks_left = 0

    def has_news(self) -> bool:
        """True when a segment is new or of another size than at the last call; one that went away is no news."""
        try:
            changed_at = os.stat(self._folder).st_mtime_ns  # noqa: PTH116 - a Path costs more, eight times a second
            sizes = self._look(changed_at)
        except OSError:
            # The folder is not there yet, or a segment went away between two calls: the next look tells.
            self._looks_left = 0
            return False
        news = any(self._sizes.get(name) != size for name, size in sizes.items())
        self._sizes.update(sizes)
        return news

    def forget(self) -> None:
        """Take everything for news at the next look, as after a fold that failed."""
        self._sizes = {}
        self._looks_left = 0

    def _look(self, changed_at: int) -> dict[str, int]:
        self._looks_left -= 1
        if changed_at == self._folder_changed_at and self._looks_left > 0:
            return {name: os.stat(f"{self._folder}/{name}").st_size for name in self._hot}  # noqa: PTH116 - as above
        with os.scandir(self._folder) as entries:
            found = {entry.name: entry.stat() for entry in entries if entry.name.endswith(".ctj")}
        self._hot = tuple(sorted(found, key=lambda name: -found[name].st_mtime_ns)[:_HOT])
        self._folder_changed_at = changed_at
        self._looks_left = _LOOKS_PER_SCAN
        return {name: stat.st_size for name, stat in found.items()}
