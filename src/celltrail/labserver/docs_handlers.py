"""The documentation that was installed with celltrail, as Markdown: read from the package, never from elsewhere."""

from http import HTTPStatus
from pathlib import Path

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.labserver.handlers import TrailHandler
from celltrail.labserver.replies import DocsContents, DocsPage, DocsTitle

_FIRST = ("panel", "table", "compare", "restore", "replay", "output", "capture", "magics")
_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "docs", _PACKAGE.parents[1] / "docs")  # of the wheel, of a checkout


def list_pages() -> DocsContents:
    """What a reader of the workbench needs first comes first; the others by name."""
    names = sorted(_pages())
    ordered = [*(name for name in _FIRST if name in names), *(name for name in names if name not in _FIRST)]
    return DocsContents(tuple(DocsTitle(name, _title(_pages()[name])) for name in ordered))


def read_page(name: str) -> DocsPage:
    """One page.

    Raises:
        HTTPError: 404 when there is none of that name.
    """
    page = _pages().get(name)
    if page is None:
        raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND, f"there is no page {name!r} in this installation")
    return DocsPage(name, page.read_text(encoding="utf-8"))


def _pages() -> dict[str, Path]:
    folder = next((place for place in _PLACES if place.is_dir()), None)
    return {} if folder is None else {page.stem: page for page in folder.glob("*.md")}


def _title(page: Path) -> str:
    with page.open(encoding="utf-8") as lines:
        return next(lines, "").removeprefix("#").strip()


class DocsHandler(TrailHandler):
    """`GET celltrail/api/docs`: the pages."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """List them."""
        await self.answer(lambda: codec.dumps(list_pages()))


class DocsPageHandler(TrailHandler):
    """`GET celltrail/api/docs/<name>`: one page."""

    @tornado.web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Read it."""
        await self.answer(lambda: codec.dumps(read_page(name)))
