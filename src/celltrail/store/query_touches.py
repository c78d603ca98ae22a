"""What executions of a session read and wrote of each other: what is stale, and what each rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from celltrail import codec
from celltrail.records import FileUse, SourceUse
from celltrail.store.history import CellLink, InputChange, LinkInput
from celltrail.store.reading import Reading

_TOUCHES = """
SELECT c.session_id, c.execution_id, c.cell_id, c.execution_count, coalesce(c.ended_at, c.started_at), c.source_crc32,
    c.source_length, c.names_read_json, c.names_written_json, c.files_json, c.sources_json
FROM cell_execution c WHERE list_contains(?::VARCHAR[], c.session_id) AND c.is_known
ORDER BY c.started_at, c.execution_count
"""


@dataclass(frozen=True, slots=True)
class Touch:
    """What one execution read and wrote: names, files by their paths, sources by their URIs."""

    execution_id: str
    cell_id: str
    execution_count: int
    at: int
    source_crc32: int
    source_length: int
    reads: frozenset[str]
    writes: frozenset[str]


def read_touches(reading: Reading, session_ids: Iterable[str]) -> dict[str, list[Touch]]:
    """What the executions of some sessions touched, by session, in executed order."""
    sessions: dict[str, list[Touch]] = {}
    for session_id, *touch in reading.rows(_TOUCHES, [sorted(session_ids)]):
        sessions.setdefault(session_id, []).append(_touch(touch))
    return sessions


def input_changes(touches: Sequence[Touch]) -> dict[str, tuple[InputChange, ...]]:
    """Per execution of a session the names and files that it read and that another cell wrote later.

    A cell that reads what it writes itself is stale only when another cell wrote it since.
    """
    writers: dict[str, dict[str, Touch]] = {}
    changes: dict[str, tuple[InputChange, ...]] = {}
    for touch in reversed(touches):
        found = tuple(_changes(touch, writers))
        if found:
            changes[touch.execution_id] = found
        for name in touch.writes:
            writers.setdefault(name, {}).setdefault(touch.cell_id, touch)
    return changes


def _changes(touch: Touch, writers: Mapping[str, Mapping[str, Touch]]) -> Iterator[InputChange]:
    for name in sorted(touch.reads & writers.keys()):
        # the writers of a name stand in the order in which they were met: the latest cell first
        other = next((one for cell, one in writers[name].items() if cell != touch.cell_id), None)
        if other is not None:
            yield InputChange(name, other.cell_id, other.execution_count, other.at)


def links_of(touches: Sequence[Touch], targets: Iterable[str]) -> tuple[CellLink, ...]:
    """The executions of a session that the targets rest on, themselves too, in executed order."""
    writers: dict[str, str] = {}
    inputs: dict[str, tuple[LinkInput, ...]] = {}
    for touch in touches:
        names = sorted(touch.reads & writers.keys())
        inputs[touch.execution_id] = tuple(LinkInput(name, writers[name]) for name in names)
        writers.update(dict.fromkeys(touch.writes, touch.execution_id))
    needed: set[str] = set()
    waiting = [target for target in targets if target in inputs]
    while waiting:
        execution_id = waiting.pop()
        if execution_id not in needed:
            needed.add(execution_id)
            waiting += [one.execution_id for one in inputs[execution_id]]
    return tuple(_link(touch, inputs[touch.execution_id]) for touch in touches if touch.execution_id in needed)


def _link(touch: Touch, inputs: tuple[LinkInput, ...]) -> CellLink:
    return CellLink(
        touch.execution_id,
        touch.cell_id,
        touch.execution_count,
        touch.at,
        touch.source_crc32,
        touch.source_length,
        inputs,
    )


def _touch(row: list[Any]) -> Touch:
    names_read, names_written, files, sources = row[6:]
    used = [(one.mode, one.path) for one in codec.loads(tuple[FileUse, ...], files)]
    used += [(one.mode, one.uri) for one in codec.loads(tuple[SourceUse, ...], sources)]
    reads = {*codec.loads(tuple[str, ...], names_read), *(place for mode, place in used if mode == "read")}
    writes = {*codec.loads(tuple[str, ...], names_written), *(place for mode, place in used if mode == "write")}
    return Touch(row[0], row[1], row[2], row[3], row[4], row[5], frozenset(reads), frozenset(writes))
