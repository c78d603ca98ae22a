"""Applying a chunk's documents: each event changes rows in memory; `write` puts them into the tables in bulk."""

import zlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from celltrail import codec
from celltrail.journal import events
from celltrail.journal.events import Event
from celltrail.store.chunk import Chunk
from celltrail.store.facts import Facts
from celltrail.store.loading import KeyNumbers, RowCache, next_number
from celltrail.store.metrics import MetricIntake
from celltrail.store.rows import CellRow, RunRow, SessionRow
from celltrail.store.staging import Staging

Handler = Callable[["Application", str, Any], None]


class Application:
    """One chunk on its way into the tables, within the caller's transaction."""

    def __init__(self, staging: Staging, chunk: Chunk) -> None:
        self._staging = staging
        self._chunk = chunk
        self._next_run = next_number(staging, "run", "run_no")
        self.sessions = RowCache[SessionRow](staging, "session", "session_id", SessionRow)
        self.cells = RowCache[CellRow](staging, "cell_execution", "execution_id", CellRow)
        self.runs = RowCache[RunRow](staging, "run", "run_id", self._new_run)
        self.keys = KeyNumbers(staging)
        self.facts = Facts(staging, self.runs, self.keys)
        self.metrics = MetricIntake(staging, self.runs, self.keys)
        self.renames: list[tuple[str, int, str]] = []
        self.touched_runs: dict[str, None] = {}
        self.touched_sessions: dict[str, None] = {}

    def run(self) -> None:
        """Apply everything and write it."""
        self._load()
        for writer, event in self._chunk.events:
            apply = _HANDLERS.get(type(event))
            if apply is not None:
                apply(self, writer, event)
        for _, reason in self._chunk.ignored:
            self.facts.note_failure("journal", f"an event that this celltrail does not know: {reason}", "", 0, 1)
        self.metrics.take(self._chunk)
        if self.metrics.undeclared_count:
            message = "metric points without the declaration of their series: they belong to no run"
            self.facts.note_failure("journal", message, "", 0, self.metrics.undeclared_count)
        self.sessions.write()
        self.cells.write()
        self.runs.write()
        self.facts.write()
        self.keys.write()
        self.metrics.write()
        self._write_renames()

    def cell_sessions(self) -> set[str]:
        """The sessions of the cells that were touched."""
        return {row.session_id for row in self.cells.changed()}

    # --- loading ------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        happened = [event for _, event in self._chunk.events]
        self.runs.load(_ids(happened, "run_id"), RunRow)
        self.cells.load(_ids(happened, "execution_id"), CellRow)
        self.sessions.load(_ids(happened, "session_id"), SessionRow)
        self.metrics.load(self._chunk)
        self.keys.load({*_keys(happened), *self.metrics.keys_declared(self._chunk)})
        for one in happened:
            self._note(one)

    def _note(self, event: Event) -> None:
        run_id = getattr(event, "run_id", "")
        if run_id and not isinstance(event, events.SeriesDeclared):
            self.touched_runs[run_id] = None
        session_id = getattr(event, "session_id", "")
        if session_id:
            self.touched_sessions[session_id] = None

    def _new_run(self, run_id: str) -> RunRow:
        row = RunRow(run_no=self._next_run, run_id=run_id)
        self._next_run += 1
        return row

    # --- sessions -----------------------------------------------------------------------------------------------

    def start_session(self, writer: str, event: events.SessionStarted) -> None:
        """A kernel began."""
        row = self.sessions.touch(event.session_id)
        row.writer, row.is_known, row.started_at = writer, True, event.at
        row.notebook_path = event.notebook_path
        row.kernel_id = event.kernel_id
        row.front_end = event.front_end
        row.python = event.python
        row.environment_digest = event.environment_digest
        row.hardware_digest = event.hardware_digest
        row.parameters_json = _json(event.parameters)
        row.working_directory = event.working_directory

    def end_session(self, writer: str, event: events.SessionEnded) -> None:
        """A kernel said goodbye."""
        row = self.sessions.touch(event.session_id)
        row.writer = row.writer or writer
        row.status, row.ended_at, row.is_presumed = event.status, event.at, False

    def rename_session(self, _: str, event: events.SessionRenamed) -> None:
        """A notebook was moved."""
        self.renames.append((event.kernel_id, event.at, event.notebook_path))

    def _write_renames(self) -> None:
        self._staging.insert("kernel_path", self.renames)
        if self.renames or any(isinstance(event, events.SessionStarted) for _, event in self._chunk.events):
            self._staging.connection.execute(_FOLLOW_RENAMES)

    # --- cells --------------------------------------------------------------------------------------------------

    def start_cell(self, writer: str, event: events.CellStarted) -> None:
        """A cell began."""
        row = self.cells.touch(event.execution_id)
        row.writer, row.is_known, row.started_at = writer, True, event.at
        row.session_id = event.session_id
        row.cell_id = event.cell_id
        row.execution_count = event.execution_count
        row.source = event.source
        row.source_crc32 = zlib.crc32(event.source.encode("utf-8", "surrogatepass"))
        row.source_length = len(event.source)
        row.tags_json = _json(event.tags)

    def finish_cell(self, writer: str, event: events.CellFinished) -> None:
        """A cell ended."""
        row = self.cells.touch(event.execution_id)
        row.writer = row.writer or writer
        row.status, row.ended_at, row.is_presumed = event.status, event.at, False
        row.error_json = _json(event.error) if event.error else None
        row.duration_s = event.duration_s
        row.cpu_s = event.cpu_s
        row.peak_memory_bytes = event.peak_memory_bytes
        row.names_read_json = _json(event.names_read)
        row.names_written_json = _json(event.names_written)
        row.files_json = _json(event.files)
        row.outputs_json = _json(event.outputs)
        row.notes_json = _json(event.notes)
        row.sources_json = _json(event.sources)
        self.facts.use_data(writer, event)
        row.peak_is_exact = event.peak_is_exact
        if row.session_id:
            self.touched_sessions[row.session_id] = None

    # --- runs ---------------------------------------------------------------------------------------------------

    def start_run(self, writer: str, event: events.RunStarted) -> None:
        """A run began; a name that came before stays."""
        row = self.runs.touch(event.run_id)
        row.writer, row.is_known, row.started_at = writer, True, event.at
        row.session_id = event.session_id
        row.execution_id = event.execution_id
        row.kind = event.kind
        row.parent_run_id = event.parent_run_id
        row.group_id = event.group_id
        row.estimator = event.estimator
        row.name = row.name or event.name
        row.variable = row.variable or event.variable

    def name_run(self, _: str, event: events.RunNamed) -> None:
        """A run has another name; the latest one counts."""
        row = self.runs.touch(event.run_id)
        if event.at >= row.named_at:
            row.named_at = event.at
            row.name = event.name or row.name
            row.variable = event.variable or row.variable

    def add_context(self, _: str, event: events.RunContext) -> None:
        """What surrounds a run; an empty field says nothing."""
        row = self.runs.touch(event.run_id)
        row.environment_digest = event.environment_digest or row.environment_digest
        row.hardware_digest = event.hardware_digest or row.hardware_digest
        row.code_digest = event.code_digest or row.code_digest
        if event.seed is not None:
            row.seed_json = _json(event.seed)

    def finish_run(self, writer: str, event: events.RunFinished) -> None:
        """A run ended."""
        row = self.runs.touch(event.run_id)
        row.writer = row.writer or writer
        row.status, row.ended_at, row.is_presumed = event.status, event.at, False
        row.error_json = _json(event.error) if event.error else None
        row.duration_s = event.duration_s
        row.peak_memory_bytes = max(row.peak_memory_bytes, event.peak_memory_bytes)


_FOLLOW_RENAMES = """
UPDATE session SET notebook_path = latest.notebook_path
FROM (SELECT kernel_id, arg_max(notebook_path, renamed_at) AS notebook_path FROM kernel_path GROUP BY kernel_id) latest
WHERE latest.kernel_id = session.kernel_id AND session.notebook_path <> latest.notebook_path
"""

_HANDLERS: dict[type[Event], Handler] = {
    events.SessionStarted: Application.start_session,
    events.SessionEnded: Application.end_session,
    events.SessionRenamed: Application.rename_session,
    events.CellStarted: Application.start_cell,
    events.CellFinished: Application.finish_cell,
    events.RunStarted: Application.start_run,
    events.RunNamed: Application.name_run,
    events.RunContext: Application.add_context,
    events.RunFinished: Application.finish_run,
}


def _to_facts(name: str, application: Application, writer: str, event: Event) -> None:
    getattr(application.facts, name)(writer, event)


_HANDLERS |= {
    events.EnvironmentSeen: partial(_to_facts, "see_environment"),
    events.HardwareSeen: partial(_to_facts, "see_hardware"),
    events.CodeVersionSeen: partial(_to_facts, "see_code"),
    events.DatasetSeen: partial(_to_facts, "see_dataset"),
    events.ParamsLogged: partial(_to_facts, "log_params"),
    events.TagsSet: partial(_to_facts, "set_tags"),
    events.TagsRemoved: partial(_to_facts, "remove_tags"),
    events.ViewSaved: partial(_to_facts, "save_view"),
    events.MetricAmbiguous: partial(_to_facts, "add_ambiguous"),
    events.DatasetUsed: partial(_to_facts, "use_dataset"),
    events.DatasetNamed: partial(_to_facts, "name_dataset"),
    events.ContentKept: partial(_to_facts, "keep_content"),
    events.ArtifactLogged: partial(_to_facts, "log_artifact"),
    events.ModelLogged: partial(_to_facts, "log_model"),
    events.SystemUsed: partial(_to_facts, "use_system"),
    events.CaptureFailed: partial(_to_facts, "fail"),
    events.EventsDropped: partial(_to_facts, "drop"),
    events.GeneratorsDrawn: lambda *_: None,  # a replay reads it from the journal, with the sources
    events.ModulesLoaded: lambda *_: None,  # likewise
}


def _json(value: Any) -> str:
    return codec.dumps(value).decode("ascii")


def _ids(happened: Iterable[Event], name: str) -> set[str]:
    return {getattr(event, name, "") for event in happened}


def _keys(happened: Iterable[Event]) -> set[str]:
    found: set[str] = set()
    for event in happened:
        if isinstance(event, events.ParamsLogged):
            found.update(param.key for param in event.params)
        elif isinstance(event, events.TagsSet):
            found.update(tag.key for tag in event.tags)
        elif isinstance(event, events.TagsRemoved):
            found.update(event.keys)
    return found
