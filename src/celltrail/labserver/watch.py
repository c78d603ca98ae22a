"""Whether a journal has grown since the last look, for the price of a directory listing."""

import os
from pathlib import Path


class JournalWatch:
    """Remembers the sizes of a journal's segments; for one thread."""

    def __init__(self, store: Path) -> None:
        self._folder = store / "journal"
        self._sizes: dict[str, int] = {}

    def has_news(self) -> bool:
        """True when a segment is new or longer than at the last call; a segment that went away is no news."""
        sizes = self._look()
        news = any(self._sizes.get(name) != size for name, size in sizes.items())
        self._sizes = sizes
        return news

    def forget(self) -> None:
        """Take everything for news at the next look, as after a fold that failed."""
        self._sizes = {}

    def _look(self) -> dict[str, int]:
        sizes = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.endswith(".ctj"):
                        sizes[entry.name] = entry.stat().st_size
        except OSError:
            # The folder is not there yet, or a segment went away while it was listed: the next look tells.
            return sizes
        return sizes
