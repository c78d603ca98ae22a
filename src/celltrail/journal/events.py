"""What a journal says: one type per event. `capture` writes them, `store` folds them, nothing else passes between.

An event is applied exactly once and in the order of its segment; between writers there is no order but `at`.
"""

from celltrail.journal.run_events import (
    ArtifactLogged,
    DatasetUsed,
    MetricAmbiguous,
    ModelLogged,
    ParamsLogged,
    RunContext,
    RunFinished,
    RunNamed,
    RunStarted,
    SeriesDeclared,
    SystemUsed,
    TagsRemoved,
    TagsSet,
)
from celltrail.lean import record
from celltrail.records import (
    CodeVersion,
    DatasetVersion,
    Environment,
    ErrorInfo,
    FileUse,
    Hardware,
    LoadedModule,
    OutputDigest,
    Param,
    SourceUse,
    Status,
    SystemCourse,
)

__all__ = [
    "FORMAT_VERSION",
    "ArtifactLogged",
    "CaptureFailed",
    "CellFinished",
    "CellStarted",
    "CodeVersionSeen",
    "ContentKept",
    "DatasetNamed",
    "DatasetSeen",
    "DatasetUsed",
    "EnvironmentSeen",
    "Event",
    "EventsDropped",
    "GeneratorsDrawn",
    "HardwareSeen",
    "MetricAmbiguous",
    "ModelLogged",
    "ModulesLoaded",
    "ParamsLogged",
    "RunContext",
    "RunFinished",
    "RunNamed",
    "RunStarted",
    "SegmentOpened",
    "SegmentSealed",
    "SeriesDeclared",
    "SessionEnded",
    "SessionRenamed",
    "SessionStarted",
    "SystemUsed",
    "TagsRemoved",
    "TagsSet",
    "ViewSaved",
]

FORMAT_VERSION = 1


@record
class SegmentOpened:
    """First document of every segment: who writes it. `pid_started` tells a reused pid (kernel ticks since boot)."""

    version: int
    writer: str
    seq: int
    pid: int
    pid_started: int
    host: str
    boot_id: str
    at: int


@record
class SegmentSealed:
    """Last document of a segment that was closed cleanly; `is_last` when the writer will open no other."""

    at: int
    is_last: bool


@record
class SessionStarted:
    """One kernel on one notebook. `notebook_path` is relative to the project's root (POSIX), absolute outside it."""

    session_id: str
    at: int
    notebook_path: str
    kernel_id: str
    front_end: str  # jupyter, headless, ipython, script
    python: str
    environment_digest: str = ""
    hardware_digest: str = ""
    parameters: tuple[Param, ...] = ()  # papermill's
    working_directory: str = ""
    executable: str = ""  # the Python that ran it


@record
class SessionEnded:
    """The kernel said goodbye."""

    session_id: str
    at: int
    status: Status = Status.FINISHED


@record
class SessionRenamed:
    """The notebook of a kernel has another path now (the Jupyter server knows)."""

    kernel_id: str
    at: int
    notebook_path: str


@record
class EnvironmentSeen:
    """An environment, described once per digest and writer."""

    environment: Environment


@record
class HardwareSeen:
    """Hardware, described once per digest and writer."""

    hardware: Hardware


@record
class CodeVersionSeen:
    """A code version, described once per digest and writer."""

    code: CodeVersion


@record
class DatasetSeen:
    """A dataset version, described once per digest and writer."""

    dataset: DatasetVersion


@record
class DatasetNamed:
    """A cell named a dataset (`celltrail.dataset`); written after the cell, when its content is known.

    `note` says what is not known: "the folder has more files than are digested".
    """

    execution_id: str
    at: int
    name: str
    dataset: DatasetVersion
    note: str = ""


@record
class ContentKept:
    """The content of a dataset version is the blob `blob`; where that is empty it was not kept, and `note` says why.

    `source` is what the dataset version calls it. A folder's blob is the list of its files, each of which is a blob.
    """

    at: int
    digest: str
    source: str
    blob: str
    size_bytes: int
    media_type: str
    note: str = ""


@record
class CellStarted:
    """Written before the cell runs, so that a killed kernel leaves a trace."""

    execution_id: str
    session_id: str
    at: int
    cell_id: str  # nbformat's cell id; empty where the front end sends none
    execution_count: int
    source: str
    tags: tuple[str, ...] = ()


@record
class CellFinished:
    """How a cell execution ended and what it touched."""

    execution_id: str
    at: int
    status: Status
    error: ErrorInfo | None = None
    duration_s: float = 0.0
    cpu_s: float = 0.0
    peak_memory_bytes: int = 0
    names_read: tuple[str, ...] = ()
    names_written: tuple[str, ...] = ()
    files: tuple[FileUse, ...] = ()
    outputs: tuple[OutputDigest, ...] = ()
    notes: tuple[str, ...] = ()  # what is partial, in words for the user
    sources: tuple[SourceUse, ...] = ()
    peak_is_exact: bool = False  # else the peak is the largest that was seen
    course: SystemCourse | None = None  # None where it was too short to be sampled


@record
class GeneratorsDrawn:
    """A cell drew from global random generators; the blob `digest` holds their states before it, as seed.py packs them.

    Written once the blob is: a kernel that was killed in between leaves none.
    """

    execution_id: str
    at: int
    drew_from: tuple[str, ...]
    digest: str


@record
class ViewSaved:
    """A view of the runs table was kept under a name; an empty definition takes it away."""

    at: int
    name: str
    definition: str


@record
class ModulesLoaded:
    """Modules of the user's own that were executed in a cell, or since the one before, in their order; after the cell.

    Written once their contents are kept. One that comes again was reloaded, or imported anew.
    """

    execution_id: str
    at: int
    modules: tuple[LoadedModule, ...]


@record
class CaptureFailed:
    """celltrail's own failure, caught at the capture boundary; for the panel and `celltrail doctor`."""

    session_id: str
    at: int
    where: str
    error: ErrorInfo


@record
class EventsDropped:
    """So many events of this writer are lost: the disk refused them for longer than memory could hold them."""

    at: int
    count: int


Event = (
    SegmentOpened
    | SegmentSealed
    | SeriesDeclared
    | SessionStarted
    | SessionEnded
    | SessionRenamed
    | EnvironmentSeen
    | HardwareSeen
    | CodeVersionSeen
    | DatasetSeen
    | DatasetNamed
    | ContentKept
    | CellStarted
    | CellFinished
    | GeneratorsDrawn
    | ModulesLoaded
    | RunStarted
    | RunNamed
    | RunContext
    | RunFinished
    | ParamsLogged
    | TagsSet
    | TagsRemoved
    | ViewSaved
    | MetricAmbiguous
    | DatasetUsed
    | ArtifactLogged
    | ModelLogged
    | SystemUsed
    | CaptureFailed
    | EventsDropped
)
"""All events; the JSON document of one is its record with its class name as "type"."""
