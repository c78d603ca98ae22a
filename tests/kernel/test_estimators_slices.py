"""A metric on a part of what was predicted says which part, and never stands for the whole."""

import pytest

from estimator_cells import Cells

FITTED = """
import numpy as np, pandas as pd
model = LogisticRegression().fit(X_train, y_train)
pred = model.predict(X_test)
mask = np.arange(len(y_test)) < 25
"""


@pytest.fixture
def cells(cells: Cells) -> Cells:
    cells.run(FITTED)
    return cells


def slices(cells: Cells) -> dict[str, str]:
    """Each metric's key and slice on the model's run."""
    (run,) = cells.fits()
    return {metric.key: metric.slice_name for metric in run.metrics}


def test_a_metric_on_all_rows_names_no_slice(cells: Cells) -> None:
    cells.run("accuracy_score(y_test, pred)")
    cells.run("accuracy_score(list(y_test), list(pred == 1))")
    assert set(slices(cells).values()) == {""}
    assert "accuracy_score_X_test" in slices(cells)


def test_a_masked_prediction_is_a_slice_beside_the_whole(cells: Cells) -> None:
    rows = cells.run("len(pred)")
    cells.run("accuracy_score(y_test, pred)")
    cells.run("accuracy_score(y_test[mask], pred[mask])")
    part = f"25 of {rows} rows"
    assert slices(cells) == {"accuracy_score_X_test": "", f"accuracy_score_X_test[{part}]": part}


def test_a_part_by_position_is_a_slice(cells: Cells) -> None:
    cells.run("accuracy_score(y_test[:25], pred[:25])")
    (key,) = slices(cells)
    assert key.startswith("accuracy_score_X_test[25 of ")


def test_each_group_of_a_frame_is_a_slice_by_its_name(cells: Cells) -> None:
    cells.run("frame = pd.DataFrame({'y': y_test, 'pred': pred, 'region': np.where(mask, 'north', 'south')})")
    cells.run("for region, part in frame.groupby('region'):\n    accuracy_score(part['y'], part['pred'])")
    assert slices(cells) == {f"accuracy_score_X_test[region={name}]": f"region={name}" for name in ("north", "south")}


def test_a_filtered_frame_is_a_slice(cells: Cells) -> None:
    cells.run("frame = pd.DataFrame({'y': y_test, 'pred': pred, 'region': np.where(mask, 'north', 'south')})")
    cells.run("north = frame[frame.region == 'north']")
    cells.run("accuracy_score(north.y, north.pred)")
    cells.run("south = frame.query(\"region == 'south'\")\naccuracy_score(south['y'], south['pred'])")
    assert len(slices(cells)) == 2
    assert all(" rows" in name for name in slices(cells).values())


def test_polars_groups_are_slices(cells: Cells) -> None:
    cells.run("import polars as pl\nframe = pl.DataFrame({'y': y_test, 'pred': pred, 'north': mask})")
    cells.run("for north, part in frame.group_by('north'):\n    accuracy_score(part['y'], part['pred'])")
    assert set(slices(cells)) == {"accuracy_score_X_test[north=True]", "accuracy_score_X_test[north=False]"}


def test_a_comprehension_over_groups_names_them(cells: Cells) -> None:
    cells.run("{low: accuracy_score(y_test[mask == low], pred[mask == low]) for low in [True, False]}")
    assert set(slices(cells)) == {"accuracy_score_X_test[low=True]", "accuracy_score_X_test[low=False]"}


def test_a_loop_over_models_does_not_name_the_slice(cells: Cells) -> None:
    cells.run("for name, m in {'only': model}.items():\n    accuracy_score(y_test[mask], m.predict(X_test)[mask])")
    (key,) = slices(cells)
    assert key.startswith("accuracy_score_X_test[25 of ")


def test_a_helper_that_measures_a_part_is_a_slice(cells: Cells) -> None:
    cells.run("def part_score(low):\n    keep = mask == low\n    return accuracy_score(y_test[keep], pred[keep])")
    cells.run("for low in (True, False):\n    part_score(low)")
    assert set(slices(cells)) == {"accuracy_score_X_test[low=True]", "accuracy_score_X_test[low=False]"}


def test_probabilities_columns_and_thresholds_are_no_slices(cells: Cells) -> None:
    cells.run("proba = model.predict_proba(X_test)\nhat = (proba[:, 1] > 0.3).astype(int)")
    cells.run("roc_auc_score(y_test, proba[:, 1]), f1_score(y_test, hat)")
    cells.run("fpr, tpr, cuts = roc_curve(y_test, proba[:, 1])\nauc(fpr, tpr)")
    assert set(slices(cells).values()) == {""}


def test_a_curve_of_a_part_is_a_slice(cells: Cells) -> None:
    cells.run("proba = model.predict_proba(X_test)[:, 1]")
    cells.run("fpr, tpr, cuts = roc_curve(y_test[mask], proba[mask])\nauc(fpr, tpr)")
    (key,) = slices(cells)
    assert key.startswith("auc_X_test[25 of ")


def test_a_prediction_on_a_part_is_whole_for_its_own_data(cells: Cells) -> None:
    cells.run("X_low = X_test[mask]\naccuracy_score(y_test[mask], model.predict(X_low))")
    assert slices(cells) == {"accuracy_score_X_low": ""}


def test_a_part_of_a_blend_is_ambiguous_under_its_own_key(cells: Cells) -> None:
    cells.run("other = LogisticRegression(C=0.01).fit(X_train, y_train)")
    cells.run("blend = (model.predict_proba(X_test)[:, 1] + other.predict_proba(X_test)[:, 1]) / 2")
    cells.run("roc_auc_score(y_test[mask], blend[mask])")
    (found,) = cells.ambiguous()
    assert found.key.startswith("roc_auc_score_X_test[25 of ")


@pytest.mark.parametrize(
    "body",
    [
        "idx = rng.integers(0, len(pred), len(pred))\n    accuracy_score(y_test[idx], pred[idx])",
        "accuracy_score(*resample(y_test, pred, random_state=i))",
        "yb, pb = resample(y_test, pred, random_state=i)\n    accuracy_score(yb, pb)",
        "part = frame.sample(frac=1.0, replace=True, random_state=i)\n    accuracy_score(part.y, part.pred)",
        "part = frame.iloc[rng.choice(len(frame), 10)]\n    accuracy_score(part['y'], part['pred'])",
        "accuracy_score(rng.permutation(y_test), pred)",
    ],
)
def test_a_bootstrap_is_a_series_of_its_own_beside_the_whole(cells: Cells, body: str) -> None:
    cells.run("from sklearn.utils import resample\nrng = np.random.default_rng(0)")
    cells.run("frame = pd.DataFrame({'y': y_test, 'pred': pred})\naccuracy_score(y_test, pred)")
    cells.run(f"for i in range(3):\n    {body}")
    (run,) = cells.fits()
    found = [(metric.key, metric.step) for metric in run.metrics]
    resampled = [("accuracy_score_X_test[resampled]", step) for step in range(3)]
    if "*resample" in body:
        assert found[:1] == [("accuracy_score_X_test", 0)]
        assert ("accuracy_score_X_test", 1) not in found
    else:
        assert found == [("accuracy_score_X_test", 0), *resampled]


@pytest.mark.parametrize(
    "cell",
    [
        "[accuracy_score(y_test[i := rng.integers(0, 30, 30)], pred[i]) for _ in range(3)]",
        "for i in (rng.integers(0, 30, 30) for _ in range(3)):\n    accuracy_score(y_test[i], pred[i])",
        "[accuracy_score(y_test[i], pred[i]) for i in [rng.choice(30, 30) for _ in range(3)]]",
        "def once():\n    i = rng.choice(30, 30)\n    accuracy_score(y_test[i], pred[i])\nfor _ in 'abc':\n    once()",
    ],
)
def test_a_bootstrap_in_an_expression_or_a_function_is_one_too(cells: Cells, cell: str) -> None:
    cells.run("rng = np.random.default_rng(0)\naccuracy_score(y_test, pred)")
    cells.run(cell)
    (run,) = cells.fits()
    resampled = [("accuracy_score_X_test[resampled]", step) for step in range(3)]
    assert [(metric.key, metric.step) for metric in run.metrics] == [("accuracy_score_X_test", 0), *resampled]


def test_a_test_set_that_was_drawn_at_random_is_still_whole(cells: Cells) -> None:
    cells.run("""
frame = pd.DataFrame(X).assign(y=y).sample(frac=0.5, random_state=0)
frame["pred"] = model.predict(frame[list(range(6))].to_numpy())
frame["hat"] = (frame["pred"] > 0.5).astype(int)
accuracy_score(frame.y, frame.pred), f1_score(frame.y, frame.hat)
""")
    assert set(slices(cells).values()) == {""}


def test_the_size_of_a_frame_with_predictions_is_no_prediction(cells: Cells) -> None:
    cells.run("test = pd.DataFrame({'y': y_test}); test['pred'] = pred")
    cells.run("baseline = np.full(len(test), 1)\naccuracy_score(test.y, baseline)")
    cells.run("accuracy_score(test.y, np.zeros(test.shape[0])), accuracy_score(test.y, np.zeros_like(test.pred))")
    cells.run("guess = pd.Series(1, index=test.index)\naccuracy_score(test.y, guess)")
    assert slices(cells) == {}


@pytest.mark.parametrize(
    "body",
    [
        "accuracy_score(part.y, model.predict(part[F].to_numpy()))",
        "one = part[F].to_numpy()\n    accuracy_score(part.y, model.predict(part[F].to_numpy()))",
        "ask(part)",
    ],
)
def test_groups_that_the_model_is_asked_about_one_by_one_are_named_too(cells: Cells, body: str) -> None:
    cells.run("F = list(range(6))\ntest = pd.DataFrame(X_test).assign(y=y_test, g=np.where(mask, 'u', 'v'))")
    cells.run("def ask(frame):\n    accuracy_score(frame.y, model.predict(frame[F].to_numpy()))")
    cells.run(f"for g, part in test.groupby('g'):\n    {body}")
    assert set(slices(cells).values()) == {"g=u", "g=v"}
    assert len(slices(cells)) == 2


def test_scores_of_one_model_on_named_sets_are_apart(cells: Cells) -> None:
    cells.run("sets = {'train': (X_train, y_train), 'test': (X_test, y_test)}")
    cells.run("for name, (Xs, ys) in sets.items():\n    model.score(Xs, ys)")
    assert set(slices(cells).values()) == {"name=train", "name=test"}


def test_a_loop_in_which_models_are_fitted_names_no_part(cells: Cells) -> None:
    cells.run("""
for c in (0.1, 1.0):
    m = LogisticRegression(C=c).fit(X_train, y_train)
    m.score(X_test, y_test)
for fold in range(2):
    part, truth = X_train[fold::2], y_train[fold::2]
    LogisticRegression().fit(part, truth).score(part, truth)
""")
    assert {metric.slice_name for run in cells.fits() for metric in run.metrics} == {""}
