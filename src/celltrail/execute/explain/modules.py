"""The modules of the user's own that the cells of a run executed, with their sources."""

from collections.abc import Sequence

from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.loaded import last_loaded
from celltrail.execute.replay.own_modules import imports_of
from celltrail.execute.replay.session import RecordedSession
from celltrail.journal.blobs import BlobStore
from celltrail.runs.module_diff import ModuleText
from celltrail.store.runs import CellExecution


def modules_of(session: RecordedSession, steps: Sequence[CellExecution], blobs: BlobStore) -> dict[str, ModuleText]:
    """What the cells of a run import of the user's own modules, and what these import, by dotted name.

    A module whose source is not in the store any more is left out.
    """
    loaded = last_loaded(session, steps)
    waiting = [name for step in steps for name in imports_of(step.source, "")]
    found: dict[str, ModuleText] = {}
    seen: set[str] = set()
    while waiting:
        for name in _with_parents(waiting.pop()):
            if name in seen or name not in loaded:
                continue
            seen.add(name)
            one = loaded[name]
            try:
                text = blobs.read(one.digest).decode("utf-8-sig")
            except (BlobNotFoundError, ValueError):
                continue
            found[name] = ModuleText(one.path, text)
            waiting += imports_of(text, name if one.is_package else name.rpartition(".")[0])
    return found


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
