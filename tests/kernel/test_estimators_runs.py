"""What becomes a run: top-level fits, searches with their candidates, cross-validations; with parameters and data."""

import math
from pathlib import Path

from celltrail.records import DatasetRole, Evidence, Origin, Status
from estimator_cells import PREPARED, Cells, Run, close_to


def test_a_fit_is_a_run_with_parameters_defaults_and_data(cells: Cells) -> None:
    cells.run("model = LogisticRegression(C=0.5, random_state=3)\nmodel.fit(X_train, y=y_train)")
    (run,) = cells.runs()
    assert (run.started.name, run.started.kind, run.variable) == ("LogisticRegression", "fit", "model")
    assert run.started.estimator == "sklearn.linear_model._logistic.LogisticRegression"
    assert run.status is Status.FINISHED
    assert (run.params["C"].value, run.params["C"].is_default, run.params["C"].origin) == (
        "0.5",
        False,
        Origin.ESTIMATOR,
    )
    assert (run.params["max_iter"].value, run.params["max_iter"].is_default) == ("100", True)
    assert [(role, name) for role, name, _ in run.datasets] == [
        (DatasetRole.TRAIN, "X_train"),
        (DatasetRole.TARGET, "y_train"),
    ]


def test_a_pipeline_is_one_run_and_its_parts_belong_to_it(cells: Cells) -> None:
    cells.run("""
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
pipe = make_pipeline(StandardScaler(), LogisticRegression(C=2)).fit(X_train, y_train)
""")
    cells.run("accuracy_score(y_test, pipe[-1].predict(pipe[:-1].transform(X_test)))")
    (run,) = cells.runs()
    assert run.started.name == "Pipeline"
    assert run.params["logisticregression__C"].value == "2"
    assert run.params["logisticregression"].value == "LogisticRegression"
    assert list(run.values().values())


def test_a_loop_over_fits_is_a_group_with_each_loops_own_parameters(cells: Cells) -> None:
    cells.run("""
for depth in (1, 2, 3):
    rate = depth / 10
    DecisionTreeClassifier(max_depth=depth, ccp_alpha=rate / 100).fit(X_train, y_train)
""")
    runs = cells.fits()
    assert [run.params["max_depth"].value for run in runs] == ["1", "2", "3"]
    assert [run.params["rate"].value for run in runs] == ["0.1", "0.2", "0.3"]
    assert {run.params["rate"].origin for run in runs} == {Origin.VARIABLE}
    assert len({run.started.group_id for run in runs}) == 1
    assert runs[0].started.group_id


def test_the_scalars_of_a_function_that_fits_are_parameters_too(cells: Cells) -> None:
    cells.run("def train(strength, words='a'):\n    return Ridge(alpha=strength).fit(Xr, yr)\nm = train(0.3)")
    (run,) = cells.fits()
    assert (run.params["strength"].value, run.params["words"].value, run.params["alpha"].value) == ("0.3", "a", "0.3")


def test_a_fit_that_raises_leaves_a_failed_run_with_the_error(cells: Cells) -> None:
    error = cells.fail("LogisticRegression().fit(X_train, y_train[:5])")
    (run,) = cells.fits()
    assert run.status is Status.FAILED
    assert run.finished is not None
    assert run.finished.error is not None
    assert run.finished.error.message == str(error)


def test_a_search_is_a_run_with_a_child_for_each_candidate(cells: Cells) -> None:
    cells.run("""
from sklearn.model_selection import GridSearchCV
search = GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0], "fit_intercept": [True, False]}, cv=3, n_jobs=2)
search.fit(X_train, y_train)
""")
    parent, *children = cells.runs()
    assert parent.started.kind == "search"
    assert [child.started.parent_run_id for child in children] == [parent.id] * 4
    results = cells.shell.user_ns["search"].cv_results_
    for place, child in enumerate(children):
        assert child.params["C"].value == str(results["params"][place]["C"])
        assert child.params["C"].origin is Origin.GRID
        assert close_to(child.values()["mean_test_score"], results["mean_test_score"][place])
        assert close_to(child.values()["split2_test_score"], results["split2_test_score"][place])
    assert close_to(parent.values()["best_score"], cells.shell.user_ns["search"].best_score_)
    cells.run("f1_score(y_test, search.best_estimator_.predict(X_test)); search.score(X_test, y_test)")
    assert {"f1_score_X_test", "score_X_test"} <= set(cells.runs()[0].values())
    assert len(cells.runs()) == 5


def test_failed_candidates_are_kept_as_not_a_number(cells: Cells) -> None:
    cells.run("""
import warnings
from sklearn.model_selection import RandomizedSearchCV
search = RandomizedSearchCV(LogisticRegression(), {"C": [1.0, -1.0]}, n_iter=2, cv=2, random_state=0)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    search.fit(X_train, y_train)
""")
    children = {run.params["C"].value: run for run in cells.runs("candidate")}
    assert math.isnan(children["-1.0"].values()["mean_test_score"])
    assert (children["-1.0"].status, children["1.0"].status) == (Status.FAILED, Status.FINISHED)


def test_halving_searches_tell_the_resources_of_each_candidate(cells: Cells) -> None:
    cells.run("""
from sklearn.experimental import enable_halving_search_cv
from sklearn.model_selection import HalvingGridSearchCV
search = HalvingGridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, cv=2, random_state=0)
search.fit(X_train, y_train)
""")
    assert all("n_resources" in run.params for run in cells.runs("candidate"))


def test_cross_validation_is_a_run_of_its_own_with_its_folds(cells: Cells) -> None:
    cells.run("""
from sklearn.model_selection import cross_val_score, cross_validate, cross_val_predict, learning_curve
scores = cross_val_score(Ridge(alpha=2), Xr, yr, cv=4)
""")
    (run,) = cells.runs()
    scores = cells.shell.user_ns["scores"]
    assert run.started.name == "cross_val_score(Ridge)"
    assert run.params["alpha"].value == "2"
    assert [m.value for m in run.metrics if m.key == "test_score"] == scores.tolist()
    assert [m.step for m in run.metrics if m.key == "test_score"] == [0, 1, 2, 3]
    assert close_to(run.values()["mean_test_score"], float(scores.mean()))
    assert run.metric("std_test_score").evidence is Evidence.OWN
    cells.run("cross_validate(Ridge(), Xr, yr, cv=3, scoring=('r2', 'neg_mean_squared_error'))")
    assert {"mean_test_r2", "std_test_neg_mean_squared_error"} <= set(cells.runs()[1].values())
    cells.run("mean_squared_error(yr, cross_val_predict(Ridge(), Xr, yr))")
    assert "mean_squared_error_Xr" in cells.runs()[2].values()
    cells.run("learning_curve(Ridge(), Xr, yr, train_sizes=[20, 40], cv=3)")
    assert [m.step for m in cells.runs()[3].metrics if m.key == "mean_test_score"] == [20, 40]


def test_clusterers_are_measured_by_their_labels(cells: Cells) -> None:
    cells.run("""
from sklearn.cluster import KMeans, DBSCAN
from sklearn.metrics import silhouette_score
km = KMeans(3, n_init=1, random_state=0).fit(X)
""")
    cells.run("silhouette_score(X, km.labels_)")
    cells.run("silhouette_score(X, KMeans(2, n_init=1, random_state=0).fit_predict(X))")
    first, second = cells.fits()
    assert "silhouette_score_X" in first.values()
    assert "silhouette_score_X" in second.values()
    assert close_to(first.values()["inertia"], cells.shell.user_ns["km"].inertia_)


def test_partial_fits_of_one_cell_are_one_run_with_a_series_of_scores(cells: Cells) -> None:
    cells.run("""
from sklearn.linear_model import SGDClassifier
sgd = SGDClassifier(random_state=0)
for epoch in range(4):
    sgd.partial_fit(X_train, y_train, classes=[0, 1])
    sgd.score(X_test, y_test)
""")
    (run,) = cells.fits()
    assert [m.step for m in run.metrics] == [0, 1, 2, 3]
    assert run.status is Status.FINISHED


def test_stages_of_boosting_are_measured_on_their_run(cells: Cells) -> None:
    cells.run("""
from sklearn.ensemble import GradientBoostingRegressor
gb = GradientBoostingRegressor(n_estimators=5).fit(Xr, yr)
errors = [mean_squared_error(yr, stage) for stage in gb.staged_predict(Xr)]
""")
    (run,) = cells.fits()
    assert [m.value for m in run.metrics] == cells.shell.user_ns["errors"]


def test_tables_are_kept_as_artifacts_of_the_run(cells: Cells) -> None:
    cells.run("""
from sklearn.metrics import confusion_matrix, classification_report
m = LogisticRegression().fit(X_train, y_train)
matrix = confusion_matrix(y_test, m.predict(X_test))
report = classification_report(y_test, m.predict(X_test))
""")
    (run,) = cells.fits()
    assert [one.path for one in run.artifacts] == [
        "tables/confusion_matrix_X_test.csv",
        "tables/classification_report_X_test.txt",
    ]


def test_permutation_importances_are_metrics_of_the_models_run(cells: Cells) -> None:
    cells.run("""
from sklearn.inspection import permutation_importance
frame = pd.DataFrame(Xr, columns=list("abcd"))
m = Ridge().fit(frame, yr)
result = permutation_importance(m, frame, yr, n_repeats=2, random_state=0)
""")
    (run,) = cells.fits()
    assert close_to(run.values()["permutation_importance_a"], cells.shell.user_ns["result"].importances_mean[0])


def test_the_users_own_estimators_are_watched_whatever_their_class_does(cells: Cells) -> None:
    cells.run("""
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
class Mean(RegressorMixin, BaseEstimator):
    def __init__(self, shift=0.0):
        self.shift = shift
    def fit(self, X, y):
        self.mean_ = float(np.mean(y)) + self.shift
        return self
    def predict(self, X):
        return np.full(len(X), self.mean_)
class Silent(Mean):
    def __init_subclass__(cls, **kwargs):
        pass
class Loud(Silent):
    def fit(self, X, y):
        return super().fit(X, y)
class Meta(type(BaseEstimator)):
    pass
class Made(Mean, metaclass=Meta):
    __slots__ = ("extra",)
    def fit(self, X, y):
        return super().fit(X, y)
for kind in (Mean, Silent, Loud, Made):
    mean_squared_error(yr, kind(shift=1.0).fit(Xr, yr).predict(Xr))
""")
    runs = cells.fits()
    assert [run.started.name for run in runs] == ["Mean", "Silent", "Loud", "Made"]
    assert all(list(run.values()) == ["mean_squared_error_Xr"] for run in runs)


def test_fits_in_other_threads_are_no_runs_and_take_models_from_theirs(cells: Cells) -> None:
    cells.run("m = Ridge().fit(Xr, yr)")
    cells.run("""
import threading
thread = threading.Thread(target=lambda: m.set_params(alpha=9).fit(Xr, yr))
thread.start(); thread.join()
mean_squared_error(yr, m.predict(Xr))
""")
    assert len(cells.fits()) == 1
    assert cells.fits()[0].metrics == []


def test_parallel_meta_estimators_are_one_run(cells: Cells) -> None:
    cells.run("""
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
forest = RandomForestClassifier(5, n_jobs=2, random_state=0).fit(X_train, y_train)
vote = VotingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier())], n_jobs=2).fit(X_train, y_train)
""")
    assert [run.started.name for run in cells.runs()] == ["RandomForestClassifier", "VotingClassifier"]


def test_seeding_calls_of_the_cell_are_kept(cells: Cells) -> None:
    cells.run("np.random.seed(7)\nrng = np.random.default_rng()\nm = Ridge().fit(Xr, yr)")
    assert cells.tracking.session is not None
    cells.tracking.session.background.drain(20)
    contexts = [event for event in cells.journal()[0] if type(event).__name__ == "RunContext" and event.seed]
    assert contexts[-1].seed.seeding_calls == ("numpy.random.seed(7)", "numpy.random.default_rng()")


def test_capture_loaded_after_scikit_learn_sees_names_that_were_imported_before(tmp_path: Path) -> None:
    cells = Cells(tmp_path)
    try:
        cells.run(PREPARED)
        cells.start()
        cells.run("m = LogisticRegression().fit(X_train, y_train)\naccuracy_score(y_test, m.predict(X_test))")
        assert list(cells.fits()[0].values()) == ["accuracy_score_X_test"]
    finally:
        cells.close()


def variables(run: Run) -> dict[str, str]:
    """The parameters of a run that are variables of the notebook."""
    return {param.key: param.value for param in run.params.values() if param.origin is Origin.VARIABLE}


def test_a_result_of_the_turn_before_is_no_parameter_of_the_next_run(cells: Cells) -> None:
    cells.run("""
best = 0.0
for depth in (1, 2, 3):
    m = DecisionTreeClassifier(max_depth=depth).fit(X_train, y_train)
    acc = m.score(X_test, y_test)
    gap = m.score(X_train, y_train) - acc
    best = max(best, acc)
    print(acc, gap, best)
""")
    assert [variables(run) for run in cells.fits()] == [{"depth": "1"}, {"depth": "2"}, {"depth": "3"}]


def test_the_same_in_a_function_of_the_notebook(cells: Cells) -> None:
    cells.run("""
def sweep(depths, min_leaf):
    best = 0.0
    for depth in depths:
        m = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=min_leaf).fit(X_train, y_train)
        acc = m.score(X_test, y_test)
        best = max(best, acc)
    return best
top = sweep([1, 2], 3)
""")
    assert [variables(run) for run in cells.fits()] == [{"depth": d, "min_leaf": "3"} for d in "12"]


def test_a_result_of_an_earlier_cell_is_no_parameter_and_a_setting_is(cells: Cells) -> None:
    cells.run("%precision 3\nlr = 0.5\nbaseline = (y_test == 0).mean()")
    cells.run("m = LogisticRegression(C=lr).fit(X_train, y_train)\nprint(baseline, lr)")
    assert variables(cells.fits()[0]) == {"lr": "0.5"}


def test_an_explicit_run_takes_settings_and_no_counters_or_results(cells: Cells) -> None:
    cells.run("""
import celltrail
for rate in (0.1, 0.2):
    with celltrail.start_run("hand-made"):
        decay = 0.9
        step = 0
        for epoch in range(3):
            loss = float(np.exp(-rate * epoch))
            step += 1
            celltrail.log_metric("loss", loss * decay, step=step)
""")
    assert [variables(run) for run in cells.runs("explicit")] == [
        {"rate": "0.1", "decay": "0.9"},
        {"rate": "0.2", "decay": "0.9"},
    ]


def test_the_cell_s_own_run_takes_no_loop_variable(cells: Cells) -> None:
    cells.run("""
import celltrail
rate = 0.1
for epoch in range(3):
    celltrail.log_metric("loss", rate / (epoch + 1))
""")
    assert variables(cells.runs("cell")[0]) == {"rate": "0.1"}


def test_fits_of_a_loop_inside_a_timed_cell_are_one_group_with_their_values(cells: Cells) -> None:
    cells.run("%%time\nfor c in (0.1, 1.0):\n    LogisticRegression(C=c).fit(X, y)")
    runs = cells.fits()
    assert [variables(run) for run in runs] == [{"c": "0.1"}, {"c": "1.0"}]
    assert len({run.started.group_id for run in runs}) == 1
    assert runs[0].started.group_id


def test_timeit_makes_one_run_and_its_metrics_none(cells: Cells) -> None:
    cells.run("%timeit -n 3 -r 2 LogisticRegression().fit(X_train, y_train)")
    cells.run("model = LogisticRegression(C=0.5)")
    cells.run("%%timeit -n 2 -r 2\nmodel.fit(X_train, y_train)\nmodel.score(X_test, y_test)")
    cells.run("import timeit\ntimeit.timeit(lambda: model.fit(X_train, y_train), number=3)")
    assert [len(run.metrics) for run in cells.runs()] == [0, 0, 0]
    cells.run("accuracy_score(y_test, model.predict(X_test))")
    assert [len(run.metrics) for run in cells.runs()] == [0, 0, 1]


def test_the_same_measure_under_other_names_is_the_next_step(cells: Cells) -> None:
    cells.run("m = LogisticRegression().fit(X_train, y_train); p = m.predict(X_test)")
    cells.run("accuracy_score(y_test, p)")
    cells.run("y_pred = p.copy(); acc = accuracy_score(y_true=y_test, y_pred=y_pred)")
    cells.run("f1_score(y_test, p, average='macro'); f1_score(y_test, p, average='micro')")
    cells.run("f1_score(y_test, y_pred, average='micro')")
    (run,) = cells.fits()
    assert [(metric.key, metric.step) for metric in run.metrics] == [
        ("accuracy_score_X_test", 0),
        ("accuracy_score_X_test", 0),
        ("f1_score_X_test", 0),
        ("f1_score-2_X_test", 0),
        ("f1_score-2_X_test", 0),
    ]


def test_a_model_is_named_after_its_own_variable_not_after_one_of_its_parts(cells: Cells) -> None:
    cells.run("from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler")
    cells.run("first = StandardScaler()\nmodel = make_pipeline(first, LogisticRegression()).fit(X, y)")
    assert [run.variable for run in cells.fits()] == ["model"]


def test_a_helper_s_dataset_has_the_name_that_its_caller_gave(cells: Cells) -> None:
    cells.run("valid, test = pd.DataFrame(X_train).assign(y=y_train), pd.DataFrame(X_test).assign(y=y_test)")
    cells.run("F = list(range(6))\nm = LogisticRegression().fit(valid[F].to_numpy(), valid.y)")
    cells.run("""
def inner(model, part):
    return accuracy_score(part.y, model.predict(part[F].to_numpy())), model.score(part[F].to_numpy(), part.y)
def outer(model, frame=None):
    return inner(model, frame)
outer(m, valid), outer(m, frame=test)
""")
    (run,) = cells.fits()
    assert [metric.key for metric in run.metrics] == [
        "accuracy_score_valid_F_to_numpy",
        "score_valid_F_to_numpy",
        "accuracy_score_test_F_to_numpy",
        "score_test_F_to_numpy",
    ]
