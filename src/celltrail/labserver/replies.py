"""What the server extension says beside the store's own records: projects, tracking, errors and live changes.

Every notebook path that a front end sends or gets is a contents path, as JupyterLab has it: relative to the server's
root, POSIX. A notebook outside the server's root has an absolute path, which no contents path ever is.
"""

from dataclasses import dataclass
from enum import StrEnum


class ProjectState(StrEnum):
    """How this server reaches a project's store."""

    OPENING = "opening"  # being opened
    EMPTY = "empty"  # nothing was ever recorded: there is no store yet
    OWNED = "owned"  # this server folds it
    REMOTE = "remote"  # another process holds it and answers for it
    FAILED = "failed"  # it cannot be opened; the message says why


@dataclass(frozen=True, slots=True)
class Project:
    """One project that this server knows.

    Attributes:
        key: Opaque name of the project in requests and events.
        name: The name of its root folder, for people.
        root: Its root folder.
        store: Its store's folder.
        state: How this server reaches the store.
        message: Why the state is failed and what to do; empty otherwise.
        is_enabled: False where `CELLTRAIL=off` or `enabled = false` switched capture off.
    """

    key: str
    name: str
    root: str
    store: str
    state: ProjectState
    message: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class ProjectList:
    """The projects of the notebooks open in this server; `current` is the key of the one that was asked about."""

    projects: tuple[Project, ...]
    current: str


@dataclass(frozen=True, slots=True)
class DocsTitle:
    """A page of the documentation: its name in requests, and its heading."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class DocsContents:
    """The pages of the documentation that was installed with celltrail."""

    pages: tuple[DocsTitle, ...]


@dataclass(frozen=True, slots=True)
class DocsPage:
    """One page, as Markdown."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """Whether cells are recorded: `is_paused` is the switch in JupyterLab, `is_enabled` the project's setting."""

    project: str
    is_paused: bool
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class TrackingChange:
    """The body of a change of tracking."""

    is_paused: bool


@dataclass(frozen=True, slots=True)
class KeepWish:
    """The body that makes a run of a cell's last execution, or of an earlier one.

    Attributes:
        notebook_path: The notebook, as a contents path.
        cell_id: The cell.
        name: The run's name; the cell's first line if empty.
        execution_id: The execution that is meant, whatever the cell; the cell's last one if empty.
    """

    notebook_path: str
    cell_id: str
    name: str = ""
    execution_id: str = ""


@dataclass(frozen=True, slots=True)
class LetGoWish:
    """The body that takes a kept run out of the lists."""

    run_id: str


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that was kept, or let go."""

    run_id: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class RunsEdited:
    """The runs that were changed; the lists show it once the events are folded, a moment later."""

    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViewWish:
    """The body that keeps a view of the runs table under a name; an empty definition takes it away."""

    name: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """The data of a live event: what a fold changed, or that the project's state is another.

    Attributes:
        project: The project's key.
        state: How this server reaches the store now.
        is_paused: Tracking is switched off for the project.
        changed_run_ids: At most 100 of the runs that changed.
        changed_notebooks: At most 100 notebooks with new executions or runs, as contents paths.
        is_partial: More changed than is listed: ask again for whatever is shown.
        replay_revision: That of the replay that the panel asked for, where it is another now; else 0.
    """

    project: str
    state: ProjectState
    is_paused: bool
    changed_run_ids: tuple[str, ...]
    changed_notebooks: tuple[str, ...]
    is_partial: bool
    replay_revision: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """The body of every answer that is not a success.

    Attributes:
        message: What was wrong and what to do next, for people; plain text, never markup.
        error: The name of celltrail's error (FilterError, RunNotFoundError, NewerStoreError, …); empty for others.
        position: Where in a filter the problem is, in characters from 0; null elsewhere.
    """

    message: str
    error: str = ""
    position: int | None = None
