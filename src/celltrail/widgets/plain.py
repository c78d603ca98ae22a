"""A view as text: in a terminal, in the diff of a saved notebook, for a screen reader."""

from collections.abc import Sequence

from celltrail.runs.text import escape
from celltrail.runs.view import View, ViewSection

_WIDEST = 40
_MOST_ROWS = 20


def plain_page(view: View) -> str:
    """The view as lines of text."""
    lines = [view.title, *([view.summary] if view.summary else [])]
    for section in view.sections:
        lines += ["", section.title, *([f"  {section.note}"] if section.note else []), *_table(section)]
        lines += [f"  {line}" for line in section.lines[:_MOST_ROWS]]
    return "\n".join(escape(line).rstrip() for line in lines)


def _table(section: ViewSection) -> list[str]:
    if not section.rows:
        return []
    head = [column.name for column in section.columns]
    texts = [head, *([_cut(value.text) for value in row] for row in section.rows[:_MOST_ROWS])]
    widths = [max(len(row[place]) for row in texts) for place in range(len(head))]
    lines = [
        "  " + "  ".join(_aligned(section, place, row[place], widths) for place in range(len(head))) for row in texts
    ]
    more = len(section.rows) - _MOST_ROWS
    return lines + ([f"  … and {more} more"] if more > 0 else [])


def _aligned(section: ViewSection, place: int, text: str, widths: Sequence[int]) -> str:
    return text.rjust(widths[place]) if section.columns[place].is_number else text.ljust(widths[place])


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDEST else f"{flat[: _WIDEST - 1]}…"
