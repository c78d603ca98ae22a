"""The live events of the panel: what changed is gathered and sent at most ten times a second per project."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tornado.ioloop import IOLoop

from celltrail.labserver.replies import ProjectState, StoreChanged

SCHEMA_ID = "urn:celltrail:events:store-changed:v1"
SCHEMA_FILE = Path(__file__).with_name("store_changed.yaml")
LIMIT = 100
_INTERVAL_S = 0.1


@dataclass(slots=True)
class _Pending:
    """What has changed in one project since its last event, in the order in which it was first seen."""

    state: ProjectState
    is_paused: bool
    run_ids: dict[str, None] = field(default_factory=dict)
    notebooks: dict[str, None] = field(default_factory=dict)
    is_partial: bool = False
    replay_revision: int = 0


class Announcer:
    """Gathers changes from the threads of the projects and sends them from the event loop."""

    def __init__(self, loop: IOLoop, send: Callable[[StoreChanged], None]) -> None:
        self._loop = loop
        self._send = send
        self._pending: dict[str, _Pending] = {}
        self._sent_at: dict[str, float] = {}

    def announce(self, change: StoreChanged) -> None:
        """Send the change soon, together with others of its project; from any thread."""
        self._loop.add_callback(self._gather, change)

    def _gather(self, change: StoreChanged) -> None:
        pending = self._pending.get(change.project)
        if pending is None:
            pending = self._pending[change.project] = _Pending(change.state, change.is_paused)
            self._loop.call_at(self._sent_at.get(change.project, 0.0) + _INTERVAL_S, self._flush, change.project)
        pending.state = change.state
        pending.is_paused = change.is_paused
        pending.is_partial |= change.is_partial
        pending.replay_revision = max(pending.replay_revision, change.replay_revision)
        pending.run_ids.update(dict.fromkeys(change.changed_run_ids))
        pending.notebooks.update(dict.fromkeys(change.changed_notebooks))

    def _flush(self, project: str) -> None:
        pending = self._pending.pop(project)
        self._sent_at[project] = self._loop.time()
        run_ids, notebooks = tuple(pending.run_ids), tuple(pending.notebooks)
        self._send(
            StoreChanged(
                project=project,
                state=pending.state,
                is_paused=pending.is_paused,
                changed_run_ids=run_ids[:LIMIT],
                changed_notebooks=notebooks[:LIMIT],
                is_partial=pending.is_partial or len(run_ids) > LIMIT or len(notebooks) > LIMIT,
                replay_revision=pending.replay_revision,
            )
        )
