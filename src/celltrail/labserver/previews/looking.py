"""An artifact's file as a preview, in bounds: at most its first 200,000 bytes are read here."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from celltrail.errors import BlobNotFoundError
from celltrail.journal.blobs import BlobStore
from celltrail.labserver.previews import records
from celltrail.labserver.previews.asking import TableRefusedError, ask_for_table
from celltrail.labserver.previews.decoding import decoded
from celltrail.labserver.previews.notebook import cells_of
from celltrail.labserver.previews.records import Preview, PreviewKind, PreviewQuestion
from celltrail.labserver.previews.sniffing import sniff
from celltrail.labserver.previews.texts import TYPES, NoTableError, read_text_table

_SNIFFED_BYTES = 4096
_CHECKED_BYTES = 32 << 20  # a larger file is not read from end to end for a preview
_MAX_DOCUMENT_BYTES = 16 << 20
_READ_WHOLE = frozenset({PreviewKind.NOTEBOOK, PreviewKind.JSON})


def look_at(store: Path, root: Path, question: PreviewQuestion) -> Preview:
    """What is shown of an artifact.

    Args:
        store: The store's folder.
        root: The project's root, for the place that is told.
        question: Which artifact.

    Raises:
        BlobNotFoundError: The digest is malformed.
    """
    blobs = BlobStore(store)
    path = blobs.path(question.digest)
    place = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    try:
        size = path.stat().st_size
        problem = _damage(blobs, size, question)
        with path.open("rb") as file:
            head = file.read(_SNIFFED_BYTES)
    except OSError as error:
        kind = PreviewKind.MISSING if isinstance(error, FileNotFoundError) else PreviewKind.DAMAGED
        return Preview(kind, question.media_type, -1, problem=error.strerror or str(error), place=place)
    if problem:
        return Preview(PreviewKind.DAMAGED, question.media_type, size, problem=problem, place=place)
    kind, media_type = sniff(head, question.path, question.media_type)
    return _shown(path, Preview(kind, media_type, size, place=place), question)


def _damage(blobs: BlobStore, size: int, question: PreviewQuestion) -> str:
    """What is wrong with a file; larger ones are held against their size only."""
    if question.size_bytes not in {-1, size}:
        return f"it has {size:,} bytes, and {question.size_bytes:,} were recorded"
    if size > _CHECKED_BYTES:
        return ""
    try:
        blobs.checked(question.digest)
    except BlobNotFoundError:
        return "its content is not what was recorded: the digests differ"
    return ""


def _shown(path: Path, found: Preview, question: PreviewQuestion) -> Preview:
    if found.kind is PreviewKind.TABLE:
        return _table(path, found, question)
    if found.kind in _READ_WHOLE:
        return _document(path, found)
    if found.kind is PreviewKind.TEXT:
        return _text(path, found)
    return _bytes(path, found) if found.kind is PreviewKind.BINARY else found


def _table(path: Path, found: Preview, question: PreviewQuestion) -> Preview:
    is_text = found.media_type in TYPES
    try:
        read = read_text_table if is_text else ask_for_table
        table = read(path, found.media_type, question)
    except (TableRefusedError, NoTableError) as error:
        return replace(_text(path, found) if is_text else _bytes(path, found), problem=str(error))
    return replace(found, table=table, is_cut=table.row_count is None or table.row_count > len(table.rows))


def _document(path: Path, found: Preview) -> Preview:
    if found.size_bytes > _MAX_DOCUMENT_BYTES:
        return _text(path, found)
    try:
        plain = json.loads(path.read_bytes())
        if found.kind is PreviewKind.NOTEBOOK:
            cells, is_cut = cells_of(plain)
            return replace(found, cells=cells, is_cut=is_cut)
        return _json(plain, path, found)
    except (ValueError, RecursionError) as error:
        return replace(_text(path, found), problem=f"it is no JSON: {error}"[:300])


def _json(plain: Any, path: Path, found: Preview) -> Preview:
    text = json.dumps(plain, indent=2, ensure_ascii=False)
    if len(text) <= records.MAX_TEXT_BYTES:
        return replace(found, text=text.encode("utf-8", "replace").decode())
    return replace(_text(path, found), kind=PreviewKind.JSON)


def _text(path: Path, found: Preview) -> Preview:
    with path.open("rb") as file:
        data = file.read(records.MAX_TEXT_BYTES)
    is_cut = found.size_bytes > len(data)
    text, problem = decoded(data, is_whole=not is_cut)
    return replace(found, kind=PreviewKind.TEXT, text=text, is_cut=is_cut, problem=problem)


def _bytes(path: Path, found: Preview) -> Preview:
    with path.open("rb") as file:
        head = file.read(records.MAX_HEX_BYTES)
    return replace(found, kind=PreviewKind.BINARY, hex=head.hex(), is_cut=found.size_bytes > len(head))
