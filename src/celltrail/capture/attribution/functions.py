"""What a notebook's own function does to values that are not its own: globals it reads, parameters it writes into."""

import ast
import linecache
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from celltrail.capture.attribution.callsite import function_at, parse
from celltrail.capture.attribution.marks import (
    OF_ESTIMATORS,
    ONLY_LOOK,
    UserFunction,
    called_name,
    nodes_of_scope,
    root_name,
)
from celltrail.lean import record

_MAX_DEPTH = 4
_COPIES = frozenset({"copy", "deepcopy", "assign", "array", "DataFrame", "concat", "merge", "to_numpy", "with_columns"})
_WRITES_NOTHING = UserFunction((), (), frozenset())


@record
class Functions:
    """The functions that a notebook's names stand for now."""

    namespace: Mapping[str, Any]

    def __call__(self, name: str) -> UserFunction | None:
        """The function of this name; None where the notebook did not define it.

        scikit-learn's functions, and its modules, are described too: they write into nothing.
        """
        value = self.namespace.get(name)
        home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
        if isinstance(home, str) and home.startswith("sklearn.") and isinstance(value, FunctionType | ModuleType):
            return _WRITES_NOTHING
        return self._described(name, 0)

    def _described(self, name: str, depth: int) -> UserFunction | None:
        function = self.namespace.get(name)
        if not isinstance(function, FunctionType) or function.__globals__ is not self.namespace:
            return None
        code = function.__code__
        parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        tree = parse("".join(linecache.getlines(code.co_filename)))
        node = function_at(tree, code.co_firstlineno, code.co_name) if tree is not None else None
        written = frozenset(parameters) if node is None else frozenset(self._written(node, depth))
        binds = frozenset(_globals_bound(node)) if node is not None else frozenset()
        return UserFunction(tuple(dict.fromkeys(_names_in(code))), parameters, written, binds)

    def _written(self, function: ast.AST, depth: int) -> Iterator[str]:
        own: set[str] = set()  # parameters that stand for a copy by now
        for statement in getattr(function, "body", []):
            for node in nodes_of_scope(statement):
                yield from (name for name in self._written_by(node, depth) if name not in own)
            own |= _copied(statement)

    def _written_by(self, node: ast.AST, depth: int) -> Iterator[str]:
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield root_name(node) or ""
        elif isinstance(node, ast.AugAssign):
            yield root_name(node.target) or ""
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from _by_statement(node.value)
        elif isinstance(node, ast.Call):
            yield from (root_name(given.value) or "" for given in node.keywords if given.arg == "out")
            yield from self._by_function(node, depth)

    def _by_function(self, call: ast.Call, depth: int) -> Iterator[str]:
        if not isinstance(call.func, ast.Name):
            return
        called = self._described(call.func.id, depth + 1) if depth < _MAX_DEPTH else None
        if called is not None:
            yield from (root_name(node) or "" for node in called.written_arguments(call))


def _copied(statement: ast.stmt) -> set[str]:
    """The names that a statement binds to a new object: `d = d.copy()`."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return set()
    if called_name(statement.value) not in _COPIES:
        return set()
    return {target.id for target in statement.targets if isinstance(target, ast.Name)}


def _globals_bound(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from node.names


def _by_statement(call: ast.Call) -> Iterator[str]:
    if root_name(call.func) in ONLY_LOOK:
        return
    if isinstance(call.func, ast.Attribute):
        yield root_name(call.func.value) or ""
        if call.func.attr.startswith(OF_ESTIMATORS):
            return
    for argument in call.args[:1]:
        yield root_name(argument) or ""


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
