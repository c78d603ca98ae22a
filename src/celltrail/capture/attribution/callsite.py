"""Where in the user's code a call was made: its frames up to the cell, its syntax tree, the names of its arguments."""

import ast
import copy
import linecache
import sys
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from types import FrameType
from typing import Any

from celltrail.capture.syntax import children, walk
from celltrail.lean import record

CELL_NAMES = frozenset({"<module>", "<cell line: 1>"})
_MAX_FRAMES = 400
_MAX_CALLERS = 4
_TRANSPARENT = ("celltrail.", "sklearn.utils._param_validation", "sklearn.utils._set_output", "contextlib")
_TIMEIT = frozenset({"<magic-timeit>", "<timeit-src>"})
_LIBRARY_FOLDERS = ("site-packages", "dist-packages")
_MAX_SCANNED_NAMES = 5_000


@record
class Position:
    """The end of a call in a source; calls of one source never end at the same place."""

    filename: str
    line: int
    column: int


@record
class Site:
    """A tracked call as the user's code makes it: the frames from the innermost of the user's to the cell.

    `is_direct` says that the innermost frame makes the call itself, not through a library (a scorer). `reaches_cell`
    is False on a stack that does not begin in the cell: another thread's, a callback's. `is_timed` says that `timeit`
    makes the call, again and again.
    """

    frames: tuple[FrameType, ...]
    positions: tuple[Position | None, ...]
    is_direct: bool
    reaches_cell: bool
    is_timed: bool = False


def find_site(namespace: Mapping[str, Any]) -> Site | None:
    """The call site of the tracked call that is being made; None during an import, when no call is the user's."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - there is no public way to the frames
    found: list[tuple[FrameType, str]] = []
    reaches_cell = False
    for _ in range(_MAX_FRAMES):
        if frame is None:
            break
        code = frame.f_code  # once: with an audit hook this costs a microsecond
        if code.co_filename == "<frozen importlib._bootstrap>":
            return None
        if "importlib._bootstrap" not in code.co_filename:
            found.append((frame, code.co_filename))
        if frame.f_globals is namespace and code.co_name in CELL_NAMES:
            reaches_cell = True
            break
        frame = frame.f_back
    return _site(found, reaches_cell=reaches_cell)


def _site(found: list[tuple[FrameType, str]], *, reaches_cell: bool) -> Site:
    shown = [(frame, filename) for frame, filename in found if not _is_transparent(frame)]
    first = 0
    while first < len(shown) and _is_library(shown[first][1]):
        first += 1
    frames = tuple(frame for frame, _ in shown[first:])
    is_timed = any(filename in _TIMEIT for _, filename in found)
    return Site(frames, tuple(_position(frame) for frame in frames), first == 0, reaches_cell, is_timed)


def _is_transparent(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(_TRANSPARENT)


def _is_library(filename: str) -> bool:
    return any(folder in filename for folder in _LIBRARY_FOLDERS)


def _position(frame: FrameType) -> Position | None:
    code = frame.f_code
    where = next(islice(code.co_positions(), frame.f_lasti // 2, None), None)
    if where is None or where[1] is None or where[3] is None:
        return None
    return Position(code.co_filename, where[1], where[3])


def tree_of_frame(frame: FrameType, cell_source: str) -> ast.AST | None:
    """The syntax tree of the code that the frame runs: of its module, or of its function within."""
    filename = frame.f_code.co_filename
    lines = linecache.getlines(filename, frame.f_globals)
    text = "".join(lines) if lines else _body_of_magic(filename, cell_source)
    tree = parse(text)
    if tree is None or frame.f_code.co_name in CELL_NAMES:
        return tree
    return function_at(tree, frame.f_code.co_firstlineno, frame.f_code.co_name)


def _body_of_magic(filename: str, cell_source: str) -> str:
    # %%time compiles what follows its line, under a name that no source is filed under
    first, _, rest = cell_source.partition("\n")
    return rest if filename.startswith("<timed") and first.startswith("%%") else ""


@lru_cache(maxsize=256)
def parse(text: str) -> ast.Module | None:
    """The syntax tree of a text; None where it has none or is empty."""
    if not text:
        return None
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def function_at(tree: ast.Module, line: int, name: str) -> ast.AST | None:
    """The definition whose code object begins at this line; the module for what has no name (`<lambda>`)."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in walk(tree):
        if isinstance(node, kinds) and node.name == name:
            first = min((node.lineno, *(decorator.lineno for decorator in node.decorator_list)))
            if first == line:
                return node
    return tree if name.startswith("<") else None


def call_at(tree: ast.AST | None, position: Position | None) -> ast.Call | None:
    """The call that ends at a position."""
    if tree is None or position is None:
        return None
    end = (position.line, position.column)
    waiting = [tree]
    for node in waiting:  # grows by what may hold it
        if isinstance(node, ast.Call) and (node.end_lineno, node.end_col_offset) == end:
            return node
        waiting += [part for part in children(node) if getattr(part, "end_lineno", position.line) >= position.line]
    return None


def argument_node(call: ast.Call | None, place: int, keyword: str) -> ast.expr | None:
    """The expression of one argument, by its place or its keyword; None where a star hides it."""
    if call is None:
        return None
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    if 0 <= place < len(call.args) and not any(isinstance(arg, ast.Starred) for arg in call.args[: place + 1]):
        return call.args[place]
    return None


def as_called(node: ast.expr | None, site: Site, cell_source: str) -> ast.expr | None:
    """An argument's expression with the parameters of the user's functions as their callers gave them.

    `frame[F]` in `evaluate(model, frame)` is `valid[F]` where `evaluate(m, valid)` made the call.
    """
    for level in range(min(len(site.frames) - 1, _MAX_CALLERS)):
        code = site.frames[level].f_code
        tree = tree_of_frame(site.frames[level + 1], cell_source)
        call = call_at(tree, site.positions[level + 1])
        if node is None or call is None or not isinstance(call.func, ast.Name):
            break
        names = code.co_varnames[: code.co_argcount]
        given = {name: argument_node(call, place, name) for place, name in enumerate(names)}
        node = _Filled({name: value for name, value in given.items() if value is not None}).visit(copy.deepcopy(node))
    return node


class _Filled(ast.NodeTransformer):
    """Replaces names by expressions."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self._given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._given.get(node.id, node)


def name_of(value: object, node: ast.expr | None, namespace: Mapping[str, Any]) -> str:
    """What people call a value: its name in the notebook, else the text of the expression that it was passed as."""
    if isinstance(node, ast.Name) and namespace.get(node.id) is value:
        return node.id
    for name, bound in islice(tuple(namespace.items()), _MAX_SCANNED_NAMES):
        if bound is value and not name.startswith("_"):
            return name
    if node is None:
        return ""
    text = ast.unparse(node)
    return text if len(text) <= 80 else ""  # noqa: PLR2004 - what fits a column of the panel
