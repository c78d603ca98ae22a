"""Nessie by its own client: contents and keys are told with the hash of their branch, and replayed at it."""

from typing import Any

from celltrail.capture import sources
from celltrail.capture.training import Given, Hook
from celltrail.capture.versioned import Inside, Read, ReadCall, reading

_KIND = "nessie"


def install(hook: Hook) -> None:
    """Watch what is asked of a catalog."""
    module: Any = hook.module
    hook.on_method(module.NessieClient, "get_content", _content)
    hook.on_method(module.NessieClient, "list_keys", lambda given: _asked(given, "", 2))


def _content(given: Given) -> ReadCall | None:
    key = given.argument(2, "content_key")
    return _asked(given, f"/{'.'.join(getattr(key, 'elements', ()))}", 3)


def _asked(given: Given, what: str, place: int) -> ReadCall | None:
    """A question at a reference; `place` is where its hash would be given."""
    if not sources.is_recording():
        return None
    client, reference = given.args[0], str(given.argument(1, "ref"))
    asked = given.argument(place, "hash_on_ref") or reference.partition("@")[2] or None
    read = reading(_KIND, f"{client.get_base_url()}/{reference}{what}", is_asked=asked is not None)
    if read.recorded and len(given.args) <= place:
        given.give("hash_on_ref", read.recorded)
        return ReadCall(read, lambda _answer: read.note(read.recorded), _why_gone, Inside())
    inside = Inside()
    before = str(asked) if asked is not None else _hash(client, reference)
    return ReadCall(read, lambda _answer: _note(read, client, reference, before), lambda _error: "", inside)


def _note(read: Read, client: Any, reference: str, before: str) -> None:
    """What was read is known only where the reference stood still meanwhile."""
    if read.is_asked or _hash(client, reference) == before:
        read.note(before)
    else:
        read.note("", f"{reference} moved while it was read")


def _hash(client: Any, reference: str) -> str:
    return str(client.get_reference(reference).hash_)


def _why_gone(error: BaseException) -> str:
    name = type(error).__name__
    return f"the catalog does not have that hash any more ({str(error)[:200]})" if "NotFound" in name else ""
