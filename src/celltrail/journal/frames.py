"""The bytes of a segment: 32-byte slots, metric frames and document frames (docs/journal.md has the format).

A frame is a CRC and a body. The CRC starts from the frame's own place (segment and offset), so that a frame which was
moved, doubled or taken from another segment is as wrong as one with a flipped bit. What a reader accepts is therefore
always a beginning of what the writer wrote.
"""

import json
import re
import struct
import typing
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from celltrail.codec import dump_typed, from_plain
from celltrail.journal.events import Event

SLOT_BYTES = 32
CRC_BYTES = 4
METRIC_KIND = 1
DOCUMENT_KIND = 2
MAX_SERIES = (1 << 24) - 1
MAX_DOCUMENT_BYTES = 512 << 20  # more than any event; a length above it is damage

CRC = struct.Struct("<I")
METRIC_BODY = struct.Struct("<Iqqd")  # tag (series<<8|1), step, at, value
METRIC_SLOT = struct.Struct("<IIqqd")
HEAD_BODY = struct.Struct("<IQQQ")  # 2, length of the payload, written at, 0

_TYPES: dict[str, type[Event]] = {cls.__name__: cls for cls in typing.get_args(Event)}
_NAME = re.compile(r"([0-9a-f]{16})-(0|[1-9][0-9]{0,8})\.ctj", re.ASCII)


class UnknownEventError(ValueError):
    """A document whose type or fields this celltrail does not know."""


def segment_name(writer: str, seq: int) -> str:
    """The file name of a segment."""
    return f"{writer}-{seq}.ctj"


def parse_segment_name(name: str) -> tuple[str, int] | None:
    """The writer and number in a segment's file name; None for any other name."""
    match = _NAME.fullmatch(name)
    return (match[1], int(match[2])) if match else None


def salt(writer: str, seq: int) -> int:
    """What the CRC of a segment's frames starts from, besides their offset; the frame at offset 0 starts from 0."""
    return crc32(f"{writer}-{seq}".encode())


def document_body(event: Event, written_at: int) -> bytes:
    """A document frame without its CRC.

    Raises:
        TypeError: A field of the event holds what JSON cannot say.
    """
    text = dump_typed(event)
    payload = text + b" " * (-len(text) % SLOT_BYTES)
    return HEAD_BODY.pack(DOCUMENT_KIND, len(payload), written_at, 0) + payload


def frame(body: bytes, seed: int) -> bytes:
    """A whole frame: the CRC of `body` from `seed`, then `body`."""
    return CRC.pack(crc32(body, seed)) + body


def tag(series: int) -> int:
    """What the slots of a series' metrics begin with, after their CRC."""
    return series << 8 | METRIC_KIND


def bodies(data: bytes, seed: int) -> Iterator[bytes]:
    """The bodies of whole frames in a row, up to the first that is damaged.

    Args:
        data: The frames.
        seed: What the CRC of the first one starts from; it is not a segment's first.
    """
    at = 0
    while at + SLOT_BYTES <= len(data):
        length = HEAD_BODY.unpack_from(data, at + CRC_BYTES)[1] if data[at + CRC_BYTES] == DOCUMENT_KIND else 0
        body = data[at + CRC_BYTES : at + SLOT_BYTES + length]
        if CRC.unpack_from(data, at)[0] != crc32(body, seed + at):
            return
        yield body
        at += SLOT_BYTES + length


def series_of(body: bytes) -> int:
    """The series of a metric's body; 0 for a document's."""
    return int.from_bytes(body[1:4], "little") if body[0] == METRIC_KIND else 0


def decode_document(payload: bytes | memoryview) -> Event:
    """The event in a document's payload.

    Raises:
        UnknownEventError: The type is unknown, or a field has a value that this celltrail does not know.
    """
    try:
        plain = json.loads(bytes(payload))
        name = plain.pop("type")
        cls = _TYPES[name]
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError) as error:
        raise UnknownEventError(f"not a known event: {type(error).__name__} {error!s:.80}") from error
    try:
        event: Event = from_plain(cls, plain)
    except (ValueError, RecursionError, OverflowError) as error:
        raise UnknownEventError(f"{name}: {error!s:.200}") from error
    return event


def version_of(payload: bytes | memoryview) -> int | None:
    """The format version in a segment's first document, read before anything else of it; None where it has none."""
    try:
        plain = json.loads(bytes(payload))
    except (ValueError, RecursionError):
        return None
    version = plain.get("version") if isinstance(plain, dict) else None
    return version if isinstance(version, int) else None


def segment_path(journal_dir: Path, writer: str, seq: int) -> Path:
    """Where a segment stands."""
    return journal_dir / segment_name(writer, seq)
