"""What a bundle says of itself: its members with their digests, and what it lacks."""

from dataclasses import dataclass

FORMAT = 1
MANIFEST = "manifest.json"
README = "README.md"
PROJECT = "project/"  # files of the project, at their places
JOURNAL = "trail/journal/"
BLOBS = "trail/blobs/"
PATCH = "code/changes.patch"
SLICE = "notebooks/run.ipynb"
HISTORY = "notebooks/history.ipynb"
REQUIREMENTS = "environment/requirements.txt"
CONDA = "environment/environment.yml"
BESIDE = "celltrail-bundle/"  # where an import puts what belongs neither to the project nor to its trail


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle.

    Attributes:
        path: Its name in the archive.
        size_bytes: Its length.
        digest: Of its content.
        modified_at: When a file of the project was changed last; 0 for the others.
    """

    path: str
    size_bytes: int
    digest: str
    modified_at: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that the run used and the bundle does not have."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first thing that is read of a bundle.

    Attributes:
        format: The version of this description.
        celltrail: The version that wrote it.
        run_id: The run.
        run_name: As lists show it.
        session_id: The session that it was made in.
        folder: Where in the project that session ran; empty for the project's root.
        python: The Python of that session.
        cells: How many cell executions the run needs.
        history: How many the session's trail tells of.
        members: Every other file of the archive.
        left_out: What is missing, in words.
    """

    format: int
    celltrail: str
    run_id: str
    run_name: str
    session_id: str
    folder: str
    python: str
    cells: int
    history: int
    members: tuple[Member, ...]
    left_out: tuple[LeftOut, ...]
