"""Two versions of a cell that differ in written values alone: `alpha=0.1` that became `alpha=10`."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from celltrail.runs.effects.source import parse_cell


@dataclass(frozen=True, slots=True)
class LiteralChange:
    """A written value that changed; `name` is the keyword, variable or key that it is given to, or its call."""

    name: str
    before: str
    after: str


def changed_literals(before: str, after: str) -> tuple[LiteralChange, ...] | None:
    """What changed, where written values are all that did; None where more did, or a source cannot be read.

    Nothing where both do the same: comments and the form of the text are no part of what is executed.
    """
    trees = parse_cell(before).tree, parse_cell(after).tree
    if trees[0] is None or trees[1] is None:
        return None
    try:
        return tuple(dict.fromkeys(_walk(trees[0], trees[1], "")))
    except (_OtherShapeError, RecursionError):  # a sum of a thousand terms is as many nodes deep
        return None


class _OtherShapeError(Exception):
    """The trees differ in more than their constants."""


def _walk(one: ast.AST, other: ast.AST, name: str) -> Iterator[LiteralChange]:
    if _is_written(one) and _is_written(other):
        texts = ast.unparse(one), ast.unparse(other)
        if texts[0] != texts[1]:
            yield LiteralChange(name or "a value", *texts)
        return
    if type(one) is not type(other):
        raise _OtherShapeError
    named = _name_given(one) or name
    for field in one._fields:
        first, second = getattr(one, field, None), getattr(other, field, None)
        yield from _walk_field(one, first, second, named)


def _is_written(node: ast.AST) -> bool:
    """Whether it is a value as it is written, `-2` too; `-a` is none."""
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(value, ast.Constant)


def _walk_field(owner: ast.AST, first: object, second: object, name: str) -> Iterator[LiteralChange]:
    if isinstance(first, list) and isinstance(second, list):
        if len(first) != len(second):
            raise _OtherShapeError
        for place, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _walk_field(owner, one, other, _key_at(owner, place) or name)
    elif isinstance(first, ast.AST) and isinstance(second, ast.AST):
        yield from _walk(first, second, name)
    elif first != second:
        raise _OtherShapeError


def _name_given(node: ast.AST) -> str:
    match node:
        case (
            ast.keyword(arg=str(name))
            | ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ):
            return name
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
        case _:
            return ""


def _key_at(owner: ast.AST, place: int) -> str:
    """The key of a dictionary's value, where it is a text."""
    key = owner.keys[place] if isinstance(owner, ast.Dict) and place < len(owner.keys) else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
