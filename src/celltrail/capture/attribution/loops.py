"""The loops around a call in the user's code, and what their targets are bound to while it is made."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

from celltrail.capture.attribution.callsite import Position, Site, tree_of_frame
from celltrail.capture.attribution.trail import CellTrail
from celltrail.capture.attribution.variables import variables
from celltrail.capture.params import kind_of, plain
from celltrail.capture.syntax import walk
from celltrail.lean import record
from celltrail.records import ParamKind

_MAX_TEXT = 60
_WORD = re.compile(r"[^\W\d]\w*")
_INLINED = (ast.ListComp, ast.SetComp, ast.DictComp)
_COMPREHENSIONS = (*_INLINED, ast.GeneratorExp)


@record
class Loop:
    """One loop or comprehension: its lines and the names that it binds in each turn."""

    first: int
    last: int
    targets: tuple[str, ...]


def loops_among(nodes: Iterable[ast.AST]) -> Iterator[Loop]:
    """The loops and comprehensions among these nodes."""
    for node in nodes:
        if isinstance(node, ast.For | ast.AsyncFor):
            targets: list[ast.AST] = [node.target]
        elif isinstance(node, _COMPREHENSIONS):
            targets = [generator.target for generator in node.generators]
        else:
            continue
        yield Loop(node.lineno, node.end_lineno or node.lineno, tuple(names_bound(targets)))


@lru_cache(maxsize=256)  # a metric in a loop asks the same tree again and again
def _loops_in(tree: ast.AST) -> tuple[Loop, ...]:
    return tuple(loops_among(walk(tree)))


def names_bound(targets: Iterable[ast.AST]) -> Iterator[str]:
    """The plain names in assignment targets."""
    for target in targets:
        yield from (node.id for node in walk(target) if isinstance(node, ast.Name))


def inner_names(code: CodeType, tree: ast.AST, position: Position | None) -> frozenset[str]:
    """The names of the comprehensions around a place of a frame: those that bind in this frame, from Python 3.12 on."""
    own = {*code.co_varnames, *code.co_cellvars}
    if position is None or not own:
        return frozenset()
    return frozenset(
        name
        for node in walk(tree)
        if isinstance(node, _INLINED)
        and _is_in(node, position)
        and not _is_in(node.generators[0].iter, position, is_end=True)
        for name in names_bound(generator.target for generator in node.generators)
        if name in own
    )


def _is_in(node: ast.expr, position: Position, *, is_end: bool = False) -> bool:
    place = (position.line, position.column)
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    return (node.lineno, node.col_offset) < place < end or (is_end and place == end)


def turn(site: Site, trail: CellTrail) -> str:
    """The turn of the loops that go over parts of one prediction: `region=north`; empty where none does.

    A loop in which something is fitted or predicted goes over models or data, not over parts.
    """
    return _first_turn(site, trail, lambda filename, loop: not trail.is_made_between(filename, loop.first, loop.last))


def turn_of_data(site: Site, trail: CellTrail, dataset_name: str) -> str:
    """The turn of the loops that go over parts of the data, `part[F]`, and ask one model about each; else empty."""
    words = frozenset(_WORD.findall(dataset_name))

    def goes_over_data(filename: str, loop: Loop) -> bool:
        return not words.isdisjoint(loop.targets) and not trail.is_fitted_between(filename, loop.first, loop.last)

    return _first_turn(site, trail, goes_over_data)


def _first_turn(site: Site, trail: CellTrail, counts: Callable[[str, Loop], bool]) -> str:
    """The scalar targets of those loops that count, of the innermost frame that has any."""
    for frame, position in zip(site.frames, site.positions, strict=True):
        tree = tree_of_frame(frame, trail.source)
        if tree is None or position is None:
            continue
        named = {
            name: text
            for loop in _loops_in(tree)
            if loop.first <= position.line <= loop.last and counts(position.filename, loop)
            for name in loop.targets
            if (text := _text(_value(site, name)))
        }
        if named:
            return ", ".join(f"{name}={text}" for name, text in named.items())
    return ""


def _value(site: Site, name: str) -> Any:
    for frame in site.frames:
        found = variables(frame)
        if name in found:
            return found[name]
    return None


def _text(value: Any) -> str:
    """A scalar, or a tuple of scalars as a grouping by several columns has it; empty for anything else."""
    if type(value) is tuple:
        parts = [_text(part) for part in value]
        return ", ".join(parts) if all(parts) else ""
    if kind_of(value) in {ParamKind.OBJECT, ParamKind.NONE}:
        return ""
    text = str(plain(value))
    return text if len(text) <= _MAX_TEXT else ""
