"""fsspec and what is built on it (s3fs, gcsfs, adlfs, HTTP, in memory): files that are opened, fetched or put.

The version of a file is told where the file system knows it already: nobody is asked for it.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given
from celltrail.capture.readers.entries import Entry
from celltrail.capture.sources import count_told, note_source
from celltrail.records import SourceUse

_LOCAL = frozenset({"file", "local"})  # opened by Python's `open`
_FETCHED = {
    "_cat_file": "read", "_cat": "read", "_get": "read", "_get_file": "read",
    "_put": "write", "_put_file": "write", "_pipe": "write", "_pipe_file": "write", "_rm": "write", "_rm_file": "write",
}  # fmt: skip
_TARGET_SECOND = frozenset({"_put", "_put_file"})
_VERSIONS = ("VersionId", "version_id", "generation", "ETag", "etag")


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of fsspec; what is asynchronous passes through one function."""
    if module.__name__ == "fsspec.asyn":
        return (Entry(module, "sync", _synced),)
    return (Entry(module.AbstractFileSystem, "open", _opened),)


def _opened(given: Given) -> Call | None:
    system, path = given.args[0], given.argument(1, "path")
    if not isinstance(path, str) or _is_local(system):
        return None
    mode = given.argument(2, "mode") or "rb"
    return _Opened(system, path, "read" if str(mode).startswith("r") else "write")


class _Opened:
    """A file is being opened."""

    def __init__(self, system: Any, path: str, mode: str) -> None:
        self._system = system
        self._path = path
        self._mode = mode

    def returned(self, result: Any) -> Any:
        """It is open."""
        attempt("reader fsspec", self._note, result)
        return result

    def failed(self, error: BaseException) -> None:
        """There is none."""

    def _note(self, file: Any) -> None:
        inner = getattr(file, "buffer", file)
        size = vars(inner).get("size") if hasattr(inner, "__dict__") else None
        is_known = isinstance(size, int) and self._mode == "read"
        _note(self._system, self._path, self._mode, version=_version(inner), size=size if is_known else None)


def _synced(given: Given) -> None:
    function = given.argument(1, "func")
    mode = _FETCHED.get(getattr(function, "__name__", ""))
    system = getattr(function, "__self__", None)
    if mode is None or system is None or _is_local(system):
        return
    place, keyword = (3, "rpath") if function.__name__ in _TARGET_SECOND else (2, "path")
    paths = given.argument(place, keyword)
    for path in paths if isinstance(paths, list | tuple | dict) else [paths]:
        if isinstance(path, str):
            _note(system, path, mode)


def _note(system: Any, path: str, mode: str, *, version: str = "", size: int | None = None) -> None:
    uri = system.unstrip_protocol(path)
    if not version and count_told(("fsspec", uri, mode)):
        return
    scheme = uri.partition("://")[0]
    note_source(SourceUse(uri, "http" if scheme == "https" else scheme, mode, version=version, size_bytes=size))


def _is_local(system: Any) -> bool:
    protocol = getattr(system, "protocol", "")
    return not _LOCAL.isdisjoint([protocol] if isinstance(protocol, str) else protocol)


def _version(file: Any) -> str:
    known = vars(file) if hasattr(file, "__dict__") else {}
    details = known.get("_details") or known.get("details")
    version = known.get("version_id")
    if version is None and isinstance(details, Mapping):
        version = next((details[key] for key in _VERSIONS if details.get(key)), None)
    return str(version).strip('"') if version else ""
