"""Whose a path is in a replay: the user's, the replay's own, or nobody's. Standard library only: kernels load it."""

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_MADE_AGAIN = frozenset({
    "__pycache__", ".ipynb_checkpoints", ".cache", ".config", ".dvc", ".ipython", ".jupyter", ".local", ".matplotlib",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".venv", "dist-packages", "node_modules", "site-packages",
})  # fmt: skip
_SYSTEM = ("/dev", "/proc", "/sys", "/run")
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Territory:
    """The places that a replay knows of; all paths are absolute, without links.

    Attributes:
        root: The project's root: what lies in it is the user's.
        store: The store's folder, which the kernel writes its journal to; it may lie in the root.
        tree: The replay's own folder in place of the root; empty where it runs in the root itself.
        agreed: Files of the user's that the plan says are written; what they were is kept aside.
        told: The file that refusals are written to, a line of JSON each.
        free: Folders that are nobody's: known in the kernel itself.
    """

    root: str
    store: str
    tree: str
    agreed: tuple[str, ...]
    told: str
    free: tuple[str, ...] = ()

    def is_users(self, real: str) -> bool:
        """Whether a path without links is a place of the user's: of the nearest folder that is known here."""
        known = [place for place in (self.root, self.store, self.tree, *self.free, *_SYSTEM) if is_below(real, place)]
        nearest = max(known, key=len, default="")
        if nearest not in {self.root, ""}:
            return False
        parts = Path(real[len(nearest) :]).parts
        is_hidden = not nearest and any(part.startswith(".") for part in parts)  # outside of the project: caches
        return not is_hidden and _MADE_AGAIN.isdisjoint(parts)

    def is_in_tree(self, path: str) -> bool:
        """Whether a path lies in the replay's own folder, whatever its links point to."""
        return is_below(path, self.tree)

    def holds(self, real: str) -> bool:
        """Whether the project or the trail is lost with a folder, or a part of the trail."""
        is_trail = is_below(real, self.store) and not is_below(real, self.tree)
        return is_trail or is_below(self.root, real) or is_below(self.store, real)


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it; nothing lies in an empty one."""
    return bool(folder) and (path == folder or path.startswith(folder.rstrip(os.sep) + os.sep))


def territory_of(root: Path, store: Path, tree: Path | None, *, agreed: Iterable[Path], told: Path) -> Territory:
    """The territory of a replay, with the links of its places resolved.

    Args:
        root: The project's root.
        store: The store's folder.
        tree: The folder that stands for the root; None where the replay runs in the root.
        agreed: Files that may be written, since what they were is kept.
        told: Where refusals are written.
    """
    return Territory(
        root=os.path.realpath(root),
        store=os.path.realpath(store),
        tree=os.path.realpath(tree) if tree is not None else "",
        agreed=tuple(os.path.realpath(path) for path in agreed),
        told=str(told),
    )


def free_places() -> tuple[str, ...]:
    """The folders of this process that are nobody's: temporary ones, and Python's own."""
    places = (tempfile.gettempdir(), "/tmp", "/var/tmp", sys.prefix, sys.base_prefix, sys.exec_prefix)  # noqa: S108 - nothing is written
    return tuple({os.path.realpath(place) for place in places})


def tell_refused(territory: Territory, message: str) -> None:
    """Write down that something was refused: the user's code may swallow the error."""
    line = json.dumps(message) + "\n"
    with open(territory.told, "a", encoding="utf-8") as file:  # noqa: PTH123 - one write of one line, also of a fork
        file.write(line)


def refused(told: Path) -> tuple[str, ...]:
    """What was refused, each once, in its order; as far as a mebibyte tells."""
    try:
        with told.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_LONGEST).splitlines(keepends=True)
    except FileNotFoundError:
        return ()
    return tuple(dict.fromkeys(json.loads(line) for line in lines if line.endswith("\n")))
