"""What figure is asked for, and what is given."""

from dataclasses import dataclass
from enum import StrEnum

MEDIA_TYPE = "application/vnd.plotly.v1+json"


class FigureKind(StrEnum):
    """The figures that compare runs."""

    PARALLEL = "parallel"  # parallel coordinates: parameters that differ, and metrics
    SCATTER = "scatter"  # a parameter and a metric
    CURVES = "curves"  # a stepped metric of each run
    BOX = "box"  # a metric by the values of a parameter


class CurveAxis(StrEnum):
    """What a curve runs over."""

    STEP = "step"
    TIME = "time"  # seconds since the first point of each run


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """Which figure.

    Attributes:
        run_ids: Two to twenty runs; of curves also one.
        metric: The key of a metric; the first that differs if empty.
        param: For a scatter or boxes, the parameter; the first that differs if empty.
        axis: Of curves.
        smoothing: Of curves, from 0 (as logged) to 0.99: the weight of what came before in an exponential mean.
    """

    kind: FigureKind
    run_ids: tuple[str, ...]
    metric: str = ""
    param: str = ""
    axis: CurveAxis = CurveAxis.STEP
    smoothing: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        document: The plotly document as JSON text; empty where there is nothing to draw.
        metric: What was drawn.
        param: Empty where the figure has none.
        metrics: What else could be drawn.
        params: The parameters that differ.
        cell: The source of a cell that draws it again.
        notes: What is partial, or why there is nothing to draw.
    """

    document: str
    metric: str
    param: str
    metrics: tuple[str, ...]
    params: tuple[str, ...]
    cell: str
    notes: tuple[str, ...] = ()
