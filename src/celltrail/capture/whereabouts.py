"""Where the calling code is: in which cell execution, and inside which runs that the user opened by name.

Both are per context (`contextvars`), so that subshells and awaits do not mix them up; a thread without a context of
its own belongs to the cell that was the only live one when it first asked.
"""

import sys
import threading
from contextvars import ContextVar
from itertools import pairwise
from typing import TYPE_CHECKING

from celltrail.capture.context import CellContext, Here, OpenRun, Place

if TYPE_CHECKING:
    from types import FrameType


class Whereabouts:
    """The live cells and the open explicit runs of one process.

    Thread safety: any method from any thread.

    Attributes:
        here: The cell and the entered runs of a context.
        nowhere: What `here` is in contexts that never were in any.
        epoch: Another object after each event that may change which run is logged to.
    """

    def __init__(self) -> None:
        self.nowhere = Here()
        self.here: ContextVar[Here] = ContextVar("celltrail_here", default=self.nowhere)
        self.epoch = object()
        self._live: dict[str, CellContext] = {}
        self._entered: list[OpenRun] = []  # by `with`, in all contexts, for threads that have none
        self._loose: list[OpenRun] = []  # start_run without `with`: open until end_run, also across cells
        self._thread = threading.local()

    # --- cells --------------------------------------------------------------------------------------------------

    def current_cell(self) -> CellContext | None:
        """The cell execution that the calling code belongs to; None outside any (a script, a callback)."""
        cell = self.here.get().cell
        if cell is None:
            cell = getattr(self._thread, "cell", None)
            if cell is None and len(self._live) == 1:
                cell = next(iter(self._live.values()))
                if threading.current_thread() is not threading.main_thread():
                    self._thread.cell = cell
        return cell

    def context_cell(self) -> CellContext | None:
        """The cell of the calling context, live or not, without a guess for threads."""
        return self.here.get().cell

    def is_recording(self) -> bool:
        """Whether what happens here is written: False in a cell that is skipped."""
        cell = self.current_cell()
        return cell is None or cell.is_recorded

    def live_cells(self) -> list[CellContext]:
        """The cells that have begun and not ended."""
        return list(self._live.values())

    def enter_cell(self, cell: CellContext) -> None:
        """`cell` begins in the calling context."""
        self._live[cell.execution_id] = cell
        self._move(cell)

    def leave_cell(self, cell: CellContext) -> None:
        """`cell` ended; in the context of an awaiting task, which is not the caller's, the variable dies with it."""
        self._live.pop(cell.execution_id, None)
        if self.here.get().cell is cell:
            self._move(None)

    def enter_nowhere(self) -> None:
        """What the calling thread does from now on belongs to no cell: it is ours."""
        self._move(CellContext("", "", "", 0, {}, is_recorded=False))

    def _move(self, cell: CellContext | None) -> None:
        self.here.set(Here(cell, self.here.get().runs))

    # --- runs ---------------------------------------------------------------------------------------------------

    def active_run(self) -> OpenRun | None:
        """The innermost explicit run (`start_run`, `%%track`) that is open here."""
        here = self.here.get()
        if here.runs:
            return here.runs[-1]
        if self._loose:
            return self._loose[-1]
        if self._entered and here.cell is None and _is_chain(self._entered):
            return self._entered[-1]
        return None

    def held_run(self) -> OpenRun | None:
        """The run that `hold_run` keeps open, if any."""
        return self._loose[-1] if self._loose else None

    def hold_run(self, run: OpenRun) -> None:
        """`run` is the active one, in this cell and the next ones, until it is let go."""
        self._loose.append(run)
        self.begin_epoch()

    def let_go(self, run: OpenRun) -> None:
        """`run` has ended: undo `hold_run`, if it was held."""
        if run in self._loose:
            self._loose.remove(run)
        self.begin_epoch()

    def enter_run(self, run: OpenRun) -> None:
        """`run` is the active one in this context only (`with`)."""
        if run in self._loose:
            self._loose.remove(run)
        self._entered.append(run)
        here = self.here.get()
        self.here.set(Here(here.cell, (*here.runs, run)))

    def leave_run(self, run: OpenRun) -> None:
        """Undo `enter_run`."""
        if run in self._entered:
            self._entered.remove(run)
        here = self.here.get()
        self.here.set(Here(here.cell, tuple(other for other in here.runs if other is not run)))

    def begin_epoch(self) -> None:
        """Another run may be the one to log to now."""
        self.epoch = object()


def _is_chain(runs: list[OpenRun]) -> bool:
    return all(inner.parent_run_id == outer.run_id for outer, inner in pairwise(runs))


def place_in(cell: CellContext) -> Place:
    """The line of the cell that the calling code was called from; of the code inside `%%time`, not around it."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller; inspect's is a thousand times slower
    while frame is not None:
        if frame.f_globals is cell.namespace and frame.f_code.co_name in {"<module>", "<cell line: 1>"}:
            return Place(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return Place()


def loop_id(cell: CellContext, place: Place) -> str:
    """Names the outermost loop of the cell that a place lies in; empty outside a loop."""
    for first, last in cell.loops:
        if first <= place.line <= last:
            return f"{cell.execution_id}:{first}"
    return ""
