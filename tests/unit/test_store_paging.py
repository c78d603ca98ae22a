"""Filters, orderings and pages against the same questions answered by plain Python."""

import math
import random

import pytest

from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery
from journal_writing import Trail

RUNS = 250
MODELS = ("ridge", "lasso", "forest")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store, and its runs as (name, params, metrics) in the order in which they began."""
    folder = tmp_path_factory.mktemp("paging") / ".celltrail"
    rng = random.Random(5)
    trail = Trail(folder)
    runs = []
    for i in range(RUNS):
        metrics = {}
        for key in ("a", "b"):
            if rng.random() < 0.8:
                metrics[key] = rng.choice(
                    [math.nan, math.inf, -math.inf, 0.0, *(rng.randrange(4) / 2 for _ in range(9))]
                )
        params = {"alpha": rng.choice([0.1, 1, 10, 9, "auto"]), "model": rng.choice(MODELS)}
        if rng.random() < 0.2:
            del params["model"]
        trail.run(f"run {i}", params=params, metrics=metrics)
        runs.append((f"run {i}", params, metrics))
    trail.end()
    store = open_store(folder)
    yield store, runs
    store.close()


def all_pages(store, limit, **question):
    names, cursor = [], ""
    while True:
        page = store.search_runs(RunQuery(limit=limit, cursor=cursor, **question))
        names += [run.name for run in page.runs]
        cursor = page.next_cursor
        if not cursor:
            assert page.total == len(names)
            return names


def metric_rank(metrics, key, *, is_descending):
    value = metrics.get(key)
    if value is None:
        return 3, 0
    if math.isnan(value):
        return 2, 0
    return 0, -value if is_descending else value


def param_rank(params, key):
    value = params.get(key)
    if value is None:
        return 3, 0, ""
    return (1, 0, value) if isinstance(value, str) else (0, value, "")


@pytest.mark.parametrize("limit", [7, 50, 1000])
@pytest.mark.parametrize("is_descending", [False, True])
def test_pages_by_a_metric_are_in_the_order_that_python_sorts(filled, limit, is_descending):
    store, runs = filled
    newest_first = list(enumerate(runs))[::-1]
    wanted = sorted(newest_first, key=lambda item: metric_rank(item[1][2], "a", is_descending=is_descending))
    order = ("metrics.a DESC" if is_descending else "metrics.a",)
    assert all_pages(store, limit, order_by=order) == [run[0] for _, run in wanted]


def test_pages_by_two_keys_are_in_the_order_that_python_sorts(filled):
    store, runs = filled

    def rank(item):
        _, (_, params, metrics) = item
        return param_rank(params, "alpha"), param_rank(params, "model"), metric_rank(metrics, "b", is_descending=True)

    newest_first = list(enumerate(runs))[::-1]
    wanted = sorted(newest_first, key=rank)
    order = ("params.alpha", "params.model ASC", "metrics.b DESC")
    assert all_pages(store, 11, order_by=order) == [run[0] for _, run in wanted]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("metrics.a < 1", lambda _, m: m.get("a", math.nan) < 1),
        ("metrics.a >= 0.5 and metrics.b > 0", lambda _, m: m.get("a", math.nan) >= 0.5 and m.get("b", math.nan) > 0),
        ("metrics.a = nan", lambda _, m: math.isnan(m.get("a", 0))),
        ("metrics.a = inf", lambda _, m: m.get("a") == math.inf),
        ("metrics.a != 0", lambda _, m: "a" in m and m["a"] != 0),
        ("metrics.a IN (0, 0.5)", lambda _, m: m.get("a") in {0, 0.5}),
        ("params.alpha >= 1", lambda p, _: not isinstance(p["alpha"], str) and p["alpha"] >= 1),
        ("params.alpha = 'auto'", lambda p, _: p["alpha"] == "auto"),
        ("params.alpha = '10' or params.alpha = 9", lambda p, _: p["alpha"] in {10, 9}),
        ("params.model LIKE '%o%'", lambda p, _: "o" in p.get("model", "")),
        ("params.model NOT LIKE '%o%'", lambda p, _: "model" in p and "o" not in p["model"]),
        ("params.model IS NULL and metrics.a IS NOT NULL", lambda p, m: "model" not in p and "a" in m),
        (
            "(params.model = 'ridge' or params.model = 'lasso') and metrics.b <= 1",
            lambda p, m: p.get("model") in {"ridge", "lasso"} and m.get("b", math.nan) <= 1,
        ),
    ],
)
def test_a_filter_finds_the_runs_that_python_finds(filled, text, matches):
    store, runs = filled
    wanted = [name for name, params, metrics in runs[::-1] if matches(params, metrics)]
    assert wanted
    assert all_pages(store, 40, filter=text) == wanted


def test_pages_of_the_newest_hold_together_where_many_runs_began_at_once(tmp_path):
    """Newest first looks at the times alone before it orders: no tie may lose or repeat a run."""
    trail = Trail(tmp_path / ".celltrail")
    now = trail.at
    for i in range(40):
        trail.at = now
        trail.run(f"run {i}")
    trail.end()
    store = open_store(tmp_path / ".celltrail")
    names = all_pages(store, 7)
    jumped = [run.name for first in range(0, 40, 9) for run in store.search_runs(RunQuery(limit=9, offset=first)).runs]
    assert names == jumped
    assert sorted(names) == sorted(f"run {i}" for i in range(40))
    store.close()


def test_a_key_that_was_missing_is_found_as_soon_as_a_fold_brings_it(tmp_path):
    """Questions remember which keys the store lacks, until the next fold."""
    trail = Trail(tmp_path / ".celltrail")
    trail.run("first")
    trail.writer.sync()
    store = open_store(tmp_path / ".celltrail")
    question = RunQuery(filter="metrics.late > 1", keys=("metrics.late",))
    assert store.search_runs(question).total == 0
    trail.run("second", metrics={"late": 2.0})
    trail.end()
    store.fold()
    [found] = store.search_runs(question).runs
    assert found.metrics == {"late": 2.0}
    store.close()
