"""XGBoost: what `train`, `cv` and the scikit-learn classes leave in the trail, against XGBoost's own records."""

from pathlib import Path

import pytest

from celltrail.records import DatasetRole, Evidence, Origin, Status
from estimator_cells import Cells
from framework_cells import numbered, steps, with_and_without

TRAIN = """
import xgboost as xgb
dtrain, dtest = xgb.DMatrix(X_train, label=y_train), xgb.DMatrix(X_test, label=y_test)
result = {}
booster = xgb.train(
    {"max_depth": 2, "eta": 0.5, "objective": "binary:logistic", "eval_metric": ["logloss", "error"], "seed": 3},
    dtrain, num_boost_round=40, evals=[(dtrain, "train"), (dtest, "test")], evals_result=result,
    early_stopping_rounds=3, verbose_eval=False,
)
"""


def test_a_native_training_is_a_run_with_every_evaluation_by_step(cells: Cells) -> None:
    cells.run(TRAIN)
    (run,) = cells.runs()
    assert (run.started.name, run.started.kind, run.variable) == ("xgboost.train", "fit", "booster")
    assert run.status is Status.FINISHED
    params = {key: run.params[key].value for key in ("max_depth", "eta", "num_boost_round", "early_stopping_rounds")}
    assert params == {"max_depth": "2", "eta": "0.5", "num_boost_round": "40", "early_stopping_rounds": "3"}
    result, booster = cells.shell.user_ns["result"], cells.shell.user_ns["booster"]
    expected = {f"{data}-{name}": numbered(values) for data in result for name, values in result[data].items()}
    assert len(expected["test-logloss"]) < 40
    assert steps(run) == {
        **expected,
        "best_iteration": [(0, booster.best_iteration)],
        "best_score": [(0, booster.best_score)],
    }


def test_what_a_matrix_was_made_from_is_the_dataset(cells: Cells) -> None:
    cells.run(TRAIN)
    cells.run("from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit(X_train, y_train)")
    native, scikit = cells.fits()
    assert [(role, name) for role, name, _ in native.datasets] == [
        (DatasetRole.TRAIN, "X_train"),
        (DatasetRole.TARGET, "y_train"),
        (DatasetRole.EVALUATE, "X_test"),
    ]
    assert [digest for _, _, digest in native.datasets[:2]] == [digest for _, _, digest in scikit.datasets]


def test_a_metric_of_a_boosters_prediction_belongs_to_its_run(cells: Cells) -> None:
    cells.run(TRAIN)
    cells.run("from sklearn.metrics import accuracy_score, roc_auc_score\np = booster.predict(dtest)")
    cells.run("roc_auc_score(y_test, p), accuracy_score(y_test, p > 0.5)")
    (run,) = cells.runs()
    assert run.metric("roc_auc_score_X_test").evidence is Evidence.SAME_OBJECT
    assert run.metric("accuracy_score_X_test").evidence is Evidence.NAME_LINEAGE
    assert (DatasetRole.PREDICT, "X_test") in [(role, name) for role, name, _ in run.datasets]


def test_a_fit_of_the_scikit_learn_class_is_one_run_with_its_evaluations_by_step(cells: Cells) -> None:
    cells.run("""
import xgboost as xgb
model = xgb.XGBClassifier(n_estimators=30, max_depth=2, early_stopping_rounds=2, random_state=0)
model.fit(X_train, y_train, eval_set=[(X_train, y_train), (X_test, y_test)], verbose=False)
""")
    (run,) = cells.runs()
    model = cells.shell.user_ns["model"]
    result = model.evals_result()
    assert run.started.name == "XGBClassifier"
    assert steps(run) == {
        "validation_0-logloss": numbered(result["validation_0"]["logloss"]),
        "validation_1-logloss": numbered(result["validation_1"]["logloss"]),
        "best_iteration": [(0, model.best_iteration)],
        "best_score": [(0, model.best_score)],
    }


def test_the_defaults_of_the_base_class_are_no_choice_of_the_user(cells: Cells) -> None:
    """Its classes hand `**kwargs` on: what was not given is marked as a default, and no part of the run's name."""
    cells.run("import xgboost as xgb\nmodel = xgb.XGBClassifier(n_estimators=3, max_depth=2).fit(X_train, y_train)")
    cells.run("forest = xgb.XGBRFClassifier(n_estimators=3).fit(X_train, y_train)")
    chosen = [
        {key for key, one in run.params.items() if one.origin is Origin.ESTIMATOR and not one.is_default}
        for run in cells.runs()
    ]
    assert chosen == [{"n_estimators", "max_depth"}, {"n_estimators"}]


def test_the_steps_of_a_searchs_many_fits_are_not_mixed_up(cells: Cells) -> None:
    cells.run("""
import xgboost as xgb
from sklearn.model_selection import GridSearchCV
search = GridSearchCV(xgb.XGBClassifier(n_estimators=3), {"max_depth": [1, 2]}, cv=2)
search.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
""")
    assert [run.started.kind for run in cells.runs()] == ["search", "candidate", "candidate"]
    assert "validation_0-logloss" not in cells.fits()[0].values()


def test_two_models_in_one_fit_have_numbered_keys(cells: Cells) -> None:
    cells.run("""
import xgboost as xgb
from sklearn.multioutput import MultiOutputClassifier
both = np.stack([y_train, 1 - y_train], axis=1)
model = MultiOutputClassifier(xgb.XGBClassifier(n_estimators=4, max_depth=2))
model.fit(X_train, both, eval_set=[(X_test, y_test)], verbose=False)
""")
    (run,) = cells.runs()
    first, second = (
        part.evals_result()["validation_0"]["logloss"] for part in cells.shell.user_ns["model"].estimators_
    )
    assert steps(run) == {"validation_0-logloss": numbered(first), "validation_0-logloss-2": numbered(second)}


def test_a_cross_validation_has_means_and_deviations_by_round(cells: Cells) -> None:
    table = cells.run(f"{TRAIN}\nxgb.cv({{'max_depth': 2}}, dtrain, num_boost_round=5, nfold=3, seed=1)")
    run = cells.runs()[-1]
    assert run.started.name == "xgboost.cv"
    assert steps(run) == {name: numbered(table[name]) for name in table}


def test_a_loop_of_trainings_is_a_group_and_a_block_their_parent(cells: Cells) -> None:
    cells.run("import xgboost as xgb\ndtrain = xgb.DMatrix(X_train, label=y_train)")
    cells.run("for depth in (1, 2):\n    xgb.train({'max_depth': depth}, dtrain, num_boost_round=2)")
    cells.run("import celltrail\nwith celltrail.start_run('both'):\n    xgb.train({}, dtrain, num_boost_round=2)")
    first, second, block, inner = cells.runs()
    assert first.started.group_id == second.started.group_id != ""
    assert [run.params["depth"].value for run in (first, second)] == ["1", "2"]
    assert inner.started.parent_run_id == block.id


def test_a_failed_and_an_interrupted_training_keep_their_steps(cells: Cells) -> None:
    cells.run("""
import xgboost as xgb
dtrain = xgb.DMatrix(X_train, label=y_train)
class Stop(xgb.callback.TrainingCallback):
    def __init__(self, error): self.error = error
    def after_iteration(self, model, epoch, evals_log):
        if epoch == 2: raise self.error
def train(error):
    xgb.train({}, dtrain, num_boost_round=5, evals=[(dtrain, "train")], callbacks=[Stop(error)], verbose_eval=False)
""")
    error = cells.fail("train(ValueError('enough'))")
    assert [frame.name for frame in _frames(error)].count("tracked") == 0
    cells.fail("train(KeyboardInterrupt())")
    failed, interrupted = cells.runs()
    assert (failed.status, interrupted.status) == (Status.FAILED, Status.INTERRUPTED)
    assert failed.finished is not None
    assert failed.finished.error is not None
    assert failed.finished.error.message == "enough"
    assert [len(steps(run)["train-rmse"]) for run in (failed, interrupted)] == [3, 3]


def _frames(error: BaseException) -> list[object]:
    import traceback

    return list(traceback.extract_tb(error.__traceback__))


def test_off_means_off_and_on_again_knows_what_was_not_trained_meanwhile(cells: Cells) -> None:
    cells.run(TRAIN)
    original = cells.shell.user_ns["xgb"].Booster.__dict__["predict"]
    cells.tracking.stop()
    assert cells.shell.user_ns["xgb"].Booster.__dict__["predict"] is original.original
    cells.run("booster = xgb.train({}, dtrain, num_boost_round=2)")
    cells.start()
    cells.run("from sklearn.metrics import r2_score\nr2_score(y_test, booster.predict(dtest))")
    trained, own = cells.runs()
    assert (trained.started.name, own.started.kind) == ("xgboost.train", "cell")


SUBSAMPLED = """
import xgboost as xgb
np.random.seed(0)
m = xgb.XGBRegressor(n_estimators=5, subsample=0.5).fit(X_train, y_train)
"""


@pytest.mark.parametrize(
    ("source", "expression"),
    [
        (TRAIN, "(bytes(booster.save_raw()), booster.predict(dtest).tobytes(), result)"),
        (SUBSAMPLED, "(m.predict(X_test).tobytes(), np.random.random())"),
    ],
)
def test_tracking_changes_no_bit_of_the_model(tmp_path: Path, source: str, expression: str) -> None:
    on, off = with_and_without(tmp_path, source, expression)
    assert on == off


def test_a_training_in_a_thread_of_the_users_is_left_alone(cells: Cells) -> None:
    cells.run("""
import threading
import xgboost as xgb
dtrain, found = xgb.DMatrix(X_train, label=y_train), []
def work():
    found.append(xgb.train({}, dtrain, 3, evals=[(dtrain, "train")], verbose_eval=False))
thread = threading.Thread(target=work)
thread.start()
thread.join()
""")
    assert cells.runs() == []
    cells.run("from sklearn.metrics import r2_score\nr2_score(y_test, found[0].predict(xgb.DMatrix(X_test)))")
    (own,) = cells.runs()
    assert own.started.kind == "cell"
