"""All of a journal's folder as plain lists, read through the public reader."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

from celltrail.journal import events
from celltrail.journal.events import Event
from celltrail.journal.reader import Document, SegmentBatch, list_segments, read_batches

FRAMING = events.SegmentOpened | events.SegmentSealed | events.SeriesDeclared


@dataclass
class Trail:
    """All of a journal's folder, as a reader gets it: metrics as (run, key, step, at, bits of the value)."""

    documents: list[Event] = field(default_factory=list)
    metrics: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    declared: list[events.SeriesDeclared] = field(default_factory=list)
    batches: list[SegmentBatch] = field(default_factory=list)


def bits(value: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def read_all(folder: Path, max_bytes: int = 4 << 20) -> Trail:
    trail = Trail()
    for segment in list_segments(folder):
        series: dict[int, events.SeriesDeclared] = {}
        for batch in read_batches(segment.path, max_bytes=max_bytes):
            trail.batches.append(batch)
            assert batch.damaged_at is None
            assert batch.ignored == ()
            for item in batch.items:
                if isinstance(item, Document):
                    if isinstance(item.event, events.SeriesDeclared):
                        series[item.event.series] = item.event
                        trail.declared.append(item.event)
                    if not isinstance(item.event, FRAMING):
                        trail.documents.append(item.event)
                    continue
                for number, step, at, value in item.rows():
                    trail.metrics.append((series[number].run_id, series[number].key, step, at, bits(value)))
    return trail
