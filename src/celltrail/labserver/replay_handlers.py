"""The panel's requests about replays: reading is asked for as reading, executing as executing."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.labserver.handlers import TrailHandler
from celltrail.labserver.replay_replies import ReplayOrder, ReplayQuestion

F = TypeVar("F", bound=Callable[..., Any])
_authorized_to_read = cast("Callable[[F], F]", authorized(action="read"))
_authorized_to_execute = cast("Callable[[F], F]", authorized(action="execute"))


class ReplayPlanHandler(TrailHandler):
    """`POST celltrail/api/replay/plan`: what a replay of a run would execute."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Say it; a question is a POST for its body's sake."""
        question = self.read_body(ReplayQuestion)

        def work() -> bytes:
            project = self.find_project()
            return codec.dumps(project.replays.plans(project.ask("get_run", {"run_id": question.run_id}), question))

        await self.answer(work)


class ReplayHandler(TrailHandler):
    """`celltrail/api/replay`: the replay of a project: what it is, its start and its end."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def get(self) -> None:
        """Say how far it is."""
        await self.answer(lambda: codec.dumps(self.find_project().replays.state))

    @tornado.web.authenticated
    @_authorized_to_execute
    async def post(self) -> None:
        """Start one: this executes code."""
        order = self.read_body(ReplayOrder)
        await self.answer(lambda: codec.dumps(self.find_project().replays.start(order)))

    @tornado.web.authenticated
    @_authorized_to_execute
    async def delete(self) -> None:
        """Cancel it."""
        await self.answer(lambda: codec.dumps(self.find_project().replays.cancel()))


class ReplayNotebookHandler(TrailHandler):
    """`GET celltrail/api/replay/notebook/<name>`: a notebook that a replay wrote, as text that is never run here."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def get(self, name: str) -> None:
        """Send it."""
        self.check_xsrf_cookie()
        await self.answer(lambda: self.find_project().replays.notebook(name))
