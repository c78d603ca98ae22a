"""Which names a function's or class's body binds for itself."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@lru_cache(maxsize=8192)
def names_of(node: ast.AST) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a function, class or comprehension binds for itself, and those that it declares global."""
    bound: set[str] = set()
    shared: set[str] = set()
    outer: set[str] = set()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        bound |= {argument.arg for argument in arguments_of(node.args)}
    for inner in _own_nodes(node):
        match inner:
            case ast.Global():
                shared |= set(inner.names)
            case ast.Nonlocal():
                outer |= set(inner.names)
            case _:
                bound |= set(_bound_by(inner))
    return frozenset(bound - shared - outer), frozenset(shared)


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, in order: positional, the rest, by keyword, the rest of those."""
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]


def _bound_by(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name(ctx=ast.Store() | ast.Del()):
            return [node.id]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
            return [node.name] if node.name else []
        case ast.MatchMapping():
            return [node.rest] if node.rest else []
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        case _:
            return []


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    body = getattr(node, "body", None)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        waiting: list[ast.AST] = [generator.target for generator in node.generators]
    elif isinstance(body, list):
        waiting = [*body]
    else:
        waiting = [body] if isinstance(body, ast.AST) else []
    while waiting:
        inner = waiting.pop()
        yield inner
        if isinstance(inner, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            waiting += [part for part in ast.walk(inner) if isinstance(part, ast.NamedExpr)]
        elif not isinstance(inner, _SCOPES):
            waiting += ast.iter_child_nodes(inner)
