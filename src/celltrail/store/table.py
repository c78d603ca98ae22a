"""What the runs table asks and is told beside a page of runs: shelves, groups with their best values, saved views."""

from dataclasses import dataclass
from enum import StrEnum

from celltrail.store.direction import Direction

NOTE_TAG = "celltrail.note"
STARRED_TAG = "celltrail.starred"
ARCHIVED_TAG = "celltrail.archived"


class Shelf(StrEnum):
    """Which runs a question is about; an archived run is in no list that does not ask for it, and is never deleted."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class BucketMetric:
    """A metric over the runs of a group: of how many, its extremes without NaN, and which way it gets better."""

    key: str
    count: int
    minimum: float | None
    maximum: float | None
    direction: Direction


@dataclass(frozen=True, slots=True)
class Bucket:
    """The runs with one value; `value` is None for those that have none, and is cut at 1,000 characters."""

    value: str | None
    count: int
    latest_at: int
    metrics: tuple[BucketMetric, ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    """The groups, of at most as many as were asked for; `total` counts all."""

    buckets: tuple[Bucket, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view of the runs table under a name; `definition` is the JSON of whoever kept it."""

    name: str
    saved_at: int
    definition: str


@dataclass(frozen=True, slots=True)
class PastNote:
    """A text that the note of a run had, and since when."""

    noted_at: int
    text: str
