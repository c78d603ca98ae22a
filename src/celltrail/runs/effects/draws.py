"""What was recorded of the global random generators, which counts more than what a cell's source may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from celltrail.runs.effects.library import GENERATORS
from celltrail.runs.effects.memory import Effects
from celltrail.store.runs import CellExecution


@dataclass(frozen=True, slots=True)
class Draws:
    """Who drew from which global generator.

    Attributes:
        drawn: By execution, the generators whose state it changed: `python`, `numpy`, `torch`. An execution that is
            not here may have drawn from any; one that is here drew from no other.
        restored: Executions before which a replay puts those generators back to what they were.
    """

    drawn: Mapping[str, frozenset[str]] = field(default_factory=dict)
    restored: frozenset[str] = frozenset()

    def correct(self, execution: CellExecution, effects: Effects) -> None:
        """Let what was recorded of one execution count."""
        drawn = self.drawn.get(execution.execution_id)
        if drawn is None:
            return
        for generator in drawn:
            self._draw(f"random: {generator}", effects, is_restored=execution.execution_id in self.restored)
        for generator in frozenset(GENERATORS) - drawn:
            resource = f"random: {generator}"
            effects.writes.discard(resource)
            effects.kills.discard(resource)
            if f"state of: {generator}" not in effects.reads:  # one who only looks at it changes nothing
                effects.reads.discard(resource)

    def _draw(self, resource: str, effects: Effects, *, is_restored: bool) -> None:
        effects.writes.add(resource)
        if is_restored:
            effects.reads.discard(resource)
            effects.kills.add(resource)
        elif resource not in effects.kills:
            effects.reads.add(resource)


NOT_RECORDED = Draws()
