"""HTTP by requests, httpx and urllib: address without credentials, status, digest of a body that was read anyway."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given, tracked_coroutine
from celltrail.capture.readers.entries import Begun, Entry
from celltrail.capture.sources import note_source
from celltrail.fingerprint.files import digest_bytes
from celltrail.records import SourceUse

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of one of the three libraries."""
    if module.__name__ == "urllib.request":
        return (Entry(module.OpenerDirector, "open", _opened),)
    if module.__name__ == "requests":
        return (Entry(module.sessions.Session, "send", _sent(_of_requests)),)
    return (
        Entry(module.Client, "send", _sent(_of_httpx)),
        Entry(module.AsyncClient, "send", _sent(_of_httpx), make=tracked_coroutine),
    )


class _Sent:
    """A request is on its way."""

    def __init__(self, describe: Callable[[Any], SourceUse | None]) -> None:
        self._describe = describe

    def returned(self, result: Any) -> Any:
        """It was answered."""
        attempt("reader http", self._note, result)
        return result

    def failed(self, error: BaseException) -> None:
        """It was refused: urllib raises what other libraries return."""
        if hasattr(error, "url") and hasattr(error, "code"):
            attempt("reader http", self._note, error)

    def _note(self, response: Any) -> None:
        use = self._describe(response)
        if use is not None:
            note_source(use)


def _sent(describe: Callable[[Any], SourceUse | None]) -> Begun:
    def begun(_: Given) -> Call:
        return _Sent(describe)

    return begun


def _opened(given: Given) -> Call:
    request = given.argument(1, "fullurl")
    method = request.get_method() if hasattr(request, "get_method") else "POST" if given.argument(2, "data") else "GET"
    return _Sent(lambda response: _of_urllib(response, method))


def _of_urllib(response: Any, method: str) -> SourceUse | None:
    url = str(response.url)
    status = getattr(response, "status", None) or getattr(response, "code", None)
    return _use(url, method, status, headers=response.headers, body=None) if url.startswith("http") else None


def _of_requests(response: Any) -> SourceUse | None:
    body = response._content  # noqa: SLF001 - `content` would read it
    body = body if isinstance(body, bytes) else None
    return _use(response.url, response.request.method, response.status_code, headers=response.headers, body=body)


def _of_httpx(response: Any) -> SourceUse | None:
    body = getattr(response, "_content", None)
    return _use(str(response.url), response.request.method, response.status_code, headers=response.headers, body=body)


def _use(
    url: str, method: str, status: int | None, *, headers: Mapping[str, str], body: bytes | None
) -> SourceUse | None:
    if status is not None and 300 <= status < 400 and status != 304:  # noqa: PLR2004 - on the way to the answer
        return None
    length = headers.get("Content-Length") or ""
    size = len(body) if body is not None else int(length) if length.isdigit() else None
    notes = [method] if method not in _READS else []
    if status is not None and status >= 300:  # noqa: PLR2004 - no success
        notes.append(f"HTTP {status}")
    if body is None and method != "HEAD":
        notes.append("the body was not read when it came: no digest")
    return SourceUse(
        url,
        "http",
        "read" if method in _READS else "write",
        version=headers.get("ETag") or "",
        digest=digest_bytes(body) if body is not None else "",
        size_bytes=size,
        note="; ".join(notes),
    )
