"""What happened in one cell execution so far: its tracked calls in order, and what its names stood for at the start."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from celltrail.capture.attribution.callsite import Position, Site
from celltrail.capture.attribution.predictions import Origin
from celltrail.capture.context import OpenRun
from celltrail.lean import mutable, record
from celltrail.records import Status


@record
class Event:
    """One tracked call that came back: the positions of all frames of its site.

    `origin` is where its result comes from; None where the result belongs to no run (a metric).
    """

    positions: frozenset[Position | None]
    origin: Origin | None


@mutable
class CellTrail:
    """One cell execution.

    `start` says what each global name was bound to, as far as that comes from a run, before the cell ran;
    `starting_objects` are the identities of what they were bound to. `partial_runs` are those that `partial_fit` began,
    by the estimator's identity, `timed_runs` those that `timeit` repeats, by place; `scopes` keeps the walks over the
    code that were made before; `trained` are the names of models that a call trains without
    being their method, by its position; `at_end` is told how the cell ended.
    """

    namespace: Mapping[str, Any]
    source: str
    start: Mapping[str, frozenset[Origin]] = field(default_factory=dict)
    starting_objects: Mapping[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    partial_runs: dict[int, OpenRun] = field(default_factory=dict)
    timed_runs: dict[object, OpenRun] = field(default_factory=dict)
    filename: str = ""
    scopes: dict[object, object] = field(default_factory=dict)
    trained: dict[Position, tuple[str, ...]] = field(default_factory=dict)
    at_end: list[Callable[[Status], None]] = field(default_factory=list)

    _direct: set[Position] = field(default_factory=set)
    _happened: set[Position] = field(default_factory=set)
    _made_at: set[tuple[str, int]] = field(default_factory=set)  # lines that gave what comes from a run
    _fitted_at: set[tuple[str, int]] = field(default_factory=set)  # of those, what was made on no dataset of its own

    def add(self, site: Site, origin: Origin | None) -> None:
        """A tracked call came back."""
        self.events.append(Event(frozenset(site.positions), origin))
        places = [position for position in site.positions if position is not None]
        self._happened.update(places)
        if origin is not None and not origin.is_derived:
            lines = {(position.filename, position.line) for position in places}
            self._made_at |= lines
            self._fitted_at |= lines if not origin.dataset_name and not origin.rows else set()
        if site.is_direct and site.positions and site.positions[0] is not None:
            self._direct.add(site.positions[0])
        if site.positions and site.positions[-1] is not None:
            self.filename = site.positions[-1].filename

    def place_count(self) -> int:
        """How many places of the code have made a tracked call so far."""
        return len(self._happened) + len(self._direct)

    def is_direct(self, position: Position) -> bool:
        """Whether the call at this position is itself a tracked one."""
        return position in self._direct

    def trained_at(self, position: Position) -> tuple[str, ...]:
        """The names of models that the call at this position trains, though it is no method of theirs."""
        return self.trained.get(position, ())

    def happened_in(self, position: Position) -> bool:
        """Whether a tracked call was made by the call at this position, itself or further in."""
        return position in self._happened

    def is_made_between(self, filename: str, first: int, last: int) -> bool:
        """Whether a call on these lines gave anything that comes from a run: a fit or a prediction."""
        return any(name == filename and first <= line <= last for name, line in self._made_at)

    def is_fitted_between(self, filename: str, first: int, last: int) -> bool:
        """Whether a call on these lines fitted a model: what it gave was made on no dataset of its own."""
        return any(name == filename and first <= line <= last for name, line in self._fitted_at)

    def origins(self, position: Position, *, latest: bool) -> frozenset[Origin]:
        """What the tracked calls in the call at this position gave.

        Args:
            position: The end of the call.
            latest: Only its latest execution. Two events with the position in their trail belong to one execution only
                if all events between them do too; so the unbroken row of them at the end holds the latest, and may
                hold earlier ones: more candidates, never a wrong one.
        """
        found: set[Origin] = set()
        has_begun = False
        for event in reversed(self.events):
            if position in event.positions:
                has_begun = True
                if event.origin is not None:
                    found.add(event.origin)
            elif latest and has_begun:
                break
        return frozenset(found)
