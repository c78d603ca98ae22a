"""`celltrail.plot_runs`: a figure of runs in a cell, by plotly."""

import json
from collections.abc import Sequence
from typing import Any

from celltrail.errors import ComparisonError
from celltrail.runs.figures.drawing import draw_figure
from celltrail.runs.figures.records import CurveAxis, FigureKind, FigureQuestion
from celltrail.runs.search import opened_store
from celltrail.store.base import Store


def plot_runs(
    runs: Sequence[str],
    kind: str = "parallel",
    *,
    metric: str = "",
    param: str = "",
    axis: str = "step",
    smoothing: float = 0.0,
    store: Store | None = None,
) -> Any:
    """Two to twenty runs in one figure, or the curves of one run.

    Args:
        runs: Their ids, or the first four or more characters of each.
        kind: `parallel` coordinates, `scatter` of a parameter and a metric, `curves` of a stepped metric, or `box` by
            the values of a parameter.
        metric: A metric's key; the runs' key metric if empty.
        param: Of a scatter or boxes; the first parameter that differs if empty.
        axis: Of curves: `step` or `time`.
        smoothing: Of curves, from 0 to 0.99.
        store: Where to look; the project of the working directory where it is None.

    Returns:
        A `plotly.graph_objects.Figure`.

    Raises:
        ComparisonError: There is nothing to draw, and why; or the kind or the axis is none.
        RunNotFoundError: One of the runs is not there.
    """
    import plotly.graph_objects as go

    kinds, axes = [str(one) for one in FigureKind], [str(one) for one in CurveAxis]
    if kind not in kinds or axis not in axes:
        raise ComparisonError(
            f"there is no figure {kind!r:.40} over {axis!r:.40}: {', '.join(kinds)}; {', '.join(axes)}"
        )
    question = FigureQuestion(FigureKind(kind), tuple(runs), metric, param, CurveAxis(axis), smoothing)
    with opened_store(store) as opened:
        figure = draw_figure(opened, question)
    if not figure.document:
        raise ComparisonError("; ".join(figure.notes) or "there is nothing to draw")
    return go.Figure(json.loads(figure.document))
