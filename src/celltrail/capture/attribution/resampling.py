"""Whether an expression draws rows at random: a bootstrap has as many rows as the whole and is not the whole."""

import ast
from collections.abc import Iterator
from functools import lru_cache

from celltrail.capture.attribution.marks import called_name, item_key, nodes_of_scope, root_name

RESAMPLED = "resampled"
_DRAWS = frozenset({"choice", "choices", "integers", "randint", "permutation", "permuted", "resample", "sample"})
_MAX_NAMES = 20


def is_resampled(tree: ast.AST, node: ast.expr) -> bool:
    """Whether an argument is made from random draws by the code of its scope.

    Args:
        tree: The cell's module, or the function, that the argument stands in.
        node: The argument's expression.
    """
    definitions = _definitions(tree)
    waiting, seen = [node], set[str]()
    while waiting and len(seen) < _MAX_NAMES:
        part = waiting.pop()
        if any(_draws(inner) for inner in ast.walk(part)):
            return True
        for name in _names(part):
            if name not in seen:
                seen.add(name)
                waiting += definitions.get(name, definitions.get(name.partition("[")[0], []))
    return False


def is_permuted(node: ast.expr) -> bool:
    """Whether an argument is itself a permutation: `rng.permutation(y_test)`."""
    return isinstance(node, ast.Call) and _draws(node) and getattr(node.func, "attr", "").startswith("permut")


def _draws(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in _DRAWS


def _names(node: ast.expr) -> Iterator[str]:
    """The plain names, and the items by constant key, that an expression is made from."""
    key = item_key(node)
    if key is not None:
        yield key
        return
    if isinstance(node, ast.Name):
        yield node.id
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr | ast.keyword):
            yield from _names(child.value if isinstance(child, ast.keyword) else child)


@lru_cache(maxsize=256)  # a metric in a loop asks the same tree again and again
def _definitions(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What each name is made from: assignments, also inside expressions, and what loops and comprehensions go over."""
    found: dict[str, list[ast.expr]] = {}
    for statement in getattr(tree, "body", []):
        for node in nodes_of_scope(statement):
            for target, value in _assignments(node):
                for name in _bound(target):
                    found.setdefault(name, []).append(value)
    return found


def _assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            yield target, value
        case _:
            return


def _bound(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _bound(part)
        return
    name = item_key(target) or root_name(target)
    if name is not None:
        yield name
