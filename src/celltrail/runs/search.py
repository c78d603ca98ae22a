"""Runs for people who write Python: `celltrail.search_runs` and `celltrail.get_run`, in MLflow's words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celltrail.config import load_settings
from celltrail.runs.run import Run
from celltrail.store.base import Store
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery, RunSummary

if TYPE_CHECKING:
    import pandas as pd

_PAGE = 10_000


def search_runs(
    filter_string: str = "",
    *,
    order_by: Sequence[str] = (),
    max_results: int = 1000,
    notebook: str | None = None,
    with_replays: bool = False,
    store: Store | None = None,
) -> "pd.DataFrame":
    """The runs of this project as a DataFrame, newest first.

    Args:
        filter_string: MLflow's grammar: `metrics.rmse < 1 and params.model = 'ridge'`.
        order_by: `metrics.rmse`, `params.alpha DESC`; runs that lack the key come last.
        max_results: At most so many rows.
        notebook: Only the runs of this notebook, by its path from the project's root; a name without a folder means
            the notebooks of that name in every folder.
        with_replays: Also the runs that replays made.
        store: Where to look; the project of the working directory where it is None.

    Returns:
        One row per run: run_id, name, title (what lists show: the name, and what tells the run from its neighbours),
        status, notebook, cell, start_time, end_time (UTC), duration_s, then params.…
        (text), metrics.… (float) and tags.… (text), each sorted by key, missing where the run lacks the key.

    Raises:
        FilterError: The filter or an ordering cannot be understood.
        StoreBusyError: Another process holds the store and does not answer.
    """
    query = RunQuery(
        filter=filter_string,
        order_by=(order_by,) if isinstance(order_by, str) else tuple(order_by),
        notebook_path=notebook if notebook and "/" in notebook else "",
        notebook_name=notebook if notebook and "/" not in notebook else "",
        with_children=True,
        keys=None,
        with_replays=with_replays,
    )
    with opened_store(store) as opened:
        return _frame(list(_pages(opened, query, max_results)))


def get_run(run_id: str, *, store: Store | None = None) -> Run:
    """Everything that is kept of one run, by its id or the first four or more characters of it.

    As in MLflow, `run.data.params`, `run.data.metrics` and `run.data.tags` are its values by key, and `run.info` has
    `run_id`, `run_name`, `status`, `start_time` and `end_time`.

    Raises:
        RunNotFoundError: No run or more than one matches.
        StoreBusyError: Another process holds the store and does not answer.
    """
    with opened_store(store) as opened:
        return Run.of(opened.get_run(run_id))


@contextmanager
def opened_store(store: Store | None) -> Iterator[Store]:
    """The given store, up to date, or the one of the working directory's project."""
    if store is not None:
        store.fold()
        yield store
        return
    own = open_store(load_settings(Path.cwd()).store)
    try:
        yield own
    finally:
        own.close()


def _pages(store: Store, query: RunQuery, max_results: int) -> Iterator[RunSummary]:
    from dataclasses import replace

    missing, cursor = max_results, ""
    while missing > 0:
        page = store.search_runs(replace(query, limit=min(missing, _PAGE), cursor=cursor))
        yield from page.runs
        missing -= len(page.runs)
        cursor = page.next_cursor
        if not cursor:
            return


def _frame(runs: list[RunSummary]) -> "pd.DataFrame":
    import pandas as pd

    columns: dict[str, Any] = {
        "run_id": [run.run_id for run in runs],
        "name": [run.name for run in runs],
        "title": [f"{run.title} {run.differs}".rstrip() for run in runs],
        "status": [str(run.status) for run in runs],
        "notebook": [run.notebook_path for run in runs],
        "cell": [run.cell_id for run in runs],
        "parent_run_id": [run.parent_run_id for run in runs],
        "start_time": _times(pd, [run.started_at for run in runs]),
        "end_time": _times(pd, [run.ended_at for run in runs]),
        "duration_s": pd.array([run.duration_s for run in runs], dtype="Float64"),
    }
    columns |= _values("params", [run.params for run in runs])
    columns |= {
        name: pd.Series(values, dtype="float64")
        for name, values in _values("metrics", [r.metrics for r in runs]).items()
    }
    columns |= _values("tags", [run.tags for run in runs])
    return pd.DataFrame(columns)


def _times(pd: Any, values: list[int | None]) -> Any:
    return pd.to_datetime(pd.array(values, dtype="Int64"), unit="us", utc=True)


def _values(entity: str, found: Sequence[Any]) -> dict[str, list[Any]]:
    keys = sorted({key for values in found for key in values})
    return {f"{entity}.{key}": [values.get(key) for values in found] for key in keys}
