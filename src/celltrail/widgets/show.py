"""`celltrail.run_table`, `celltrail.compare` and `celltrail.lineage`: the trail in a cell's output."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celltrail.config import Settings, load_settings
from celltrail.errors import ComparisonError
from celltrail.execute.explain.pairs import explain_all
from celltrail.execute.tracing import LineageKind, trace_run
from celltrail.runs.compare import compare_runs, distinct_runs
from celltrail.runs.search import opened_store
from celltrail.runs.view import View
from celltrail.store.base import Store
from celltrail.store.runs import RunDetail, RunQuery, RunSummary
from celltrail.widgets.comparison_view import view_comparison
from celltrail.widgets.display import Display
from celltrail.widgets.lineage_view import view_lineage
from celltrail.widgets.runs_view import name_run, view_runs

_SHOWN = 200


def run_table(
    filter_string: str = "",
    *,
    columns: Sequence[str] = (),
    order_by: Sequence[str] = (),
    max_results: int = _SHOWN,
    notebook: str | None = None,
) -> Display:
    """The runs of this project as a table.

    Args:
        filter_string: MLflow's grammar: `metrics.rmse < 1 and params.model = 'ridge'`.
        columns: What to show, as `metrics.rmse` or `params.alpha`; the metrics and the parameters that differ if empty.
        order_by: `metrics.rmse`, `params.alpha DESC`; newest first if empty.
        max_results: At most so many rows, up to 10,000.
        notebook: Only the runs of this notebook, by its path from the project's root or its file name.

    Returns:
        What a cell shows as a table; its `run_ids` go into `celltrail.compare`.

    Raises:
        FilterError: The filter or an ordering cannot be understood.
        StoreBusyError: Another process holds the store and does not answer.
    """
    query = RunQuery(
        filter=filter_string,
        order_by=(order_by,) if isinstance(order_by, str) else tuple(order_by),
        limit=max_results,
        notebook_path=notebook if notebook and "/" in notebook else "",
        notebook_name=notebook if notebook and "/" not in notebook else "",
        keys=None,
    )
    with _store() as (store, _):
        page = store.search_runs(query)
    return view_runs(page.runs, total=page.total, asked=filter_string, keys=columns)


def compare(*runs: Any, metric: str = "") -> Display:
    """Two to twenty runs side by side: only what differs, and why they may differ; nothing is executed.

    Args:
        runs: Ids or the first four or more characters of them, what `celltrail.get_run` gives, a table of
            `celltrail.run_table` or `celltrail.search_runs`, or a list of those. The first is the baseline.
        metric: The metric to explain; the runs' key metric if empty.

    Raises:
        ComparisonError: They are fewer than two, or more than twenty; or no such metric differs.
        RunNotFoundError: There is no such run.
        StoreBusyError: Another process holds the store and does not answer.
    """
    wanted = distinct_runs([*_ids(runs)])
    with _store() as (store, settings):
        details = store.get_runs(wanted)
        facts = compare_runs(details)
        told = explain_all(store, settings, details, facts, metric=metric)
    return view_comparison(facts, told)


def lineage(run: Any, *, full: bool = False, stale: bool = False) -> Display:
    """The cell executions that a run needs, in executed order, with why, what flows between them and their sources.

    Args:
        run: Its id or the first four or more characters of it, or what `celltrail.get_run` gives.
        full: All that the session executed up to there.
        stale: Instead, what may change if its cell ran again.

    Raises:
        ComparisonError: It is not one run.
        RunNotFoundError: There is no such run.
        SessionLostError: The journal of its session is gone.
        StoreError: No cell made it.
    """
    kind = LineageKind.STALE if stale else LineageKind.FULL if full else LineageKind.SLICE
    with _store() as (store, settings):
        found = trace_run(store, settings, _one_id(run), kind=kind)
        name = name_run(store.get_run(found.run_id).run)
    return view_lineage(found, name)


@contextmanager
def _store() -> Iterator[tuple[Store, Settings]]:
    settings = load_settings(Path.cwd())
    with opened_store(None) as store:
        yield store, settings


def _one_id(given: Any) -> str:
    found = [*_ids([given])]
    if len(found) != 1:
        raise ComparisonError(f"lineage is of one run: {len(found)} were given")
    return found[0]


def _ids(given: Iterable[Any]) -> Iterator[str]:
    """The ids that are meant by ids, runs, tables of runs, and lists of those."""
    for one in given:
        if isinstance(one, str):
            yield one
        elif isinstance(one, RunDetail):
            yield one.run.run_id
        elif isinstance(one, RunSummary):
            yield one.run_id
        elif isinstance(one, View):
            yield from one.run_ids
        elif hasattr(one, "columns") and "run_id" in one.columns:
            yield from map(str, one["run_id"])
        elif isinstance(one, Iterable):
            yield from _ids(one)
        else:
            raise TypeError(f"{type(one).__name__} is no run: give its id, what get_run gives, or a table of runs")
