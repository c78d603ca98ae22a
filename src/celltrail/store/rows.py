"""Rows that a fold changes: loaded whole, changed event by event, written back whole. Their fields are the columns."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Protocol


class Row(Protocol):
    """What the rows of sessions, cell executions and runs have in common.

    `is_known` is False while only events about it were folded, not its start. `is_presumed` says that the status was
    concluded from a dead process; a later event of the living one takes that back.
    """

    writer: str
    is_known: bool
    is_presumed: bool
    status: str
    started_at: int
    ended_at: int | None


@dataclass(slots=True)
class SessionRow:
    """A row of `session`."""

    session_id: str
    writer: str = ""
    is_known: bool = False
    is_presumed: bool = False
    status: str = "running"
    started_at: int = 0
    ended_at: int | None = None
    notebook_path: str = ""
    kernel_id: str = ""
    front_end: str = ""
    python: str = ""
    environment_digest: str = ""
    hardware_digest: str = ""
    parameters_json: str = "[]"
    working_directory: str = ""


@dataclass(slots=True)
class CellRow:
    """A row of `cell_execution`."""

    execution_id: str
    writer: str = ""
    is_known: bool = False
    is_presumed: bool = False
    session_id: str = ""
    cell_id: str = ""
    execution_count: int = 0
    status: str = "running"
    started_at: int = 0
    ended_at: int | None = None
    duration_s: float | None = None
    cpu_s: float = 0.0
    peak_memory_bytes: int = 0
    source: str = ""
    source_crc32: int = 0
    source_length: int = 0
    tags_json: str = "[]"
    error_json: str | None = None
    names_read_json: str = "[]"
    names_written_json: str = "[]"
    files_json: str = "[]"
    outputs_json: str = "[]"
    notes_json: str = "[]"
    sources_json: str = "[]"
    peak_is_exact: bool = False


@dataclass(slots=True)
class RunRow:
    """A row of `run`."""

    run_no: int
    run_id: str
    writer: str = ""
    is_known: bool = False
    is_presumed: bool = False
    session_id: str = ""
    execution_id: str = ""
    status: str = "running"
    started_at: int = 0
    ended_at: int | None = None
    duration_s: float | None = None
    name: str = ""
    named_at: int = 0
    variable: str = ""
    kind: str = ""
    parent_run_id: str = ""
    group_id: str = ""
    estimator: str = ""
    environment_digest: str = ""
    hardware_digest: str = ""
    code_digest: str = ""
    seed_json: str | None = None
    error_json: str | None = None
    peak_memory_bytes: int = 0


def values_of(row: Any) -> tuple[Any, ...]:
    """The values of a row in the order of its table's columns."""
    return tuple(getattr(row, name) for name in columns_of(type(row)))


def columns_of(cls: Any) -> tuple[str, ...]:
    """The columns of a row's table."""
    return tuple(field.name for field in dataclasses.fields(cls))
