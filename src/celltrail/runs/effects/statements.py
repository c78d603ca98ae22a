"""Follows a cell's statements in their order, and the bodies of the functions that they call."""

import ast
from collections.abc import Callable, Sequence
from typing import ClassVar

from celltrail.runs.effects import databases, files, library
from celltrail.runs.effects.classes import Classes
from celltrail.runs.effects.heap import NOTHING, Code, Frame, Value
from celltrail.runs.effects.memory import Session, UnknownEffectsError

_SIDE_EFFECTS = ("experimental", "enable_", "auto", "patch", "setup", "config")  # imports that act by themselves


class Statements(Classes):
    """Follows statements."""

    def __init__(self, session: Session, *, is_sure: bool) -> None:
        super().__init__(session, is_sure=is_sure)
        self._active: dict[Code, Frame] = {}
        self._touched: dict[Value, tuple[int, int]] = {}
        self._called_back: dict[tuple[Code, Value], tuple[tuple[int, int], Value]] = {}

    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements one after the other."""
        for statement in statements:
            self.spend()
            method = self._statements.get(type(statement))
            if method is not None:
                method(self, statement)
            else:
                for part in ast.iter_child_nodes(statement):
                    if isinstance(part, ast.expr):
                        self.value(part)

    def run_body(self, node: ast.AST) -> None:
        """As `Calls` says."""
        frame = self.frame
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.block(node.body)
            case ast.Lambda():
                value = self.value(node.body)
                if frame is not None:
                    frame.returns |= value
            case ast.GeneratorExp():
                value = self.comprehend(node)
                if frame is not None:
                    frame.returns |= value

    def _maybe(self, *blocks: Sequence[ast.stmt]) -> None:
        for block in blocks:
            with self.branch():
                self.block(block)

    def _assign(self, node: ast.Assign) -> None:
        pairs = _pairs(node)
        if pairs is None:
            text, value = self.text_of(node.value), self.value(node.value)
            for target in node.targets:
                self.assign(target, value)
                if text and isinstance(target, ast.Name) and self.frame is None and not self.maybe:
                    self.session.texts[target.id] = text
        else:
            values = [self.value(source) for _, source in pairs]
            for (target, _), one in zip(pairs, values, strict=True):
                self.assign(target, one)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self.value(node.annotation)
        if node.value is not None:
            self.assign(node.target, self.value(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        added = self.value(node.value)
        if isinstance(node.target, ast.Name):
            old = self.load(node.target.id)
            self.consume(added)
            self.change(old)
            for region in old:
                self.hold(region, self.held_by(added))
            made = {self.new(node, "made", self.held_by(old | added))} if old or added else set()
            self.bind(node.target.id, old | made)
        elif isinstance(node.target, ast.Attribute | ast.Subscript):
            inner = self.inside(self.value(node.target.value))
            self.change(inner)
            self.store(node.target, added | inner)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        source = self.value(node.iter)
        with self.branch():
            self.settle(lambda: self._turn(node, source))
        self._maybe(node.orelse)

    def _turn(self, node: ast.For | ast.AsyncFor, source: Value) -> Value:
        self.assign(node.target, self.items(source))
        self.block(node.body)
        return NOTHING

    def _while(self, node: ast.While) -> None:
        self.value(node.test)
        with self.branch():
            self.settle(lambda: self._turn_while(node))
        self._maybe(node.orelse)

    def _turn_while(self, node: ast.While) -> Value:
        self.value(node.test)
        self.block(node.body)
        return NOTHING

    def _if(self, node: ast.If) -> None:
        self.value(node.test)
        is_script = self.home() is not None and _asks_for_main(node.test)
        self._maybe(() if is_script else node.body, node.orelse)

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        self._maybe(node.body)
        for handler in node.handlers:
            with self.branch():
                self.value(handler.type)
                if handler.name:
                    self.bind(handler.name, frozenset({self.new(handler)}))
                self.block(handler.body)
        self._maybe(node.orelse)
        self.block(node.finalbody)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            opened = self.enter(value)
            if opened is None:
                self.change(value)
                self.touch(value)
                opened = self.inside(value)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, opened)
        self._maybe(node.body)  # a context may swallow what is raised in its body

    def _match(self, node: ast.Match) -> None:
        inner = self.inside(self.value(node.subject))
        for case in node.cases:
            with self.branch():
                self._case(case, inner)

    def _case(self, case: ast.match_case, inner: Value) -> None:
        for part in ast.walk(case.pattern):
            for name in (getattr(part, "name", None), getattr(part, "rest", None)):
                if isinstance(name, str):
                    self.bind(name, inner)
            if isinstance(part, ast.expr):
                self.value(part)
        self.value(case.guard)
        self.block(case.body)

    def _return(self, node: ast.Return) -> None:
        value = self.value(node.value)
        if self.frame is not None:
            self.frame.returns |= value
        # What follows a return in a branch may still run: nothing is taken away.

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            for part in target.elts if isinstance(target, ast.Tuple | ast.List) else (target,):
                if isinstance(part, ast.Name):
                    if self.frame is None or part.id in self.frame.globals:
                        self.let_go(part.id)
                        self.unbind(part.id)
                elif isinstance(part, ast.Attribute | ast.Subscript):
                    self.store(part, NOTHING)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            root = alias.name.partition(".")[0]
            self._imported(alias.name)
            path = alias.name if alias.asname else root
            self.bind(alias.asname or root, frozenset({self.session.module(path)}))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = self.absolute(node)
        self._imported(module)
        for alias in node.names:
            if alias.name == "*":
                continue
            self._note_import(module, alias.name)
            self.bind(alias.asname or alias.name, self.imported_name(module, alias.name))

    def _imported(self, module: str) -> None:
        """A module is imported: its parents get attributes, and code that is not known may run."""
        parts = module.split(".")
        for count in range(2, len(parts) + 1):
            path = ".".join(parts[:count])
            self.session.loaded.add(path)
            self.effects.writes.add(f"import: {path}")
        self.effects.reads |= files.modules([module])
        root = parts[0]
        is_own = self.is_own(module)
        is_known = not is_own and (library.is_known(root) or root in databases.LIBRARIES)
        if not is_known and not (is_own and self.import_own(module)):
            self.use(f"state: {root}")
            self.effects.ambient[f"import {module}"] = None
        elif any(sign in module for sign in _SIDE_EFFECTS):
            self.effects.ambient[f"import {module}"] = None

    def _note_import(self, module: str, name: str) -> None:
        path = f"{module}.{name}"
        self.session.loaded.add(path)
        self.effects.writes.add(f"import: {path}")
        if any(sign in name for sign in _SIDE_EFFECTS[:2]):
            self.effects.ambient[f"import {path}"] = None

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bind(node.name, self.decorated(node, self.function(node)))

    def _expression(self, node: ast.Expr) -> None:
        word = node.value.id if isinstance(node.value, ast.Name) and self.frame is None else ""
        if word in {"reset", "cd", "run", "pylab"} and word not in self.session.names:
            raise UnknownEffectsError(f"the magic {word} may do anything")
        value = self.value(node.value)
        if self.frame is None:
            self.shown |= value

    _statements: ClassVar[dict[type[ast.AST], Callable[..., None]]] = {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.If: _if,
        ast.Try: _try,
        ast.TryStar: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.Return: _return,
        ast.Delete: _delete,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: Classes.define_class,
    }


def _asks_for_main(test: ast.expr) -> bool:
    """`__name__ == "__main__"`, which it is not in a module that was imported."""
    match test:
        case ast.Compare(left=ast.Name("__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]):
            return True
        case _:
            return False


def _pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]] | None:
    """The parts of `a, b = c, d` one by one; None for what is not of that form."""
    target, source = node.targets[0], node.value
    if len(node.targets) > 1 or not isinstance(target, ast.Tuple | ast.List):
        return None
    if not isinstance(source, ast.Tuple | ast.List) or len(target.elts) != len(source.elts):
        return None
    pairs = [*zip(target.elts, source.elts, strict=True)]
    return None if any(isinstance(part, ast.Starred) for pair in pairs for part in pair) else pairs
