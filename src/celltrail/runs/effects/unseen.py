"""Files that changed between two uses although nobody was seen to write them: whoever could have, may have."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from celltrail.records import FileUse
from celltrail.runs.effects.memory import Effects
from celltrail.store.base import CellExecution

_QUIET = (
    ast.Module, ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Dict,
    ast.Set, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.JoinedStr, ast.FormattedValue, ast.Import,
    ast.ImportFrom, ast.alias, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
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

    def _compare(self, use: FileUse, effects: Sequence[Effects]) -> None:
        last = self._last.get(use.path)
        if last is None or not last.digest or not use.digest or last.digest == use.digest:
            return
        resource = f"unseen: {use.path} (before {len(effects)})"
        effects[-1].reads.add(resource)
        for place in range(last.place, len(effects) - 1):
            if self._could[place]:
                effects[place].writes.add(resource)

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
