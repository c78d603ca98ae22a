"""What the text of an SQL statement says of itself: whether it reads or writes, and which files it names."""

import re
from functools import lru_cache

from celltrail.lean import record

_MAX_SCANNED = 64 << 10
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_LITERAL = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$\$.*?\$\$", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]+")
_WRITES = frozenset({
    "insert", "update", "delete", "create", "drop", "alter", "merge", "replace", "truncate", "import", "upsert",
    "rename", "comment", "grant", "revoke", "vacuum", "reindex",
})  # fmt: skip
_READS = frozenset({
    "select", "from", "with", "values", "table", "show", "describe", "summarize", "explain", "pivot", "unpivot", "call",
    "desc", "execute", "export",
})  # fmt: skip
_WRITE = frozenset({"write"})
_DATA_CHANGES = re.compile(r"\b(?:insert\s+into|update\s+\S+\s+set|delete\s+from|merge\s+into)\b", re.IGNORECASE)
_INTO = re.compile(r"\bselect\b.*\binto\s+\w", re.IGNORECASE | re.DOTALL)
_BEFORE_TARGET = re.compile(r"(?:\bto|\bdatabase)\s*\(?\s*$", re.IGNORECASE)


@record
class NamedFile:
    """A quoted text of a statement that may be a file's path."""

    path: str
    mode: str


@lru_cache(maxsize=512)
def modes_of(text: str) -> frozenset[str]:
    """How the statements of a text use their database: "read", "write", both, or neither (BEGIN, SET, PRAGMA)."""
    first = _WORD.match(text.lstrip())
    if first is not None and first[0].lower() in _WRITES and ";" not in text:  # a loop of inserts, each with its values
        return _WRITE
    bare = _COMMENT.sub(" ", _LITERAL.sub("''", text[:_MAX_SCANNED]))
    found: set[str] = set()
    for statement in bare.split(";"):
        found |= _modes_of_statement(statement)
    return frozenset(found)


def _modes_of_statement(statement: str) -> set[str]:
    first = _WORD.search(statement)
    word = first[0].lower() if first else ""
    if word == "copy":
        return {"read"} if re.search(r"\bto\b", statement, re.IGNORECASE) else {"write"}
    if word in _WRITES:
        return {"write"}
    if word not in _READS:
        return set()
    changes = _DATA_CHANGES.search(statement) or (word == "select" and _INTO.search(statement))
    return {"write"} if changes and word != "explain" else {"read"}


@lru_cache(maxsize=512)
def files_of(text: str) -> tuple[NamedFile, ...]:
    """The quoted texts that look like a path or a URI, in order; whether there is such a file, the caller finds out."""
    text = _COMMENT.sub(_blank_unless_path, text[:_MAX_SCANNED])
    found: dict[NamedFile, None] = {}
    for literal in _LITERAL.finditer(text):
        path = literal[0][1:-1].replace("''", "'")
        if 0 < len(path) < 4096 and "\n" not in path and any(sign in path for sign in "./*"):  # noqa: PLR2004 - PATH_MAX
            mode = "write" if _BEFORE_TARGET.search(text, 0, literal.start()) else "read"
            found[NamedFile(path, mode)] = None
    return tuple(found)


def _blank_unless_path(comment: re.Match[str]) -> str:
    """`'s3://a--b'` and `'data/*/x.csv'` hold the marks of comments: inside of quotes they stay."""
    line = comment.string[comment.string.rfind("\n", 0, comment.start()) + 1 : comment.start()]
    return comment[0] if line.count("'") % 2 else " "
