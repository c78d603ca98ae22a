"""CatBoost: what a fit, a cross-validation and a Pool leave in the trail, against CatBoost's own records."""

from pathlib import Path

from celltrail.records import DatasetRole, Evidence, Status
from estimator_cells import Cells
from framework_cells import numbered, steps, with_and_without

FIT = """
import catboost as cb
pool = cb.Pool(X_train, y_train)
model = cb.CatBoostClassifier(
    iterations=60, depth=3, eval_metric="AUC", early_stopping_rounds=5, verbose=False, allow_writing_files=False
)
model.fit(pool, eval_set=(X_test, y_test))
"""


def test_a_fit_is_a_run_with_every_evaluation_by_step(cells: Cells) -> None:
    cells.run(FIT)
    (run,) = cells.runs()
    model = cells.shell.user_ns["model"]
    assert (run.started.name, run.variable, run.status) == ("CatBoostClassifier", "model", Status.FINISHED)
    assert (run.params["depth"].value, run.params["depth"].is_default) == ("3", False)
    assert (run.params["l2_leaf_reg"].value, run.params["l2_leaf_reg"].is_default) == ("3", True)
    result = model.get_evals_result()
    expected = {f"{data}-{name}": numbered(values) for data in result for name, values in result[data].items()}
    best = {
        f"best_{data}-{name}": [(0, value)]
        for data, metrics in model.get_best_score().items()
        for name, value in metrics.items()
    }
    assert steps(run) == {**expected, **best, "best_iteration": [(0, model.get_best_iteration())]}
    assert [(role, name) for role, name, _ in run.datasets] == [
        (DatasetRole.TRAIN, "X_train"),
        (DatasetRole.TARGET, "y_train"),
        (DatasetRole.EVALUATE, "X_test"),
    ]


def test_values_of_a_metric_period_stand_at_their_iterations(cells: Cells) -> None:
    cells.run("""
import catboost as cb
model = cb.CatBoostRegressor(iterations=13, metric_period=5, verbose=False, allow_writing_files=False)
model.fit(X_train, y_train.astype(float))
""")
    (run,) = cells.runs()
    values = cells.shell.user_ns["model"].get_evals_result()["learn"]["RMSE"]
    assert steps(run)["learn-RMSE"] == list(zip([0, 5, 10, 12], values, strict=True))


def test_what_is_measured_on_a_model_belongs_to_its_run(cells: Cells) -> None:
    cells.run(FIT)
    cells.run("from sklearn.metrics import roc_auc_score\nscore = model.score(X_test, y_test)")
    cells.run("roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])")
    (run,) = cells.runs()
    assert run.metric("score_X_test").value == cells.shell.user_ns["score"]
    assert run.metric("roc_auc_score_X_test").evidence is Evidence.SAME_OBJECT


def test_a_search_over_a_catboost_model_is_scikit_learns_run(cells: Cells) -> None:
    cells.run("""
import catboost as cb
from sklearn.model_selection import GridSearchCV
model = cb.CatBoostClassifier(iterations=3, verbose=False, allow_writing_files=False)
search = model.grid_search({"depth": [1, 2]}, X=X_train, y=y_train, cv=2, verbose=False)
""")
    assert [run.started.kind for run in cells.runs()] in ([], ["fit"])  # CatBoost's own search trains without `fit`


def test_a_fit_that_fails_leaves_a_failed_run(cells: Cells) -> None:
    cells.fail("import catboost as cb\ncb.CatBoostClassifier(iterations=2, verbose=False).fit(X_train, y_train[:5])")
    (run,) = cells.runs()
    assert run.status is Status.FAILED


def test_tracking_changes_no_bit_of_the_model(tmp_path: Path) -> None:
    on, off = with_and_without(tmp_path, FIT, "model.predict_proba(X_test).tobytes(), model.get_evals_result()")
    assert on == off
