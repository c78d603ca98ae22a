"""What is known while one execution is followed: names, regions, and what the execution has touched so far."""

import builtins
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from celltrail.runs.effects.heap import NOTHING, Connected, Frame, Region, Value, home_of, reach
from celltrail.runs.effects.module_sources import NO_MODULES, ModuleSources

Resource = str | Region
SUBCLASSES = "classes: of a base"
SHELL_PATH = "IPython.shell"  # what get_ipython() gives
_OUTPUTS = re.compile(r"_{1,3}|_\d+|Out|_oh")
_INPUTS = re.compile(r"_i{1,3}|_i\d+|In|_ih|_dh")
_HISTORIES = frozenset({"Out", "_oh"})
_BUILTINS = frozenset(vars(builtins)) | {"display"}
_MAX_STEPS = 10_000  # of one execution, about 30 ms
_MAX_STEPS_IN_ALL = 300_000
_REGIONS_PER_STEP = 8


class UnknownEffectsError(Exception):
    """The effects of an execution cannot be told; the argument says why."""


@dataclass(slots=True, eq=False)
class Effects:
    """What one execution may touch. A resource is a name, a region of the heap, or a text with a colon.

    Attributes:
        reads: What it may use from before.
        writes: What it may bind, make or change.
        kills: What it certainly makes anew.
        ambient: How it sets what every later cell may see; then it is always needed.
        unknown: Why nothing of this is certain; then it may touch everything.
        labels: What the regions that it writes were called when it had run: later cells may name them otherwise.
    """

    reads: set[Resource] = field(default_factory=set)
    writes: set[Resource] = field(default_factory=set)
    kills: set[Resource] = field(default_factory=set)
    ambient: dict[str, None] = field(default_factory=dict)
    unknown: str = ""
    labels: dict[Region, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell's last expression came to, which `_` and `Out` have; it may have been None."""

    count: int
    value: Value
    is_sure: bool


def is_history(name: str) -> bool:
    """Whether IPython keeps what cells showed under this name, by their numbers."""
    return name in _HISTORIES


class Session:
    """What holds from one execution to the next."""

    def __init__(self, modules: ModuleSources = NO_MODULES) -> None:
        """Begin a session; `modules` are the project's."""
        self.modules_known = modules
        self.own_roots = frozenset(name.partition(".")[0] for name in modules.texts)
        self.names: dict[str, Value] = {}
        self.modules: dict[str, Region] = {}
        self.texts: dict[str, str] = {}  # names that certainly stand for a text or a path
        self.loaded: set[str] = set()  # parts of libraries that were imported by their own names
        self.magics: dict[str, Value] = {}  # functions of the notebook
        self.said: dict[str, None] = {}  # the texts in its cells
        self.outputs: list[Shown] = []
        self.own: dict[str, Frame] = {}  # the project's modules that were imported
        self.is_own_lost = False  # one of them cannot be followed, and may change the others
        self.has_finalizers = False  # whether a class of the notebook has a `__del__`
        self.implicit = False  # whether a class of the notebook has operators or properties
        self.connected = Connected()
        self.hooks = Region("handlers")  # what libraries were given to call back
        self.world = Region("anything")
        self.world.is_foreign = self.world.is_iterator = self.world.has_interior = True
        self.version = 0
        self.bindings = 0
        self.steps = 0
        self._reached: dict[Value, tuple[int, frozenset[Region]]] = {}

    def module(self, path: str) -> Region:
        """The one region of a place in a library."""
        region = self.modules.get(path)
        if region is None:
            region = self.modules[path] = Region(path, path)
        return region

    @property
    def is_lost(self) -> bool:
        """Whether the session is too large to be followed any further."""
        return self.steps > _MAX_STEPS_IN_ALL

    def state(self) -> tuple[int, int]:
        """What changes with everything that a call may see."""
        return (self.version, self.bindings)

    def is_loaded(self, path: str) -> bool:
        """Whether a part of a library was imported by its own name, which makes it an attribute of its parent."""
        return path in self.loaded

    def reach(self, value: Value) -> frozenset[Region]:
        """All that may be got at from a value; kept until the heap grows."""
        known = self._reached.get(value)
        if known is not None and known[0] == self.version:
            return known[1]
        found = frozenset(reach(value))
        self.steps += len(found) // _REGIONS_PER_STEP
        self._reached[value] = (self.version, found)
        return found

    def collapse(self) -> Value:
        """Forget who holds what: everything may hold everything from now on."""
        self.steps += len(self.names)
        everything = {region for value in self.names.values() for region in self.reach(value) if not region.path}
        self.world.parts |= everything - {self.world}
        for region in everything:
            if region is not self.world:
                region.parts.add(self.world)
        self.version += 1
        return frozenset({self.world})


class Memory:
    """Reading, binding and changing, as one execution does it."""

    def __init__(self, session: Session, *, is_sure: bool) -> None:
        """Begin an execution.

        Args:
            session: What was before.
            is_sure: Whether all of its top-level statements ran.
        """
        self.session = session
        self.effects = Effects()
        self.frame: Frame | None = None
        self.maybe = 0 if is_sure else 1
        self.context = 0
        self.uses_the_world = False  # whether it calls what is not known
        self.queries: tuple[str, ...] = ()  # of SQL, that were seen to be run
        self.bound: dict[str, Value] = {}  # all that a name was bound to in this execution
        self.shown: Value = NOTHING  # what its own expressions come to
        self._sites: dict[tuple[int, int, str], Region] = {}
        self._frames: dict[tuple[int, int], Frame] = {}
        self._sure: set[str] = set()
        self._first_step = session.steps

    @contextmanager
    def branch(self) -> Iterator[None]:
        """What is followed in here may not happen; what it binds is certain only in here."""
        sure = set(self._sure)
        self.maybe += 1
        yield
        self.maybe -= 1
        self._sure = sure & self._sure  # a name that was deleted is certain no more

    def spend(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            UnknownEffectsError: There were too many.
        """
        self.session.steps += steps
        if self.session.is_lost or self.session.steps - self._first_step > _MAX_STEPS:
            raise UnknownEffectsError("it is too large to be followed")

    def new(self, node: object, kind: str = "", parts: Iterable[Region] = ()) -> Region:
        """The region of what is made at a place of the source, in this call of it."""
        key = (self.context, id(node), kind)
        region = self._sites.get(key)
        if region is None:
            region = self._sites[key] = Region()
            self.effects.writes.add(region)
            self.effects.kills.add(region)
            self.session.version += 1
        self.hold(region, parts)
        return region

    def frame_at(self, node: object, outer: Frame | None, names: frozenset[str], globals_: frozenset[str]) -> Frame:
        """The frame of a function's body in this call of it; one for all turns of a loop."""
        key = (self.context, id(node))
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = Frame(outer, names, globals_)
            self.effects.writes.add(frame.region)
            self.effects.kills.add(frame.region)
        return frame

    def hold(self, region: Region, value: Iterable[Region]) -> None:
        """From now on a region may hold this."""
        fresh = {held for held in value if held not in region.parts}
        if region in fresh:
            fresh.remove(region)
            region.is_display, region.has_interior = False, True  # an item of it may be itself
        if fresh and not region.path:
            region.parts |= fresh
            self.session.version += 1

    def hold_item(self, region: Region, value: Iterable[Region]) -> None:
        """From now on a region may hold this as an item; a table copies the values of its columns."""
        if region.is_table:
            value = [one for one in value if one.parts or one.has_interior or one.is_display]
        self.hold(region, value)

    def look_at(self, region: Region, value: Iterable[Region]) -> None:
        """From now on a region may look at this, without changing it."""
        fresh = {held for held in value if held not in region.data and held is not region}
        if fresh and not region.path:
            region.data |= fresh
            self.session.version += 1

    def read(self, value: Value) -> None:
        """Note that all of a value is used."""
        if value:
            self.effects.reads |= self.session.reach(value)

    def change(self, regions: Iterable[Region]) -> None:
        """Note that objects are changed."""
        self.effects.writes.update(region for region in regions if not region.path)

    def load(self, name: str) -> Value:
        """What a name stands for.

        Raises:
            UnknownEffectsError: It is one of IPython's numbered outputs.
        """
        frame = self.frame
        while frame is not None and name not in frame.globals:
            if name in (frame.names if frame.is_class else frame.locals) and (
                not frame.is_class or frame is self.frame
            ):
                if frame is not self.frame:
                    self.effects.reads.add(frame.region)
                value = frame.names.get(name, NOTHING)
                self.read(value)
                return value
            frame = frame.outer
        return self._load_global(name)

    def home(self) -> Frame | None:
        """The module of the project whose code is followed; None in a cell's own."""
        return home_of(self.frame) if self.frame is not None else None

    def _load_of_module(self, home: Frame, name: str) -> Value:
        self.effects.reads.add(home.region)
        value = home.names.get(name)
        if value is None:
            return frozenset({self.session.module(f"builtins.{name}")}) if name in _BUILTINS else NOTHING
        self.read(value)
        return value

    def _load_global(self, name: str) -> Value:
        home = self.home()
        if home is not None:
            return self._load_of_module(home, name)
        value = self.session.names.get(name)
        if name not in self._sure:
            self.effects.reads.add(name)
        if value is None:
            if name in _BUILTINS or name == "get_ipython":
                return frozenset({self.session.module(f"builtins.{name}")})
            if _OUTPUTS.fullmatch(name):
                return self._output(name)
            if _INPUTS.fullmatch(name):
                raise UnknownEffectsError(f"it uses the numbered inputs ({name})")
            return NOTHING
        self.read(value)
        return value

    def _output(self, name: str) -> Value:
        """What `_`, `__`, `Out` or `_7` may stand for: what earlier cells showed."""
        found, depth = [*self.session.outputs], len(name)
        if name.strip("_").isdigit():
            found = [shown for shown in found if str(shown.count) == name[1:]]
        elif not is_history(name):
            found = []
            for shown in reversed(self.session.outputs):
                found.append(shown)
                depth -= shown.is_sure
                if not depth:
                    break
        self.effects.reads.update(f"output: {shown.count}" for shown in found)
        value = NOTHING.union(*(shown.value for shown in found))
        self.read(value)
        return value

    def is_local(self, name: str) -> bool:
        """Whether a name is one of the functions that are being followed."""
        frame = self.frame
        while frame is not None and name not in frame.globals:
            if name in frame.locals:
                return True
            frame = frame.outer
        return self.home() is not None

    def bind(self, name: str, value: Value) -> None:
        """Let a name stand for a value from now on."""
        frame = self.frame
        if frame is None or frame.is_module:
            for region in value:
                region.label = region.label or (name if frame is None else frame.region.label)
        if frame is None or name in frame.globals:
            self._bind_global(name, value)
            return
        if name in frame.locals:
            self._bind_local(frame, name, value)
            return
        outer = frame.outer  # nonlocal
        while outer is not None and name not in outer.locals:
            outer = outer.outer
        if outer is None:
            self._bind_global(name, value)
        else:
            self.effects.writes.add(outer.region)
            self._join(outer.names, name, value)

    def _bind_local(self, frame: Frame, name: str, value: Value) -> None:
        if self.maybe:
            self._join(frame.names, name, value)
        else:
            frame.names[name] = value

    def _bind_global(self, name: str, value: Value) -> None:
        home = self.home()
        if home is not None:
            self.effects.writes.add(home.region)
            self._join(home.names, name, value)
            return
        self.effects.writes.add(name)
        self.session.texts.pop(name, None)
        self.bound[name] = self.bound.get(name, NOTHING) | value
        if self.frame is None:
            self._sure.add(name)
        if self.frame is None and not self.maybe:
            self.effects.kills.add(name)
            if self.session.names.get(name) != value:
                self.session.names[name] = value
                self.session.bindings += 1
        else:
            self._join(self.session.names, name, value)

    def _join(self, names: dict[str, Value], name: str, value: Value) -> None:
        old = names.get(name)
        if old is None or not value <= old:
            names[name] = value if old is None else old | value
            self.session.version += 1

    def join_local(self, frame: Frame, name: str, value: Value) -> bool:
        """Add to what a parameter may stand for; whether it is new."""
        before = self.session.version
        self._join(frame.names, name, value)
        return self.session.version != before

    def unbind(self, name: str) -> None:
        """Note that a name is deleted, which fails where there is none."""
        home = self.home()
        if home is not None:
            self.effects.writes.add(home.region)
            return
        if name not in self._sure:
            self.effects.reads.add(name)
        self.effects.writes.add(name)
        self.session.texts.pop(name, None)
        self._sure.discard(name)

    def use(self, resource: str) -> None:
        """Note that something outside of the heap is used and moved on: a generator, a library's state."""
        if resource not in self._sure:
            self.effects.reads.add(resource)
        self.effects.writes.add(resource)

    def renew(self, resource: str) -> None:
        """Note that something outside of the heap is set anew."""
        self.effects.writes.add(resource)
        if self.frame is None and not self.maybe:
            self.effects.kills.add(resource)
            self._sure.add(resource)
