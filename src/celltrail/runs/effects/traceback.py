"""How far a cell came that failed: by the traceback that the user saw."""

import ast
import re

from celltrail.records import Status
from celltrail.store.runs import CellExecution

_IN_CELL = re.compile(r"^(?:Cell In\s?\[(\d+)\], line (\d+)|File <ipython-input-(\d+)-\w+>:(\d+))", re.MULTILINE)
_CAUSE = re.compile(
    r"^(?:The above exception was the direct cause|During handling of the above exception)", re.MULTILINE
)
_SHIFTING = re.compile(r"^[^#\n]*[%!].*\\$", re.MULTILINE)  # lines that are joined before they are parsed
_ARROW = re.compile(r"^-+> +(\d+) ?(.*)$", re.MULTILINE)


def statements_before(execution: CellExecution, tree: ast.Module) -> int | None:
    """How many of a cell's statements ran to their end; the next one failed, and none after it began.

    None where the traceback does not tell, or does not fit the source.
    """
    if execution.status not in {Status.FAILED, Status.INTERRUPTED} or execution.error is None:
        return None
    line = _failed_line(execution, execution.error.traceback)
    if line is None:
        return None
    for place, statement in enumerate(tree.body):
        first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))])
        if first <= line <= (statement.end_lineno or statement.lineno):
            return place
    return None


def _failed_line(execution: CellExecution, text: str) -> int | None:
    """The line of the cell's own code that was running, counted as in its source."""
    text = _CAUSE.split(text)[-1]
    frame = _IN_CELL.search(text)
    source = execution.source
    lines = source.split("\n")
    if frame is None or source.lstrip().startswith("%%") or _SHIFTING.search(source):
        return None
    count, number = (int(one) for one in frame.groups() if one is not None)
    arrow = _ARROW.search(text, frame.end())
    empty = next((place for place, line in enumerate(lines) if line.strip()), 0)  # IPython counts without these
    place = number + empty
    is_same = (
        count == execution.execution_count
        and arrow is not None
        and int(arrow[1]) == number
        and place <= len(lines)
        and arrow[2].strip() == lines[place - 1].strip()
    )
    return place if is_same else None
