"""Notebook paths in the store's questions and answers, from and to contents paths."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from celltrail.runs.compare import RunComparison
from celltrail.store.health import FoldReport
from celltrail.store.history import CellHistory, ExecutedSource
from celltrail.store.runs import CellBadge, CellExecution, RunDetail, RunPage, RunQuery, RunSummary

PathMap = Callable[[str], str]


def translate_arguments(arguments: Mapping[str, Any], to_store: PathMap) -> dict[str, Any]:
    """The arguments of a store method with contents paths made notebook paths."""
    translated = dict(arguments)
    query = translated.get("query")
    if isinstance(query, RunQuery) and query.notebook_path:
        translated["query"] = replace(query, notebook_path=to_store(query.notebook_path))
    if translated.get("notebook_path"):
        translated["notebook_path"] = to_store(translated["notebook_path"])
    return translated


def translate_answer(answer: Any, to_contents: PathMap) -> Any:
    """An answer of the store with notebook paths made contents paths."""
    if isinstance(answer, tuple):
        return tuple(translate_answer(item, to_contents) for item in answer)
    translate = _TRANSLATIONS.get(type(answer))
    return translate(answer, to_contents) if translate else answer


def translate_comparison(comparison: RunComparison, to_contents: PathMap) -> RunComparison:
    """A comparison with notebook paths made contents paths."""
    return replace(comparison, runs=translate_answer(comparison.runs, to_contents))


def _translate_row(row: RunSummary | CellExecution, to_contents: PathMap) -> RunSummary | CellExecution:
    return replace(row, notebook_path=to_contents(row.notebook_path))


def _translate_page(page: RunPage, to_contents: PathMap) -> RunPage:
    return replace(page, runs=translate_answer(page.runs, to_contents))


def _translate_detail(detail: RunDetail, to_contents: PathMap) -> RunDetail:
    return replace(
        detail,
        run=translate_answer(detail.run, to_contents),
        execution=translate_answer(detail.execution, to_contents),
        children=translate_answer(detail.children, to_contents),
    )


def _translate_badge(badge: CellBadge, to_contents: PathMap) -> CellBadge:
    return replace(badge, run=translate_answer(badge.run, to_contents))


def _translate_history(history: CellHistory, to_contents: PathMap) -> CellHistory:
    executions = tuple(replace(one, notebook_path=to_contents(one.notebook_path)) for one in history.executions)
    return replace(history, executions=executions)


def _translate_source(source: ExecutedSource, to_contents: PathMap) -> ExecutedSource:
    return replace(source, notebook_path=to_contents(source.notebook_path))


def _translate_report(report: FoldReport, to_contents: PathMap) -> FoldReport:
    return replace(report, changed_notebooks=tuple(map(to_contents, report.changed_notebooks)))


_TRANSLATIONS: dict[type[Any], Callable[[Any, PathMap], Any]] = {
    RunSummary: _translate_row,
    CellExecution: _translate_row,
    RunPage: _translate_page,
    RunDetail: _translate_detail,
    CellBadge: _translate_badge,
    CellHistory: _translate_history,
    ExecutedSource: _translate_source,
    FoldReport: _translate_report,
}
