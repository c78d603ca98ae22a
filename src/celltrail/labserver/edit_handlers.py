"""The requests that change runs and saved views: writes, answered once their events are in the journal."""

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.labserver.handlers import TrailHandler
from celltrail.labserver.replies import ViewWish
from celltrail.runs.edit import RunEdit


class EditHandler(TrailHandler):
    """`POST celltrail/api/edit`: tags, stars, the archive and notes of runs."""

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Write the edit."""
        edit = self.read_body(RunEdit)
        await self.answer(lambda: codec.dumps(self.find_project().edit(edit)))


class ViewsHandler(TrailHandler):
    """`POST celltrail/api/views`: a view of the runs table, kept under a name or taken away."""

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Write the view."""
        wish = self.read_body(ViewWish)
        await self.answer(lambda: codec.dumps(self.find_project().save_view(wish)))
