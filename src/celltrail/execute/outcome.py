"""The output notebook and the truth in it: papermill's manager of a notebook's state, with the states that it lacks.

papermill calls a cell and a notebook "completed" also when the kernel died or the time ran out; here such a cell is
failed in papermill's words, and `metadata.celltrail` of the notebook says which of the five states it ended in.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from papermill.engines import NotebookExecutionManager

from celltrail.config import ensure_store_folder
from celltrail.execute.epitaph import describe_beginning, describe_end
from celltrail.execute.job import Failure, JobEnded, JobState


class AllowedError(NotebookNode):
    """An error output that a cell's raises-exception tag allows.

    papermill fails a run on any output whose attribute `output_type` is "error". The file, and all that reads the
    output as a mapping, sees a plain error output.
    """

    @property
    def output_type(self) -> str:
        """Not "error", for papermill's look at it."""
        return "allowed error"


def allowed_error(output: Any) -> Any:
    """An error output that does not end the notebook."""
    node: Any = AllowedError
    return node(output)


class OutcomeManager(NotebookExecutionManager):  # type: ignore[misc]  # papermill has no types
    """Keeps the notebook's state and writes it: at most every few seconds while it runs, and at its end."""

    def __init__(self, nb: Any, save_share: float = 0.05, **options: Any) -> None:
        super().__init__(nb, **options)
        self._save_share = save_share
        self._save_from = 0.0
        self.ended: JobEnded | None = None
        self._notes: tuple[str, ...] = ()

    def save(self, **_given: Any) -> None:
        """Write the notebook, unless writing would take more than its share of the time (papermill: 3 times a cell)."""
        began = time.monotonic()
        if began < self._save_from and self.ended is None:
            return
        self._keep_folder()
        super().save()
        took = time.monotonic() - began
        self._save_from = time.monotonic() + max(1.0, took / self._save_share)

    def _keep_folder(self) -> None:
        """Make the output's folder again where the notebook removed it; the notebook's own result stands."""
        folder = Path(self.output_path).parent if self.output_path else None
        if folder is None or folder.is_dir() or not folder.is_absolute():
            return
        if folder.parent.name == ".celltrail":
            ensure_store_folder(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        self._notes = (f"{folder} was removed while the notebook ran: it was made again for the executed copy",)

    def tell_end(self) -> JobEnded | None:
        """How the notebook ended, with what was noticed on the way; None before its end."""
        return replace(self.ended, notes=self._notes) if self.ended is not None else None

    def notebook_start(self, **given: Any) -> None:
        """Write the beginning, so that a file that stays as it is now tells nothing wrong."""
        self.nb.metadata["celltrail"] = describe_beginning()
        super().notebook_start(**given)

    def mark_failed(self, cell: Any) -> None:
        """A cell did not end well, in papermill's words."""
        self.cell_exception(cell)

    def end(self, ended: JobEnded) -> None:
        """State how the notebook ended; papermill's `notebook_complete` then writes it."""
        self.ended = ended
        self.nb.metadata.papermill["exception"] = ended.state is not JobState.FINISHED
        self.nb.metadata["celltrail"] = describe_end(ended)

    def notebook_complete(self, **given: Any) -> None:
        """Write the end, without papermill's habit of calling cells completed that never ran."""
        never_ran = [cell for cell in self.nb.cells if cell.metadata.papermill["status"] == self.PENDING]
        super().notebook_complete(**given)
        for cell in never_ran:
            cell.metadata.papermill["status"] = self.PENDING
        if never_ran:
            self.save()


def error_output(failure: Failure) -> Any:
    """What stopped a cell without an output of its own, for whoever opens the notebook."""
    node: Any = NotebookNode
    return node(
        output_type="error",
        ename=failure.name,
        evalue=failure.message,
        traceback=[f"{failure.name}: {failure.message}"],
    )
