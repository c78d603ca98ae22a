"""Figures of runs: smoothing held against pandas, and what a figure leaves out is said."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from celltrail.runs.figures.drawing import draw_figure, smoothed
from celltrail.runs.figures.records import FigureKind, FigureQuestion
from celltrail.store.open import open_store
from journal_writing import Trail


@pytest.fixture
def trail(tmp_path):
    made = Trail(tmp_path / ".celltrail")
    yield made
    made.end()


@pytest.fixture
def draw(tmp_path):
    def drawn(kind, *run_ids, **choice):
        store = open_store(tmp_path / ".celltrail")
        try:
            return draw_figure(store, FigureQuestion(kind, run_ids, **choice))
        finally:
            store.close()

    return drawn


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.9, 0.99])
def test_smoothing_is_that_of_pandas_and_gaps_stay_gaps(weight):
    values = np.random.default_rng(3).normal(5, 1, 300)
    values[[0, 17, 18, 250]] = math.nan
    series = pd.Series(values)
    wanted = series.ewm(alpha=1 - weight).mean().mask(series.isna())
    found = pd.Series(smoothed(values.tolist(), weight), dtype=float)
    pd.testing.assert_series_equal(found, wanted)


def test_runs_without_the_parameter_of_a_scatter_are_named(trail, draw):
    runs = [trail.run(params={"depth": depth}, metrics={"rmse": 1.0 / depth}) for depth in (2, 4)]
    bare = trail.run(metrics={"rmse": 3.0})
    found = draw(FigureKind.SCATTER, *runs, bare, metric="rmse", param="depth")
    [trace] = json.loads(found.document)["data"]
    assert trace["x"] == [2.0, 4.0, None]
    assert found.notes == (f"not drawn, without depth: {bare[:8]}",)


def test_a_scatter_without_a_point_is_no_figure(trail, draw):
    runs = [trail.run(params={"depth": depth}) for depth in (2, 4)]
    bare = trail.run(metrics={"rmse": 3.0})
    found = draw(FigureKind.SCATTER, *runs, bare, metric="rmse", param="depth")
    assert found.document == ""
    assert f"not drawn, without depth: {bare[:8]}" in found.notes


def test_a_smoothed_curve_of_extremes_says_that_it_is_no_mean_of_the_metric(trail, draw):
    runs = [trail.run(), trail.run()]
    for run in runs:
        trail.metric(run, "loss", *(float(step % 7) for step in range(5_000)))
    plain = draw(FigureKind.CURVES, *runs, metric="loss")
    assert plain.notes == ("2 curves show the extremes of each stretch, not every point",)
    found = draw(FigureKind.CURVES, *runs, metric="loss", smoothing=0.6)
    assert found.notes == (*plain.notes, "their mean is over the points that are drawn: it is no mean of the metric")


@pytest.mark.parametrize("kind", [FigureKind.SCATTER, FigureKind.BOX, FigureKind.PARALLEL])
def test_values_of_a_megabyte_have_short_labels_that_differ(trail, draw, kind):
    values = [f"{'x' * 1_000_000}{number}" for number in range(3)]
    runs = [trail.run(params={"text": value}, metrics={"rmse": 1.0}) for value in values]
    found = draw(kind, *runs, metric="rmse", param="text")
    assert len(found.document) < 10_000
    traces = json.loads(found.document)["data"]
    labels = {
        FigureKind.SCATTER: lambda: traces[0]["x"],
        FigureKind.BOX: lambda: [trace["name"] for trace in traces],
        FigureKind.PARALLEL: lambda: traces[0]["dimensions"][0]["ticktext"],
    }[kind]()
    assert len(labels) == len(set(labels)) == 3
