"""The panel's request for what an artifact looks like."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.labserver import blobs
from celltrail.labserver.handlers import TrailHandler
from celltrail.labserver.previews.looking import look_at
from celltrail.labserver.previews.records import PreviewQuestion

F = TypeVar("F", bound=Callable[..., Any])
_authorized_to_read = cast("Callable[[F], F]", authorized(action="read"))


class PreviewHandler(TrailHandler):
    """`POST celltrail/api/preview`: the beginning of an artifact as text, a table, cells or bytes; nothing is run."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Look at it."""
        question = self.read_body(PreviewQuestion)
        blobs.checked_digest(question.digest)

        def work() -> bytes:
            settings = self.find_project().settings
            return codec.dumps(look_at(settings.store, settings.root, question))

        await self.answer(work)
