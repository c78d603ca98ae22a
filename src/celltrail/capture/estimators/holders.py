"""Containers that a library makes of the user's data (a DMatrix, a Pool): what each one was made from.

The content is digested when the container is made: libraries copy it then, or soon let go of it.
"""

import weakref

from celltrail.lean import record
from celltrail.records import DatasetVersion


@record
class HeldData:
    """One dataset in a container: what people call it, and what it was."""

    name: str
    version: DatasetVersion


@record
class Held:
    """What a container was made from."""

    features: HeldData
    target: HeldData | None = None


class Holders:
    """The living containers, by identity.

    Thread safety: each method is one dictionary operation.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[object], Held]] = {}

    def note(self, container: object, held: Held) -> None:
        """The container was made from these."""
        place, known = id(container), self._known

        def forget(reference: weakref.ref[object]) -> None:
            found = known.get(place)
            if found is not None and found[0] is reference:
                del known[place]

        known[place] = (weakref.ref(container, forget), held)

    def held(self, container: object) -> Held | None:
        """What the container was made from; None where it is not known."""
        found = self._known.get(id(container))
        return found[1] if found is not None and found[0]() is container else None

    def name(self, container: object) -> str:
        """What people call the features in it; empty where it is not known."""
        held = self.held(container)
        return held.features.name if held is not None else ""

    def version(self, container: object) -> DatasetVersion | None:
        """The version of the features in it."""
        held = self.held(container)
        return held.features.version if held is not None else None
