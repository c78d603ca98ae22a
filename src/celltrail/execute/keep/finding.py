"""Which execution people mean: by its id, its cell's id, or the number in brackets."""

from pathlib import Path
from typing import TypeVar

from celltrail.errors import KeepError
from celltrail.journal import events
from celltrail.journal.reader import list_segments, read_batches
from celltrail.store.replays import is_replay_notebook
from celltrail.store.runs import CellExecution

_SHORTEST = 4
Execution = TypeVar("Execution", events.CellStarted, CellExecution)


def executions_in(store: Path) -> tuple[events.CellStarted, ...]:
    """All executions that the journals tell of, the oldest first; those of replays, which repeat others, are left out.

    Raises:
        OSError: The journals cannot be read.
    """
    found: dict[str, events.CellStarted] = {}
    replays = set[str]()
    for segment in list_segments(store / "journal"):
        for batch in read_batches(segment.path):
            for _, event in batch.documents:
                if isinstance(event, events.SessionStarted) and is_replay_notebook(event.notebook_path):
                    replays.add(event.session_id)
                elif isinstance(event, events.CellStarted):
                    found[event.execution_id] = event
    kept = (event for event in found.values() if event.session_id not in replays)
    return tuple(sorted(kept, key=lambda event: event.at))


def find_execution(executions: tuple[Execution, ...], text: str) -> Execution:
    """The execution that a text means: an id or its beginning, else a cell's id or a number, and then the latest.

    Raises:
        KeepError: There is none, or several begin so.
    """
    wanted = text.strip().removeprefix("[").removesuffix("]")
    if len(wanted) >= _SHORTEST:
        begun = [one for one in executions if one.execution_id.startswith(wanted)]
        if len(begun) > 1:
            raise KeepError(text, f"is the beginning of {len(begun)} executions: give more of it")
        if begun:
            return begun[0]
    latest = [one for one in executions if wanted and wanted in {one.cell_id, str(one.execution_count)}]
    if not latest:
        raise KeepError(text, "is no execution that the trail knows: `celltrail keep` lists them")
    return latest[-1]
