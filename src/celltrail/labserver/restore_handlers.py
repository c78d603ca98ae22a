"""The panel's requests about what a run executed: both only read; the browser puts it back, with its user's rights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.execute.restore.notebook import make_restored
from celltrail.execute.restore.plan import RestorePlan, plan_restore
from celltrail.labserver.handlers import TrailHandler

F = TypeVar("F", bound=Callable[..., Any])
_authorized_to_read = cast("Callable[[F], F]", authorized(action="read"))


@dataclass(frozen=True, slots=True)
class RestoreQuestion:
    """The body of a question for what a run executed: what it needs, or all that its session executed up to it."""

    run_id: str
    is_full: bool = False


class RestorePlanHandler(TrailHandler):
    """`POST celltrail/api/restore/plan`: the sources that belong to a run."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Say it; a question is a POST for its body's sake."""
        question = self.read_body(RestoreQuestion)
        await self.answer(lambda: codec.dumps(self.find_plan(question, in_contents=True)))

    def find_plan(self, question: RestoreQuestion, *, in_contents: bool) -> RestorePlan:
        """The plan, with the notebook's path as a browser or as the store has it; blocking, for a worker thread.

        Raises:
            CelltrailError: There is no such run or project, or no cell made the run.
        """
        project = self.find_project()
        project.ask("fold", {})  # the run may have ended just now
        detail = project.ask("get_run", {"run_id": question.run_id})
        plan = plan_restore(detail, project.settings, is_full=question.is_full)
        return replace(plan, notebook_path=project.to_contents(plan.notebook_path)) if in_contents else plan


class RestoreNotebookHandler(RestorePlanHandler):
    """`POST celltrail/api/restore/notebook`: the same as a notebook, which is not written here."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Send it."""
        question = self.read_body(RestoreQuestion)
        await self.answer(lambda: codec.dumps(make_restored(self.find_plan(question, in_contents=False))))
