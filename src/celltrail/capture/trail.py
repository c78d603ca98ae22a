"""What happened in one cell execution so far: its tracked calls in order, and what its names stood for at the start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celltrail.capture.callsite import Position, Site
from celltrail.capture.context import OpenRun
from celltrail.capture.predictions import Origin


@dataclass(frozen=True, slots=True)
class Event:
    """One tracked call that came back: the positions are those of its site, the innermost first.

    `origin` is where its result comes from; None where the result belongs to no run (a metric).
    """

    positions: tuple[Position | None, ...]
    is_direct: bool
    origin: Origin | None


@dataclass(slots=True)
class CellTrail:
    """One cell execution.

    `partial_runs` are those that `partial_fit` began, by the estimator's identity. `start` says what each global name was bound to, as far as that comes from a run, before the cell ran.
    """

    namespace: Mapping[str, Any]
    source: str
    start: Mapping[str, frozenset[Origin]] = field(default_factory=dict)
    starting_objects: Mapping[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    partial_runs: dict[int, OpenRun] = field(default_factory=dict)

    def add(self, site: Site | None, origin: Origin | None) -> None:
        """A tracked call came back."""
        if site is not None:
            self.events.append(Event(site.positions, site.is_direct, origin))

    def is_direct(self, position: Position) -> bool:
        """Whether the call at this position is itself a tracked one."""
        return any(event.is_direct and event.positions and event.positions[0] == position for event in self.events)

    def happened_in(self, position: Position) -> bool:
        """Whether a tracked call was made by the call at this position, itself or further in."""
        return any(position in event.positions for event in self.events)

    def origins(self, position: Position, *, latest: bool) -> frozenset[Origin]:
        """What the tracked calls in the call at this position gave.

        Args:
            position: The end of the call.
            latest: Only its latest execution. Two events with the position in their trail belong to one execution only if
                all events between them do too; so the unbroken row of them at the end holds the latest, and may hold
                earlier ones: more candidates, never a wrong one.
        """
        found: set[Origin] = set()
        for event in reversed(self.events):
            if position in event.positions:
                if event.origin is not None:
                    found.add(event.origin)
            elif latest and found:
                break
        return frozenset(found)
