"""Lends celltrail's kernel side to a kernel in whose environment celltrail is not installed.

The standard library is all that the kernel side needs, so it travels by path: the kernel's command starts
`capture/launcher.py` with the kernel's own Python, which adds a folder that holds celltrail and nothing else.
"""

import os
import sys
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import celltrail

_KERNEL_MODULES = frozenset({"ipykernel_launcher", "ipykernel"})
_COMPILED = ("xxhash", "blake3")  # what makes digests equal to those of other kernels
_LAUNCHER = Path(__file__).parents[1] / "capture" / "launcher.py"


def lent_command(command: Sequence[str], folder: Path) -> list[str]:
    """The command of a kernel, so that celltrail records it even where it is not installed.

    Args:
        command: `[python, ..., "-m", "ipykernel_launcher", ...]`; any other is given back as it is, and so is one of
            this very Python.
        folder: One of the user's own, for the links that `lend_from` makes.
    """
    words = list(command)
    at = _module_index(words)
    if at is None or Path(words[0]) == Path(sys.executable):
        return words
    lent = lend_from(folder)
    return words if lent is None else [*words[:at], str(_LAUNCHER), str(lent), celltrail.__version__, *words[at + 1 :]]


def lend_from(folder: Path) -> Path | None:
    """A folder in `folder` that holds links to celltrail, and to the compiled packages for this version of Python.

    Returns:
        The folder; None where links cannot be made.
    """
    lent = folder / f"celltrail-{celltrail.__version__}-{zlib.crc32(os.fsencode(_LAUNCHER)):08x}"
    compiled = lent / str(sys.implementation.cache_tag)
    try:
        _link(Path(celltrail.__path__[0]), lent / "any" / "celltrail")
        for name in _COMPILED:
            spec = find_spec(name)
            if spec is not None and spec.submodule_search_locations:
                _link(Path(next(iter(spec.submodule_search_locations))), compiled / name)
    except OSError:
        return None
    return lent


def _module_index(words: list[str]) -> int | None:
    """Where `-m ipykernel_launcher` stands in a command."""
    for at, (flag, module) in enumerate(pairwise(words)):
        if flag == "-m":
            return at if module in _KERNEL_MODULES and at else None
    return None


def _link(target: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.readlink() == target:
        return
    temporary = link.with_name(f"{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)
