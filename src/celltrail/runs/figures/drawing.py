"""Makes the figures: documents of traces and a layout in plotly's JSON, with no more points than a screen shows."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from celltrail.errors import ComparisonError
from celltrail.runs.compare import compare_runs, distinct_runs
from celltrail.runs.figures.records import CurveAxis, Figure, FigureKind, FigureQuestion
from celltrail.store.base import Store
from celltrail.store.runs import MetricHistory, RunDetail

_POINTS = 20_000  # of all curves together
_MOST_CURVE = 4_000  # of one
_MOST_DIMENSIONS = 12
_MOST_SMOOTHING = 0.99
_LABEL = 40


@dataclass(frozen=True, slots=True)
class _Subject:
    """The runs, and what can be drawn of them."""

    runs: tuple[RunDetail, ...]
    metrics: tuple[str, ...]
    params: tuple[str, ...]


def draw_figure(store: Store, question: FigureQuestion) -> Figure:
    """One figure of some runs.

    Raises:
        ComparisonError: The runs are too few (one has curves only) or too many, or the smoothing is none.
        RunNotFoundError: One of the runs is not there.
    """
    if not 0 <= question.smoothing <= _MOST_SMOOTHING:
        raise ComparisonError(f"smoothing is from 0 to {_MOST_SMOOTHING}, not {question.smoothing:.6g}")
    fewest = 1 if question.kind is FigureKind.CURVES else 2
    runs = store.get_runs(distinct_runs(question.run_ids, fewest=fewest))
    subject = _subject(runs)
    metric = question.metric or next(iter(_drawn_first(runs, subject, question.kind)), "")
    param = question.param or next(iter(subject.params), "")
    traces, layout, notes = _parts(store, subject, question, metric=metric, param=param)
    has_param = question.kind in {FigureKind.SCATTER, FigureKind.BOX}
    return Figure(
        document=_document(traces, layout) if traces else "",
        metric=metric,
        param=param if has_param else "",
        metrics=subject.metrics,
        params=subject.params,
        cell=_cell(question, runs, metric=metric, param=param if has_param else ""),
        notes=tuple(notes),
    )


def _subject(runs: tuple[RunDetail, ...]) -> _Subject:
    facts = compare_runs(runs) if len(runs) > 1 else None
    differing = [one.key for one in facts.metrics] if facts else []
    every = dict.fromkeys([*differing, *(metric.key for run in runs for metric in run.metrics)])
    return _Subject(runs, tuple(every), tuple(one.name for one in facts.params) if facts else ())


def _drawn_first(runs: Sequence[RunDetail], subject: _Subject, kind: FigureKind) -> Iterable[str]:
    """For curves a metric with more than one point comes first."""
    keys = [run.run.key_metric.key for run in runs if run.run.key_metric]
    stepped = {metric.key for run in runs for metric in run.metrics if metric.count > 1}
    ordered = [*(key for key in keys if key in subject.metrics), *subject.metrics]
    if kind is FigureKind.CURVES:
        return sorted(ordered, key=lambda key: key not in stepped)
    return ordered


def _parts(
    store: Store, subject: _Subject, question: FigureQuestion, *, metric: str, param: str
) -> tuple[list[Any], Any, list[str]]:
    if not metric:
        return [], {}, ["the runs have no metric: there is nothing to draw"]
    match question.kind:
        case FigureKind.CURVES:
            return _curves(store, subject, question, metric)
        case FigureKind.PARALLEL:
            return _parallel(subject, metric)
        case FigureKind.SCATTER | FigureKind.BOX if not param:
            return [], {}, ["no parameter differs between the runs: there is nothing to set the metric against"]
        case FigureKind.SCATTER:
            return _scatter(subject, metric, param)
        case _:
            return _boxes(subject, metric, param)


def _document(traces: list[Any], layout: Any) -> str:
    return json.dumps({"data": traces, "layout": layout}, separators=(",", ":"), allow_nan=False)


def _cell(question: FigureQuestion, runs: Sequence[RunDetail], *, metric: str, param: str) -> str:
    ids = ", ".join(repr(run.run.run_id) for run in runs)
    words = [f"metric={metric!r}"] if metric else []
    words += [f"param={param!r}"] if param else []
    if question.kind is FigureKind.CURVES:
        words += [f"axis={str(question.axis)!r}", f"smoothing={question.smoothing!r}"]
    return f"import celltrail\n\ncelltrail.plot_runs([{ids}], {', '.join([repr(str(question.kind)), *words])})"


# --- values ---------------------------------------------------------------------------------------------------------


def label_of(run: RunDetail) -> str:
    """A run in a legend: its id and what tells it from the others; markup is shown as it is written."""
    name = f"{run.run.title or run.run.name} {run.run.differs}".strip()
    return _plain(f"{run.run.run_id[:8]} {_short(name)}")


def _short(text: str) -> str:
    return f"{text[:_LABEL]} …" if len(text) > _LABEL else text


def _labels(texts: Iterable[str]) -> dict[str, str]:
    """Short labels of parameters' values, which may have a megabyte; those of different values differ."""
    found: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        label = _plain(_short(text))
        count = sum(_plain(_short(other)) == label for other in found)
        found[text] = f"{label} ({count + 1})" if count else label
    return found


def _plain(text: str) -> str:
    """A text that plotly does not take as its pseudo-HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _value(run: RunDetail, metric: str) -> float | None:
    chosen = run.run.metrics.get(metric)
    value = chosen if chosen is not None else next((one.value for one in run.metrics if one.key == metric), None)
    return value if value is not None and math.isfinite(value) else None


def _param(run: RunDetail, name: str) -> str | None:
    return next((param.value for param in run.params if param.key == name), None)


def _numbers(texts: Sequence[str | None]) -> list[float | None] | None:
    """The texts as finite numbers; None where one of them is none."""
    found: list[float | None] = []
    for text in texts:
        try:
            number = None if text is None else float(text)
        except ValueError:
            return None
        if number is not None and not math.isfinite(number):
            return None
        found.append(number)
    return found


def _without(runs: Sequence[RunDetail], metric: str) -> list[str]:
    lacking = [run.run.run_id[:8] for run in runs if _value(run, metric) is None]
    return [f"not drawn, without a finite {metric}: {', '.join(lacking)}"] if lacking else []


# --- the figures ----------------------------------------------------------------------------------------------------


def _curves(store: Store, subject: _Subject, question: FigureQuestion, metric: str) -> tuple[list[Any], Any, list[str]]:
    most = min(_MOST_CURVE, _POINTS // len(subject.runs))
    traces, lacking, decimated = [], [], 0
    for run in subject.runs:
        history = store.metric_history(run.run.run_id, metric, most)
        decimated += history.is_decimated
        x, y = _curve(history, question)
        if not any(value is not None for value in y):
            lacking.append(f"{run.run.run_id[:8]} ({'only NaN' if history.points else 'no point'})")
            continue
        mode = "lines+markers" if len(x) < 50 else "lines"  # noqa: PLR2004 - more would be a band of dots
        traces.append({"type": "scatter", "mode": mode, "name": label_of(run), "x": x, "y": y, "connectgaps": False})
    title = "step" if question.axis is CurveAxis.STEP else "seconds since the first point"
    notes = [f"not drawn: {', '.join(lacking)}"] if lacking else []
    if decimated:
        notes.append(f"{decimated} curves show the extremes of each stretch, not every point")
    if decimated and question.smoothing:
        notes.append("their mean is over the points that are drawn: it is no mean of the metric")
    return traces, _axes(title, metric), notes


def _curve(history: MetricHistory, question: FigureQuestion) -> tuple[list[float], list[float | None]]:
    points = history.points
    if question.axis is CurveAxis.TIME:
        points = tuple(sorted(points, key=lambda point: point.at))
        start = points[0].at if points else 0
        x: list[float] = [(point.at - start) / 1e6 for point in points]
    else:
        x = [point.step for point in points]
    return x, smoothed([point.value for point in points], question.smoothing)


def smoothed(values: Sequence[float], weight: float) -> list[float | None]:
    """The exponential mean, corrected for its start, as pandas' `ewm(alpha=1 - weight).mean()`; gaps stay gaps."""
    total, scale, found = 0.0, 0.0, list[float | None]()
    for value in values:
        total, scale = total * weight, scale * weight
        if not math.isfinite(value):
            found.append(None)
            continue
        total, scale = total + (1 - weight) * value, scale + (1 - weight)
        found.append(total / scale)
    return found


def _scatter(subject: _Subject, metric: str, param: str) -> tuple[list[Any], Any, list[str]]:
    shown = [run for run in subject.runs if _value(run, metric) is not None]
    texts = [_param(run, param) for run in shown]
    numbers = _numbers(texts)
    labels = _labels(text or "(none)" for text in texts)
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": numbers if numbers is not None else [labels[text or "(none)"] for text in texts],
        "y": [_value(run, metric) for run in shown],
        "text": [label_of(run) for run in shown],
        "marker": {"size": 10},
        "name": _plain(metric),
    }
    layout = _axes(param, metric)
    notes = _without(subject.runs, metric)
    if numbers is None:
        layout["xaxis"]["type"] = "category"
        return [trace] if shown else [], layout, notes
    if _spans_decades(numbers):
        layout["xaxis"]["type"] = "log"
    nowhere = [run.run.run_id[:8] for run, number in zip(shown, numbers, strict=True) if number is None]
    notes += [f"not drawn, without {param}: {', '.join(nowhere)}"] if nowhere else []
    return [trace] if len(nowhere) < len(shown) else [], layout, notes


def _spans_decades(numbers: Sequence[float | None]) -> bool:
    known = [number for number in numbers if number is not None]
    return bool(known) and min(known) > 0 and max(known) / min(known) >= 100  # noqa: PLR2004 - two decades


def _boxes(subject: _Subject, metric: str, param: str) -> tuple[list[Any], Any, list[str]]:
    groups: dict[str, list[RunDetail]] = {}
    for run in subject.runs:
        if _value(run, metric) is not None:
            groups.setdefault(_param(run, param) or "(none)", []).append(run)
    keys = sorted(groups, key=_sort_key)
    labels = _labels(keys)
    traces = [
        {
            "type": "box",
            "name": f"{_plain(param)} = {labels[key]}",
            "y": [_value(run, metric) for run in groups[key]],
            "text": [label_of(run) for run in groups[key]],
            "boxpoints": "all",
            "jitter": 0.3,
        }
        for key in keys
    ]
    layout = _axes("", metric)
    layout["showlegend"] = False
    return traces, layout, _without(subject.runs, metric)


def _sort_key(text: str) -> tuple[int, float, str]:
    numbers = _numbers([text])
    return (1, 0.0, text) if numbers is None or numbers[0] is None else (0, numbers[0], text)


def _parallel(subject: _Subject, metric: str) -> tuple[list[Any], Any, list[str]]:
    shown = [run for run in subject.runs if _value(run, metric) is not None]
    if not shown:
        return [], {}, _without(subject.runs, metric)
    names = subject.params[: _MOST_DIMENSIONS - 1]
    values = [_value(run, metric) for run in shown]
    dimensions = [_dimension(name, [_param(run, name) for run in shown]) for name in names]
    dimensions.append({"label": _plain(metric), "values": values})
    trace = {
        "type": "parcoords",
        "dimensions": dimensions,
        "line": {"color": values, "colorscale": "Viridis", "showscale": True},
    }
    left = len(subject.params) - len(names)
    notes = [f"{left} more parameters differ and are not drawn"] if left else []
    return [trace], {"margin": {"l": 70, "r": 70, "t": 60, "b": 30}}, [*notes, *_without(subject.runs, metric)]


def _dimension(name: str, texts: Sequence[str | None]) -> Any:
    numbers = _numbers(texts)
    if numbers is not None and None not in numbers:
        return {"label": _plain(name), "values": numbers}
    known = sorted({text if text is not None else "(none)" for text in texts}, key=_sort_key)
    places = {text: place for place, text in enumerate(known)}
    return {
        "label": _plain(name),
        "values": [places[text if text is not None else "(none)"] for text in texts],
        "tickvals": list(places.values()),
        "ticktext": [*_labels(known).values()],
    }


def _axes(x: str, y: str) -> Any:
    return {
        "xaxis": {"title": {"text": _plain(x)}, "automargin": True},
        "yaxis": {"title": {"text": _plain(y)}, "automargin": True},
        "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
        "legend": {"orientation": "h", "y": -0.2},
        "hovermode": "closest",
    }
