"""The requests of a run's page: what its session executed, and what it took of the machine; both only read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.execute.executed import RunCells, cut_story, tell_story
from celltrail.execute.resources import list_resources
from celltrail.labserver.handlers import TrailHandler

F = TypeVar("F", bound=Callable[..., Any])
_authorized_to_read = cast("Callable[[F], F]", authorized(action="read"))


@dataclass(frozen=True, slots=True)
class RunCellsQuestion:
    """The body of a question for the cells of a run.

    Attributes:
        run_id: The run.
        only_needed: Only those that it needs.
        offset: Cells to skip.
        limit: At most 200.
    """

    run_id: str
    only_needed: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class RunResourcesQuestion:
    """The body of a question for what a run took of the machine over time."""

    run_id: str


class RunCellsHandler(TrailHandler):
    """`POST celltrail/api/run/cells`: the executions that led to a run, with those that it needs marked."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Say it; a question is a POST for its body's sake."""
        question = self.read_body(RunCellsQuestion)
        await self.answer(lambda: codec.dumps(self._find(question)))

    def _find(self, question: RunCellsQuestion) -> RunCells:
        project = self.find_project()
        detail = project.ask("get_run", {"run_id": question.run_id})
        folded = project.ask("list_executions", {"session_id": detail.run.session_id})
        story = tell_story(project.settings, detail, folded)
        return cut_story(story, only_needed=question.only_needed, offset=question.offset, limit=question.limit)


class RunResourcesHandler(TrailHandler):
    """`POST celltrail/api/run/resources`: what the cells that led to a run took of the machine, over time."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Say it; a question is a POST for its body's sake."""
        run_id = self.read_body(RunResourcesQuestion).run_id

        def work() -> bytes:
            project = self.find_project()
            return codec.dumps(list_resources(project.settings, project.ask("get_run", {"run_id": run_id})))

        await self.answer(work)
