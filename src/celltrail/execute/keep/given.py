"""The scalars that a past execution was given: the trail has names, not values, so what a source states is known."""

import ast
from collections.abc import Iterator

from celltrail.capture.params import variable_param
from celltrail.execute.replay.session import RecordedSession
from celltrail.records import Param, ParamKind, Status
from celltrail.runs.effects.source import parse_cell
from celltrail.store.runs import CellExecution

_MAX_TEXT = 200
_KINDS: dict[type, ParamKind] = {
    int: ParamKind.NUMBER,
    float: ParamKind.NUMBER,
    bool: ParamKind.BOOLEAN,
    str: ParamKind.TEXT,
    type(None): ParamKind.NONE,
}


def given_params(session: RecordedSession, execution: CellExecution) -> tuple[Param, ...]:
    """The variables that it read and that the cell before it which last wrote them set to a literal; and papermill's.

    Whatever else a name may hold is not recorded: a name that was computed, or set in a loop, is left out.
    """
    earlier = [one for one in session.executions if one.started_at < execution.started_at]
    given = {param.key: param for param in session.started.parameters}
    return tuple(_params(execution, earlier, given))


def _params(execution: CellExecution, earlier: list[CellExecution], given: dict[str, Param]) -> Iterator[Param]:
    for name in execution.names_read:
        if name.startswith("_") or name in execution.names_written:
            continue  # what it was when the cell read it cannot be told
        writer = next((one for one in reversed(earlier) if name in one.names_written), None)
        if writer is not None and writer.status is Status.FINISHED:
            yield from _stated(name, writer.source)
        elif writer is None and name in given:
            yield given[name]


def _stated(name: str, source: str) -> Iterator[Param]:
    """The literal that a source assigns to a name, if it assigns it once and nothing else in it binds the name."""
    tree = parse_cell(source).tree
    if tree is None:
        return
    bound = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name and _is_bound(node)]
    values = [
        statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and name in _targets(statement) and statement.value
    ]
    if len(bound) != 1 or len(values) != 1:
        return
    try:
        value = ast.literal_eval(values[0])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return
    kind = _KINDS.get(type(value))
    if kind is not None and len(str(value)) <= _MAX_TEXT:
        yield variable_param(name, value, kind)


def _is_bound(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]
