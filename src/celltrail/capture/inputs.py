"""Which data a run comes from: what its cell read or named, and what the names that its cell uses were made of."""

import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

from celltrail.capture import files
from celltrail.capture.boundary import attempt
from celltrail.capture.context import CellContext
from celltrail.capture.keeping import Keeper
from celltrail.capture.recorder import Recorder
from celltrail.fingerprint.digest import of_source_version
from celltrail.journal.events import CellFinished
from celltrail.lean import record
from celltrail.records import DatasetRole, DatasetVersion

if TYPE_CHECKING:
    from celltrail.capture.datasets import Settled

_NO_DATA = (ModuleType, FunctionType, type)
_MAX_INPUTS = 50


@record
class Input:
    """Data that something was made of, and what it is called."""

    name: str
    version: DatasetVersion


_Inputs = dict[str, Input]  # by what tells one input from another: the source, or the name of a value


def _settled(cell: CellContext, root: Path) -> "list[Settled]":
    if not cell.named:
        return []
    from celltrail.capture import datasets

    return [datasets.settled(one, root, files.BUDGET_BYTES) for one in cell.named]


class Inputs:
    """Follows data through names, cell by cell: whatever a cell writes comes from all that it read.

    That is coarse on purpose: a run never lacks data that it came from, as long as its reading was seen.
    """

    def __init__(self, recorder: Recorder, keeper: Keeper) -> None:
        self._recorder = recorder
        self._keeper = keeper
        self._made_of: dict[str, _Inputs] = {}
        self._called: dict[str, str] = {}  # what the user calls a source
        self._described: dict[str, DatasetVersion] = {}  # what was noted of files' columns, by the files' digests
        self._looked_at: dict[str, object] = {}
        self._lock = threading.Lock()

    def cell_ended(self, cell: CellContext, finished: CellFinished) -> None:
        """Note what a cell's names come from, give its runs their inputs, and keep what is to be kept."""
        root = self._recorder.settings.root
        named = _settled(cell, root)
        for one in named:
            self._recorder.writer.append(one.event(finished.execution_id, finished.at))
        with self._lock:
            self._called.update({one.version.source: one.named.name for one in named if one.version.source})
            found = self._found(cell, finished, named)
            self._follow(cell, finished, found)
            self._note_values(cell, named)
        cell.named.clear()  # a value is not held for longer
        self._give(cell, found)
        self._keep(finished, named)

    def _found(self, cell: CellContext, finished: CellFinished, named: "list[Settled]") -> _Inputs:
        found: _Inputs = {}
        for name in finished.names_read:
            found |= self._made_of.get(name, {})
        read = self._read(finished)
        found |= attempt("profiles", self._profiled, read, cell) or read
        for one in named:
            if one.version.digest:
                found[one.version.source or f"value {one.named.name}"] = Input(one.named.name, one.version)
        # a name that was given later holds for what was read before
        return {key: replace(one, name=self._called.get(key, one.name)) for key, one in found.items()}

    def _read(self, finished: CellFinished) -> _Inputs:
        """The files and the other sources that the cell read, as far as a digest or a version tells what they were."""
        found: _Inputs = {}
        for use in finished.files:
            if use.mode == "read" and use.digest:
                version = DatasetVersion(use.digest, "file", size_bytes=use.size_bytes, source=use.path)
                found[use.path] = Input(use.path, version)
        for one in finished.sources:
            digest = one.digest or of_source_version(one.kind, one.uri, one.version)
            if one.uri in found:
                known = found[one.uri].version
                found[one.uri] = Input(one.name or one.uri, replace(known, version=one.version))
            elif one.mode == "read" and digest:
                version = DatasetVersion(
                    digest, one.kind, one.rows, size_bytes=one.size_bytes, source=one.uri, version=one.version
                )
                found[one.uri] = Input(one.name or one.uri, version)
        return found

    def look_at(self, cell: CellContext) -> None:
        """Note how the columns of frames are spread that the cell has read, before a later one can change them."""
        opened = cell.files.modes if cell.files is not None else {}
        paths = tuple(path for path, mode in opened.items() if mode == "read")
        if not paths or ("pandas" not in sys.modules and "polars" not in sys.modules):
            return
        from celltrail.capture import profiles

        for path, frame in profiles.frames_read(cell.source, cell.namespace, paths).items():
            state = profiles.state_of(path)
            if self._looked_at.get(path) != state:
                self._looked_at[path] = state
                cell.profiles[files.relative(path, self._recorder.settings.root)] = profiles.describe(frame)

    def _profiled(self, read: _Inputs, cell: CellContext) -> _Inputs:
        """What was read, with what was noted of its columns."""
        for path, noted in cell.profiles.items():
            if path in read:
                self._described[read[path].version.digest] = noted
        return {path: self._with_columns(one) for path, one in read.items()}

    def _with_columns(self, one: Input) -> Input:
        noted = self._described.get(one.version.digest)
        if noted is None or one.version.kind != "file":
            return one
        version = replace(one.version, rows=noted.rows, column_count=noted.column_count, columns=noted.columns)
        return replace(one, version=version)

    def _follow(self, cell: CellContext, finished: CellFinished, found: _Inputs) -> None:
        for name in finished.names_written:
            if found and not issubclass(type(cell.namespace.get(name)), _NO_DATA):
                self._made_of[name] = found
            else:
                self._made_of.pop(name, None)

    def _note_values(self, cell: CellContext, named: "list[Settled]") -> None:
        """A value that was named goes by that name in every variable that holds it."""
        values = [one for one in named if one.named.value is not None and one.version.digest]
        for name, value in list(cell.namespace.items()) if values else ():
            for one in values:
                if value is one.named.value and not name.startswith("_"):
                    own = Input(one.named.name, one.version)
                    self._made_of[name] = self._made_of.get(name, {}) | {f"value {own.name}": own}

    def _give(self, cell: CellContext, found: _Inputs) -> None:
        for run in cell.runs:
            if run.kind == "candidate":
                continue
            for one in list(found.values())[:_MAX_INPUTS]:
                self._recorder.use_dataset(run.run_id, one.version, DatasetRole.INPUT, one.name)

    def _keep(self, finished: CellFinished, named: "list[Settled]") -> None:
        for one in named:
            if one.named.keeps:
                self._keeper.keep(one)
        if self._recorder.settings.keep_inputs_bytes:
            for use in finished.files:
                self._keeper.keep_file(use)
