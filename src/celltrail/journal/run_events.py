"""What a journal says of runs: parameters, metrics, data, artifacts, models; a part of `celltrail.journal.events`."""

from celltrail.lean import record
from celltrail.records import DatasetRole, ErrorInfo, Evidence, LoggedModel, Param, Seed, Status, SystemUse, Tag


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
