"""What a store tells of itself: its size, its owner, the failures of kernels, and what one fold did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureFailure:
    """celltrail's own failure in a kernel, by place; `count` over all sessions."""

    where: str
    message: str
    count: int
    last_at: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """The store's health. `root` is the store's folder."""

    root: str
    schema_version: int
    run_count: int
    cell_execution_count: int
    session_count: int
    live_session_count: int
    segment_count: int
    quarantined: tuple[str, ...]
    refused: tuple[str, ...]  # segments of a newer format, left alone
    is_paused: bool
    capture_failures: tuple[CaptureFailure, ...]
    owner: str  # "this process", or the owner's address
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FoldReport:
    """What one fold did: `changed_run_ids` has the runs that any event named, at most 1,000 of them."""

    event_count: int
    metric_count: int
    segment_count: int
    changed_run_ids: tuple[str, ...]
    changed_notebooks: tuple[str, ...]
    quarantined: tuple[str, ...]
    refused: tuple[str, ...]
    duration_s: float
