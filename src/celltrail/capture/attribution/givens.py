"""Which variables were given and which were computed: `lr = 0.1` is a parameter, `acc = model.score(...)` a result.

Read from the syntax tree alone. Given is what literals, arithmetic, attributes, items and a few plain calls make out of
what was given; the result of any other call is computed, and so is all that is made from it. A loop's target is given
to what runs inside the loop.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from celltrail.capture.attribution.callsite import parse
from celltrail.capture.attribution.loops import Loop, loops_among, names_bound
from celltrail.capture.attribution.marks import called_name, nodes_of_scope
from celltrail.capture.syntax import walk
from celltrail.lean import record

_MAX_DEPTH = 8
_MATHS = frozenset({"round", "min", "max", "abs", "sum", "pow", "sqrt", "log", "log2", "log10", "exp", "ceil", "floor"})
_PLAIN_CALLS = _MATHS | {"int", "float", "str", "bool", "len", "range", "tuple", "list", "dict", "sorted"}
_READS = re.compile(
    r"(^|_)(load|parse|read|config|args|params|settings|options|namespace|get|suggest|environ|sample|choice)"
)
_MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
_AS_MAGIC = re.compile(r"^([^=#\n]*)=\s*[%!].*$", re.MULTILINE)
_COMPUTING = (ast.Lambda, ast.Await, ast.Yield, ast.YieldFrom)


@record
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


@record
class Scope:
    """The bindings and the loops of a cell or of a function."""

    bindings: dict[str, Binding]
    loops: tuple[Loop, ...]

    def has_target(self, name: str) -> bool:
        """Whether a loop binds the name."""
        return any(name in loop.targets for loop in self.loops)


_NO_SCOPE = Scope({}, ())
Outer = Callable[[str, int], bool]


@record
class Place:
    """Where a run was made: a line of a cell, or a block from that line on, in which loops only count."""

    line: int
    is_block: bool = False


class PastCells:
    """Answers for names that were bound in an earlier cell, from the sources of the cells, the latest last."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._sources = list(sources)

    def is_given(self, name: str, depth: int = 0) -> bool:
        """Whether the latest cell that binds the name gives it a value; True where none does (`%run`, an import)."""
        if depth > _MAX_DEPTH:
            return False
        pattern = re.compile(rf"\b{re.escape(name)}\b")
        for source in reversed(self._sources):
            scope = scope_of_text(source) if pattern.search(source) else _NO_SCOPE
            if name in scope.bindings or scope.has_target(name):
                return _Question(scope, None, self.is_given).answer(name, depth)
        return True


@lru_cache(maxsize=512)
def scope_of_text(text: str) -> Scope:
    """The scope of a cell; lines with magics bind nothing that is given."""
    tree = parse(text) or parse(_AS_MAGIC.sub(r"\1= magic()", _MAGIC.sub(r"\1pass", text)))
    return scope_of(tree) if tree is not None else _NO_SCOPE


@lru_cache(maxsize=256)
def scope_of(tree: ast.AST) -> Scope:
    """The scope of a cell's module or of a function, without those of the functions within."""
    nodes = [node for statement in getattr(tree, "body", []) for node in nodes_of_scope(statement)]
    found: dict[str, Binding] = {}
    tests = _tests(nodes)
    for node in nodes:
        for name, binding in _bindings(node):
            chosen = [_binding(test, binding.line) for test in tests.get(node, ())]
            for part in (binding, *chosen):
                found[name] = _joined(found.get(name), part)
    return Scope(found, tuple(loops_among(nodes)))


def is_given(scope: Scope, name: str, place: Place, outer: Outer) -> bool:
    """Whether a name's value was given to what happens at `place`; `outer` answers for names bound elsewhere."""
    return _Question(scope, place, outer).answer(name, 0)


@record
class _Question:
    """Asked of one scope; `place` is None for a cell that has ended, whose values are as it left them."""

    scope: Scope
    place: Place | None
    outer: Outer

    def answer(self, name: str, depth: int) -> bool:
        waiting, seen = [name], {name}
        while waiting:
            asked = waiting.pop()
            binding = self.scope.bindings.get(asked)
            if self._is_target_here(asked):
                continue
            if binding is None:
                if self.scope.has_target(asked) or not self.outer(asked, depth + 1):
                    return False
                continue
            if binding.is_computed or self._is_too_late(binding):
                return False
            waiting.extend(binding.uses - seen)
            seen |= binding.uses
        return True

    def _is_target_here(self, name: str) -> bool:
        place = self.place
        if place is None:
            return name not in self.scope.bindings and self.scope.has_target(name)
        return any(name in loop.targets and loop.first <= place.line <= loop.last for loop in self.scope.loops)

    def _is_too_late(self, binding: Binding) -> bool:
        if self.place is None:
            return False
        return binding.is_counted if self.place.is_block else binding.line > self.place.line


def _tests(nodes: list[ast.AST]) -> dict[ast.AST, list[ast.expr]]:
    """The conditions that each statement stands under: `if f1 > best: best_t = t` makes `best_t` a result."""
    found: dict[ast.AST, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.If):
            for inner in walk(node):
                found.setdefault(inner, []).append(node.test)
    return found


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
    nodes = list(walk(value))
    is_computed = any(_computes(node) for node in nodes)
    called = {node.func for node in nodes if isinstance(node, ast.Call)}
    uses = frozenset(node.id for node in nodes if isinstance(node, ast.Name) and node not in called)
    return Binding(line, is_computed, uses, is_counted)


def _computes(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr.endswith("_")  # what a fit has learned
    return isinstance(node, _COMPUTING) or (isinstance(node, ast.Call) and not _is_plain(called_name(node)))


def _is_plain(name: str) -> bool:
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
