"""Which global names a cell reads and writes: from its syntax tree, and from what its namespace holds before and after.

The tree tells what is read; a comparison of identities tells what was bound, whoever bound it (a magic, `exec`, a
function). A name that is certainly assigned counts as written although its new object may lie where the old one lay.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import field
from types import FunctionType, ModuleType
from typing import Any

from celltrail.capture.reach import globals_of
from celltrail.capture.snapshots import Changes
from celltrail.capture.syntax import PARTS
from celltrail.lean import mutable

_MAX_SOURCE = 200_000  # characters; a tree of more takes longer than a cell may be held up
_MAX_KNOWN_SOURCE = 10_000
_MAX_KNOWN = 100
_CODE_MAGICS = frozenset({"time", "timeit", "track", "capture", "prun"})
_HIDDEN = frozenset({"In", "Out", "get_ipython", "exit", "quit", "open"})
_UNCHANGING = (type(None), bool, ModuleType, type, FunctionType)


@mutable
class SourceNames:
    """What a cell's syntax tree says.

    Attributes:
        read: Names whose value from before the cell may be used.
        loaded: All names that are loaded, also those that the cell itself assigned before.
        assigned: Names that are certainly bound when the cell ends well.
        altered: Names whose object gets an item or an attribute: `df["x"] = 1`.
        loops: First and last line of each outermost loop.
        is_partial: True where the source was too large or could not be parsed.
        has_inner: True where it holds the code of a magic, which another transformation may read otherwise.
    """

    read: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    altered: set[str] = field(default_factory=set)
    loops: list[tuple[int, int]] = field(default_factory=list)
    is_partial: bool = False
    has_inner: bool = False


_known: dict[str, SourceNames] = {}  # a cell that is run again is not parsed again; nobody changes what is in here


def analyse(source: str, transform: Callable[[str], str], tree: ast.Module | None = None) -> SourceNames:
    """What a cell reads and binds by its syntax tree.

    Args:
        source: The cell after IPython's transformation (magics are calls).
        transform: IPython's transformation, for the code inside `%%time` and its like.
        tree: The source's tree where somebody has parsed it already; it is only read.
    """
    known = _known.get(source)
    if known is not None:
        return known
    if len(source) > _MAX_SOURCE:
        return SourceNames(is_partial=True)
    names = SourceNames()
    try:
        body = (tree or ast.parse(source)).body
        _Visitor(names, transform).visit_block(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return SourceNames(is_partial=True)
    names.loops.sort()
    if len(source) <= _MAX_KNOWN_SOURCE and not names.has_inner:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        _known[source] = names
    return names


class _Visitor(ast.NodeVisitor):
    """Walks module-level code in the order of evaluation, so that `x = 1; print(x)` reads no x from before."""

    def __init__(self, names: SourceNames, transform: Callable[[str], str]) -> None:
        self._names = names
        self._transform = transform
        self._sure = names.assigned
        self._loop_depth = 0

    def visit(self, node: ast.AST) -> None:
        """Visit one node: `NodeVisitor`'s own way by the class's name takes three times as long."""
        method = _METHODS.get(type(node))
        if method is not None:
            method(self, node)
        else:
            self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        """Visit a node's parts."""
        for name in PARTS.get(type(node), node._fields):
            part = getattr(node, name, None)
            if type(part) is list:
                for item in part:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(part, ast.AST):
                self.visit(part)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Nothing is read."""

    def visit_block(self, body: list[ast.stmt]) -> None:
        """Statements that are certain to run, one after the other."""
        for statement in body:
            self.visit(statement)

    def _maybe(self, *blocks: list[ast.stmt]) -> None:
        """Statements that may not run: what they bind is certain only inside of them."""
        for block in blocks:
            outer = self._sure
            self._sure = set(outer)
            self.visit_block(block)
            self._sure = outer

    def _load(self, name: str) -> None:
        self._names.loaded.add(name)
        if name not in self._sure:
            self._names.read.add(name)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._load(node.id)
        else:
            self._sure.add(node.id)

    def _visit_target_of(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            base: ast.expr = node
            while isinstance(base, ast.Attribute | ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                self._names.altered.add(base.id)
        self.generic_visit(node)

    visit_Attribute = visit_Subscript = _visit_target_of  # noqa: N815 - ast's protocol

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._load(node.target.id)
        self.visit(node.value)
        self.visit(node.target)

    def _visit_loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        if not self._loop_depth:
            self._names.loops.append((node.lineno, node.end_lineno or node.lineno))
        self._loop_depth += 1
        if isinstance(node, ast.While):
            self.visit(node.test)
            self._maybe(node.body, node.orelse)
        else:
            self.visit(node.iter)
            outer = self._sure
            self._sure = set(outer)
            self.visit(node.target)
            self.visit_block(node.body)
            self._sure = outer
            self._maybe(node.orelse)
        self._loop_depth -= 1

    visit_For = visit_AsyncFor = visit_While = _visit_loop  # noqa: N815

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._maybe(node.body, node.orelse)

    def visit_Try(self, node: ast.Try) -> None:
        self._visit_try(node)

    def _visit_try(self, node: ast.Try | ast.TryStar) -> None:
        self._maybe(node.body, *[handler.body for handler in node.handlers], node.orelse)
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
        self.visit_block(node.finalbody)

    def visit_TryStar(self, node: ast.TryStar) -> None:
        self._visit_try(node)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            outer = self._sure
            self._sure = set(outer)
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
            self.visit_block(case.body)
            self._sure = outer

    def _visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self._sure.add(alias.asname or alias.name.partition(".")[0])

    visit_Import = visit_ImportFrom = _visit_import  # noqa: N815

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        self._sure.add(node.name)

    visit_FunctionDef = visit_AsyncFunctionDef = _visit_function  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        own = {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
        self._visit_inner(own, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        outer = self._sure
        self._sure = set(outer)
        self.visit_block(node.body)
        self._sure = outer
        self._sure.add(node.name)

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        if not self._loop_depth:
            self._names.loops.append((node.lineno, node.end_lineno or node.lineno))
        own = {
            name.id
            for generator in node.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name)
        }
        parts: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for generator in node.generators:
            parts += [generator.iter, *generator.ifs]
        self._visit_inner(own, parts)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _visit_comprehension  # noqa: N815

    def _visit_inner(self, own: set[str], parts: list[ast.AST]) -> None:
        loaded = own - self._names.loaded
        outer = self._sure
        self._sure = outer | own
        for part in parts:
            self.visit(part)
        self._sure = outer
        self._names.loaded -= loaded

    def visit_Call(self, node: ast.Call) -> None:
        body = _magic_body(node)
        if body is None:
            self.generic_visit(node)
            return
        self._names.has_inner = True
        inner = analyse(self._transform(body), self._transform)
        self._names.loaded |= inner.loaded
        self._names.read |= inner.read - self._sure
        self._names.altered |= inner.altered
        self._names.loops += inner.loops
        self._sure |= inner.assigned


_METHODS: dict[type, Callable[[_Visitor, Any], None]] = {
    getattr(ast, name.removeprefix("visit_")): method
    for name, method in vars(_Visitor).items()
    if name.startswith("visit_") and hasattr(ast, name.removeprefix("visit_"))
}


def _magic_body(node: ast.Call) -> str | None:
    """The code inside `get_ipython().run_cell_magic("time", "", code)`, and of `%time code`; None elsewhere."""
    if not isinstance(node.func, ast.Attribute) or not node.func.attr.startswith("run_"):
        return None
    values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    if len(values) < 2 or values[0] not in _CODE_MAGICS or not isinstance(values[-1], str):  # noqa: PLR2004
        return None
    if node.func.attr == "run_cell_magic" or (node.func.attr == "run_line_magic" and values[0] in {"time", "timeit"}):
        return values[-1]
    return None


def written(
    names: SourceNames, changed: Changes | None, namespace: Mapping[str, Any], *, ended_well: bool
) -> tuple[str, ...]:
    """Names that were bound, rebound, deleted, or whose object got an item or attribute by assignment.

    Args:
        names: What the cell's syntax tree says.
        changed: What became of the namespace; None where it was too large to compare: then the tree alone tells.
        namespace: The namespace after the cell.
        ended_well: Whether all that is certain to run has run.
    """
    found = set(names.assigned) if changed is None else {*changed.rebound, *changed.added, *changed.removed}
    if ended_well:
        found |= {name for name in names.assigned if name in namespace and not _is_same(namespace[name])}
    found |= {name for name in names.altered if name in namespace}
    return tuple(sorted(filter(_is_shown, found)))


def _is_shown(name: object) -> bool:
    """Whether a key of the namespace is a name of the user's; `globals()[1] = 2` makes one that is no name."""
    return type(name) is str and not name.startswith("_") and name not in _HIDDEN


def _is_same(value: object) -> bool:
    """Whether equal identity means the same value: the object cannot have been made anew at the same place."""
    return issubclass(type(value), _UNCHANGING)  # isinstance would ask the object itself


def read(names: SourceNames, changed: Changes | None, namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """Names whose value from before the cell it may have used, through its functions' globals too."""
    found = set(names.read)
    for name in names.loaded:
        found |= globals_of(namespace.get(name), namespace) - names.assigned
    added, removed = (changed.added, changed.removed) if changed is not None else (frozenset(), frozenset())
    was_there = {name for name in found if (name in namespace and name not in added) or name in removed}
    return tuple(sorted(filter(_is_shown, was_there)))


def loaded(names: SourceNames, namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """Names whose value, from before the cell or its own, it uses: for a run's parameters."""
    found = set(names.loaded)
    for name in names.loaded:
        found |= globals_of(namespace.get(name), namespace)
    return tuple(sorted(found))
