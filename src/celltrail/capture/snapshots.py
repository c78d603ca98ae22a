"""What a namespace holds at one moment, by identity, and what differs from then to now.

Both ends of every cell pay for this, so the names and the identities lie in two lists, filled and compared by C code:
a dictionary of them costs five times as much. No object is kept alive, or the user's memory would be.
"""

from collections.abc import Mapping
from itertools import compress
from operator import ne
from typing import Any

from celltrail.lean import record

MAX_NAMES = 20_000
# An object's place in memory, whatever its class says. `id` raises an audit event, which costs ten times as much in a
# process with an audit hook: ours is one.
identity = object.__hash__


@record
class Snapshot:
    """The names of a namespace in their order, and the identity of each one's object."""

    names: list[str]
    ids: list[int]


@record
class Changes:
    """What became of a namespace: names whose object is another, names that are new, names that are gone."""

    rebound: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()


def snapshot(namespace: Mapping[str, Any]) -> Snapshot | None:
    """The namespace now; None where it has more than 20,000 names, which would take longer than a cell may wait."""
    if len(namespace) > MAX_NAMES:
        return None
    try:
        ids = map(identity, namespace.values())
        # No call between the two, so no other thread runs there. Where one did before, the view says so.
        return Snapshot([*namespace], [*ids])
    except RuntimeError:
        copy = dict(namespace)
        return Snapshot([*copy], [*map(identity, copy.values())])


def changes(before: Snapshot | None, namespace: Mapping[str, Any]) -> Changes | None:
    """What differs between a snapshot and the namespace now; None where either has too many names."""
    if before is None or len(namespace) > MAX_NAMES:
        return None
    count = len(before.names)
    try:
        different = compress(before.names, map(ne, before.ids, map(identity, namespace.values())))
        names, rebound = [*namespace], [*different]  # at once, as above
    except RuntimeError:
        names, rebound = [], []
    if count and names[:count] == before.names:
        return Changes(frozenset(rebound), frozenset(names[count:]))
    now = snapshot(namespace)
    return None if now is None else _by_name(before, now)


def _by_name(before: Snapshot, now: Snapshot) -> Changes:
    """The same where a name was deleted: all that follow stand elsewhere, and it may be there again, at the end."""
    old = dict(zip(before.names, before.ids, strict=True))
    new = dict(zip(now.names, now.ids, strict=True))
    common = old.keys() & new.keys()
    return Changes(
        frozenset(name for name in common if old[name] != new[name]),
        frozenset(new.keys() - common),
        frozenset(old.keys() - common),
    )
