"""What differs between runs: values held against pandas, difflib and closed forms."""

import difflib
import math
import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from celltrail.errors import ComparisonError, RunNotFoundError
from celltrail.execute.explain.profiles import profile_columns, shift_between
from celltrail.execute.explain.proofs import explained_share
from celltrail.records import Status
from celltrail.runs.cell_diff import CellChange, compare_cells
from celltrail.runs.compare import Difference, compare_runs
from celltrail.runs.literals import LiteralChange, changed_literals
from celltrail.runs.unseeded import unseeded_draws
from celltrail.store.direction import Direction, better_direction
from celltrail.store.open import open_store
from celltrail.store.runs import CellExecution
from journal_writing import Trail


def cell(source, cell_id="", count=1, notebook="a.ipynb"):
    return CellExecution(
        f"e{count}{cell_id}", "s", notebook, cell_id, count, Status.FINISHED, source, len(source), count, count, 0.1,
        0.1, 0, None, (), (), (), (), (), (), (),
    )  # fmt: skip


@pytest.fixture
def trail(tmp_path):
    made = Trail(tmp_path / ".celltrail")
    yield made
    made.end()


@pytest.fixture
def compare(tmp_path):
    def compared(*run_ids):
        store = open_store(tmp_path / ".celltrail")
        try:
            return compare_runs(store.get_runs(run_ids))
        finally:
            store.close()

    return compared


# --- metrics --------------------------------------------------------------------------------------------------------


def test_differences_are_to_the_first_run_and_say_which_is_better(trail, compare):
    values = ({"rmse": 2.0, "accuracy": 0.5, "thing": 1.0}, {"rmse": 1.5, "accuracy": 0.25, "thing": 2.0})
    found = compare(*(trail.run(metrics=each) for each in values))
    by_name = {one.name: one for one in found.metrics}
    assert (by_name["rmse"].differences, by_name["rmse"].better, by_name["rmse"].best) == ((0.0, -0.5), (0, 1), (1,))
    assert (by_name["accuracy"].differences, by_name["accuracy"].better) == ((0.0, -0.25), (0, -1))
    assert (by_name["thing"].direction, by_name["thing"].better, by_name["thing"].best) == ("unknown", (0, 0), ())


def test_nan_and_infinities_and_missing_metrics_are_told_as_they_are(trail, compare):
    first = trail.run(metrics={"loss": math.nan, "r2": math.inf, "mae": 1.0, "auc": math.nan})
    second = trail.run(metrics={"loss": math.nan, "r2": math.inf, "auc": 0.5})
    found = {one.name: one for one in compare(first, second).metrics}
    assert set(found) == {"mae", "auc"}  # two NaN are no difference, nor are two infinities of one sign
    assert found["mae"].values == (1.0, None)  # noqa: PD011 - a record's, not pandas
    assert found["mae"].differences == (0.0, None)
    assert found["auc"].differences[1] is None
    assert found["auc"].better == (0, 0)


@pytest.mark.parametrize(
    ("key", "direction"),
    [
        ("rmse", Direction.LOWER),
        ("val_loss", Direction.LOWER),
        ("neg_mean_squared_error", Direction.HIGHER),
        ("mean_test_score", Direction.HIGHER),
        ("std_test_score", Direction.UNKNOWN),
        ("brier_score_loss", Direction.LOWER),
        ("roc_auc_X_test", Direction.HIGHER),
        ("f1", Direction.HIGHER),
        ("mean_squared_error_X_test", Direction.LOWER),
        ("wibble", Direction.UNKNOWN),
        ("explained_variance", Direction.HIGHER),
        ("fit_time", Direction.LOWER),
    ],
)
def test_the_name_of_a_metric_says_which_way_it_gets_better(key, direction):
    assert better_direction(key) is direction


def test_runs_without_metrics_and_of_two_notebooks_are_compared_and_it_is_said(tmp_path, trail, compare):
    other = Trail(tmp_path / ".celltrail", "deep/b.ipynb")
    first, second = trail.run(params={"a": 1}), other.run(params={"a": 2}, is_finished=False)
    other.writer.sync()
    found = compare(first, second)
    assert found.params == (Difference("a", ("1", "2")),)
    assert "the runs come from 2 notebooks: analysis.ipynb, deep/b.ipynb" in found.notes
    assert "none of the runs has a metric" in found.notes
    assert any("is still running" in note for note in found.notes)
    other.end()


def test_what_is_the_same_in_all_is_counted_by_part(trail, compare):
    found = compare(*(trail.run(params={"a": 1, "b": n}, metrics={"m": 1.0}, tags={"t": "x"}) for n in range(3)))
    assert {(part.part, part.count, part.names) for part in found.same} >= {
        ("parameters", 1, ("a",)),
        ("metrics", 1, ("m",)),
        ("tags", 1, ("t",)),
    }
    assert [one.name for one in found.params] == ["b"]


def test_one_run_twice_21_runs_and_unknown_ones_are_refused_with_what_to_do(trail, compare):
    runs = [trail.run(metrics={"m": float(n)}) for n in range(21)]
    assert len(compare(*runs[:20]).runs) == 20
    assert len(compare(runs[0], runs[1], runs[0]).runs) == 2
    with pytest.raises(ComparisonError, match="21 runs are too many to be compared: give at most 20"):
        compare(*runs)
    with pytest.raises(ComparisonError, match=f"run {runs[0][:8]} alone cannot be compared"):
        compare(runs[0], runs[0])
    with pytest.raises(RunNotFoundError, match="ffff"):
        compare(runs[0], "ffff1234")


# --- code -----------------------------------------------------------------------------------------------------------


def test_cells_are_aligned_by_id_then_source_then_likeness():
    before = [cell("import os", "a", 1), cell("x = 1", "b", 2), cell("fit(x, depth=3)", "c", 3), cell("gone()", "d", 4)]
    after = [
        cell("x = 2", "b", 1), cell("import os", "z", 2), cell("fit(x, depth=4)", "y", 3),
        cell("a_new_one = [1, 2, 3]", "n", 4),
    ]  # fmt: skip
    found = compare_cells(before, after)
    told = {(pair.change, (pair.before or pair.after).source, pair.aligned_by) for pair in found.changed}
    assert told == {
        (CellChange.EDITED, "x = 1", "cell id"),
        (CellChange.EDITED, "fit(x, depth=3)", "similarity"),
        (CellChange.REMOVED, "gone()", ""),
        (CellChange.ADDED, "a_new_one = [1, 2, 3]", ""),
    }
    assert found.same_count == 1
    assert found.moved == ("[2] ran after [1]",)


def test_a_hundred_long_cells_without_a_common_id_are_aligned_before_anybody_loses_patience():
    """Alignment of the texts took half a second for each of the 10,000 pairs: more than an hour of the server."""
    rng = random.Random(0)
    vocabulary = [f"column_{n}" for n in range(40)] + list("=()[],.\n")
    sources = [" ".join(rng.choices(vocabulary, k=1200)) + f"\nname_{n} = 1" for n in range(100)]
    before = [cell(source, f"b{n}", n) for n, source in enumerate(sources)]
    after = [cell(f"{source}\nedited_{n} = 2", f"a{n}", n) for n, source in enumerate(sources)]
    found = compare_cells(before, after)
    assert [pair.change for pair in found.cells] == [CellChange.EDITED] * 100
    assert [pair.before.execution_count for pair in found.cells] == [pair.after.execution_count for pair in found.cells]


def test_the_lines_are_those_of_a_unified_diff():
    before, after = "a\nb\nc\nd\ne\nf", "a\nb\nX\nd\ne\nf\ng"
    [pair] = compare_cells([cell(before, "a")], [cell(after, "a")]).cells
    expected = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]
    assert list(pair.lines) == expected


def test_ids_of_another_notebook_count_only_in_a_copy_of_it():
    before = [cell("completely = 'other'", "0"), cell("model.fit(X, y)", "1", 2)]
    after = [cell("load('data.csv')", "0", 1, "b.ipynb"), cell("model.fit(X, y)  # again", "1", 2, "b.ipynb")]
    changes = [(pair.change, pair.aligned_by) for pair in compare_cells(before, after).cells]
    assert changes == [(CellChange.ADDED, ""), (CellChange.REMOVED, ""), (CellChange.EDITED, "cell id")]


def test_a_cell_that_ran_twice_is_aligned_execution_by_execution():
    before = [cell("i = 1", "a", 1), cell("i = 2", "a", 2)]
    found = compare_cells(before, [cell("i = 1", "a", 1), cell("i = 3", "a", 5)])
    assert [(pair.change, pair.after.execution_count) for pair in found.cells] == [("same", 1), ("edited", 5)]


def test_values_that_are_all_that_changed_in_a_cell_are_named():
    changed = changed_literals("fit(X, alpha=0.1)\nn = 3", "fit(X, alpha=-2)\nn = 3")
    assert changed == (LiteralChange("alpha", "0.1", "-2"),)
    assert changed_literals("d = {'lr': 1}", "d = {'lr': 2}") == (LiteralChange("lr", "1", "2"),)
    assert changed_literals("a = 1", "b = 1") is None
    assert changed_literals("a = (", "a = 1") is None
    assert changed_literals("# a\nx = 1", "# b\nx = 1") == ()
    assert changed_literals("y = -a", "y = -b") is None
    assert changed_literals("fit(not shuffled)", "fit(not sorted)") is None
    terms = ["1"] * 900
    assert changed_literals(f"x = {'+'.join(terms)}", f"x = {'+'.join([*terms[1:], '2'])}") is None


def test_draws_without_a_seed_are_found_and_seeded_ones_are_not():
    steps = [cell("import numpy as np\nrng = np.random.default_rng()"), cell("train_test_split(X, y)", count=2)]
    assert [one.text for one in unseeded_draws(steps)] == ["np.random.default_rng in [1]", "train_test_split in [2]"]
    seeded = [cell("np.random.seed(0)\nrng = np.random.default_rng(1)"), cell("train_test_split(X)", count=2)]
    assert unseeded_draws(seeded) == ()
    assert unseeded_draws([cell("train_test_split(X, random_state=1)"), cell("%%bash\nls")]) == ()
    assert unseeded_draws([cell("np.random.seed(seed=3)"), cell("np.random.normal()")]) == ()


def test_a_seed_of_one_generator_is_none_of_another():
    split, shuffled = cell("train_test_split(X, y)", count=2), cell("random.shuffle(rows)", count=3)
    assert [one.what for one in unseeded_draws([cell("random.seed(0)"), split, shuffled])] == ["train_test_split"]
    assert [one.what for one in unseeded_draws([cell("np.random.seed(0)"), split, shuffled])] == ["random.shuffle"]
    assert unseeded_draws([cell("seed_everything(0)"), split, shuffled, cell("torch.randn(3)", count=4)]) == ()


def test_a_generator_with_a_seed_decides_its_draws_and_none_is_no_seed():
    own = [cell("rng = np.random.default_rng(0)"), cell("rng.shuffle(rows)\nrng.sample(3)", count=2)]
    assert unseeded_draws(own) == ()
    said = unseeded_draws([cell("rng = np.random.default_rng(None)\nrng.shuffle(rows)"), cell("df.sample(3)", count=2)])
    assert [one.text for one in said] == ["np.random.default_rng in [1]", "df.sample in [2]"]
    assert [one.what for one in unseeded_draws([cell("train_test_split(X, random_state=None)")])] == [
        "train_test_split"
    ]
    assert [one.what for one in unseeded_draws([cell("random.seed(None)\nrandom.random()")])] == ["random.random"]


# --- profiles and proofs --------------------------------------------------------------------------------------------


def test_profiles_are_those_of_numpy_and_pandas():
    values = np.random.default_rng(0).gamma(2.0, size=1000)
    values[:7] = np.nan
    table = pd.DataFrame({"n": values, "t": ["a"] * 600 + ["b"] * 300 + [None] * 100, "b": [True, False] * 500})
    found = profile_columns(table, ["n", "t", "b", "missing"])
    assert set(found) == {"n", "t", "b"}
    assert (found["n"].count, found["n"].missing) == (1000, 7)
    known = values[7:]
    assert found["n"].mean == pytest.approx(known.mean())
    assert found["n"].std == pytest.approx(known.std(ddof=1))
    assert found["n"].quantiles == pytest.approx(np.quantile(known, [0, 0.25, 0.5, 0.75, 1]))
    assert [(one.text, one.count) for one in found["t"].top] == [("a", 600), ("b", 300)]
    assert (found["t"].missing, found["t"].distinct, found["b"].mean) == (100, 2, None)
    moved = profile_columns(pd.DataFrame({"n": values + 2 * known.std(ddof=1)}), ["n"])["n"]
    assert shift_between(found["n"], moved) == pytest.approx(2.0)
    assert shift_between(replace(found["n"], std=0.0), moved) is None


def test_the_share_that_a_swap_explains_is_its_part_of_the_difference():
    assert explained_share(1.0, 3.0, 2.5) == pytest.approx(0.75)
    assert explained_share(3.0, 1.0, 1.0) == pytest.approx(1.0)
    assert explained_share(1.0, 3.0, 0.0) == pytest.approx(-0.5)
    assert explained_share(1.0, 1.0, 2.0) is None
    assert explained_share(1.0, math.inf, 2.0) == 0.0
    assert explained_share(math.nan, 1.0, 2.0) is None
