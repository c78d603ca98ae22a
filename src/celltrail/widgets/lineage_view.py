"""The lineage of a run in a cell's output: the executions that it needs, why, and their sources."""

from celltrail.execute.replay.plan import label_of
from celltrail.execute.tracing import Lineage, LineageKind
from celltrail.runs.trace import TracedStep
from celltrail.runs.view import ViewColumn, ViewKind, ViewSection, ViewValue, without_empty_columns
from celltrail.widgets.display import Display

_MOST_LINES = 60  # of one cell's source
_MOST_WORDS = 8  # names that flow from one execution to another
_COLUMNS = (
    ViewColumn("[n]", is_number=True),
    ViewColumn("cell"),
    ViewColumn("why it is needed"),
    ViewColumn("uses"),
    ViewColumn("marks"),
)


def view_lineage(lineage: Lineage, name: str) -> Display:
    """The executions of a lineage.

    Args:
        lineage: What was found.
        name: What the run is called.
    """
    steps = lineage.trace.steps
    rows = tuple(_row(step) for step in steps)
    sources = tuple(
        ViewSection(
            f"[{step.execution.execution_count}] {label_of(step.execution)}",
            lines=tuple(step.execution.source.splitlines()[:_MOST_LINES]),
            is_open=False,
        )
        for step in steps
    )
    total = lineage.trace.total
    summary = f"{len(steps)} of {total} cell executions"
    if lineage.kind is LineageKind.STALE:
        title, summary = f"What may change if the cell of {name} ran again", f"{len(steps) - 1} later executions"
    elif lineage.kind is LineageKind.FULL:
        title = f"All that was executed up to {name}"
    else:
        title = f"What {name} needs"
    run_ids = (lineage.run_id,) if lineage.run_id else ()
    return Display(
        ViewKind.LINEAGE,
        title,
        summary,
        (without_empty_columns(ViewSection("cells", _COLUMNS, rows)), *sources),
        run_ids,
    )


def _row(step: TracedStep) -> tuple[ViewValue, ...]:
    uses = "; ".join(f"[{flow.source_count}]: {_listed(flow.what)}" for flow in step.uses)
    marks = "; ".join(f"{mark.kind}: {mark.text}" for mark in step.marks)
    head = (
        ViewValue(str(step.execution.execution_count), number=step.execution.execution_count),
        ViewValue(label_of(step.execution)),
    )
    return (*head, ViewValue("; ".join(step.reasons)), ViewValue(uses), ViewValue(marks))


def _listed(words: tuple[str, ...]) -> str:
    more = len(words) - _MOST_WORDS
    return ", ".join(words[:_MOST_WORDS]) + (f" and {more} more" if more > 0 else "")
