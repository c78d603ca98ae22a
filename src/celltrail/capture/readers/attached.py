"""Databases that a DuckDB connection attached: what it asks from then on may read or write each of them."""

import re
import weakref
from collections.abc import MutableMapping
from typing import Any

from celltrail.capture.readers.databases import file_uri

_ATTACH = re.compile(
    r"\battach\s+(?:or\s+replace\s+)?(?:database\s+)?(?:if\s+not\s+exists\s+)?'((?:[^']|'')+)'", re.IGNORECASE
)
_KIND = re.compile(r"^(\w{2,}):(?!//)")  # sqlite:shop.db, postgres:dbname=…, ducklake:…

_attached: MutableMapping[Any, dict[str, None]] = weakref.WeakKeyDictionary()
_by_module: dict[str, None] = {}  # to the module's own connection


def databases_of(connection: Any, text: str) -> tuple[str, ...]:
    """The URIs of the databases that the connection has attached, with those that this text attaches.

    Args:
        connection: None for the module's own.
        text: What is about to be executed. A server's or a lake's database is told by its own library, or not at all.
    """
    known = _by_module if connection is None else _attached.get(connection, {})
    found = [_uri(path.replace("''", "'")) for path in _ATTACH.findall(text)]
    if any(found):
        known |= dict.fromkeys(filter(None, found))
        if connection is not None:
            _attached[connection] = known
    return tuple(known)


def _uri(path: str) -> str:
    kind = _KIND.match(path)
    if kind is None:
        return file_uri("duckdb", path)
    return file_uri("sqlite", path[kind.end() :]) if kind[1].lower() == "sqlite" else ""
