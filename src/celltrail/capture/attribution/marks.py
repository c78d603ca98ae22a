"""What an expression is computed from: the marks of the names and calls in it."""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from celltrail.capture.attribution.callsite import Position
from celltrail.capture.syntax import children
from celltrail.lean import record

_RECEIVER_DOES_NOT_COUNT = frozenset({"transform", "inverse_transform", "fit_transform"})
ONLY_LOOK = frozenset({"print", "display", "len", "plt", "sns", "px", "ax", "axes", "fig", "log", "logger"})
# An estimator's methods, also those of a class that only looks like one, write into it and never into their data.
OF_ESTIMATORS = ("fit", "partial_fit", "predict", "transform", "score", "decision_function")
# What says how large a value is, or of which kind, holds nothing of what it says.
_ONLY_SHAPE = frozenset({"shape", "size", "ndim", "index", "columns", "dtype", "dtypes"})
_ONLY_ASK = frozenset({"len", "type", "isinstance", "id", "zeros_like", "ones_like", "empty_like", "full_like"})
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@record
class Start:
    """What a name, or an item of it, was bound to when the scope began.

    `is_inner` says that a comprehension binds the name, and that it stands for the value of this turn.
    """

    name: str
    key: str = ""
    is_inner: bool = False


@record
class Made:
    """What the call at a position gave: its latest execution, or all of them where a loop may lie between."""

    position: Position
    latest: bool = True


@record
class Now:
    """What an expression stands for at this moment, known from the object itself."""

    node: ast.expr


Mark = Start | Made | Now
Marks = frozenset[Mark]
Env = dict[str, Marks]
NO_MARKS: Marks = frozenset()


@record
class UserFunction:
    """A function that the notebook defined.

    `reads` are the globals that it reads, `binds` those that it rebinds (`global`), `written` the parameters whose
    objects it writes into.
    """

    reads: tuple[str, ...]
    parameters: tuple[str, ...]
    written: frozenset[str]
    binds: frozenset[str] = frozenset()

    def written_arguments(self, call: ast.Call) -> list[ast.expr]:
        """The arguments of a call that the function writes into."""
        if not self.written:
            return []
        is_plain = not any(isinstance(argument, ast.Starred) for argument in call.args)
        found = [
            node
            for place, node in enumerate(call.args)
            if not is_plain or place >= len(self.parameters) or self.parameters[place] in self.written
        ]
        return found + [given.value for given in call.keywords if given.arg is None or given.arg in self.written]


class Facts(Protocol):
    """What is known besides the tree."""

    def is_direct(self, position: Position) -> bool:
        """Whether the call at this position is a tracked one."""

    def happened_in(self, position: Position) -> bool:
        """Whether the call at this position made a tracked one."""

    def trained_at(self, position: Position) -> tuple[str, ...]:
        """The names of models that the call at this position trains, though it is no method of theirs."""


def join(*ends: Env) -> Env:
    """The marks of each name where any of these paths may have been taken."""
    if len(ends) == 1:
        return ends[0]
    names = {name for end in ends for name in end}
    return {name: frozenset().union(*(_marks_in(end, name) for end in ends)) for name in names}


def _marks_in(env: Env, name: str) -> Marks:
    if name in env:
        return env[name]
    owner, _, key = name.partition("[")
    if not key:
        return frozenset({Start(name)})
    if env.get(owner) == frozenset({Start(owner, is_inner=True)}):
        return frozenset({Start(owner, key[:-1], is_inner=True)})
    return env[owner] if owner in env else frozenset({Start(owner, key[:-1])})


def carried(env: Env) -> Env:
    """The same after a turn of a loop: what was the latest call may now be any."""
    return {name: every_execution(marks) for name, marks in env.items()}


def every_execution(marks: Marks) -> Marks:
    """The marks with each call's latest execution replaced by all of them."""
    return frozenset(Made(mark.position, latest=False) if isinstance(mark, Made) else mark for mark in marks)


def write_into(name: str, marks: Marks, env: Env) -> None:
    """The object of this name, and any of its items, may hold these values too now."""
    env[name] = _marks_in(env, name) | marks
    for key in env:
        if key.startswith(f"{name}["):
            env[key] |= marks


def item_key(node: ast.expr) -> str | None:
    """`name[key]` for an item with a constant key or an attribute of a plain name; None for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant):
        return f"{node.value.id}[{node.slice.value!r}]"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}[{node.attr!r}]"
    return None


def root_name(node: ast.expr) -> str | None:
    """The name that an attribute, an item or a call chain begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def nodes_of_scope(root: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one, without the bodies of functions and classes."""
    waiting: list[ast.AST] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            waiting += children(node)


def called_name(node: ast.Call) -> str:
    """The function's or the method's own name; empty where neither is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


class Reader:
    """Reads expressions of one scope.

    Args:
        filename: What the tree was compiled as, part of every position.
        facts: The tracked calls so far.
        functions: The user's function of this name; None where it is none.
    """

    def __init__(self, filename: str, facts: Facts, functions: Callable[[str], UserFunction | None]) -> None:
        self._filename = filename
        self._facts = facts
        self._functions = functions
        self.is_known: Callable[[ast.expr], bool] | None = None

    def position(self, node: ast.expr) -> Position:
        """Where an expression ends."""
        return Position(self._filename, node.end_lineno or 0, node.end_col_offset or 0)

    def marks(self, node: ast.AST | None, env: Env) -> Marks:
        """What an expression is computed from."""
        if node is None:
            return NO_MARKS
        if self.is_known is not None and isinstance(node, ast.Name | ast.Subscript) and self.is_known(node):
            return frozenset({Now(node)})
        return self._marks(node, env)

    def _marks(self, node: ast.AST, env: Env) -> Marks:
        if isinstance(node, ast.Name):
            return self.name(node.id, env)
        if isinstance(node, ast.Call):
            return self._call(node, env)
        if isinstance(node, ast.Attribute) and node.attr in _ONLY_SHAPE:
            return NO_MARKS
        if isinstance(node, COMPREHENSIONS):
            return self._comprehension(node, env)
        if isinstance(node, ast.Subscript | ast.Attribute) and item_key(node) is not None:
            return self._item(node, env)
        return self._all(children(node), env)

    def name(self, name: str, env: Env) -> Marks:
        """What a name stands for, with its items."""
        found = _marks_in(env, name)
        for key, marks in env.items():
            if key.startswith(f"{name}["):
                found |= marks
        return found

    def _all(self, nodes: Iterable[ast.AST], env: Env) -> Marks:
        return frozenset().union(*(self.marks(node, env) for node in nodes))

    def _item(self, node: ast.Subscript | ast.Attribute, env: Env) -> Marks:
        return _marks_in(env, item_key(node) or "")

    def _call(self, node: ast.Call, env: Env) -> Marks:
        position = self.position(node)
        if self._facts.is_direct(position):
            return frozenset({Made(position)})
        if called_name(node) in _ONLY_ASK:
            return NO_MARKS
        found = self._arguments(node, env) | self._receiver(node.func, env)
        if self._facts.happened_in(position):
            found |= {Made(position)}
        return found

    def _arguments(self, node: ast.Call, env: Env) -> Marks:
        return self._all((*node.args, *(given.value for given in node.keywords)), env)

    def _receiver(self, function: ast.expr, env: Env) -> Marks:
        if isinstance(function, ast.Attribute):
            counts = function.attr not in _RECEIVER_DOES_NOT_COUNT
            return self.marks(function.value, env) if counts else NO_MARKS
        if isinstance(function, ast.Name):
            called = self._functions(function.id)
            # a model that is called itself, `net(x)`, says what it learned; a function of the notebook what it reads
            reads = called.reads if called else (function.id,)
            return frozenset().union(*(self.name(name, env) for name in reads))
        return self.marks(function, env)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, env: Env) -> Marks:
        inner = dict(env)
        for generator in node.generators:
            marks = self.marks(generator.iter, inner)
            for name in nodes_of_scope(generator.target):
                if isinstance(name, ast.Name):
                    inner[name.id] = marks
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        found = every_execution(self._all(parts, inner))
        position = self.position(node)
        return found | {Made(position)} if self._facts.happened_in(position) else found

    # --- what an expression does besides having a value -------------------------------------------------------------

    def effects(self, node: ast.AST | None, env: Env, *, is_statement: bool = False) -> None:
        """Note what an expression binds (`:=`) and what its calls may write into: arguments, receivers, `out=`.

        A library's function whose value is used is taken not to write into its arguments; its `out=` is.
        """
        if node is None:
            return
        for part in nodes_of_scope(node):
            if isinstance(part, ast.NamedExpr):
                env[part.target.id] = self.marks(part.value, env)
            elif isinstance(part, ast.Call):
                self._call_effects(part, env, is_statement=is_statement and part is node)

    def _call_effects(self, node: ast.Call, env: Env, *, is_statement: bool) -> None:
        position = self.position(node)
        receiver = root_name(node.func.value) if isinstance(node.func, ast.Attribute) else None
        env.update(dict.fromkeys(self._facts.trained_at(position), frozenset({Made(position)})))
        if self._facts.is_direct(position):
            self._refit(node, receiver, position, env)
            return
        written = {root_name(given.value) for given in node.keywords if given.arg == "out"}
        called = self._functions(node.func.id) if isinstance(node.func, ast.Name) else None
        if called is not None:
            written.update(root_name(argument) for argument in called.written_arguments(node))
            written.update(called.binds)
        elif is_statement and not self._only_looks(root_name(node.func)):
            written.add(receiver)
            is_estimators = isinstance(node.func, ast.Attribute) and node.func.attr.startswith(OF_ESTIMATORS)
            written.update(root_name(argument) for argument in node.args[: 0 if is_estimators else 1])
        marks = self._arguments(node, env) | self._receiver(node.func, env) if any(written) else NO_MARKS
        if any(written) and self._facts.happened_in(position):
            marks |= {Made(position)}
        for name in written - {None}:
            write_into(str(name), marks, env)

    def _only_looks(self, name: str | None) -> bool:
        return name in ONLY_LOOK or (name is not None and self._functions(name) is not None)

    @staticmethod
    def _refit(node: ast.Call, receiver: str | None, position: Position, env: Env) -> None:
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if receiver is not None and method.startswith(("fit", "partial_fit")):
            env[receiver] = frozenset({Made(position)})
