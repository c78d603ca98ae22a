"""IPython's cell events, turned into the beginning and the end of cell executions.

All state is keyed by the `ExecutionInfo` object of an execution: subshells run several cells at once, an awaiting
cell ends in another context than it began in, and the execution count says nothing about either.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from celltrail import clock, config
from celltrail.capture import cell, files, params
from celltrail.capture.boundary import guarded
from celltrail.capture.cell import CellExecution
from celltrail.capture.context import CellContext
from celltrail.capture.imports import when_imported
from celltrail.capture.inputs import Inputs
from celltrail.capture.parsing import ParsedSources
from celltrail.capture.quiet import Quiet
from celltrail.capture.session import Session
from celltrail.journal import events
from celltrail.records import Origin, Status

SKIP_TAG = "celltrail-skip"
_PARAMETER_TAGS = frozenset({"parameters", "injected-parameters"})
_PAPERMILL_COMMENT = "# Parameters\n"  # papermill's own first line: run by plain papermill, no tags reach the kernel


class CellHooks:
    """The event handlers of one shell; `register` and `unregister` are the whole of their life."""

    def __init__(self, shell: Any, session: Session) -> None:
        self._shell = shell
        self._session = session
        self._live: dict[int, tuple[Any, CellExecution]] = {}  # the info is kept so that its id stays its own
        self._late = 0  # ends that wait for the digests of large files
        self._inputs = Inputs(session.recorder, session.keeper)
        self._lock = threading.Lock()
        self._parsed: ParsedSources | None = None
        self._forget_numpy: Callable[[], None] | None = None
        self._quiet = Quiet(files.hear)

    def register(self) -> None:
        """Begin to listen."""
        self._shell.events.register("pre_run_cell", self.pre_run_cell)
        self._shell.events.register("post_run_cell", self.post_run_cell)
        with guarded("names"):
            self._parsed = ParsedSources(self._shell, self._note_tree)
        with guarded("random states"):
            self._forget_numpy = when_imported("numpy.random", self._note_generators)

    def unregister(self) -> None:
        """Stop listening; cells that are live stay unfinished in the hands of `finish_live`."""
        self._shell.events.unregister("pre_run_cell", self.pre_run_cell)
        self._shell.events.unregister("post_run_cell", self.post_run_cell)
        if self._parsed is not None:
            self._parsed.restore()
        if self._forget_numpy is not None:
            self._forget_numpy()

    def pre_run_cell(self, info: Any) -> None:
        """A cell is about to run."""
        with guarded("pre_run_cell"):
            if self._session.is_own_process():
                self._begin(info)

    def post_run_cell(self, result: Any) -> None:
        """A cell has ended. Empty cells come here without having begun."""
        with guarded("post_run_cell"):
            if self._session.is_own_process():
                self._end(result)

    def finish_live(self, status: Status) -> None:
        """The session ends while cells are live."""
        with self._lock:
            left = [execution for _, execution in self._live.values()]
            self._live.clear()
        for execution in left:
            with guarded("session end"):
                execution.stop()
                self._write_end(execution, status, None)

    # --- the beginning ------------------------------------------------------------------------------------------

    def _begin(self, info: Any) -> None:
        request = cell.request_of(self._shell)
        message_id = str(request.get("header", {}).get("msg_id", ""))
        outer = self._outer(message_id)
        if outer is not None:
            outer.nested += 1
            return
        if not info.store_history and message_id:
            return  # a front end's own question, not a cell
        metadata = request.get("metadata") or getattr(info, "cell_meta", None) or {}
        tags = cell.tags_of(metadata)
        context = self._context(info, metadata, tags)
        if not self._will_be_parsed(info):
            self._quiet.end()
        execution = CellExecution(context, message_id, tags)
        with self._lock:
            self._live[id(info)] = (info, execution)
        recorder = self._session.recorder
        if context.is_recorded:
            self._session.begin()
            self._session.cell_count += 1
            recorder.write_cell(context, self._started(context, tags))
            with guarded("system"):
                recorder.system.cell_began(context.execution_id)
            with guarded("names"):
                execution.begin(info.transformed_cell or "", self._shell.transform_cell)
                if not self._will_be_parsed(info):
                    execution.complete_names()
        recorder.enter_cell(context)
        if execution.has_names:
            recorder.names_are_known(context)

    def _will_be_parsed(self, info: Any) -> bool:
        """Whether the cell's syntax tree will be seen before its code runs; a compiler of its own is not watched."""
        is_watched = self._parsed is not None and self._parsed.is_watching(self._shell)
        return is_watched and bool(getattr(info, "shell_futures", True))

    def _note_tree(self, source: str, tree: Any) -> None:
        recorder = self._session.recorder
        current = recorder.where.context_cell()
        if self._live:
            with guarded("files"):
                self._quiet.cell_parsed(tree, is_whole=not getattr(self._shell, "ast_transformers", None))
        for _, execution in list(self._live.values()):
            if execution.context is current and execution.note_tree(source, tree):
                recorder.names_are_known(execution.context)

    def _note_generators(self, _module: ModuleType) -> None:
        """Numpy's generator, seeded by chance as it is imported, has its first state in the middle of a cell."""
        current = self._session.recorder.where.context_cell()
        for _, execution in list(self._live.values()):
            if execution.context is current:
                execution.note_generators()

    def _outer(self, message_id: str) -> CellExecution | None:
        """The live cell in which this one runs; one of an earlier request that never ended is ended now."""
        current = self._session.recorder.where.context_cell()
        for key, (_, execution) in list(self._live.items()):
            if execution.context is current:
                if execution.message_id == message_id:
                    return execution
                self._live.pop(key, None)
                execution.notes.append("its end was not seen")
                execution.stop()
                self._write_end(execution, Status.INTERRUPTED, None)
        return None

    def _context(self, info: Any, metadata: Any, tags: tuple[str, ...]) -> CellContext:
        cell_id = metadata.get("cellId") if isinstance(metadata, dict) else None
        session = self._session
        is_skipped = SKIP_TAG in tags or config.is_paused(session.settings.store)
        return CellContext(
            clock.new_id(),
            str(cell_id or getattr(info, "cell_id", None) or ""),
            info.raw_cell,
            clock.now(),
            self._shell.user_ns,
            is_recorded=not is_skipped,
        )

    def _started(self, context: CellContext, tags: tuple[str, ...]) -> events.CellStarted:
        return events.CellStarted(
            context.execution_id,
            self._session.session_id,
            context.started_at,
            context.cell_id,
            self._shell.displayhook.prompt_count,
            context.source,
            tags,
        )

    # --- the end ------------------------------------------------------------------------------------------------

    def _end(self, result: Any) -> None:
        execution = self._take(result)
        if execution is None:
            return
        execution.stop()
        self._session.recorder.where.leave_cell(execution.context)
        if not execution.context.is_recorded:
            return
        shown = getattr(self._shell, "_last_traceback", None)
        status, error = cell.how_it_ended(result, shown)
        if error is None and getattr(self._shell, "_last_traceback_during_displayhook", False):
            status, error = Status.FAILED, cell.shown_error(shown)
        self._write_end(execution, status, error)

    def _take(self, result: Any) -> CellExecution | None:
        """The execution that ended: by its info, else by its request, else by the context."""
        info = getattr(result, "info", None)
        with self._lock:
            found = self._live.pop(id(info), None)
            if found is not None and found[0] is info:
                return found[1]
            if info is not None and (not info.raw_cell or info.raw_cell.isspace()):
                return None
            message_id = str(cell.request_of(self._shell).get("header", {}).get("msg_id", ""))
            current = self._session.recorder.where.context_cell()
            for key, (begun, execution) in self._live.items():
                is_same = execution.context is current if result is not None else execution.message_id == message_id
                if is_same and (info is None or info.raw_cell == begun.raw_cell):
                    del self._live[key]
                    return execution
        return None

    def _write_end(self, execution: CellExecution, status: Status, error: Any) -> None:
        session, context = self._session, execution.context
        recorder = session.recorder
        recorder.where.leave_cell(context)
        if not context.is_recorded:
            return
        with guarded("system"):
            execution.course = recorder.system.course_of(context.execution_id)
            execution.peak = recorder.system.cell_ended(context.execution_id)
        with guarded("names"):
            execution.complete_names()
        with guarded("parameters"):
            self._note_parameters(execution)
        with guarded("modules"):
            session.modules.cell_ended(context.execution_id)
        with guarded("runs of the cell"):
            recorder.finish_cell_runs(context, status, error)
            session.surroundings.cell_ended(context, execution.generators)
        with guarded("profiles"):
            self._inputs.look_at(context)
        self._write_finished(context, execution.finish(status, error))

    def _write_finished(self, context: CellContext, whole: Callable[[Path, int], events.CellFinished]) -> None:
        """Write the end record, in the background where it waits for large files."""
        session, opened = self._session, context.files

        def write(budget_bytes: int) -> None:
            finished = whole(session.settings.root, budget_bytes)
            session.recorder.write_cell_end(finished)
            with guarded("input files"):
                self._inputs.cell_ended(context, finished)

        def write_late() -> None:
            try:
                write(files.BUDGET_BYTES)
            finally:
                with self._lock:
                    self._late -= 1

        is_large = opened is not None and bool(opened.modes) and files.total_bytes(opened) > files.INLINE_BYTES
        is_large = is_large or any(one.path for one in context.named)  # a folder may hold anything
        if is_large or self._late:  # what a cell's names come from is noted in the order of the cells
            with self._lock:
                self._late += 1
            session.background.submit("files of the cell", write_late)
        else:
            write(files.INLINE_BYTES)

    def _note_parameters(self, execution: CellExecution) -> None:
        """Names assigned in a parameters cell are the notebook's, unless the engine told us their values already."""
        context = execution.context
        is_tagged = not _PARAMETER_TAGS.isdisjoint(execution.tags)
        if not (is_tagged or context.source.startswith(_PAPERMILL_COMMENT)):
            return
        known = {param.key: param for param in self._session.recorder.notebook_params}
        for name in sorted(execution.names_assigned()):
            value = context.namespace.get(name)
            if not callable(value) and not isinstance(value, type(params)):
                known[name] = params.to_param(name, value, Origin.NOTEBOOK, source=name)
        self._session.recorder.notebook_params = tuple(known.values())
