"""A folder known by what it is and not by its name, so that one made anew in its place is told from it."""

import contextlib
import os
from pathlib import Path


class HeldFolder:
    """Holds a descriptor, where the system allows, or the number of a removed folder would go to the next one."""

    __slots__ = ("_fd", "_identity", "path")

    def __init__(self, path: Path) -> None:
        """Look at the folder.

        Raises:
            OSError: There is none.
        """
        self.path = path
        self._identity = identity(path.stat())
        self._fd = -1
        with contextlib.suppress(OSError):  # Windows opens no folders, and keeps those that have an open file
            self._fd = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0))

    def is_gone(self) -> bool:
        """Whether its path is another folder, or none."""
        try:
            return identity(self.path.stat()) != self._identity
        except OSError:
            return True

    def close(self) -> None:
        """Let go of the descriptor, unless it was closed by somebody and is another file's by now."""
        fd, self._fd = self._fd, -1
        with contextlib.suppress(OSError):
            if fd >= 0 and identity(os.fstat(fd)) == self._identity:
                os.close(fd)


def identity(stat: os.stat_result) -> tuple[int, int]:
    """What tells a file or folder from all others that exist."""
    return stat.st_dev, stat.st_ino
