"""What all handlers of tracked calls share: the recorder, the registry, and the trails of the live cells."""

import ast
import weakref
from collections import OrderedDict
from contextvars import ContextVar, Token
from dataclasses import field
from typing import Any

from celltrail.capture.attribution.callsite import (
    Site,
    argument_node,
    as_called,
    call_at,
    find_site,
    name_of,
    tree_of_frame,
)
from celltrail.capture.attribution.lineage import Lineage, snapshot
from celltrail.capture.attribution.predictions import Registry
from celltrail.capture.attribution.trail import CellTrail
from celltrail.capture.context import CellContext, OpenRun
from celltrail.capture.estimators.holders import Holders
from celltrail.capture.recorder import Recorder
from celltrail.capture.snapshots import identity
from celltrail.fingerprint.data import fingerprint
from celltrail.lean import mutable, record
from celltrail.records import DatasetRole, DatasetVersion

_MAX_TRAILS = 16


@mutable
class Inside:
    """A tracked call that is going on, and what was fitted inside of it.

    `run` is the run that what happens inside belongs to; None where nobody can say (one of a search's many fits).
    `training` is the innermost training of an adapter; `trainings` counts those that were begun inside.
    """

    run: OpenRun | None = None
    training: object = None
    trainings: int = 0
    fitted: list["weakref.ref[Any]"] = field(default_factory=list)

    def add(self, estimator: object) -> None:
        """An estimator is being fitted inside."""
        try:
            self.fitted.append(weakref.ref(estimator))
        except TypeError:  # __slots__ without __weakref__: it cannot be told again, so it is not kept
            return


_inside: ContextVar[Inside | None] = ContextVar("celltrail_call", default=None)


@mutable
class Here:
    """One tracked call: its cell, its site in the user's code, and the expression of the call."""

    cell: CellContext
    site: Site
    trail: CellTrail
    call: ast.Call | None

    def name(self, value: object, place: int, keyword: str) -> str:
        """What people call an argument."""
        node = as_called(self.node(place, keyword), self.site, self.cell.source)
        return name_of(value, node, self.cell.namespace)

    def node(self, place: int, keyword: str) -> ast.expr | None:
        """The expression of an argument; None where a library made the call."""
        return argument_node(self.call, place, keyword) if self.site.is_direct else None

    def text(self) -> str:
        """The call as the user wrote it."""
        return ast.unparse(self.call) if self.call is not None else ""


Options = tuple[tuple[str, str], ...]


@record
class MetricWay:
    """One way in which the code measures: the call's text, its options, and the value that it gave first."""

    text: str
    options: Options
    value: float

    def is_same(self, other: "MetricWay") -> bool:
        """Whether another call is the same measure again."""
        return self.text == other.text or (self.options == other.options and self.value == other.value)


class Watch:
    """One recorder's view of the calls."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.registry = Registry()
        self.holders = Holders()
        self.metric_ways: dict[tuple[str, str], list[MetricWay]] = {}
        self._used: set[tuple[str, str, str, str]] = set()
        self._trails: OrderedDict[str, CellTrail] = OrderedDict()

    # --- depth ------------------------------------------------------------------------------------------------------

    @staticmethod
    def inside() -> Inside | None:
        """The innermost tracked call that the calling code is inside of; None outside any."""
        return _inside.get()

    @staticmethod
    def enter(run: OpenRun | None = None, training: object = None) -> Token[Inside | None]:
        """A tracked call begins: whatever is called inside is part of it, and of its run."""
        return _inside.set(Inside(run, training))

    @staticmethod
    def leave(token: Token[Inside | None]) -> Inside:
        """It ended."""
        inside = _inside.get() or Inside()
        _inside.reset(token)
        outside = _inside.get()
        if outside is not None:
            outside.fitted += inside.fitted
        return inside

    # --- place ------------------------------------------------------------------------------------------------------

    def here(self) -> Here | None:
        """The tracked call that is being made, if a recorded cell's own code makes it.

        None in a cell that is skipped, outside cells, in another thread, and while a module is being imported.
        """
        cell = self.recorder.current_cell()
        if cell is None or not cell.is_recorded:
            return None
        site = find_site(cell.namespace)
        if site is None or not site.reaches_cell:
            return None
        trail = self.trail(cell)
        tree = tree_of_frame(site.frames[0], cell.source) if site.frames else None
        return Here(cell, site, trail, call_at(tree, site.positions[0]) if site.frames else None)

    def lineage(self, here: Here) -> Lineage | None:
        """Answers where the arguments of the call come from; None where a library made it."""
        return Lineage(self.registry, here.trail, here.site) if here.site.is_direct and here.site.frames else None

    def trail(self, cell: CellContext) -> CellTrail:
        """The cell's trail, begun now if it was not."""
        trail = self._trails.get(cell.execution_id)
        if trail is None:
            names = tuple(cell.names_read)
            objects = {name: identity(cell.namespace[name]) for name in names if name in cell.namespace}
            start = snapshot(self.registry, cell.namespace, names)
            trail = self._trails[cell.execution_id] = CellTrail(cell.namespace, cell.source, start, objects)
            while len(self._trails) > _MAX_TRAILS:
                self._trails.popitem(last=False)
        return trail

    def end_trail(self, cell: CellContext) -> CellTrail | None:
        """The cell's trail, taken out."""
        return self._trails.pop(cell.execution_id, None)

    def name(self, here: Here, value: object, place: int, keyword: str) -> str:
        """What people call a dataset that was given to a call: the one that it was made from, else itself."""
        return self.holders.name(value) or here.name(value, place, keyword)

    # --- facts ------------------------------------------------------------------------------------------------------

    def use(self, run_id: str, value: object, role: DatasetRole, name: str) -> str:
        """Keep that a run used a dataset; its digest, or the empty text where the value is none."""
        version = self.version(value)
        if version is None:
            return ""
        self.use_version(run_id, version, role, name)
        return version.digest

    def use_version(self, run_id: str, version: DatasetVersion, role: DatasetRole, name: str) -> None:
        """Keep that a run used this version of a dataset; once."""
        used = (run_id, version.digest, role.value, name)
        if used not in self._used:
            self._used.add(used)
            self.recorder.use_dataset(run_id, version, role, name or role.value)

    def version(self, value: object) -> DatasetVersion | None:
        """The version of a dataset, or of what a library's own container was made from; None where it is neither."""
        found = fingerprint(value, budget_bytes=self.recorder.settings.fingerprint_budget_bytes)
        return found if found is not None else self.holders.version(value)

    def own_run(self, cell: CellContext) -> str:
        """The run for what belongs to no model: the explicit one that is open, else the cell's own."""
        active = self.recorder.active_run()
        if active is not None:
            return active.run_id
        if not cell.own_run_id:
            cell.own_run_id = self.recorder.start_run("cell", kind="cell").run_id
        return cell.own_run_id
