"""Every error that celltrail raises.

```
CelltrailError
├── ConfigError            a setting has a value that cannot be used
├── JournalError           a journal cannot be written or read
│   └── NewerJournalError  a segment was written by a newer celltrail
├── StoreError             the store cannot do what was asked
│   ├── NewerStoreError    the store file was made by a newer celltrail
│   ├── DamagedStoreError the store file cannot be read
│   ├── StoreBusyError     another process holds the store and does not answer
│   ├── RunNotFoundError   no run, or several, with that id
│   ├── ExecutionNotFoundError no cell execution with that id
│   ├── ModelNotFoundError a run has no model of that name, or it was not kept
│   ├── BlobNotFoundError  no artifact with that digest
│   └── FilterError        a filter or an ordering that cannot be understood
├── VersionGoneError       a version of data is nowhere any more
├── UntrustedModelError    a model whose loading runs code, or makes types that nobody has trusted
├── PathRefusedError       a notebook path from a browser that leads out of the server's root
├── UnknownProjectError    a project key that this Jupyter server did not give out
├── ParameterError         a notebook has no such parameter, or the value is of another type
├── ExecutionError         a notebook could not be executed
├── ReplayRefusedError     replayed code was about to change a file of the user's
├── BundleError            a bundle cannot be taken in
├── KeepError              a cell execution cannot be kept as a run
├── EditError              runs or views that cannot be changed so
└── ComparisonError        runs that cannot be compared
```
"""

from pathlib import Path
from typing import Self

_SHORTEST_ID = 4


class CelltrailError(Exception):
    """The root: catch this to catch all that celltrail raises on purpose."""


class ConfigError(CelltrailError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"setting {name} is {value!r}; use {expected}")
        self.name = name
        self.value = value


class JournalError(CelltrailError):
    """A journal cannot be written or read."""


class NewerJournalError(JournalError):
    """A segment was written by a newer celltrail; it is left alone."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"journal segment {path} has format {version}, this celltrail knows up to {known}: "
            "upgrade celltrail here (pip install -U celltrail); the file was left untouched"
        )
        self.path = path
        self.version = version


class StoreError(CelltrailError):
    """The store cannot do what was asked."""


class NewerStoreError(StoreError):
    """The store file was made by a newer celltrail; it is left alone."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"store {path} has schema {version}, this celltrail knows up to {known}: "
            "upgrade celltrail here (pip install -U celltrail); the file was left untouched"
        )
        self.path = path
        self.version = version


class DamagedStoreError(StoreError):
    """The store file cannot be read; all that it held can be folded again from the journals."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(
            f"store {path} cannot be read ({message}): rebuild it from the journals, which hold everything, with "
            "`celltrail doctor --rebuild`; the damaged file is kept beside it"
        )
        self.path = path


class StoreBusyError(StoreError):
    """Another process holds the store and does not answer."""

    def __init__(self, root: Path, holder: str) -> None:
        super().__init__(
            f"the store in {root} is held by {holder}, which does not answer: wait for it, or end that process"
        )
        self.root = root
        self.holder = holder


class RunNotFoundError(StoreError):
    """No run, or more than one, has an id that starts like this."""

    def __init__(self, run_id: str, matches: tuple[str, ...] = ()) -> None:
        what = f"matches {len(matches)} runs ({', '.join(matches[:4])})" if matches else "matches no run"
        todo = "list the runs with `celltrail runs`"
        if len(run_id) < _SHORTEST_ID:
            what, todo = "is too short", f"give {_SHORTEST_ID} or more characters of it; `celltrail runs` lists them"
        super().__init__(f"run id {run_id!r} {what}: {todo}")
        self.run_id = run_id
        self.matches = matches


class ExecutionNotFoundError(StoreError):
    """No cell execution has that id."""

    def __init__(self, execution_id: str) -> None:
        super().__init__(f"no cell execution {execution_id!r:.80} in this store: `celltrail keep` lists the latest")
        self.execution_id = execution_id


class BlobNotFoundError(StoreError):
    """No artifact with that digest is in the store."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"no artifact with digest {digest!r} in this store")
        self.digest = digest


class ModelNotFoundError(StoreError):
    """A run has no model of that name, or it was not kept."""

    def __init__(self, run_id: str, name: str, problem: str) -> None:
        super().__init__(f"run {run_id[:8]} has no model {name!r}: {problem}")
        self.run_id = run_id
        self.name = name


class FilterError(StoreError):
    """A filter or an ordering that cannot be understood; `position` is the offset of the offending character."""

    def __init__(self, text: str, position: int, expected: str) -> None:
        super().__init__(f"cannot read {text!r} at character {position + 1}: expected {expected}")
        self.text = text
        self.position = position
        self.expected = expected


class VersionGoneError(CelltrailError):
    """A version of data that was read is nowhere any more; nothing else is given in its place."""

    source, version, why = "", "", ""

    @classmethod
    def of(cls, source: str, version: str, why: str) -> Self:
        """The error of one version. Its constructor takes the message, as libraries that raise errors anew expect."""
        error = cls(f"the version {version} of {source} is gone: {why}")
        error.source, error.version, error.why = source, version, why
        return error


class UntrustedModelError(CelltrailError):
    """A model whose loading runs code, or makes types that nobody has trusted; `types` are those."""

    def __init__(self, what: str, todo: str, types: tuple[str, ...] = ()) -> None:
        super().__init__(f"{what}: {todo}")
        self.types = types


class PathRefusedError(CelltrailError):
    """A notebook path from a browser that does not name a place below the server's root."""

    def __init__(self, contents_path: str, problem: str) -> None:
        super().__init__(
            f"notebook path {contents_path!r:.200} {problem}: give its path below the server's root folder"
        )
        self.contents_path = contents_path


class UnknownProjectError(CelltrailError):
    """A project key that this Jupyter server did not give out."""

    def __init__(self, key: str) -> None:
        super().__init__(f"this server knows no project {key!r:.80}: ask for the list of projects again")
        self.key = key


class ExecutionError(CelltrailError):
    """A notebook could not be executed; `status` is its terminal state."""

    def __init__(self, notebook: Path, status: str, message: str) -> None:
        super().__init__(f"{notebook}: {status}: {message}")
        self.notebook = notebook
        self.status = status


class ReplayRefusedError(CelltrailError):
    """Replayed code was about to change a file of the user's that the plan did not name; nothing happened to it."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(
            f"a replay leaves your files alone: {path} is not {what}. Let the cell name it relative to the project's "
            "folder, and a replay works on a copy; or run the cell yourself"
        )
        self.path = path


class ParameterError(CelltrailError):
    """A notebook has no such parameter, or the value is of another type."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"parameter {name!r}: {problem}")
        self.name = name


class BundleError(CelltrailError):
    """A file is no bundle, is damaged or holds what no bundle holds, or cannot be put where it was asked to be."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class KeepError(CelltrailError):
    """A cell execution that cannot be kept as a run, and why."""

    def __init__(self, what: str, problem: str) -> None:
        super().__init__(f"{what!r:.120} {problem}" if " " not in what else f"{what} {problem}")
        self.what = what
        self.problem = problem


class EditError(CelltrailError):
    """Runs or views that cannot be changed so, and why."""

    def __init__(self, what: str, problem: str) -> None:
        super().__init__(f"{what:.120} {problem}")
        self.what = what
        self.problem = problem


class ComparisonError(CelltrailError):
    """Runs that cannot be compared, too few or too many of them, or a metric that they lack; the text says which."""
