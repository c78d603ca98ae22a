"""nbclient, as papermill drives it, with cells that say who they are and ends that are told as they were."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_core.paths import jupyter_runtime_dir
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async, run_sync
from papermill.clientwrap import PapermillNotebookClient

from celltrail.execute.asking import MODELS_WRITTEN, PROBE, read_answer
from celltrail.execute.cells import CLIENT_CLASS, CellClient, is_executed, label_of, request_metadata
from celltrail.execute.job import CellBegan, CellEnded, Failure, JobEnded, JobState, KernelReady, Progress, Tracking
from celltrail.execute.lending import lent_command
from celltrail.execute.outcome import OutcomeManager, allowed_error, error_output
from celltrail.execute.replay.cells import is_ours, recorded_count, setting_count

_SETTLE_S = 5.0  # what an interrupted cell gets to end in


class TrailClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Executes one notebook, once."""

    def __init__(
        self,
        manager: OutcomeManager,
        *,
        kernel_id: str,
        timeout_s: float | None,
        cell_timeout_s: float | None,
        tell: Callable[[Progress], None],
        kernels: str = "",
        **traits: Any,
    ) -> None:
        super().__init__(
            manager, timeout_func=self._time_left, iopub_timeout=3600, on_cell_execute=self._announce, **traits
        )
        self._kernel_id = kernel_id
        self._kernels = kernels
        self._cell_timeout_s = cell_timeout_s
        self._began = time.monotonic()
        self._deadline = None if timeout_s is None else self._began + timeout_s
        self._tell = tell
        self._number = 0
        self._last_count = 0  # of a replay's cells, as they were recorded
        self._cell: Any = None
        self._total = sum(map(_counts, self.nb.cells))

    def create_kernel_manager(self) -> Any:
        """A manager whose client sends cell metadata and whose kernel id is the one that the kernel was told."""
        manager = super().create_kernel_manager()
        manager.client_class = CLIENT_CLASS
        manager.kernel_id = self._kernel_id
        if self._kernels:
            manager.kernel_spec_manager.kernel_dirs.insert(0, self._kernels)
        manager.kernel_spec.argv = lent_command(manager.kernel_spec.argv, Path(jupyter_runtime_dir()))
        return manager

    def execute(self, **start: Any) -> Any:
        """Start the kernel, execute all cells, shut it down; how it ended is told and written in any case."""
        try:
            super().execute(**start)
        except BaseException as error:
            if self.nb_man.ended is None:
                self._end(_state_of(error), self._failure_of(error))
            raise
        return self.nb

    def papermill_execute_cells(self) -> None:
        """Papermill's loop over the cells; the kernel is ready."""
        tracking, session_id = self._probe()
        self._tell(KernelReady(self._total, tracking, session_id))
        for index, cell in enumerate(self.nb.cells):
            if not self._execute_one(index, cell):
                return
        if tracking is Tracking.ON:
            self._evaluate(MODELS_WRITTEN)
        self._end(JobState.FINISHED, None)

    def output(self, outs: list[Any], msg: Any, display_id: Any, cell_index: int) -> Any:
        """Join what a stream says in pieces, as JupyterLab does; nbclient keeps each piece."""
        last = outs[-1] if outs and not self.clear_before_next_output else None
        count = len(outs)
        out = super().output(outs, msg, display_id, cell_index)
        is_piece = last is not None and len(outs) == count + 1 and _is_same_stream(last, out)
        if last is not None and is_piece:
            last["text"] += out["text"]
            outs.pop()
        return out

    # --- one cell -----------------------------------------------------------------------------------------------

    def _execute_one(self, index: int, cell: Any) -> bool:
        self._cell = cell
        self.nb_man.cell_start(cell, index)
        is_run = _counts(cell)
        began = time.monotonic()
        if is_run:
            self._number += 1
            self._tell(CellBegan(self._number, self._total, label_of(cell)))
        try:
            self._number_as_recorded(cell)
            self.execute_cell(cell, index)
        except CellExecutionError as error:
            if _is_exit(error):
                self._end(JobState.FINISHED, None)
            else:
                self.nb_man.mark_failed(cell)
                self._end(JobState.FAILED, self._failure_of(error))
            return False
        except (DeadKernelError, CellTimeoutError, KeyboardInterrupt) as error:
            self._stop_cell(cell, error)
            raise
        finally:
            _allow_errors(cell)
            self.nb_man.cell_complete(cell, cell_index=index)
            if is_run:
                took = time.monotonic() - began
                self._tell(CellEnded(self._number, self._total, label_of(cell), took, _has_error(cell)))
        self._cell = None
        return True

    def _number_as_recorded(self, cell: Any) -> None:
        """In a replay that leaves cells out: let the next cell have the number that it had."""
        count = recorded_count(cell["metadata"])
        if count > self._last_count + 1:
            self._evaluate(setting_count(count))
        self._last_count = max(count, self._last_count)

    def _announce(self, cell: Any, cell_index: int) -> None:  # noqa: ARG002 - nbclient calls it with this name
        if isinstance(self.kc, CellClient):
            self.kc.next_metadata = request_metadata(cell)

    def _time_left(self, _cell: Any) -> float | None:
        left = None if self._deadline is None else max(0.01, self._deadline - time.monotonic())
        limits = [limit for limit in (left, self._cell_timeout_s) if limit is not None]
        return min(limits, default=None)

    def _stop_cell(self, cell: Any, error: BaseException) -> None:
        failure = self._failure_of(error)
        state = _state_of(error)
        if state is not JobState.DIED:
            self._interrupt_kernel()
        if not _has_error(cell):
            cell["outputs"] = [*cell.get("outputs", ()), error_output(failure)]
        self.nb_man.mark_failed(cell)
        self._end(state, failure)

    def _interrupt_kernel(self) -> None:
        """Let the cell end by itself, so that the trail says interrupted not killed; a cell that won't is killed."""
        for _ in range(2):
            try:
                run_sync(self._async_settle)()
            except KeyboardInterrupt:  # asyncio raises the first one again, out of the tasks that it stopped
                continue
            except (TimeoutError, Empty, DeadKernelError, RuntimeError, OSError):
                break
            return
        self.shutdown_kernel = "immediate"

    async def _async_settle(self) -> None:
        await ensure_async(self.km.interrupt_kernel())
        waiting = self.task_poll_for_reply
        if waiting is not None and not waiting.done():
            await asyncio.wait_for(asyncio.shield(waiting), _SETTLE_S)
        else:
            await ensure_async(self.kc.shell_channel.get_msg(timeout=_SETTLE_S))

    # --- what is told -------------------------------------------------------------------------------------------

    def _probe(self) -> tuple[Tracking, str]:
        spec = self.km.kernel_spec
        if spec is not None and "python" not in (spec.language or "python").lower():
            return Tracking.FOREIGN, ""
        reply = self._evaluate(PROBE)
        return read_answer(reply["content"]) if reply else (Tracking.UNKNOWN, "")

    def _evaluate(self, expression: str) -> Any:
        """The kernel's reply to an expression that leaves no trace."""
        message_id = self.kc.execute("", silent=True, store_history=False, user_expressions={"celltrail": expression})
        return self.wait_for_reply(message_id)

    def _end(self, state: JobState, failure: Failure | None) -> None:
        duration_s = time.monotonic() - self._began
        self.nb_man.end(JobEnded(state, duration_s, self._total, self._number, failure))

    def _failure_of(self, error: BaseException) -> Failure:
        cell = self._cell or {}
        name, message = self._words_of(error)
        return Failure(
            number=self._number if self._cell else 0,
            cell_id=cell.get("id", ""),
            execution_count=cell.get("execution_count") or 0,
            name=name,
            message=message,
        )

    def _words_of(self, error: BaseException) -> tuple[str, str]:
        if isinstance(error, CellExecutionError):
            return error.ename, error.evalue
        if isinstance(error, CellTimeoutError):
            is_whole = self._deadline is not None and time.monotonic() >= self._deadline
            limit = "the whole notebook's time" if is_whole else f"{self._cell_timeout_s:g} s"
            return "CellTimeoutError", f"the cell was still running when {limit} was over"
        if isinstance(error, KeyboardInterrupt):
            return "KeyboardInterrupt", "the execution was interrupted"
        if isinstance(error, DeadKernelError):
            return "DeadKernelError", "the kernel died while the cell was running"
        return type(error).__name__, str(error)


def _state_of(error: BaseException) -> JobState:
    if isinstance(error, DeadKernelError):
        return JobState.DIED
    if isinstance(error, CellTimeoutError):
        return JobState.TIMED_OUT
    if isinstance(error, KeyboardInterrupt):
        return JobState.INTERRUPTED
    return JobState.DIED if "Kernel died" in str(error) else JobState.FAILED


def _is_exit(error: CellExecutionError) -> bool:
    """Whether the notebook ended itself: `sys.exit()` and `sys.exit(0)` are no failure, as for papermill."""
    return error.ename == "SystemExit" and error.evalue in {"", "0"}


def _is_same_stream(last: Any, new: Any) -> bool:
    is_stream = new is not None and new["output_type"] == "stream" and last["output_type"] == "stream"
    return is_stream and new["name"] == last["name"]


def _has_error(cell: Any) -> bool:
    return any(output["output_type"] == "error" for output in cell.get("outputs", ()))


def _counts(cell: Any) -> bool:
    """Whether a cell is one of those that people are told of."""
    return is_executed(cell) and not is_ours(cell["metadata"])


def _allow_errors(cell: Any) -> None:
    if "raises-exception" in cell["metadata"].get("tags", ()) and cell.metadata.papermill.get("exception") is not True:
        cell["outputs"] = [
            allowed_error(output) if output["output_type"] == "error" else output for output in cell.get("outputs", ())
        ]
