"""What a journal says: one type per event. `capture` writes them, `store` folds them, nothing else passes between.

An event is applied exactly once and in the order of its segment; between writers there is no order but `at`.
"""

from celltrail.lean import record
from celltrail.records import (
    CodeVersion,
    DatasetRole,
    DatasetVersion,
    Environment,
    ErrorInfo,
    Evidence,
    FileUse,
    Hardware,
    LoggedModel,
    OutputDigest,
    Param,
    Seed,
    SourceUse,
    Status,
    SystemUse,
    Tag,
)

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
class SeriesDeclared:
    """Gives a number to one metric series of this segment; precedes its first metric slot, repeated after rotation.

    `dataset_name` and `dataset_digest` name what was measured on (X_test), `slice_name` the part of it.
    """

    series: int  # 1 ... 2**24-1, unique within a writer
    run_id: str
    key: str
    evidence: Evidence = Evidence.LOGGED
    execution_id: str = ""
    dataset_name: str = ""
    dataset_digest: str = ""
    slice_name: str = ""


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
class RunStarted:
    """A run opened.

    `kind` is fit, search, candidate, explicit or cell. `group_id` joins the runs of one loop; `parent_run_id` a
    candidate to its search and a fit to its explicit run. `estimator` is the class's qualified name.
    """

    run_id: str
    session_id: str
    execution_id: str
    at: int
    name: str
    kind: str
    parent_run_id: str = ""
    group_id: str = ""
    estimator: str = ""
    variable: str = ""  # the name that the model has in the notebook, once known


@record
class RunNamed:
    """A run got its name, or its model its variable, after it started."""

    run_id: str
    at: int
    name: str = ""
    variable: str = ""


@record
class RunContext:
    """What surrounds a run: written once known, which may be after its end. An empty field says nothing."""

    run_id: str
    at: int
    environment_digest: str = ""
    hardware_digest: str = ""
    code_digest: str = ""
    seed: Seed | None = None


@record
class RunFinished:
    """A run ended."""

    run_id: str
    at: int
    status: Status
    error: ErrorInfo | None = None
    duration_s: float = 0.0
    peak_memory_bytes: int = 0


@record
class ParamsLogged:
    """Parameters of a run; a key that comes again replaces the earlier value."""

    run_id: str
    at: int
    params: tuple[Param, ...]


@record
class TagsSet:
    """Tags of a run; a key that comes again replaces the earlier value."""

    run_id: str
    at: int
    tags: tuple[Tag, ...]


@record
class TagsRemoved:
    """Tags taken off a run; one that is set later is there again."""

    run_id: str
    at: int
    keys: tuple[str, ...]


@record
class ViewSaved:
    """A view of the runs table was kept under a name; an empty definition takes it away."""

    at: int
    name: str
    definition: str


@record
class MetricAmbiguous:
    """A metric for which more than one run is possible: kept, with its candidates, on none of them."""

    at: int
    execution_id: str
    key: str
    value: float
    candidate_run_ids: tuple[str, ...]
    reason: str
    dataset_name: str = ""
    dataset_digest: str = ""


@record
class DatasetUsed:
    """A run used a dataset; `name` is the variable or the file, as people call it."""

    run_id: str
    at: int
    digest: str
    role: DatasetRole
    name: str


@record
class ArtifactLogged:
    """A file of a run; its content is the blob `digest`. `path` is relative, POSIX, never with `..`."""

    run_id: str
    at: int
    path: str
    digest: str
    size_bytes: int
    media_type: str
    kind: str = "file"  # file, figure, model, table, text


@record
class ModelLogged:
    """A model of a run; one that comes again under its name replaces the earlier."""

    run_id: str
    at: int
    model: LoggedModel


@record
class SystemUsed:
    """What a run took of the machine; at its end."""

    run_id: str
    at: int
    use: SystemUse


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
