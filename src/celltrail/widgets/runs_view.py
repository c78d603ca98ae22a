"""Runs as a table in a cell's output."""

from collections.abc import Mapping, Sequence

from celltrail.runs.compare import best_places
from celltrail.runs.text import day_and_time, duration, number
from celltrail.runs.view import ViewColumn, ViewKind, ViewSection, ViewTone, ViewValue
from celltrail.store.direction import better_direction
from celltrail.store.runs import RunSummary
from celltrail.widgets.display import Display

_MOST_METRICS = 6
_MOST_PARAMS = 6
_SHORT_ID = 8
_LONGEST = 200  # characters of a value


def view_runs(runs: Sequence[RunSummary], *, total: int, asked: str, keys: Sequence[str] = ()) -> Display:
    """A table of runs.

    Args:
        runs: In the order in which they are shown.
        total: How many match.
        asked: The filter that was asked with; may be empty.
        keys: The metrics and parameters to show, as `metrics.rmse`; those that most of the runs have and that differ
            where it is empty.
    """
    metrics = [key[len("metrics.") :] for key in keys if key.startswith("metrics.")]
    params = [key[len("params.") :] for key in keys if key.startswith("params.")]
    if not keys:
        metrics = _frequent([run.metrics for run in runs])[:_MOST_METRICS]
        params = _differing(runs)[:_MOST_PARAMS]
    columns = (
        ViewColumn("run"),
        *(ViewColumn(key, is_number=True) for key in metrics),
        *(ViewColumn(key, is_number=_are_numbers(runs, key)) for key in params),
        ViewColumn("notebook"),
        ViewColumn("status"),
        ViewColumn("took"),
        ViewColumn("started"),
        ViewColumn("id"),
    )
    best = {key: best_places([run.metrics.get(key) for run in runs], better_direction(key)) for key in metrics}
    rows = tuple(
        _row(run, params, [_metric(run.metrics.get(key), is_best=place in best[key]) for key in metrics])
        for place, run in enumerate(runs)
    )
    more = total - len(runs)
    note = f"the first {len(runs):,} of {total:,}; max_results shows more" if more > 0 else ""
    title = f"{total:,} run{'' if total == 1 else 's'}" + (f" where {asked}" if asked else "")
    empty = "No run matches. Run a cell that fits a model, or ask with another filter." if not runs else ""
    sections = (ViewSection("runs", columns, rows, note=note),) if runs else ()
    return Display(ViewKind.RUNS, title, empty, sections, tuple(run.run_id for run in runs))


def name_run(run: RunSummary) -> str:
    """A run as lists name it."""
    return f"{run.title or run.name} {run.differs}".rstrip()[:_LONGEST]


def short_id(run_id: str) -> str:
    """Enough of an id to ask for the run."""
    return run_id[:_SHORT_ID]


def _row(run: RunSummary, params: Sequence[str], metrics: Sequence[ViewValue]) -> tuple[ViewValue, ...]:
    return (
        ViewValue(name_run(run), run_id=run.run_id),
        *metrics,
        *(_param(run.params.get(key, "")) for key in params),
        ViewValue(f"{run.notebook_path} [{run.execution_count}]" if run.notebook_path else "", ViewTone.QUIET),
        ViewValue(run.status),
        ViewValue(duration(run.duration_s), ViewTone.QUIET, number=run.duration_s),
        # an output is saved: `3 min ago` would be untrue an hour later
        ViewValue(day_and_time(run.started_at), ViewTone.QUIET, number=run.started_at),
        ViewValue(short_id(run.run_id), ViewTone.QUIET),
    )


def _metric(value: float | None, *, is_best: bool) -> ViewValue:
    if value is None:
        return ViewValue("")
    return ViewValue(number(value), ViewTone.BETTER if is_best else ViewTone.PLAIN, number=value)


def _param(value: str) -> ViewValue:
    return ViewValue(value[:_LONGEST], number=_number(value))


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _frequent(sides: Sequence[Mapping[str, object]]) -> list[str]:
    counts: dict[str, int] = {}
    for side in sides:
        for key in side:
            counts[key] = counts.get(key, 0) + 1
    return sorted(counts, key=lambda key: (-counts[key], key))


def _differing(runs: Sequence[RunSummary]) -> list[str]:
    """The parameters that some runs have otherwise than others, those with the most values first."""
    values: dict[str, set[str]] = {}
    for run in runs:
        for key, value in run.params.items():
            values.setdefault(key, set()).add(value)
    return sorted((key for key in values if len(values[key]) > 1), key=lambda key: (-len(values[key]), key))


def _are_numbers(runs: Sequence[RunSummary], key: str) -> bool:
    return all(_number(run.params[key]) is not None for run in runs if key in run.params)
