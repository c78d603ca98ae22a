"""Walking syntax trees at the price that a cell may have: without the nodes that hold no name, such as `Load()`."""

import ast
from collections.abc import Iterator

_NO_PARTS = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "kind", "conversion", "simple", "type_comment"})
PARTS: dict[type, tuple[str, ...]] = {  # the fields that can hold a name, of the nodes that are met most
    kind: tuple(name for name in kind._fields if name not in _NO_PARTS)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.expr | ast.stmt | ast.keyword)
}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in their order, without contexts and operators."""
    found: list[ast.AST] = []
    for name in PARTS.get(type(node), node._fields):
        part = getattr(node, name, None)
        if type(part) is list:
            found += [item for item in part if isinstance(item, ast.AST)]
        elif isinstance(part, ast.AST):
            found.append(part)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, as `ast.walk`, without contexts and operators."""
    waiting = [node]
    for one in waiting:  # grows meanwhile
        yield one
        waiting += children(one)
