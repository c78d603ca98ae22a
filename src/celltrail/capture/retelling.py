"""What was said of cells and runs, kept in few words, to be said again where somebody removed the trail.

Open cells and runs are described again at once. A run that has ended is the user's to remove; it is described again
only when it is spoken of once more, by a measure of its model in a later cell.
"""

from celltrail.capture.context import CellContext, OpenRun
from celltrail.journal.events import Event
from celltrail.records import Status

_MAX_RUNS = 2_000
_MAX_WORDS = 500  # of one run: who logs its parameters one by one, without end, is not kept whole


class Retelling:
    """The words of the open cells and of the latest runs.

    Thread safety: any method from any thread. Neither cells nor runs are kept themselves: they hold the user's objects.
    """

    def __init__(self) -> None:
        self._cells: dict[str, CellContext] = {}
        self._open: dict[str, OpenRun] = {}
        self._told: dict[str, tuple[list[Event], list[Event]]] = {}  # of ended runs: the cell's words and its own
        self._untold: dict[str, tuple[list[Event], list[Event]]] = {}

    def cell(self, cell: CellContext, event: Event) -> None:
        """A cell began, which is about to be written."""
        self._cells[cell.execution_id] = cell
        cell.said.append(event)

    def cell_ended(self, execution_id: str, event: Event) -> None:
        """A cell's end was written."""
        cell = self._cells.pop(execution_id, None)
        if cell is not None:
            cell.said.append(event)

    def run(self, run: OpenRun, *events: Event) -> None:
        """A run is described, which is about to be written."""
        if len(run.said) < _MAX_WORDS or run.status is not Status.RUNNING:
            run.said += events
        if run.status is Status.RUNNING:
            self._open[run.run_id] = run

    def run_ended(self, run: OpenRun) -> None:
        """A run's end was written."""
        self._open.pop(run.run_id, None)
        if run.kind != "candidate":
            self._keep(run.run_id, run.cell.said if run.cell is not None else [], run.said)

    def again(self) -> tuple[Event, ...]:
        """The trail was removed: everything that an open cell or run has to be understood by."""
        ended = list(self._told.items())
        self._untold.update(ended)
        for run_id, _ in ended:
            self._told.pop(run_id, None)
        cells = list(self._cells.values())
        runs = {run.run_id: run for cell in cells for run in list(cell.runs) if run.kind != "candidate"}
        for run_id in runs.keys() & self._untold.keys():
            self._told[run_id] = self._untold.pop(run_id)
        runs |= self._open
        spoken = [*(cell.said for cell in cells), *(run.said for run in runs.values())]
        return tuple(event for said in spoken for event in list(said))

    def of_run(self, run_id: str) -> tuple[Event, ...]:
        """What an ended run has to be understood by, if that was removed since and not said again."""
        if run_id not in self._untold:
            return ()
        cell, said = self._untold.pop(run_id, ([], []))
        self._keep(run_id, cell, said)
        return (*cell, *said)

    def _keep(self, run_id: str, cell: list[Event], said: list[Event]) -> None:
        self._told[run_id] = (cell, said)
        while len(self._told) > _MAX_RUNS:
            self._told.pop(next(iter(self._told)), None)
