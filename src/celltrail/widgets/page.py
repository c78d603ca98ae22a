"""A view as HTML that needs no script and no style sheet: in a saved notebook, in an e-mail, on a code forge."""

from html import escape as _markup

from celltrail.runs.text import escape
from celltrail.runs.view import View, ViewSection, ViewTone, ViewValue

_SIGNS = {ViewTone.BETTER: " ✓", ViewTone.WORSE: " ✗"}


def html_page(view: View) -> str:
    """The view as HTML; nothing in it is markup but ours."""
    head = f"<div><strong>{_text(view.title)}</strong></div>"
    told = f"<p>{_text(view.summary)}</p>" if view.summary else ""
    return f"<div>{head}{told}{''.join(_section(one) for one in view.sections)}</div>"


def _section(section: ViewSection) -> str:
    body = "".join(
        (
            f"<p>{_text(section.note)}</p>" if section.note else "",
            _table(section) if section.rows else "",
            f"<pre>{_text(chr(10).join(section.lines))}</pre>" if section.lines else "",
        )
    )
    opened = " open" if section.is_open else ""
    return f"<details{opened}><summary>{_text(section.title)}</summary>{body}</details>"


def _table(section: ViewSection) -> str:
    head = "".join(f"<th>{_text(column.name)}</th>" for column in section.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(section, place, one) for place, one in enumerate(row))}</tr>" for row in section.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(section: ViewSection, place: int, value: ViewValue) -> str:
    align = ' align="right"' if section.columns[place].is_number else ""
    return f"<td{align}>{_text(value.text)}{_SIGNS.get(value.tone, '')}</td>"


def _text(text: str) -> str:
    return _markup(escape(text, lines=True))
