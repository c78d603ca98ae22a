"""A view as HTML that needs no script and no style sheet: in a saved notebook, in an e-mail, on a code forge."""

from html import escape as _markup

from celltrail.runs.text import escape
from celltrail.runs.view import View, ViewSection, ViewTone, ViewValue

_SIGNS = {ViewTone.BETTER: " ✓", ViewTone.WORSE: " ✗"}


_STYLE = """
:root { color-scheme: light dark; }
body { font: 0.9rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
strong { font-size: 1.3rem; }
details { margin: 0.8rem 0; }
summary { cursor: pointer; font-weight: 600; }
table { border-collapse: collapse; margin: 0.5rem 0; display: block; overflow-x: auto; }
th, td { padding: 0.2rem 0.7rem; border-bottom: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
th { text-align: start; }
td { min-width: 4rem; overflow-wrap: anywhere; vertical-align: top; white-space: pre-line; }
pre { overflow-x: auto; padding: 0.6rem; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
"""


def html_document(view: View) -> str:
    """The view as a page of its own: nothing in it is fetched, and no script runs."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(view.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
        f"{html_page(view)}</main>\n</body>\n</html>\n"
    )


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
