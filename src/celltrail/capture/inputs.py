"""Which files a run comes from: those that its cell read, and those that the names its cell uses were made of."""

import threading
from types import FunctionType, ModuleType

from celltrail.capture.context import CellContext
from celltrail.capture.recorder import Recorder
from celltrail.journal.events import CellFinished
from celltrail.records import DatasetRole, DatasetVersion, FileUse

_NO_DATA = (ModuleType, FunctionType, type)
_MAX_FILES = 50


class Inputs:
    """Follows files through names, cell by cell: whatever a cell writes comes from all that it read.

    That is coarse on purpose: a run never lacks a file that it came from, as long as the file was seen.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._files: dict[str, dict[str, FileUse]] = {}
        self._lock = threading.Lock()

    def cell_ended(self, cell: CellContext, finished: CellFinished) -> None:
        """Note what a cell's names come from, and give its runs their input files."""
        with self._lock:
            found: dict[str, FileUse] = {}
            for name in finished.names_read:
                found |= self._files.get(name, {})
            found |= {use.path: use for use in finished.files if use.mode == "read" and use.digest}
            for name in finished.names_written:
                if found and not issubclass(type(cell.namespace.get(name)), _NO_DATA):
                    self._files[name] = found
                else:
                    self._files.pop(name, None)
        for run in cell.runs:
            if run.kind == "candidate":
                continue
            for use in list(found.values())[:_MAX_FILES]:
                version = DatasetVersion(use.digest, "file", size_bytes=use.size_bytes, source=use.path)
                self._recorder.use_dataset(run.run_id, version, DatasetRole.INPUT, use.path)
