"""The panel's requests about several runs: what differs, why two differ, figures, and what a proof would execute."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import tornado.web
from jupyter_server.auth.decorator import authorized

from celltrail import codec
from celltrail.execute.explain.pairs import explain_all, explain_pair, gather_pair
from celltrail.execute.explain.proving import lay_swap
from celltrail.labserver.compare_replies import CompareQuestion, ComparisonPage, PairQuestion, ProofPlan, ProofQuestion
from celltrail.labserver.handlers import TrailHandler
from celltrail.labserver.replay_replies import ReplayQuestion
from celltrail.labserver.served import ServedProject
from celltrail.labserver.translate import translate_comparison
from celltrail.runs.compare import compare_runs, distinct_runs
from celltrail.runs.figures.drawing import draw_figure
from celltrail.runs.figures.records import FigureQuestion
from celltrail.store.runs import RunDetail
from celltrail.widgets.comparison_view import view_comparison
from celltrail.widgets.page import html_document

F = TypeVar("F", bound=Callable[..., Any])
_authorized_to_read = cast("Callable[[F], F]", authorized(action="read"))
_authorized_to_execute = cast("Callable[[F], F]", authorized(action="execute"))


class CompareHandler(TrailHandler):
    """`POST celltrail/api/compare`: what differs between two to twenty runs."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Say it; a question is a POST for its body's sake."""
        run_ids = self.read_body(CompareQuestion).run_ids

        def work() -> bytes:
            project = self.find_project()
            found = compare_runs(project.ask("get_runs", {"run_ids": distinct_runs(run_ids)}))
            return codec.dumps(translate_comparison(found, project.to_contents))

        await self.answer(work)


class ComparePageHandler(TrailHandler):
    """`POST celltrail/api/compare/page`: the whole comparison as an HTML document, to be saved."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Write it; nothing is executed."""
        run_ids = self.read_body(CompareQuestion).run_ids

        def work() -> bytes:
            project = self.find_project()
            details = project.ask("get_runs", {"run_ids": distinct_runs(run_ids)})
            facts = compare_runs(details)
            told = explain_all(project.follower.store(), project.settings, details, facts)
            return codec.dumps(ComparisonPage(html_document(view_comparison(facts, told))))

        await self.answer(work)


def _two_runs(project: ServedProject, before: str, after: str) -> tuple[RunDetail, RunDetail]:
    one, other = project.ask("get_runs", {"run_ids": distinct_runs((before, after))})
    return one, other


class ComparePairHandler(TrailHandler):
    """`POST celltrail/api/compare/pair`: why the second of two runs may differ from the first."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Say it; nothing is executed."""
        question = self.read_body(PairQuestion)

        def work() -> bytes:
            project = self.find_project()
            runs = _two_runs(project, question.before, question.after)
            store = project.follower.store()
            return codec.dumps(explain_pair(store, project.settings, runs, metric=question.metric))

        await self.answer(work)


class CompareProofHandler(TrailHandler):
    """`POST celltrail/api/compare/proof`: what would be executed to prove a cause; nothing is."""

    @tornado.web.authenticated
    @_authorized_to_execute
    async def post(self) -> None:
        """Say it; what the other run had is laid beside the store."""
        question = self.read_body(ProofQuestion)

        def work() -> bytes:
            project = self.find_project()
            runs = _two_runs(project, question.before, question.after)
            store = project.follower.store()
            pair = gather_pair(store, project.settings, runs, metric=question.metric)
            swap = lay_swap(store, project.settings, pair, question.swap)
            wish = ReplayQuestion(runs[0].run.run_id, swaps=(swap.label,))
            return codec.dumps(ProofPlan(swap.label, project.replays.plans(runs[0], wish)))

        await self.answer(work)


class CompareFigureHandler(TrailHandler):
    """`POST celltrail/api/compare/figure`: a figure of two to twenty runs."""

    @tornado.web.authenticated
    @_authorized_to_read
    async def post(self) -> None:
        """Draw it."""
        question = self.read_body(FigureQuestion)
        await self.answer(lambda: codec.dumps(draw_figure(self.find_project().follower.store(), question)))
