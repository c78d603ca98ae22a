"""What an outlet wrote, put on the disk itself: what is there already, what is due, and one at a time who does it."""

import threading

from celltrail.journal.outlet import Outlet
from celltrail.journal.segment import OpenSegment
from celltrail.lean import record


@record
class SyncWork:
    """What the disk itself is to get: `state` is what it has then."""

    segment: OpenSegment | None
    retired: list[OpenSegment]
    state: tuple[int, int]
    is_dirty: bool


class DiskSync:
    """Plans under the writer's ownership of the segment, and waits for the disk without it.

    Attributes:
        turn: Held from planning to carrying out.
    """

    __slots__ = ("_lock", "_outlet", "_synced", "turn")

    def __init__(self, outlet: Outlet, lock: threading.RLock) -> None:
        self.turn = threading.RLock()
        self._outlet = outlet
        self._lock = lock
        self._synced = (-1, 0)

    def plan(self) -> SyncWork:
        """What is due now; the caller owns the segment."""
        outlet = self._outlet
        segment, retired, outlet.retired = outlet.segment, outlet.retired, []
        state = (segment.seq if segment else -1, outlet.position or 0)
        return SyncWork(segment, retired, state, bool(retired) or state != self._synced or outlet.is_waiting)

    def carry_out(self, work: SyncWork) -> None:
        """Do it; what the disk refuses is due again."""
        try:
            if work.segment is not None and work.is_dirty:
                work.segment.sync()
            while work.retired:
                work.retired.pop().finish()
            self._synced = work.state
        except OSError as error:
            with self._lock:
                self._outlet.note_trouble(error)
                self._outlet.retired.extend(work.retired)
