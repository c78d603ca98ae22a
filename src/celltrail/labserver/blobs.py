"""How an artifact's content is sent to a browser: whoever wrote the store may have written a hostile page into it."""

import re
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import quote

import tornado.web

_DIGEST = re.compile(r"[a-z0-9][a-z0-9-]{0,31}:[0-9a-f]{8,128}")
_SHOWN = frozenset({"image/png", "image/jpeg", "image/svg+xml", "text/plain", "text/csv", "application/json"})
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_MAX_NAME = 150


def checked_digest(digest: str) -> str:
    """The digest itself.

    Raises:
        HTTPError: 400 when it is not an algorithm, a colon and hexadecimal digits.
    """
    if not _DIGEST.fullmatch(digest):
        raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST, "a digest is an algorithm, ':' and hexadecimal digits")
    return digest


def shown_type(media_type: str) -> str:
    """The Content-Type: the asked one where a browser shows it without running it, else bytes to keep."""
    base = media_type.partition(";")[0].strip().lower()
    if base not in _SHOWN:
        return "application/octet-stream"
    return f"{base}; charset=utf-8" if base.startswith("text/") else base


def headers(digest: str, *, name: str, media_type: str) -> tuple[tuple[str, str], ...]:
    """The headers that keep the content from being run.

    Args:
        digest: Names the file where `name` is empty.
        name: The artifact's path; its last part is the file's name, without control characters.
        media_type: The artifact's media type.
    """
    plain_name = re.sub(r"[\x00-\x1f\x7f]", "", PurePosixPath(name).name)
    file_name = plain_name[:_MAX_NAME].strip(". ") or digest.replace(":", "-")
    place = "attachment" if shown_type(media_type) == "application/octet-stream" else "inline"
    return (
        ("Content-Disposition", f"{place}; filename*=UTF-8''{quote(file_name, safe='', errors='replace')}"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", _POLICY),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "private, max-age=31536000, immutable"),
    )
