"""Files that changed between two uses although nobody was seen to write them: by a map, or a buffer that was kept.

Whoever held something of an execution that had opened the file may have written it. Others that write without being
seen are told by what they call.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from celltrail.records import FileUse
from celltrail.runs.effects.heap import Region
from celltrail.runs.effects.memory import Effects, Resource
from celltrail.store.runs import CellExecution

_QUIET = (
    ast.Module, ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict,
    ast.Set, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.JoinedStr, ast.FormattedValue, ast.Import,
    ast.ImportFrom, ast.alias, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
_NAME = "name: "  # of a handle: who binds it anew lets the handle go
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class _Use:
    """The last known content of a file: after which execution it was seen."""

    place: int
    digest: str


class UnseenWrites:
    """Follows the contents of files through a session."""

    def __init__(self) -> None:
        self._last: dict[str, _Use] = {}
        self._handles: dict[str, set[Resource]] = {}  # by file, what may still be connected with it
        self._could: list[bool] = []
        self._bound: set[str] = set()

    def pass_by(self, execution: CellExecution, tree: ast.Module | None, effects: Sequence[Effects]) -> None:
        """The next execution: where it read what nobody left there, all since then may have written it.

        Args:
            execution: The execution.
            tree: Its source, where it can be read.
            effects: Those of all executions up to this one.
        """
        self._could.append(tree is None or not self._is_still(tree))
        self._bound.update(one for one in effects[-1].writes if isinstance(one, str) and ":" not in one)
        written = {use.path for use in execution.files if use.mode == "write"}
        for use in execution.files:
            if use.mode == "read" and use.path not in written:
                self._compare(use, effects)
            self._last[use.path] = _Use(len(effects) - 1, use.digest)
            self._handles.setdefault(use.path, set()).update(_handles(effects[-1]))

    def _compare(self, use: FileUse, effects: Sequence[Effects]) -> None:
        last = self._last.get(use.path)
        if last is None or not last.digest or not use.digest or last.digest == use.digest:
            return
        resource, handles = f"unseen: {use.path} (before {len(effects)})", self._handles[use.path]
        effects[-1].reads.add(resource)
        for place in range(last.place, len(effects) - 1):
            touched = effects[place]
            let_go = {f"{_NAME}{name}" for name in touched.writes if isinstance(name, str)}
            if self._could[place] and not handles.isdisjoint(touched.writes | touched.reads | let_go):
                touched.writes.add(resource)

    def _is_still(self, tree: ast.Module) -> bool:
        """Whether it only binds new names: no call, no change of an object, nothing let go that may still write."""
        waiting: list[ast.AST] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in self._bound:
                return False
            if isinstance(node, _FUNCTIONS):
                waiting += node.decorator_list if not isinstance(node, ast.Lambda) else []
                waiting += [node.args]
            elif isinstance(node, (*_QUIET, ast.arguments, ast.arg)):
                waiting += ast.iter_child_nodes(node)
            else:
                return False
        return True


def _handles(effects: Effects) -> Iterator[Resource]:
    """What an execution made that may still read or write the files that it opened: no table, no list."""
    for made in effects.kills:
        if isinstance(made, Region) and not (made.is_table or made.is_display or made.codes or made.classes):
            yield made
            if made.label:
                yield f"{_NAME}{made.label}"
