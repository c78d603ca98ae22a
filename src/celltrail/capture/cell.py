"""One cell execution, measured: what its start record and its end record say."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celltrail import clock
from celltrail.capture import files, measure, namespace, snapshots, sources, tracked
from celltrail.capture.boundary import attempt, guarded
from celltrail.capture.context import CellContext
from celltrail.capture.files import OpenedFiles
from celltrail.capture.namespace import SourceNames
from celltrail.capture.outputs import CellOutputs
from celltrail.journal import events
from celltrail.records import ErrorInfo, OutputDigest, Status, SystemCourse

if TYPE_CHECKING:
    from celltrail.capture.snapshots import Snapshot
    from celltrail.fingerprint.seed import RawStates

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_MAX_MESSAGE = 10_000
_MAX_TRACEBACK = 100_000
_TOO_MANY_NAMES = (
    f"names written by others than its own statements are not known: more than {snapshots.MAX_NAMES:,} names"
)
_INTERRUPTS = (KeyboardInterrupt, asyncio.CancelledError)


class CellExecution:
    """A cell from its start to its end.

    Attributes:
        context: What the rest of capture knows of it.
        message_id: The request that the front end sent; empty outside a kernel.
        generators: The states of the global generators before it, as they are.
        has_names: Whether the names that it reads are known by now.
        peak: The most memory while it ran, and whether that is the system's own figure.
        course: How it used the machine over time; None where it was too short to be sampled.
        nested: Cells that it ran itself (`get_ipython().run_cell`, `%run notebook.ipynb`); they are part of it.
    """

    def __init__(self, context: CellContext, message_id: str, tags: tuple[str, ...]) -> None:
        self.context = context
        self.tags = tags
        self.message_id = message_id
        self.generators: RawStates = ()
        self.has_names = False
        self.nested = 0
        self.notes: list[str] = []
        self._names = SourceNames()
        self._source: str | None = None  # what waits for its syntax tree
        self._transform: Callable[[str], str] = str
        self._before: Snapshot | None = None
        self._started_ns = time.perf_counter_ns()
        self._cpu_s = 0.0
        self._is_over = False
        self.peak = (0, False)
        self.course: SystemCourse | None = None

    def begin(self, transformed: str, transform: Callable[[str], str]) -> None:
        """Take the measures; the last thing before the shell parses the cell and runs it."""
        from celltrail.fingerprint import seed

        context = self.context
        context.files = OpenedFiles()
        context.outputs = CellOutputs()
        self._source = transformed
        self._transform = transform
        self._before = snapshots.snapshot(context.namespace)
        self.generators = seed.raw_states()
        self._cpu_s = measure.cpu_s()
        self._started_ns = time.perf_counter_ns()

    def note_generators(self) -> None:
        """A library with a generator of its own was imported: its state now is the one before the cell's draws."""
        from celltrail.fingerprint import seed

        known = {name for name, _ in self.generators}
        self.generators += tuple((name, state) for name, state in seed.raw_states() if name not in known)

    def note_tree(self, source: str, tree: Any) -> bool:
        """The shell has parsed something: if it is the cell, this is its tree.

        Returns:
            Whether it was the cell.
        """
        if source != self._source:
            return False
        self._read_names(tree)
        return True

    def complete_names(self) -> None:
        """Parse the cell where nobody was seen to do it: at once where nobody will be, else at its end."""
        if self._source is not None:
            self._read_names(None)

    def _read_names(self, tree: Any) -> None:
        source, self._source = self._source, None
        started_ns, cpu_s = time.perf_counter_ns(), measure.cpu_s()
        names = self._names = namespace.analyse(source or "", self._transform, tree)
        if names.is_partial:
            self.notes.append("names read are not known: the source could not be parsed, or is very large")
        context = self.context
        context.loops = tuple(names.loops)
        context.names_read = namespace.loaded(names, context.namespace)
        self.has_names = True
        if not self._is_over:  # the clocks stand still meanwhile
            self._started_ns += time.perf_counter_ns() - started_ns
            self._cpu_s += measure.cpu_s() - cpu_s

    def stop(self) -> None:
        """The user's code has ended: the clocks stop here, before anything of ours."""
        self._is_over = True
        self._started_ns = time.perf_counter_ns() - self._started_ns
        self._cpu_s = measure.cpu_s() - self._cpu_s

    def names_assigned(self) -> frozenset[str]:
        """Names that the cell certainly binds."""
        return frozenset(self._names.assigned)

    def finish(self, status: Status, error: ErrorInfo | None) -> Callable[[Path, int], events.CellFinished]:
        """The end record without its files.

        Returns:
            What makes it whole, given the project's root and the bytes that may be read for the files' digests.
        """
        context = self.context
        if self.nested:
            self.notes.append(f"it ran {self.nested} nested cells, which are part of it")
        ended_well = status is Status.FINISHED
        names_read: tuple[str, ...] = ()
        names_written: tuple[str, ...] = ()
        outputs: tuple[OutputDigest, ...] = ()
        with guarded("names"):
            changed = snapshots.changes(self._before, context.namespace)
            if changed is None:
                self.notes.append(_TOO_MANY_NAMES)
            names_written = namespace.written(self._names, changed, context.namespace, ended_well=ended_well)
            names_read = namespace.read(self._names, changed, context.namespace)
        with guarded("outputs"):
            outputs = self._outputs(error)
        at = clock.now()

        def whole(root: Path, budget_bytes: int) -> events.CellFinished:
            opened = context.files or OpenedFiles()
            uses, notes = files.describe(opened, root, budget_bytes)
            used, more_notes = sources.describe(context)
            used += attempt("dvc", tracked.dvc_versions, uses, root) or ()
            return events.CellFinished(
                context.execution_id,
                at,
                status,
                error,
                self._started_ns / 1e9,
                self._cpu_s,
                self.peak[0],
                names_read,
                names_written,
                uses,
                outputs,
                (*self.notes, *notes, *more_notes),
                used,
                peak_is_exact=self.peak[1],
                course=self.course,
            )

        return whole

    def _outputs(self, error: ErrorInfo | None) -> tuple[OutputDigest, ...]:
        outputs = self.context.outputs
        if outputs is None:
            return ()
        if outputs.too_many:
            self.notes.append(f"{outputs.too_many} more outputs were shown than are digested")
        return outputs.finish(error.traceback if error else "")


def how_it_ended(result: Any, shown_traceback: list[str] | None) -> tuple[Status, ErrorInfo | None]:
    """Status and error of IPython's execution result.

    Args:
        result: The `ExecutionResult`; None where the task was thrown away.
        shown_traceback: The lines that the kernel showed, with colours; None where they are not kept.
    """
    if result is None:
        return Status.INTERRUPTED, ErrorInfo("CancelledError", "the cell's task was cancelled")
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return Status.FINISHED, None
    status = Status.INTERRUPTED if isinstance(error, _INTERRUPTS) else Status.FAILED
    return status, describe_error(error, shown_traceback)


def shown_error(shown_traceback: list[str] | None) -> ErrorInfo:
    """The error that a result's own display raised: the kernel shows it, IPython's execution result knows nothing."""
    text = _ANSI.sub("", "\n".join(shown_traceback or []))
    name, _, message = text.rstrip().rpartition("\n")[2].partition(": ")
    return ErrorInfo(name, _kept(message, _MAX_MESSAGE), _kept(text, _MAX_TRACEBACK))


def describe_error(error: BaseException, shown_traceback: list[str] | None = None) -> ErrorInfo:
    """An exception as the user saw it, without colours."""
    if shown_traceback is not None:
        text = _ANSI.sub("", "\n".join(shown_traceback))
    else:
        import traceback

        text = "".join(traceback.format_exception(error))
    return ErrorInfo(type(error).__name__, _kept(str(error), _MAX_MESSAGE), _kept(text, _MAX_TRACEBACK))


def _kept(text: str, length: int) -> str:
    """Not longer than it may be, and without the passwords of addresses that a client's error names."""
    from celltrail.capture.uris import public_addresses

    text = public_addresses(text)
    return text if len(text) <= length else f"{text[:length]} ... (cut: {len(text):,} characters)"


def request_of(shell: Any) -> Mapping[str, Any]:
    """The execute_request that the shell answers now; empty outside a kernel."""
    get_parent = getattr(shell, "get_parent", None)
    parent = get_parent() if get_parent is not None else None
    return parent if isinstance(parent, Mapping) else {}


def tags_of(metadata: object) -> tuple[str, ...]:
    """The cell's tags in a request's metadata; the front end may send anything."""
    tags = metadata.get("tags") if isinstance(metadata, Mapping) else None
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list | tuple) else ()
