"""From the expression that was passed to a metric back to the runs that its value was computed from."""

import ast
from collections.abc import Collection, Iterable, Iterator
from types import CodeType
from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.attribution.callsite import CELL_NAMES, Site, argument_node, call_at, tree_of_frame
from celltrail.capture.attribution.columns import column_node, predicted_columns
from celltrail.capture.attribution.flow import Flow
from celltrail.capture.attribution.functions import Functions
from celltrail.capture.attribution.loops import inner_names
from celltrail.capture.attribution.marks import Env, Made, Mark, Marks, Now, Start, item_key
from celltrail.capture.attribution.predictions import Origin, Registry, can_predict
from celltrail.capture.attribution.resampling import is_resampled
from celltrail.capture.attribution.trail import CellTrail
from celltrail.capture.attribution.variables import variables
from celltrail.capture.snapshots import identity

_MAX_LEVELS = 8

Origins = frozenset[Origin]
NONE: Origins = frozenset()


class Lineage:
    """Answers for one call site; frames are walked only as far as an answer needs."""

    def __init__(self, registry: Registry, trail: CellTrail, site: Site) -> None:
        self._registry = registry
        self._trail = trail
        self._site = site
        self._scopes: dict[int, _Scope | None] = {}

    def of_argument(self, node: ast.expr) -> Origins:
        """Where an argument of the call at the site comes from.

        It was evaluated a moment ago: what its names are bound to now goes before what the code says of them.
        """
        scope = self._scope(0)
        if scope is None:
            return NONE
        reader = scope.flow.reader
        reader.is_known = lambda part: bool(self._now(part))
        try:
            marks = reader.marks(node, scope.env)
        finally:
            reader.is_known = None
        return self._resolve(marks, 0)

    def _now(self, node: ast.expr) -> Origins:
        value = self._value(node)
        if self._registry.model_runs(value) and can_predict(value):
            return frozenset({Origin(self._registry.model_runs(value))})
        digest = contents.digest(value) if self._registry.exact(value) or self._registry.view(value) else ""
        found = self._registry.exact(value) or self._registry.view(value)
        return frozenset(origin.bare() for origin in found if digest in origin.digests)

    def _value(self, node: ast.expr) -> Any:
        """What a name, or an item of a plain container, is bound to in the innermost frame; None for anything else."""
        frame = self._site.frames[0]
        if isinstance(node, ast.Name):
            return variables(frame).get(node.id, frame.f_globals.get(node.id))
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            return None
        owner = self._value(node.value)
        key = node.slice.value if isinstance(node.slice, ast.Constant) else self._value(node.slice)
        is_plain = type(owner) in {dict, list, tuple} and isinstance(key, str | int)
        return _plain_item(owner, key) if is_plain else None

    def is_other_column(self, node: ast.expr, runs: Collection[str]) -> bool:
        """Whether an argument is a column of a frame in which other columns are the predictions of these runs."""
        column, scope = column_node(node), self._scope(0)
        key = item_key(column) if column is not None else None
        if column is None or key is None or scope is None or key in scope.env:
            return False
        owner = self._value(ast.Name(key.partition("[")[0], ast.Load()))
        name = ast.literal_eval(key.partition("[")[2][:-1])
        is_known = self._registry.item(owner, repr(name)) is not None
        if is_known or type(owner) is dict or contents.item(owner, name) is None:
            return False
        predicted = predicted_columns(self._registry, owner, runs)
        return bool(predicted) and name not in predicted

    def is_resampled(self, node: ast.expr) -> bool:
        """Whether an argument of the call at the site is made from random draws."""
        scope = self._scope(0)
        return scope is not None and is_resampled(scope.tree, node)

    def call(self) -> ast.Call | None:
        """The call itself."""
        scope = self._scope(0)
        return call_at(scope.tree, self._site.positions[0]) if scope is not None else None

    def _of_expression(self, node: ast.expr, level: int) -> Origins:
        scope = self._scope(level)
        if scope is None:
            return NONE
        return self._resolve(scope.flow.reader.marks(node, scope.env), level)

    def _resolve(self, marks: Marks, level: int) -> Origins:
        return frozenset().union(*(self._of_mark(mark, level) for mark in marks))

    def _of_mark(self, mark: Mark, level: int) -> Origins:
        if isinstance(mark, Made):
            return self._trail.origins(mark.position, latest=mark.latest)
        return self._now(mark.node) if isinstance(mark, Now) else self._of_start(mark, level)

    def _of_start(self, mark: Start, level: int) -> Origins:
        frame = self._site.frames[level]
        if frame.f_code.co_name in CELL_NAMES and not mark.is_inner:
            return start_origins(self._registry, self._trail, mark)
        bound = variables(frame)
        if mark.name not in bound:
            return self._of_global(mark, level)
        found = value_origins(self._registry, bound[mark.name], mark.key)
        if found or mark.is_inner or level + 1 >= min(len(self._site.frames), _MAX_LEVELS):
            return found
        if frame.f_code.co_name.startswith("<"):
            return NONE
        return self._of_parameter(mark.name, frame.f_code, level)

    def _of_global(self, mark: Start, level: int) -> Origins:
        """A name of an enclosing frame or of the notebook, as it stands there."""
        outer = level + 1 if self._site.frames[level].f_code.co_name.startswith("<") else len(self._site.frames) - 1
        if outer <= level or outer >= len(self._site.frames):
            return NONE
        node: ast.expr = ast.Name(mark.name, ast.Load())
        if mark.key:
            node = ast.Subscript(node, ast.Constant(ast.literal_eval(mark.key)), ast.Load())
        return self._of_expression(node, outer)

    def _of_parameter(self, name: str, code: CodeType, level: int) -> Origins:
        """A parameter whose value is unknown: what the caller passed for it, or anything it passed."""
        scope = self._scope(level + 1)
        if scope is None or name not in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            return NONE
        call = call_at(scope.tree, self._site.positions[level + 1])
        if call is None:
            return NONE
        return frozenset().union(*(self._of_expression(node, level + 1) for node in _passed(call, name, code)))

    def _scope(self, level: int) -> "_Scope | None":
        if level not in self._scopes:
            self._scopes[level] = self._find_scope(level) if level < len(self._site.frames) else None
        return self._scopes[level]

    def _find_scope(self, level: int) -> "_Scope | None":
        # in a loop the same place is asked again and again: its walk holds until another place makes a tracked call
        key = (self._site.frames[level].f_code, self._site.positions[level], self._trail.place_count())
        kept = self._trail.scopes.get(key)
        if kept is None:
            kept = self._trail.scopes[key] = self._make_scope(level)
        return kept  # type: ignore[return-value]

    def _make_scope(self, level: int) -> "_Scope | None":
        frame = self._site.frames[level]
        tree = tree_of_frame(frame, self._trail.source)
        if tree is None:
            return None
        flow = Flow(
            frame.f_code.co_filename, self._trail, Functions(self._trail.namespace), self._site.positions[level]
        )
        env: Env = {}
        if not (frame.f_code.co_name.startswith("<") and frame.f_code.co_name not in CELL_NAMES):
            flow.run(list(getattr(tree, "body", [])), {})
            env = flow.at_target or {}
            for name in inner_names(frame.f_code, tree, self._site.positions[level]):
                _bind_inner(name, env)
        return _Scope(tree, flow, env)


class _Scope:
    __slots__ = ("env", "flow", "tree")

    def __init__(self, tree: ast.AST, flow: Flow, env: Env) -> None:
        self.tree = tree
        self.flow = flow
        self.env = env


def _bind_inner(name: str, env: Env) -> None:
    for item in [bound for bound in env if bound.startswith(f"{name}[")]:
        del env[item]
    env[name] = frozenset({Start(name, is_inner=True)})


def _passed(call: ast.Call, name: str, code: CodeType) -> Iterator[ast.expr]:
    # a method's places are shifted by its object: only its keywords are certain
    place = code.co_varnames.index(name) if isinstance(call.func, ast.Name) else len(call.args)
    given = argument_node(call, place, name)
    yield from (given,) if given is not None else (*call.args, *(other.value for other in call.keywords))


def start_origins(registry: Registry, trail: CellTrail, mark: Start) -> Origins:
    """Where a global name's value at the start of the cell comes from."""
    if not mark.key:
        return trail.start.get(mark.name, NONE)
    value = trail.namespace.get(mark.name)
    if trail.starting_objects.get(mark.name) == identity(value):
        return value_origins(registry, value, mark.key)
    return trail.start.get(mark.name, NONE)


def value_origins(registry: Registry, value: object, key: str = "") -> Origins:
    """Where a value comes from, or its item; an item that is not known apart counts as its owner does."""
    if not key:
        return registry.origins_of(value)
    plain_key = ast.literal_eval(key)
    item = registry.item(value, key)
    if item is not None:
        # written to since by what no tree shows: then it is nobody's
        return frozenset({item.bare()}) if contents.digests(contents.item(value, plain_key)) == item.digests else NONE
    if type(value) in {dict, list, tuple}:
        found = _plain_item(value, plain_key)
        return registry.origins_of(found) if found is not None else NONE
    runs = registry.model_runs(value) if can_predict(value) else frozenset()
    own = frozenset({Origin(runs)}) if runs else NONE
    return own | frozenset(origin.bare() for origin in registry.exact(value))


def _plain_item(value: Any, key: Any) -> object | None:
    if type(value) is dict:
        return value.get(key)
    is_place = isinstance(key, int) and -len(value) <= key < len(value)
    return value[key] if is_place else None


def snapshot(registry: Registry, namespace: Any, names: Iterable[str]) -> dict[str, Origins]:
    """Where the values of these names come from, for those that come from a run."""
    if not registry.has_facts():
        return {}
    found = {name: registry.origins_of(namespace[name]) for name in names if name in namespace}
    return {name: origins for name, origins in found.items() if origins}
