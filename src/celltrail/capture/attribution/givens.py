"""Which variables were given and which were computed: `lr = 0.1` is a parameter, `acc = model.score(...)` a result.

Read from the syntax tree alone. Given is what literals, arithmetic, attributes, items and a few plain calls make out of
what was given; the result of any other call is computed, and so is all that is made from it. A loop's target is given
to what runs inside the loop.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from celltrail.capture.attribution.callsite import parse
from celltrail.capture.attribution.loops import Loop, loops_among, names_bound
from celltrail.capture.attribution.marks import nodes_of_scope

_MAX_CELLS = 300
_MAX_DEPTH = 8
_MATHS = frozenset({"round", "min", "max", "abs", "sum", "pow", "sqrt", "log", "log2", "log10", "exp", "ceil", "floor"})
_PLAIN_CALLS = _MATHS | {"int", "float", "str", "bool", "len", "range", "tuple", "list", "dict", "sorted"}
_READS = re.compile(
    r"(^|_)(load|parse|read|config|args|params|settings|options|namespace|get|suggest|environ|sample|choice)"
)
_COMPUTING = (ast.Lambda, ast.Await, ast.Yield, ast.YieldFrom)


@dataclass(frozen=True, slots=True)
class Binding:
    """What the assignments to one name say.

    Attributes:
        line: The first of them.
        is_computed: True where one of them is no given value whatever its names stand for.
        uses: The names that they are made from.
        is_counted: True for `epoch += 1`.
    """

    line: int
    is_computed: bool
    uses: frozenset[str]
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """The bindings and the loops of a cell or of a function."""

    bindings: dict[str, Binding]
    loops: tuple[Loop, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run was made: a line of a cell, or a block from that line on, in which loops only count."""

    line: int
    is_block: bool = False


class PastCells:
    """The cells that have run, for names that were bound in an earlier one; a cell that runs again is the latest."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        """A cell has ended; `text` is what Python compiled."""
        self._texts.pop(text, None)
        self._texts[text] = None
        while len(self._texts) > _MAX_CELLS:
            del self._texts[next(iter(self._texts))]

    def is_given(self, name: str, depth: int = 0) -> bool:
        """Whether the latest cell that binds the name gives it a value; True where none does (`%run`, an import)."""
        pattern = re.compile(rf"\b{re.escape(name)}\b")
        for text in reversed(list(self._texts)):
            if not pattern.search(text):
                continue
            scope = scope_of_text(text)
            if name in scope.bindings:
                return depth < _MAX_DEPTH and _is_bound_given(scope, name, self.is_given, depth)
            if any(name in loop.targets for loop in scope.loops):
                return True
        return True


@lru_cache(maxsize=512)
def scope_of_text(text: str) -> Scope:
    """The scope of a cell."""
    tree = parse(text)
    return scope_of(tree) if tree is not None else Scope({}, ())


@lru_cache(maxsize=256)
def scope_of(tree: ast.AST) -> Scope:
    """The scope of a cell's module or of a function, without those of the functions within."""
    nodes = [node for statement in getattr(tree, "body", []) for node in nodes_of_scope(statement)]
    found: dict[str, Binding] = {}
    for node in nodes:
        for name, binding in _bindings(node):
            found[name] = _joined(found.get(name), binding)
    return Scope(found, tuple(loops_among(nodes)))


def is_given(scope: Scope, name: str, place: Place, outer: Callable[[str, int], bool]) -> bool:
    """Whether a name's value was given to what happens at `place`; `outer` answers for names bound elsewhere."""
    for loop in scope.loops:
        if name in loop.targets and loop.first <= place.line <= loop.last:
            return True
    binding = scope.bindings.get(name)
    if binding is not None:
        if binding.is_counted if place.is_block else binding.line > place.line:
            return False
        return _is_bound_given(scope, name, outer, 0)
    return outer(name, 0) if not any(name in loop.targets for loop in scope.loops) else False


def _is_bound_given(scope: Scope, name: str, outer: Callable[[str, int], bool], depth: int) -> bool:
    waiting, seen = [name], {name}
    while waiting:
        binding = scope.bindings.get(waiting.pop())
        if binding is None:
            continue
        if binding.is_computed:
            return False
        for used in binding.uses - seen:
            seen.add(used)
            if used in scope.bindings:
                waiting.append(used)
            elif not any(used in loop.targets for loop in scope.loops) and not outer(used, depth + 1):
                return False
    return True


def _bindings(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _bound(target, value, node.lineno)
        case ast.NamedExpr(target=target, value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _bound(target, value, node.lineno)
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            yield name, _binding(value, node.lineno, is_counted=True)


def _bound(target: ast.expr, value: ast.expr, line: int) -> Iterator[tuple[str, Binding]]:
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        pairs = list(zip(target.elts, value.elts, strict=False))
    for part, of in pairs:
        for name in names_bound([part]):
            yield name, _binding(of, line)


def _binding(value: ast.expr, line: int, *, is_counted: bool = False) -> Binding:
    nodes = list(ast.walk(value))
    is_computed = any(_computes(node) for node in nodes)
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    uses = frozenset(node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called)
    return Binding(line, is_computed, uses, is_counted)


def _computes(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr.endswith("_")  # what a fit has learned
    return isinstance(node, _COMPUTING) or (isinstance(node, ast.Call) and not _is_plain(node.func))


def _is_plain(function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in _PLAIN_CALLS or name[:1].isupper() or _READS.search(name) is not None


def _joined(before: Binding | None, binding: Binding) -> Binding:
    if before is None:
        return binding
    return Binding(
        min(before.line, binding.line),
        before.is_computed or binding.is_computed,
        before.uses | binding.uses,
        before.is_counted or binding.is_counted,
    )
