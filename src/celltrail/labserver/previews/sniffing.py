"""What an artifact is: by its first bytes, then by its name, then by what was recorded of it."""

import re
from pathlib import PurePosixPath

from celltrail.labserver.previews.records import PreviewKind

_MAGIC: tuple[tuple[bytes, PreviewKind, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PreviewKind.PICTURE, "image/png"),
    (b"\xff\xd8\xff", PreviewKind.PICTURE, "image/jpeg"),
    (b"GIF87a", PreviewKind.PICTURE, "image/gif"),
    (b"GIF89a", PreviewKind.PICTURE, "image/gif"),
    (b"%PDF-", PreviewKind.PDF, "application/pdf"),
    (b"PAR1", PreviewKind.TABLE, "application/vnd.apache.parquet"),
    (b"ARROW1\0\0", PreviewKind.TABLE, "application/vnd.apache.arrow.file"),
    (b"FEA1", PreviewKind.TABLE, "application/vnd.apache.feather"),
)
# A text has no first bytes of its own: its name, or what was recorded, tells what it is.
_ENDINGS: dict[str, tuple[PreviewKind, str]] = {
    ".svg": (PreviewKind.PICTURE, "image/svg+xml"),
    ".html": (PreviewKind.PAGE, "text/html"),
    ".htm": (PreviewKind.PAGE, "text/html"),
    ".csv": (PreviewKind.TABLE, "text/csv"),
    ".tsv": (PreviewKind.TABLE, "text/tab-separated-values"),
    ".jsonl": (PreviewKind.TABLE, "application/jsonl"),
    ".ndjson": (PreviewKind.TABLE, "application/jsonl"),
    ".ipynb": (PreviewKind.NOTEBOOK, "application/x-ipynb+json"),
    ".json": (PreviewKind.JSON, "application/json"),
    ".md": (PreviewKind.TEXT, "text/markdown"),
}
_TYPES: dict[str, PreviewKind] = {media_type: kind for kind, media_type in _ENDINGS.values()}
# These begin with bytes of their own: a file that is called so and begins otherwise is broken, and is said to be.
_CLAIMED: dict[str, str] = {
    ".parquet": "application/vnd.apache.parquet",
    ".feather": "application/vnd.apache.arrow.file",
    ".arrow": "application/vnd.apache.arrow.file",
}
_WEBP = re.compile(rb"RIFF....WEBP", re.DOTALL)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def sniff(head: bytes, path: str, media_type: str) -> tuple[PreviewKind, str]:
    """How to show a file, and its media type.

    Args:
        head: Its first bytes, some thousands of them.
        path: Its name.
        media_type: As it was recorded.
    """
    for magic, kind, found in _MAGIC:
        if head.startswith(magic):
            return kind, found
    if _WEBP.match(head):
        return PreviewKind.PICTURE, "image/webp"
    ending = PurePosixPath(path).suffix.lower()
    claimed = _CLAIMED.get(ending, "")
    if claimed:
        return PreviewKind.TABLE, claimed
    base = media_type.partition(";")[0].strip().lower()
    if not is_text(head):
        return PreviewKind.BINARY, base or "application/octet-stream"
    return _text(ending, base)


def _text(ending: str, base: str) -> tuple[PreviewKind, str]:
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if base in _TYPES:
        return _TYPES[base], base
    if base.endswith("+json"):
        return PreviewKind.JSON, base
    return PreviewKind.TEXT, base if base.startswith("text/") else "text/plain"


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file are of a text: UTF-8 or of one byte a character, without control characters."""
    return not any(byte in _CONTROLS for byte in head)
