"""The panel's request for what an artifact looks like."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.labserver import blobs
from celltrail.labserver.handlers import TrailHandler
from celltrail.labserver.previews.looking import look_at
from celltrail.labserver.previews.predictions import read_predictions
from celltrail.labserver.previews.records import PredictionQuestion, PreviewQuestion

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


class PredictionsHandler(TrailHandler):
    """`POST celltrail/api/preview/predictions`: what a model said of some rows when it was kept; it is not loaded."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Read them."""
        question = self.read_body(PredictionQuestion)

        def work() -> bytes:
            project = self.find_project()
            detail = project.ask("get_run", {"run_id": question.run_id})
            found = read_predictions(detail, question.name, lambda digest: project.ask("read_blob", {"digest": digest}))
            return codec.dumps(found)

        await self.answer(work)
