"""What the texts of SQL statements say: whether they only read, which files they name, what they keep for later."""

import re
from collections.abc import Iterable, Sequence

from celltrail.capture.readers.sql_text import files_of, modes_of

_READ = frozenset({"read"})
# They read by their first word and do more: draw, count up, write a file, run what was prepared.
_DOES_MORE = re.compile(
    r"\b(?:nextval|setval|setseed|random|uuid|gen_random_uuid|sample|tablesample|copy|export|import|call|execute"
    r"|prepare|analyze|pragma_\w+|query|query_table|setvariable|into)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(r"\b(?:view|macro|prepare|trigger)\b", re.IGNORECASE)
_LEAVING = re.compile(r"(?:^|;)\s*(?:attach|copy|export|import|install|load|force)\b", re.IGNORECASE | re.MULTILINE)
_BY_VALUE = re.compile(r"\b(?:read_\w+|\w+_scan\w*|glob|sniff_\w+|parquet_\w+)\s*\((?!\s*\[?\s*')", re.IGNORECASE)


def only_reads(texts: Sequence[str]) -> bool:
    """Whether these statements are known, and leave everything as it is."""
    return bool(texts) and all(modes_of(text) == _READ and not _DOES_MORE.search(text) for text in texts)


def gives_no_rows(texts: Sequence[str]) -> bool:
    """Whether these statements are known, and leave no rows to be fetched."""
    return bool(texts) and all("read" not in modes_of(text) and "returning" not in text.lower() for text in texts)


def keeps_text(texts: Sequence[str]) -> bool:
    """Whether later statements may run what these say: as a view, a macro, a prepared statement."""
    return not texts or any(_KEPT.search(text) for text in texts)


def leaves_memory(texts: Iterable[str]) -> bool:
    """Whether one of these texts may be a statement that writes files, or lets later ones write some."""
    return any(_LEAVING.search(text) for text in texts)


def named_files(texts: Sequence[str]) -> list[str] | None:
    """The files that these statements name; None where they may read any."""
    if not texts or any(_BY_VALUE.search(text) for text in texts):
        return None
    return [file.path for text in texts for file in files_of(text)]


def is_of(parts: Sequence[str | None], text: str) -> bool:
    """Whether a text may be what an f-string came to.

    Args:
        parts: Its constant parts in order; None where a value was put in.
        text: The text.
    """
    place, is_open = 0, False
    for part in parts:
        if part is None:
            is_open = True
            continue
        found = text.find(part, place) if is_open else place if text.startswith(part, place) else -1
        if found < 0:
            return False
        place, is_open = found + len(part), False
    return is_open or place == len(text) or (None in parts and text.endswith(parts[-1] or ""))
