"""Said inside a replay's kernel, by cells of ours. Standard library only, and nothing is left in the namespace."""

import importlib
import importlib.util
import os
import random
import sys
from collections.abc import Mapping
from pathlib import Path

_trees: list[Path] = []


def redirect(root: str, tree: str) -> None:
    """Let imports from the project find the files of the replay's tree; celltrail itself stays where it is.

    Args:
        root: The project's root.
        tree: The folder that stands for it.
    """
    _trees[:] = [Path(tree)]
    own = _folder_of_celltrail()
    mapped = [_mapped(entry, root, tree) if entry != own else entry for entry in sys.path]
    editable = [_mapped(folder, root, tree) for folder in _editable_folders() if folder != own]
    sys.path[:] = dict.fromkeys([*mapped, *(folder for folder in editable if folder.startswith(tree))])
    importlib.invalidate_caches()


def put_sources(digests: Mapping[str, str]) -> None:
    """Write modules into the replay's tree, as they were edited at this point of the session.

    Where there is no such tree, as when somebody runs the notebook by hand, nothing is written.

    Args:
        digests: By path, relative to the tree, the kept content.

    Raises:
        BlobNotFoundError: The store does not have it any more.
    """
    from celltrail.capture import active
    from celltrail.journal.blobs import BlobStore

    session = active.current_session()
    tree = next((one for one in _trees if one.is_dir()), None)
    if session is None or tree is None:
        return
    blobs = BlobStore(session.settings.store)
    for path, digest in digests.items():
        place = tree / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(blobs.read(digest))
        # Python tells a compiled file from a stale one by its size and whole seconds: too coarse for this.
        Path(importlib.util.cache_from_source(str(place))).unlink(missing_ok=True)
    importlib.invalidate_caches()


def seed_generators(seed: int, *names: str) -> None:
    """Seed global generators: Python's, and those of the libraries that are named or loaded (numpy, torch)."""
    random.seed(seed)
    for library, module, seeder in (("numpy", "numpy.random", "seed"), ("torch", "torch", "manual_seed")):
        if library in names or library in sys.modules:
            getattr(importlib.import_module(module), seeder)(seed)


def _mapped(entry: str, root: str, tree: str) -> str:
    if entry == root or entry.startswith(root + os.sep):
        inside = tree + entry[len(root) :]
        return inside if os.path.isdir(inside) else entry  # noqa: PTH112 - an entry of the path is a str
    return entry


def _folder_of_celltrail() -> str:
    import celltrail

    return os.path.dirname(os.path.dirname(os.path.abspath(celltrail.__file__)))  # noqa: PTH100, PTH120 - as in sys.path


def _editable_folders() -> list[str]:
    """Where setuptools' finders of editable installs look: behind sys.path, so that an entry of it goes first."""
    finders = [sys.modules.get(getattr(one, "__module__", "")) for one in sys.meta_path]
    mappings = [getattr(module, "MAPPING", None) for module in finders if module is not None]
    return [
        os.path.dirname(folder)  # noqa: PTH120 - an entry of the path is a str
        for mapping in mappings
        if isinstance(mapping, dict)
        for folder in mapping.values()
        if isinstance(folder, str)
    ]
