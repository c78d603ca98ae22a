"""What is asked and told of datasets and their versions."""

from dataclasses import dataclass

from celltrail.records import DatasetVersion


@dataclass(frozen=True, slots=True)
class DatasetQuery:
    """Which versions of data.

    Attributes:
        name: A dataset's name, or its source as the trail has it; all where empty.
        digest: What the digest begins with, with or without its algorithm; all where empty.
        run_id: Only those that this run used; a whole id.
        limit: 1 to 10,000.
        with_replays: Also what only replays used, and their runs.
    """

    name: str = ""
    digest: str = ""
    run_id: str = ""
    limit: int = 100
    with_replays: bool = False


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """One version of a dataset and what was done with it.

    Attributes:
        name: What `celltrail.dataset` called it, else the variable, else the source.
        dataset: The version; what is not known of it is empty.
        roles: What was done with it: named, read, write, or a `DatasetRole` in a run.
        first_at: When it was used first.
        last_at: And last.
        run_ids: Runs that used it, newest first, at most 20; `run_count` counts all.
        blob: The blob with its content, where that was kept for it; a file's own digest may be one besides.
        media_type: Of the blob.
        note: What is partial, or why the content was not kept.
        is_replayed: Whether replays alone used it.
        replay_ids: Those of `run_ids` that replays made.
    """

    name: str
    dataset: DatasetVersion
    roles: tuple[str, ...]
    first_at: int
    last_at: int
    run_ids: tuple[str, ...]
    run_count: int
    blob: str = ""
    media_type: str = ""
    note: str = ""
    is_replayed: bool = False
    replay_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """One dataset: its versions, those who used it, and the digest of the version that was used last, at `last_at`."""

    name: str
    sources: tuple[str, ...]
    roles: tuple[str, ...]
    is_named: bool
    version_count: int
    run_count: int
    latest_digest: str
    last_at: int
