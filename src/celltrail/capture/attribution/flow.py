"""Which values a name stands for at a place in a cell or a function: an abstract walk over the syntax tree.

Where the path is not known (branches, loops, exceptions) the marks of all paths are joined, so that a set may be too
large; it is too small only for what no syntax tree shows (docs/runs.md lists it).
"""

import ast
from collections.abc import Callable

from celltrail.capture.attribution.callsite import Position
from celltrail.capture.attribution.marks import (
    COMPREHENSIONS,
    NO_MARKS,
    Env,
    Facts,
    Marks,
    Reader,
    UserFunction,
    carried,
    item_key,
    join,
    nodes_of_scope,
    root_name,
    write_into,
)

_PASSES = 5
_MAKERS = (ast.Call, *COMPREHENSIONS)


class Flow:
    """The walk over one scope; `at_target` is what the names stand for where the call that ends at `target` is made."""

    def __init__(
        self,
        filename: str,
        facts: Facts,
        functions: Callable[[str], UserFunction | None],
        target: Position | None = None,
    ) -> None:
        self.reader = Reader(filename, facts, functions)
        self.at_target: Env | None = None
        self._target = target
        self._leaves: list[list[Env]] = []

    def run(self, body: list[ast.stmt], env: Env) -> Env:
        """What the names stand for after the statements."""
        for statement in body:
            env = self._step(statement, env)
        return env

    def run_partly(self, body: list[ast.stmt], env: Env) -> Env:
        """What the names may stand for when any of the statements raised."""
        states = [dict(env)]
        inner = dict(env)
        for statement in body:
            inner = self._step(statement, inner)
            states.append(dict(inner))
        return join(*states)

    def _step(self, node: ast.stmt, env: Env) -> Env:
        step: Callable[[ast.stmt, Env], Env] | None = getattr(self, f"_on_{type(node).__name__.lower()}", None)
        if step is not None:
            return step(node, env)
        self._look(node, env)
        self.reader.effects(node, env)
        return env

    def _look(self, node: ast.AST | None, env: Env) -> None:
        """Keep the state if the target call, or the comprehension that makes it, is in this expression."""
        if node is None or self._target is None:
            return
        end = (self._target.line, self._target.column)
        for part in nodes_of_scope(node):
            if isinstance(part, _MAKERS) and (part.end_lineno, part.end_col_offset) == end:
                self.at_target = dict(env) if self.at_target is None else join(self.at_target, env)

    def _value(self, node: ast.AST | None, env: Env, *, is_statement: bool = False) -> None:
        self._look(node, env)
        self.reader.effects(node, env, is_statement=is_statement)

    # --- binding ----------------------------------------------------------------------------------------------------

    def _on_expr(self, node: ast.Expr, env: Env) -> Env:
        self._value(node.value, env, is_statement=True)
        return env

    def _on_assign(self, node: ast.Assign, env: Env) -> Env:
        self._value(node.value, env)
        for target in node.targets:
            self._bind(target, node.value, env)
        return env

    def _on_annassign(self, node: ast.AnnAssign, env: Env) -> Env:
        if node.value is not None:
            self._value(node.value, env)
            self._bind(node.target, node.value, env)
        return env

    def _on_augassign(self, node: ast.AugAssign, env: Env) -> Env:
        self._value(node.value, env)
        marks = self.reader.marks(node.value, env)
        key = node.target.id if isinstance(node.target, ast.Name) else item_key(node.target)
        if key is not None:
            env[key] = marks | self.reader.marks(node.target, env)
        else:
            self._write_into(node.target, marks, env)
        return env

    def _bind(self, target: ast.expr, value: ast.expr, env: Env) -> None:
        if _is_pairwise(target, value):
            marks = [self.reader.marks(part, env) for part in value.elts]  # type: ignore[attr-defined]
            for part, found in zip(target.elts, marks, strict=True):  # type: ignore[attr-defined]
                self._bind_marks(part, found, env)
            return
        self._bind_marks(target, self.reader.marks(value, env), env)

    def _bind_marks(self, target: ast.expr, marks: Marks, env: Env) -> None:
        key = item_key(target)
        if isinstance(target, ast.Name):
            for item in [name for name in env if name.startswith(f"{target.id}[")]:
                del env[item]
            env[target.id] = marks
        elif isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._bind_marks(part.value if isinstance(part, ast.Starred) else part, marks, env)
        elif key is not None:
            env[key] = marks
        else:
            self._write_into(target, marks, env)

    def _write_into(self, target: ast.expr, marks: Marks, env: Env) -> None:
        name = root_name(target)
        if name is not None:
            write_into(name, marks, env)

    def _on_import(self, node: ast.Import | ast.ImportFrom, env: Env) -> Env:
        env.update(dict.fromkeys((alias.asname or alias.name.partition(".")[0] for alias in node.names), NO_MARKS))
        return env

    _on_importfrom = _on_import

    def _on_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, env: Env) -> Env:
        env[node.name] = NO_MARKS
        return env

    _on_asyncfunctiondef = _on_classdef = _on_functiondef

    def _on_delete(self, node: ast.Delete, env: Env) -> Env:
        for target in node.targets:
            if isinstance(target, ast.Name):
                env[target.id] = NO_MARKS
        return env

    # --- paths ------------------------------------------------------------------------------------------------------

    def _on_if(self, node: ast.If, env: Env) -> Env:
        self._value(node.test, env)
        return join(self.run(node.body, dict(env)), self.run(node.orelse, dict(env)))

    def _on_for(self, node: ast.For | ast.AsyncFor, env: Env) -> Env:
        self._value(node.iter, env)

        def turn(inner: Env) -> Env:
            self._bind_marks(node.target, self.reader.marks(node.iter, env), inner)
            return self.run(node.body, inner)

        return self.run(node.orelse, self._loop(turn, env))

    _on_asyncfor = _on_for

    def _on_while(self, node: ast.While, env: Env) -> Env:
        def turn(inner: Env) -> Env:
            self._value(node.test, inner)
            return self.run(node.body, inner)

        return self.run(node.orelse, self._loop(turn, env))

    def _loop(self, turn: Callable[[Env], Env], env: Env) -> Env:
        self._leaves.append([])
        begun = env
        for _ in range(_PASSES):
            ended = join(turn(dict(begun)), *self._leaves[-1])
            again = join(begun, carried(ended))
            if again == begun:
                break
            begun = again
        self._leaves[-1].clear()
        ended = join(turn(dict(begun)), *self._leaves[-1])
        self._leaves.pop()
        return join(env, ended)

    def _on_break(self, _node: ast.stmt, env: Env) -> Env:
        if self._leaves:
            self._leaves[-1].append(dict(env))
        return env

    _on_continue = _on_break

    def _on_with(self, node: ast.With | ast.AsyncWith, env: Env) -> Env:
        for item in node.items:
            self._value(item.context_expr, env)
            if item.optional_vars is not None:
                self._bind_marks(item.optional_vars, self.reader.marks(item.context_expr, env), env)
        return self.run(node.body, env)

    _on_asyncwith = _on_with

    def _on_try(self, node: ast.Try, env: Env) -> Env:
        states = [dict(env)]
        inner = dict(env)
        for statement in node.body:
            inner = self._step(statement, inner)
            states.append(dict(inner))
        ends = [self.run(node.orelse, inner)]
        ends.extend(self.run(handler.body, dict(join(*states))) for handler in node.handlers)
        return self.run(node.finalbody, join(*ends))

    _on_trystar = _on_try

    def _on_match(self, node: ast.Match, env: Env) -> Env:
        self._value(node.subject, env)
        marks = self.reader.marks(node.subject, env)
        ends = [env]
        for case in node.cases:
            captured = (getattr(part, "name", None) for part in ast.walk(case.pattern))
            ends.append(self.run(case.body, {**env, **{name: marks for name in captured if name}}))
        return join(*ends)


def _is_pairwise(target: ast.expr, value: ast.expr) -> bool:
    """Whether `a, b = x, y` can be read as two assignments."""
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Tuple | ast.List):
        return False
    return len(target.elts) == len(value.elts) and not any(
        isinstance(part, ast.Starred) for part in (*target.elts, *value.elts)
    )
