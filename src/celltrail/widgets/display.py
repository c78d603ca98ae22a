"""A view that a notebook shows by itself, in every front end."""

from collections.abc import Mapping
from typing import Any

from celltrail import codec
from celltrail.runs.view import View
from celltrail.widgets.page import html_page
from celltrail.widgets.plain import plain_page

MIME = "application/vnd.celltrail.view+json"


class Display(View):
    """What a cell shows of the trail.

    JupyterLab and Notebook 7 with celltrail's extension show it with sorting, a filter and links to runs; every other
    front end, and a saved notebook on a code forge, shows the same as plain tables.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return plain_page(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Mapping[str, Any]:
        """What IPython asks for: a front end takes of it what it can show best."""
        del include, exclude
        return {MIME: codec.to_plain(self), "text/html": html_page(self), "text/plain": plain_page(self)}
