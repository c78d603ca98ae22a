"""The hash that every fingerprint is made with: xxh3-128, or blake2b where xxhash is not installed, and its name."""

import hashlib
from functools import cache
from typing import Any, Protocol

SAMPLED = "-sampled"
PARTIAL = "-partial"
WIDTH = 16  # bytes in a digest, whichever the algorithm


class Hasher(Protocol):
    """What hashlib and xxhash objects have in common."""

    def update(self, data: Any, /) -> None:
        """Take more bytes."""

    def digest(self) -> bytes:
        """The digest of what was taken."""


@cache
def _factory() -> tuple[str, Any]:
    try:
        import xxhash
    except ImportError:
        return "blake2b-128", lambda: hashlib.blake2b(digest_size=WIDTH)
    return "xxh3-128", xxhash.xxh3_128


def new_hasher() -> Hasher:
    """A hasher with a digest of 16 bytes; not for secrets, only for telling contents apart."""
    hasher: Hasher = _factory()[1]()
    return hasher


def named(digest: bytes, *, is_sampled: bool = False, is_partial: bool = False) -> str:
    """The digest as text that says how it was made.

    Args:
        digest: The 16 bytes.
        is_sampled: Only some of the rows were read.
        is_partial: Some of the content could not be read and is not covered.
    """
    name = _factory()[0] + (SAMPLED if is_sampled else "") + (PARTIAL if is_partial else "")
    return f"{name}:{digest.hex()}"


def of_source_version(kind: str, source: str, version: str) -> str:
    """What stands for the digest of a content that a source has a version id for; empty where it has none.

    Equal ones are the same version of the same source; different ones say nothing about the contents.
    """
    if not version:
        return ""
    return f"version-{of_bytes(chr(0).join((kind, source, version)).encode('utf-8', 'surrogatepass'))}"


def of_bytes(data: bytes | memoryview) -> str:
    """The named digest of some bytes."""
    hasher = new_hasher()
    hasher.update(data)
    return named(hasher.digest())
