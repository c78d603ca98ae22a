"""The words of the trail (docs/architecture.md): immutable records that kernels write and the store keeps.

Times end in `_at`: microseconds since the Unix epoch, UTC, as int. Durations end in `_s`, sizes in `_bytes`. A digest
names its algorithm ("xxh3-128:…", "blake3:…"), so that two digests are compared only when they mean the same.
"""

from enum import StrEnum

from celltrail.lean import record


class Status(StrEnum):
    """The state of a session, a cell execution or a run; a metric or a late event never changes it back."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"  # it raised
    INTERRUPTED = "interrupted"  # the user stopped it
    KILLED = "killed"  # its process is gone without a word


class Origin(StrEnum):
    """Where a parameter's value comes from."""

    ESTIMATOR = "estimator"  # get_params() of what was fitted
    GRID = "grid"  # the candidate of a search
    NOTEBOOK = "notebook"  # a papermill parameter
    VARIABLE = "variable"  # a scalar that the run's cells read
    LOGGED = "logged"  # log_param, log_params


class Evidence(StrEnum):
    """Why a metric belongs to a run, strongest first."""

    LOGGED = "logged"  # the user logged it to this run
    OWN = "own"  # the run's own code measured it: cross-validation, a search's best_score_
    SAME_OBJECT = "same-object"  # an argument is what this run's model predicted, or a view of it
    MODEL_ARGUMENT = "model-argument"  # the fitted model itself was passed
    NAME_LINEAGE = "name-lineage"  # an argument was computed from the prediction's name
    EQUAL_CONTENT = "equal-content"  # an argument equals exactly one run's prediction


class DatasetRole(StrEnum):
    """What a dataset was used for."""

    TRAIN = "train"
    TARGET = "target"
    EVALUATE = "evaluate"
    PREDICT = "predict"
    INPUT = "input"  # a file that the run's cells read


class ParamKind(StrEnum):
    """What a parameter's text stands for."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    NONE = "none"
    OBJECT = "object"


@record
class Param:
    """One parameter of a run.

    `value` is its text: `str` of a scalar, `repr` of anything else, cut at 6,000 characters with a note that says so.
    `source` names the variable or estimator step that it came from; `is_default` marks an estimator's default.
    """

    key: str
    value: str
    kind: ParamKind = ParamKind.TEXT
    origin: Origin = Origin.LOGGED
    source: str = ""
    is_default: bool = False


@record
class Tag:
    """One tag of a run."""

    key: str
    value: str


@record
class TopValue:
    """A value that is not a number, as text, and how often it occurs."""

    text: str
    count: int


@record
class ColumnProfile:
    """How the values of a column are spread.

    `count` are rows, `missing` those without a value. `mean` and `std` are of numbers, as `quantiles`: minimum,
    quartiles, maximum. Of what is no number `top` are the most frequent values, `distinct` is how many different ones
    there are. `sample` is how many rows were looked at, where not all; then `missing` is reckoned from them.
    """

    count: int
    missing: int
    mean: float | None = None
    std: float | None = None
    quantiles: tuple[float, ...] = ()
    top: tuple[TopValue, ...] = ()
    distinct: int | None = None
    sample: int | None = None


@record
class ColumnInfo:
    """One column of a dataset: its name as text, its type, and a digest of its values, validity and type.

    Of a file the digest is empty, and `profile` is how the values were spread in the frame that it was read into.
    """

    name: str
    dtype: str
    digest: str
    profile: ColumnProfile | None = None


@record
class DatasetVersion:
    """What a dataset is: equal digests mean equal content.

    `kind` is dataframe, series, ndarray, sparse, list or file. `rows` and `columns` are None where they mean nothing.
    `source` is a path relative to the project's root, or a URI; `version` is the source's own id of the version (a
    commit, a snapshot), where it has one. `is_sampled` says that the digest covers a sample.
    """

    digest: str
    kind: str
    rows: int | None = None
    column_count: int | None = None
    columns: tuple[ColumnInfo, ...] = ()
    size_bytes: int | None = None
    source: str = ""
    is_sampled: bool = False
    version: str = ""


@record
class Package:
    """One installed distribution.

    `source` says where it is from if from no index: editable, local, vcs or archive. The address itself is not kept.
    """

    name: str
    version: str
    source: str = ""


@record
class Environment:
    """Python, the operating system and every installed distribution.

    `notes` say in words what capture lacks there: where celltrail is lent by another environment.
    """

    digest: str
    python: str
    implementation: str
    os: str
    packages: tuple[Package, ...] = ()
    notes: tuple[str, ...] = ()


@record
class Hardware:
    """The machine: `threads` are the settings of thread pools, as (variable or library, count) in text."""

    digest: str
    cpu: str
    cores: int
    memory_bytes: int
    gpus: tuple[str, ...] = ()
    blas: str = ""
    threads: tuple[str, ...] = ()


@record
class CodeVersion:
    """The repository's state: commit and dirty difference; both empty where there is no git."""

    digest: str
    commit: str = ""
    branch: str = ""
    is_dirty: bool = False
    diff_digest: str = ""  # a blob


@record
class GeneratorState:
    """The state of one global random generator before a cell: python, numpy or torch."""

    name: str
    digest: str


@record
class Seed:
    """All that is known of randomness: random_state parameters, seeding calls seen, generators before the cell."""

    random_states: tuple[Param, ...] = ()
    seeding_calls: tuple[str, ...] = ()  # "numpy.random.seed(0)"
    generators: tuple[GeneratorState, ...] = ()
    drew_from: tuple[str, ...] = ()  # generators whose state changed in the cell


@record
class ErrorInfo:
    """An exception as the user saw it; `traceback` is plain text without colours."""

    name: str
    message: str
    traceback: str = ""


@record
class LoadedModule:
    """A module of the user's own (neither the standard library's nor installed) as it was executed at its import.

    `name` is empty where the import failed. `path` is of its source, relative to the project's root (POSIX), absolute
    outside it; of a package without a file of its own the folder, with an empty `digest`. `digest` is that of the
    source, whose content is a blob; else empty, and `note` says why it is not known.
    """

    name: str
    path: str
    digest: str = ""
    is_package: bool = False
    note: str = ""


@record
class FileUse:
    """A file that a cell opened; `path` is relative to the project's root where it lies within."""

    path: str
    mode: str  # "read" or "write"
    digest: str = ""  # of the content after the cell; empty where it could not be read within the budget
    size_bytes: int | None = None


@record
class SourceUse:
    """A read (or write) of data that is no plain file, or a version of one.

    `uri` names the data without password, token or signed query parameters; for a file that is more than a file (a
    DuckDB database, a Delta table) it is the path as `FileUse` has it. `kind` is sql, http, s3, loader, delta, iceberg,
    ducklake, dvc, lakefs, nessie or another protocol's name. `version` is the source's own id of the version that was
    read, empty where it has none or says none. `query` is the text as executed, cut with a note above 64 KiB.
    """

    uri: str
    kind: str
    mode: str = "read"  # "read" or "write"
    version: str = ""
    query: str = ""
    rows: int | None = None  # of the result, where they were counted anyway
    digest: str = ""  # of the result, as fingerprints are made; empty where it was not made
    name: str = ""  # what `celltrail.dataset` called it
    size_bytes: int | None = None
    note: str = ""  # what is partial or went wrong: "HTTP 404", "query cut at 65536 of 90000 characters"
    is_asked: bool = False  # the code itself named the version


@record
class OutputDigest:
    """One output of a cell: `kind` is stream, display_data, execute_result or error."""

    kind: str
    media_types: tuple[str, ...]
    digest: str
    size_bytes: int


class ModelState(StrEnum):
    """What became of a model that was to be kept."""

    PENDING = "pending"  # its cell has ended and it is being written; stays where the kernel was killed meanwhile
    KEPT = "kept"
    NOT_KEPT = "not kept"  # its notes say why


@record
class ValueSpec:
    """One column of a model's input or output, or a whole array, whose name is empty.

    `shape` is of an array, with -1 for the rows: "(-1, 4)". `nullable` is yes (a missing value was seen), no (the type
    has none) or "not seen" (none was among the rows that were looked at).
    """

    name: str
    dtype: str
    shape: str = ""
    nullable: str = "not seen"


@record
class ModelSignature:
    """What a model takes and gives; `inputs` is empty where the data was of no kind that can be described."""

    inputs: tuple[ValueSpec, ...] = ()
    outputs: tuple[ValueSpec, ...] = ()


@record
class LoggedModel:
    """A model of a run: its file, and what somebody has to know before loading it.

    Attributes:
        name: Its name in the run.
        class_name: The qualified name of its class.
        format: skops, onnx, a library's own, or pickle; a pickle runs code when it is loaded.
        path: The artifact that it is in; `example_path` and `predictions_path` are artifacts too, or empty.
        untrusted: Classes and functions that skops asks for before it loads the model.
        packages: The distributions that its classes come from.
        prediction_count: Rows of the sample predictions.
        is_automatic: Whether it was kept by the setting, not by `log_model`.
        notes: What was cut or left out, in words for the user.
    """

    name: str
    state: ModelState
    class_name: str = ""
    format: str = ""
    path: str = ""
    digest: str = ""
    size_bytes: int = 0
    signature: ModelSignature | None = None
    example_path: str = ""
    predictions_path: str = ""
    prediction_count: int = 0
    packages: tuple[Package, ...] = ()
    untrusted: tuple[str, ...] = ()
    is_automatic: bool = False
    notes: tuple[str, ...] = ()


@record
class Spread:
    """Samples of one quantity, in three numbers."""

    minimum: float
    mean: float
    maximum: float


@record
class GpuUse:
    """One graphics card while a run went on: how busy (percent) and its memory in use, by whoever used it."""

    name: str
    busy_percent: Spread
    memory_bytes: Spread


@record
class SystemUse:
    """What a run took of the machine: this process and its children; of the GPUs, all that happened on them.

    Attributes:
        duration_s: The time that this is about.
        sample_count: Samples taken in it, at least 0.15 s apart; a short run has none.
        cpu_percent: 100 is one core; the mean is over the whole run, extremes are of single samples.
        memory_bytes: Resident memory over the samples; None without any.
        peak_memory_bytes: The most that was resident.
        peak_is_exact: Whether that is the system's own figure; else it is the largest that was seen.
        disk_read_bytes: From the disk, not from the cache of files; None where the system does not say.
        disk_written_bytes: To the disk.
        gpus: The graphics cards.
    """

    duration_s: float
    sample_count: int = 0
    cpu_percent: Spread | None = None
    memory_bytes: Spread | None = None
    peak_memory_bytes: int = 0
    peak_is_exact: bool = False
    disk_read_bytes: int | None = None
    disk_written_bytes: int | None = None
    gpus: tuple[GpuUse, ...] = ()


@record
class SystemCourse:
    """How a cell's use of the machine went: samples in their order, each list as long as the first or empty.

    Where it took long a point stands for several samples: the mean of what was busy, the most of what was held.

    Attributes:
        offset_ms: Milliseconds since the cell began.
        cpu_percent: 100 is one core; of this process and its children.
        memory_bytes: Resident.
        gpu_percent: The mean of the graphics cards; empty without one.
        gpu_memory_bytes: Of all cards together; empty without one.
    """

    offset_ms: tuple[int, ...]
    cpu_percent: tuple[float, ...]
    memory_bytes: tuple[int, ...]
    gpu_percent: tuple[float, ...] = ()
    gpu_memory_bytes: tuple[int, ...] = ()


@record
class RunInfo:
    """A run as `run.info` of MLflow has it: `status` in capitals, times in milliseconds since 1970."""

    run_id: str
    run_name: str
    status: str
    start_time: int
    end_time: int | None
