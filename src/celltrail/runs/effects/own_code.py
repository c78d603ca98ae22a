"""Follows calls into functions and classes of the notebook."""

import ast
from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from celltrail.runs.effects import library
from celltrail.runs.effects.heap import NOTHING, ClassCode, Code, Frame, Region, Value, home_of
from celltrail.runs.effects.memory import UnknownEffectsError
from celltrail.runs.effects.modules import Modules
from celltrail.runs.effects.scopes import arguments_of, names_of

_MAX_DEPTH = 12
_MAX_TURNS = 12
_TOLD_APART = 3  # calls in calls that are told apart by where they come from
_PLAIN_DUNDERS = frozenset({  # that run where they are called, and nowhere else
    "__init__", "__new__", "__init_subclass__", "__class_getitem__", "__post_init__", "__call__",
})  # fmt: skip


@dataclass(slots=True)
class Given:
    """The arguments of a call.

    Attributes:
        words: The names of the keyword arguments that are given and not None.
        denied: Those that are given as False.
        rest: What comes by `*` and `**`.
        texts: Those that are certainly a text or a path, by keyword or place ("0").
        owner: The text or path that the method is called on.
        queries: What the statement may be that is to be run; none where that is not known.
        named: What it looks up by names in it.
        is_fetched: Whether all that the call gives is fetched from it at once.
    """

    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    rest: Value = NOTHING
    texts: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    queries: tuple[str, ...] = ()
    named: Value = NOTHING
    is_fetched: bool = False

    def note_text(self, place: str, text: str) -> None:
        """Keep an argument that certainly is a text; nothing is certain after `*`."""
        if text and not self.rest:
            self.texts[place] = text

    def all(self) -> Value:
        """All arguments in one."""
        return NOTHING.union(*self.positional, *self.keywords.values(), self.rest)


class OwnCode(Modules):
    """Runs the bodies of functions, with what their parameters may stand for."""

    _active: dict[Code, Frame]
    _touched: dict[Value, tuple[int, int]]
    _called_back: dict[tuple[Code, Value], tuple[tuple[int, int], Value]]

    @abstractmethod
    def run_body(self, node: ast.AST) -> None:
        """Follow a function's statements or expression in the current frame."""

    @abstractmethod
    def call_unknown(self, node: ast.AST, callee: Value, given: Given) -> Value:
        """Call what is not known."""

    @abstractmethod
    def call_plain_method(self, node: ast.AST, base: Value, name: str, given: Given) -> Value:
        """Call a method of an object that is none of the notebook's classes."""

    @abstractmethod
    def call_foreign(self, node: ast.AST, root: str, given: Given) -> Value:
        """Call a function of a library that is not known."""

    @abstractmethod
    def rows_of(self, base: Value) -> Value:
        """What cursors give that are looked through."""

    def run(self, code: Code, given: Given, site: ast.AST) -> Value:
        """Follow a function's body with these arguments; what it may return.

        Raises:
            UnknownEffectsError: It is too deep or too large.
        """
        home = home_of(code.frame)
        if home is not None and (self.avoids_own or self.session.is_own_lost):
            self.lose_own(home)
            return self.call_foreign(site, home.module.partition(".")[0], given)
        self.entered_own |= home is not None
        active = self._active.get(code)
        if active is not None:
            active.recurs = True
            active.again |= self._give(active, code, given)
            return active.returns
        if len(self._active) >= _MAX_DEPTH:
            raise UnknownEffectsError("its calls are too deep to be followed")
        outer = (self.frame, self.maybe, self.context)
        is_near = len(self._active) < _TOLD_APART
        self.context = hash((self.context, id(code), id(site))) if is_near else hash((id(code), id(site)))
        names, globals_ = names_of(code.node)
        frame = self.frame_at(code.node, code.frame, names, globals_)
        self._give(frame, code, given)
        self._active[code] = frame
        self.frame, self.maybe = frame, 0
        try:
            self._follow(code, frame)
        finally:
            del self._active[code]
            self.frame, self.maybe, self.context = outer
        return self._lazy(code, frame, site, given) if is_lazy(code.node) else frame.returns

    def _lazy(self, code: Code, frame: Frame, site: ast.AST, given: Given) -> Value:
        """A generator or coroutine: its body runs again when it is looked through."""
        body = self.new(site, f"body {id(code)}")
        body.codes = (code,)
        made = self.new(site, f"lazy {id(code)}", {body, frame.region, *frame.returns, *given.all()})
        made.is_iterator = True
        return frozenset({made})

    def _follow(self, code: Code, frame: Frame) -> None:
        for _ in range(_MAX_TURNS):
            frame.again = False
            returned = frame.returns
            self.run_body(code.node)
            if not frame.again and (returned == frame.returns or not frame.recurs):
                return
        raise UnknownEffectsError("its recursion cannot be followed")

    def _give(self, frame: Frame, code: Code, given: Given) -> bool:
        """Bind parameters; whether one may be something new."""
        if isinstance(code.node, ast.GeneratorExp):
            return False
        arguments = code.node.args
        is_new = False
        places = [*arguments.posonlyargs, *arguments.args]
        is_exact = not given.rest and len(given.positional) <= len(places)
        for place, argument in enumerate(places):
            value = given.keywords.get(argument.arg, given.rest | code.defaults)
            if place < len(given.positional):
                value = given.positional[place]
            is_new |= self.join_local(frame, argument.arg, value if is_exact else given.all() | code.defaults)
        for argument in arguments.kwonlyargs:
            value = given.keywords.get(argument.arg, given.rest | code.defaults)
            is_new |= self.join_local(frame, argument.arg, value)
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                is_new |= self.join_local(frame, extra.arg, frozenset({self.new(extra, "rest", given.all())}))
        return is_new

    def instantiate(self, node: ast.AST, kind: ClassCode, given: Given) -> Value:
        """Make an object of a class."""
        region = self.new(node, f"instance {id(kind)}", (kind.region, *given.all()))
        region.kinds = (kind,)
        made = frozenset({region})
        self.read(frozenset({kind.region}))
        for name in ("__init__", "__new__", "__post_init__"):
            for code in self.methods_of(kind, name):
                self.run(code, _with_self(made, given), node)
        for metaclass in (one for held in kind.metaclass for one in held.classes):
            for code in self.methods_of(metaclass, "__call__"):
                made |= self.run(code, _with_self(frozenset({kind.region}), given), node)
        if self._has_base(kind, is_known=False):
            self.call_back_all(made | given.all(), frozenset({kind}))
            self.change(self.session.reach(given.all()))
        region.draws |= any(library.drawing_class(base.path, frozenset()) for base in kind.bases)
        return made

    def call_own_method(self, node: ast.AST, region: Region, name: str, given: Given) -> Value:
        """A method of an object, or of a class, of the notebook."""
        kinds = region.kinds or region.classes
        found = [code for kind in kinds for code in self.methods_of(kind, name)]
        self.read(frozenset(kind.region for kind in kinds))
        if not found:
            return self._inherited(node, region, name, given)
        result: Value = NOTHING
        for code in found:
            bound = _with_self(frozenset({region}), given)
            result |= self.run(code, bound if _takes_self(code, region) else given, node)
        return result

    def _inherited(self, node: ast.AST, region: Region, name: str, given: Given) -> Value:
        kinds, made = region.kinds or region.classes, frozenset({region})
        if any(self._has_base(kind, is_known=False) or not self._has_base(kind, is_known=True) for kind in kinds):
            return self.call_unknown(node, made, given)
        return self.call_back_all(made | given.all()) | self.call_plain_method(node, made, name, given)

    def methods_of(self, kind: ClassCode, name: str) -> list[Code]:
        """The functions of the notebook that a class has under a name, inherited ones too."""
        found = [kind.methods[name]] if name in kind.methods else []
        for base in kind.bases:
            for base_kind in base.classes:
                found += self.methods_of(base_kind, name)
        patched = [code for part in kind.region.parts for code in part.codes if code not in kind.methods.values()]
        return found + patched

    def _has_base(self, kind: ClassCode, *, is_known: bool) -> bool:
        """Whether it has a base of a library whose habits are known, or of one of which they are not."""
        return any(
            library.is_known(base.path.partition(".")[0]) is is_known and base.path != "builtins.object"
            for base in kind.bases
            if not base.classes
        )

    def let_go(self, name: str) -> None:
        """A name stands for something else from now on: what it stood for may end, and its `__del__` run."""
        if not self.session.has_finalizers or self.is_local(name):
            return
        old = self.session.names.get(name, NOTHING)
        for region in [one for one in self.session.reach(old) if one.kinds]:
            for code in [code for kind in region.kinds for code in self.methods_of(kind, "__del__")]:
                self.effects.reads.add(name)
                self.read(frozenset({region, *(kind.region for kind in region.kinds)}))
                self._call_back(code, frozenset({region}))

    def touch(self, value: Value) -> None:
        """Objects of the notebook's classes are used: operators and properties may run."""
        if not self.session.implicit or self._touched.get(value) == self.session.state():
            return
        self._touch(self.session.reach(value))
        self._touched[value] = self.session.state()

    def _touch(self, regions: Iterable[Region]) -> None:
        for region in regions:
            for kind in region.kinds:
                for code in kind.implicit:
                    self._call_back(code, frozenset({region}))

    def call_back_all(self, value: Value, skip: frozenset[ClassCode] = frozenset()) -> Value:
        """Somebody else's code got this: it may call all functions and methods in it."""
        result: Value = NOTHING
        held = self.session.reach(value)
        everything = frozenset(region for region in held if not region.path)
        for region in held:
            if region.is_bound:
                self.change(region.parts)
                for part in [*region.parts]:
                    self.hold(part, everything)
            codes = [*region.codes]
            for kind in region.kinds:
                if kind not in skip:
                    codes += kind.methods.values()
            for code in codes:
                result |= self._call_back(code, everything)
        return result

    def _call_back(self, code: Code, everything: Value) -> Value:
        """Run a function as somebody else's code may; once as long as nothing is new."""
        self.spend(1 + len(everything) // 16)
        given = Given(rest=everything)
        if code in self._active:
            return self.run(code, given, code.node)
        known = self._called_back.get((code, everything))
        if known is not None and known[0] == self.session.state():
            return known[1]
        outer, self.context = self.context, 0
        result = self.settle(lambda: self.run(code, given, code.node))
        self.context = outer
        self._called_back[code, everything] = (self.session.state(), result)
        return result

    def settle(self, turn: Callable[[], Value]) -> Value:
        """Follow what may happen again and again until another turn shows nothing new.

        Raises:
            UnknownEffectsError: It does not settle.
        """
        result: Value = NOTHING
        for _ in range(_MAX_TURNS):
            before = (self.session.version, result)
            result |= turn()
            if before == (self.session.version, result):
                return result
        raise UnknownEffectsError("its loops cannot be followed")

    def consume(self, value: Value) -> None:
        """A value is looked through: an iterator is used up, and what it computes is computed."""
        lazy = {region for region in self.session.reach(value) if region.is_iterator}
        if lazy & value:
            self.change(lazy)
            self.call_back_all(frozenset(lazy & value))

    def inside(self, base: Value) -> Value:
        """What an attribute or an item of a value may be, or what code that has it may change."""
        held = self.session.reach(base)
        shared = [kind.own for region in held for kind in region.kinds]
        return frozenset(region for region in held.difference(*shared) if not region.path) if held else NOTHING

    def inside_of(self, regions: Iterable[Region]) -> Value:
        """What is in these, but not they themselves."""
        shared: frozenset[Region] = frozenset().union(*[kind.own for region in regions for kind in region.kinds])
        held = {part for region in regions for part in (*region.parts, *region.data)} - shared
        classes = {part for kind in {kind for region in regions for kind in region.kinds} for part in kind.region.parts}
        return self.inside(frozenset(held | (classes - shared)))

    def is_bound(self, region: Region, name: str) -> bool:
        """Whether an attribute of an object may be a method, or be computed."""
        return name.startswith("__") or any(
            kind.implicit
            or name in kind.methods
            or self.methods_of(kind, name)
            or self._has_base(kind, is_known=False)
            or self._has_base(kind, is_known=True)
            for kind in region.kinds
        )

    def held_by(self, value: Value) -> set[Region]:
        """What is in containers: their parts, and themselves where they may hold what has no region."""
        self.spend(1 + len(value) // 4)
        cursors = frozenset(region for region in value if region.handle is not None)
        held = {part for region in value - cursors for part in (*region.parts, *region.data)} | self.rows_of(cursors)
        return held | {region for region in value if region.has_interior}

    def first_argument(self) -> Value:
        """What `super()` stands for: the first argument of the method around it."""
        frame = self.frame
        while frame is not None:
            for code, active in self._active.items():
                if active is frame and not isinstance(code.node, ast.GeneratorExp):
                    first = [*arguments_of(code.node.args)][:1]
                    return frame.names.get(first[0].arg, NOTHING) if first else NOTHING
            frame = frame.outer
        return NOTHING


def _with_self(value: Value, given: Given) -> Given:
    return Given([value, *given.positional], given.keywords, given.words, given.denied, given.rest)


def _takes_self(code: Code, region: Region) -> bool:
    """Whether the object, or for a class method the class, comes before the arguments."""
    if not isinstance(code.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    names = {name.id for name in code.node.decorator_list if isinstance(name, ast.Name)}
    if "staticmethod" in names:
        return False
    return bool(region.kinds) or "classmethod" in names


@lru_cache(maxsize=4096)
def is_lazy(node: ast.AST) -> bool:
    """Whether a function's body runs only when its result is looked through."""
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    yields = (isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node))
    return isinstance(node, ast.AsyncFunctionDef) or (is_function and any(yields))


def is_implicit(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method may run without being called by its name."""
    if name.startswith("__") and name.endswith("__"):
        return name not in _PLAIN_DUNDERS
    plain = {"staticmethod", "classmethod"}
    return any(not (isinstance(one, ast.Name) and one.id in plain) for one in node.decorator_list)
