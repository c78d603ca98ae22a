"""LightGBM: what `train`, `cv` and the scikit-learn classes leave in the trail, against LightGBM's own records."""

from pathlib import Path

import pytest

from celltrail.records import DatasetRole, Evidence, Status
from estimator_cells import Cells
from framework_cells import numbered, steps, with_and_without

TRAIN = """
import lightgbm as lgb
dtrain = lgb.Dataset(X_train, label=y_train)
dtest = dtrain.create_valid(X_test, y_test)
result = {}
booster = lgb.train(
    {"num_leaves": 4, "objective": "binary", "metric": ["binary_logloss", "auc"], "min_data_in_leaf": 3, "verbose": -1},
    dtrain, num_boost_round=60, valid_sets=[dtrain, dtest], valid_names=["train", "test"],
    callbacks=[lgb.record_evaluation(result), lgb.early_stopping(3, verbose=False)],
)
"""


def test_a_native_training_is_a_run_with_every_evaluation_by_step(cells: Cells) -> None:
    cells.run(TRAIN)
    (run,) = cells.runs()
    assert (run.started.name, run.variable, run.status) == ("lightgbm.train", "booster", Status.FINISHED)
    assert (run.params["num_leaves"].value, run.params["num_boost_round"].value) == ("4", "60")
    result, booster = cells.shell.user_ns["result"], cells.shell.user_ns["booster"]
    expected = {f"{data}-{name}": numbered(values) for data in result for name, values in result[data].items()}
    best = {
        f"best_{data}-{name}": [(0, value)]
        for data, metrics in booster.best_score.items()
        for name, value in metrics.items()
    }
    assert 3 < len(expected["test-auc"]) < 60
    assert steps(run) == {**expected, **best, "best_iteration": [(0, booster.best_iteration)]}
    assert [(role, name) for role, name, _ in run.datasets] == [
        (DatasetRole.TRAIN, "X_train"),
        (DatasetRole.TARGET, "y_train"),
        (DatasetRole.EVALUATE, "X_test"),
    ]


def test_a_metric_of_a_boosters_prediction_belongs_to_its_run(cells: Cells) -> None:
    cells.run(TRAIN)
    cells.run("from sklearn.metrics import roc_auc_score\nroc_auc_score(y_test, booster.predict(X_test))")
    (run,) = cells.runs()
    assert run.metric("roc_auc_score_X_test").evidence is Evidence.SAME_OBJECT


def test_a_fit_of_the_scikit_learn_class_is_one_run_with_its_evaluations_by_step(cells: Cells) -> None:
    cells.run("""
import lightgbm as lgb
model = lgb.LGBMClassifier(n_estimators=5, min_child_samples=3, verbose=-1)
model.fit(X_train, y_train, eval_X=(X_test,), eval_y=(y_test,))
""")
    (run,) = cells.runs()
    (metrics,) = cells.shell.user_ns["model"].evals_result_.values()
    assert (run.started.name, run.variable) == ("LGBMClassifier", "model")
    assert steps(run) == {f"valid_0-{name}": numbered(values) for name, values in metrics.items()}


def test_a_cross_validation_has_means_and_deviations_by_round(cells: Cells) -> None:
    result = cells.run("""
import lightgbm as lgb
lgb.cv({"objective": "binary", "verbose": -1}, lgb.Dataset(X_train, label=y_train), num_boost_round=4, nfold=3)
""")
    (run,) = cells.runs()
    assert run.started.name == "lightgbm.cv"
    assert steps(run) == {name: numbered(values) for name, values in result.items()}


def test_a_training_that_an_interrupt_ends_keeps_its_steps(cells: Cells) -> None:
    cells.fail("""
import lightgbm as lgb
def stop(env):
    if env.iteration == 3: raise KeyboardInterrupt
data = lgb.Dataset(X_train, label=y_train)
lgb.train({"verbose": -1}, data, valid_sets=[data], callbacks=[stop])
""")
    (run,) = cells.runs()
    assert run.status is Status.INTERRUPTED
    assert [step for step, _ in steps(run)["training-l2"]] == [0, 1, 2, 3]


def test_a_function_that_was_imported_before_is_watched_too(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    try:
        cells.shell.user_ns["__name__"] = "__main__"
        from lightgbm import engine, sklearn, train

        cells.start()
        assert engine.train is sklearn.train is not train
        cells.tracking.stop()
        assert engine.train is sklearn.train is train
    finally:
        cells.close()


@pytest.mark.parametrize("expression", ["(booster.model_to_string(), booster.predict(X_test).tobytes(), result)"])
def test_tracking_changes_no_bit_of_the_model(tmp_path: Path, expression: str) -> None:
    on, off = with_and_without(tmp_path, TRAIN, expression)
    assert on == off
