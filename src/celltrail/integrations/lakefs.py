"""lakeFS by its own client: each object that is read is told with the commit, and replayed at it."""

import copy
import re
import weakref
from typing import Any

from celltrail.capture import active, sources
from celltrail.capture.training import Given, Hook
from celltrail.capture.versioned import Inside, Read, ReadCall, note_write, reading

_KIND = "lakefs"
_COMMIT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_GONE = (404, 410)
_MOST_HEADS = 1_000

_heads: dict[tuple[str, ...], tuple[str, str]] = {}  # by cell, repository and reference: commit and note
_pinned: "weakref.WeakKeyDictionary[Any, Read]" = weakref.WeakKeyDictionary()  # readers, in a replay


def install(hook: Hook) -> None:
    """Watch objects that are read and written."""
    module: Any = hook.module
    hook.on_method(module.ObjectReader, "__init__", _opened)
    hook.on_method(module.ObjectReader, "_read", _fetched)
    hook.on_method(module.ObjectWriter, "__init__", _written)


def _uri(stored: Any, reference: str | None = None) -> str:
    return f"lakefs://{stored.repo}/{reference or stored.ref}/{stored.path}"


def _opened(given: Given) -> ReadCall | None:
    if not sources.is_recording():
        return None
    reader, stored = given.args[0], given.argument(1, "obj")
    read = reading(_KIND, _uri(stored), is_asked=bool(_COMMIT.fullmatch(stored.ref)))
    return ReadCall(read, lambda _made: _settle(read, reader, stored), lambda _error: "", Inside())


def _settle(read: Read, reader: Any, stored: Any) -> None:
    if read.recorded:
        _pin(read, reader, stored)
        read.note(read.recorded)
    elif read.is_asked:
        read.note(stored.ref)
    else:
        read.note(*_head(reader, stored))


def _pin(read: Read, reader: Any, stored: Any) -> None:
    """Read the recorded commit; the user's own object stays as it is."""
    at_commit = copy.copy(stored)
    at_commit._ref_id = read.recorded  # noqa: SLF001 - the client has no other way to move an object
    reader._obj = at_commit  # noqa: SLF001 - as above
    _pinned[reader] = read


def _head(reader: Any, stored: Any) -> tuple[str, str]:
    """The commit that a branch or tag is at, asked once for each cell: a loop over objects is not slowed by it."""
    recorder = active.recorder
    cell = recorder.current_cell() if recorder is not None else None
    key = (cell.execution_id if cell is not None else "", stored.repo, stored.ref)
    if key not in _heads:
        if len(_heads) >= _MOST_HEADS:
            _heads.clear()
        _heads[key] = _ask(reader._client.sdk_client, stored)  # noqa: SLF001 - the user's own client, as they set it up
    return _heads[key]


def _ask(client: Any, stored: Any) -> tuple[str, str]:
    try:
        commit = str(client.commits_api.get_commit(stored.repo, stored.ref).id)
    except client_errors() as error:
        return "", f"lakeFS does not say the commit: {str(error)[:200]}"
    try:
        has_changes = bool(client.branches_api.diff_branch(stored.repo, stored.ref, amount=1).results)
    except client_errors():  # a tag has no changes of its own
        has_changes = False
    return commit, "the branch has uncommitted changes, which may have been read" if has_changes else ""


def client_errors() -> tuple[type[Exception], ...]:
    """What the client raises: of the server, and of the connection."""
    import sys

    found = [sys.modules.get("lakefs_sdk.exceptions"), sys.modules.get("urllib3.exceptions")]
    names = ("OpenApiException", "HTTPError")
    return tuple(getattr(module, name) for module, name in zip(found, names, strict=True) if module is not None)


def _fetched(given: Given) -> ReadCall | None:
    """In a replay the content is fetched: it may have been removed from under its commit."""
    read = _pinned.get(given.args[0])
    return ReadCall(read, lambda _data: None, _why_gone) if read is not None else None


def _why_gone(error: BaseException) -> str:
    status = getattr(error, "status_code", None)
    if status not in _GONE and not isinstance(error, FileNotFoundError):
        return ""
    return f"lakeFS has no such object at that commit any more ({str(error)[:200]})"


def _written(given: Given) -> None:
    stored = given.argument(1, "obj")
    if stored is not None and sources.is_recording():
        note_write(_KIND, _uri(stored), "")
