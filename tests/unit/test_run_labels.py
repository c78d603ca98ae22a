"""What lists say of runs: enough to tell one from its neighbours, and how the cell ended."""

import statistics

import pytest

from celltrail.journal import events
from celltrail.records import ErrorInfo, Evidence, Origin, Param, ParamKind, Status
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery
from celltrail.store.title import first_line, short_params, title_of
from journal_writing import Trail

PIPELINE = "sklearn.pipeline.Pipeline"


@pytest.fixture
def trail(tmp_path):
    return Trail(tmp_path / ".celltrail")


def param(key, value, origin=Origin.ESTIMATOR, *, is_default=False):
    kind = ParamKind.NUMBER if isinstance(value, int | float) else ParamKind.TEXT
    is_object = isinstance(value, str) and value.startswith("[")
    return Param(key, str(value), ParamKind.OBJECT if is_object else kind, origin, is_default=is_default)


def fit(trail, name, *params, **starts):
    starts.setdefault("estimator", f"sklearn.{name}")
    run_id = trail.run(name, is_finished=False, **starts)
    trail.writer.append(
        events.ParamsLogged(run_id, trail.tick(), params),
        events.RunFinished(run_id, trail.tick(), Status.FINISHED, None, 0.1, 1),
    )
    return run_id


def listed(trail, **question):
    """Title and difference of each run, oldest first."""
    store = open_store(trail.folder)
    runs = store.search_runs(RunQuery(order_by=("start_time",), limit=1000, **question)).runs
    store.close()
    return [(run.title, run.differs) for run in runs]


def detail_of(trail, run_id):
    store = open_store(trail.folder)
    detail = store.get_run(run_id)
    store.close()
    return detail


def test_runs_of_a_loop_show_the_parameters_that_differ_within_it(trail):
    for alpha in (0.1, 1.0):
        fit(trail, "Ridge", param("alpha", alpha), param("tol", 1e-3), param("a", alpha, Origin.VARIABLE), group_id="g")
    assert listed(trail) == [("Ridge", "alpha=0.1"), ("Ridge", "alpha=1.0")]


def test_a_variable_is_shown_where_the_models_parameters_do_not_tell_runs_apart(trail):
    for alpha in (0.1, 1.0):
        for fold in (0, 1):
            before = param("score_before", 0.123456 * fold, Origin.VARIABLE)
            fit(trail, "Ridge", param("alpha", alpha), param("fold", fold, Origin.VARIABLE), before, group_id="g")
    assert [differs for _, differs in listed(trail)] == [
        "alpha=0.1, fold=0",
        "alpha=0.1, fold=1",
        "alpha=1.0, fold=0",
        "alpha=1.0, fold=1",
    ]


def test_a_default_that_differs_between_models_is_no_choice(trail):
    for model, tries in (("Ridge", 100), ("Lasso", 1000)):
        fit(trail, model, param("max_iter", tries, is_default=True), group_id="g")
    assert listed(trail) == [("Ridge", ""), ("Lasso", "")]


def test_runs_that_nothing_tells_apart_are_counted(trail):
    for _ in range(3):
        fit(trail, "Ridge", param("alpha", 1), group_id="g")
    assert [differs for _, differs in listed(trail)] == ["#1", "#2", "#3"]


def test_two_loops_and_their_pages_do_not_mix(trail):
    for group in ("one", "two"):
        for alpha in (1, 2):
            fit(trail, "Ridge", param("alpha", alpha), param("tol", group), group_id=group)
    assert [differs for _, differs in listed(trail)] == ["alpha=1", "alpha=2"] * 2
    assert listed(trail, filter="params.alpha = 2 and params.tol = 'one'") == [("Ridge", "alpha=2")]


def test_a_pipeline_is_named_by_its_last_step(trail):
    for model, chosen in (("LogisticRegression", 0.5), ("RandomForestClassifier", 7)):
        steps = f"[('scale', StandardScaler), ('model', {model})]"
        fit(trail, "Pipeline", param("steps", steps), param("model__C", chosen), estimator=PIPELINE, group_id="g")
    validated = (
        param("steps", "[('scale', StandardScaler), ('svc', SVC)]"),
        param("svc__C", 3),
        param("svc__verbose", 1),
    )
    fit(trail, "cross_val_score(Pipeline)", *validated, estimator=PIPELINE)
    assert listed(trail) == [
        ("Pipeline(… LogisticRegression)", ""),
        ("Pipeline(… RandomForestClassifier)", ""),
        ("cross_val_score(Pipeline(… SVC))", "C=3"),
    ]


def test_a_search_says_what_it_searches_and_its_candidates_what_they_are(trail):
    inner = Param("estimator", "SVC", ParamKind.OBJECT, Origin.ESTIMATOR)
    search = fit(trail, "GridSearchCV", inner, param("scoring", "f1"), kind="search")
    for number, c in enumerate((0.1, 10.0), start=1):
        grid = (param("svc__C", c, Origin.GRID), param("svc__kernel", "rbf", Origin.GRID))
        fit(trail, f"GridSearchCV #{number}", *grid, kind="candidate", parent_run_id=search, estimator="")
    assert listed(trail) == [("GridSearchCV(SVC)", "")]
    assert listed(trail, parent_run_id=search) == [("GridSearchCV #1", "C=0.1"), ("GridSearchCV #2", "C=10.0")]


def test_a_run_alone_shows_its_own_choice_but_no_seed(trail):
    fit(trail, "Ridge", param("alpha", 0.123456789), param("random_state", 0), param("tol", 1, is_default=True))
    run_id = trail.run("run", kind="explicit")
    trail.writer.append(events.ParamsLogged(run_id, trail.tick(), (param("lr", 0.5, Origin.LOGGED),)))
    assert listed(trail) == [("Ridge", "alpha=0.1235"), ("run", "lr=0.5")]


def test_a_cells_own_run_is_named_by_its_first_line_and_found_by_it(trail):
    cell = trail.cell("%matplotlib inline\nimport numpy as np\n\n# Baseline: the mean\nnp.mean(y)")
    trail.run("cell", execution_id=cell, kind="cell", metrics={"rmse": 2.0})
    trail.run("cell", execution_id=trail.cell("import this"), kind="cell")
    trail.run("renamed", execution_id=cell, kind="cell")
    assert [title for title, _ in listed(trail)] == ["Baseline: the mean", "cell", "renamed"]
    assert [title for title, _ in listed(trail, text="baseline")] == ["Baseline: the mean", "renamed"]


def test_a_name_that_the_user_gave_stays(trail):
    fit(trail, "my best", param("steps", "[('svc', SVC)]"), estimator=PIPELINE)
    fit(trail, "tuned, alpha=3", param("alpha", 3))
    assert listed(trail) == [("my best", ""), ("tuned, alpha=3", "")], "and says nothing twice"


def test_a_run_that_ended_well_tells_of_its_cell_that_did_not(trail):
    cell = trail.cell("fit(); 1 / 0", status=Status.FAILED, error=ErrorInfo("ZeroDivisionError", "division by zero"))
    well = trail.run(execution_id=cell)
    failed = trail.run(execution_id=cell, status=Status.FAILED)
    stopped = trail.run(execution_id=trail.cell("wait()", status=Status.INTERRUPTED))
    other = trail.run(execution_id=trail.cell("fine()"))
    store = open_store(trail.folder)

    def told(run_id):
        run = store.get_run(run_id).run
        return run.status, run.cell_status, run.cell_error

    assert told(well) == (Status.FINISHED, Status.FAILED, "ZeroDivisionError")
    assert told(failed) == (Status.FAILED, None, "")
    assert told(stopped) == (Status.FINISHED, Status.INTERRUPTED, "")
    assert told(other) == (Status.FINISHED, None, "")
    store.close()


def test_a_killed_run_has_no_duration_that_nobody_saw(trail):
    run_id = trail.run(is_finished=False)
    trail.end()
    run = detail_of(trail, run_id).run
    assert (run.status, run.duration_s) == (Status.KILLED, None)


def test_a_parent_without_a_metric_shows_its_latest_childs(trail):
    parent = trail.run("outer", kind="explicit")
    for value in (0.5, 0.75):
        trail.run(parent_run_id=parent, metrics={"r2": value})
    trail.run(parent_run_id=parent)
    own = trail.run("own", kind="explicit", metrics={"mine": 1.0})
    trail.run(parent_run_id=own, metrics={"r2": 0.5})
    run = detail_of(trail, parent).run
    assert (run.key_metric, run.child_metric.key, run.child_metric.value) == (None, "r2", 0.75)
    assert detail_of(trail, own).run.child_metric is None


def test_folds_made_by_hand_are_summed_up_with_mean_and_spread(trail):
    scores = {0.1: (0.8, 0.9, 0.7), 1.0: (0.5, 0.6, 0.55)}
    ids = {}
    for alpha, values in scores.items():
        for fold, value in enumerate(values):
            chosen = (param("alpha", alpha), param("random_state", fold), param("fold", fold, Origin.VARIABLE))
            ids[alpha] = fit(trail, "Ridge", *chosen, group_id="g")
            trail.metric(ids[alpha], "r2", value)
    trail.metric(ids[1.0], "once", 1.0)
    for alpha, values in scores.items():
        group = detail_of(trail, ids[alpha]).group
        assert (group.run_count, group.like_count) == (6, 3)
        [metric] = group.metrics
        assert (metric.key, metric.count, metric.minimum, metric.maximum) == ("r2", 3, min(values), max(values))
        assert metric.mean == pytest.approx(statistics.fmean(values))
        assert metric.std == pytest.approx(statistics.pstdev(values))


def test_folds_with_nan_or_infinity_are_summed_up_too(trail):
    for value in (1.0, float("nan"), float("inf")):
        last = trail.run(group_id="g", metrics={"m": value})
    [metric] = detail_of(trail, last).group.metrics
    assert (repr(metric.mean), repr(metric.std), metric.minimum, metric.maximum) == ("nan", "nan", 1.0, float("inf"))
    assert detail_of(trail, trail.run()).group is None


def test_the_folds_of_a_cross_validation_stand_below_their_mean(trail):
    run_id = trail.run("cross_validate(Ridge)")
    for key, values in {
        "fit_time": (1.0,),
        "test_r2": (0.5, 0.7),
        "mean_test_r2": (0.6,),
        "std_test_r2": (0.1,),
    }.items():
        trail.metric(run_id, key, *values, evidence=Evidence.OWN)
    detail = detail_of(trail, run_id)
    assert [metric.key for metric in detail.metrics] == ["fit_time", "mean_test_r2", "std_test_r2", "test_r2"]
    assert detail.run.key_metric.key == "mean_test_r2"


def test_titles_and_values_are_short():
    assert first_line("x" * 200) == "x" * 79 + "…"
    assert first_line("#%% \n!pip install x\nfrom a import b") == ""
    assert title_of("cell", "", "import a", {}) == "cell"
    assert title_of("cell", "", "%matplotlib inline\n%track rmse f1", {}) == "%track rmse f1"
    assert short_params({"a__C": "1", "b__C": "2"}) == "a__C=1, b__C=2"
    assert short_params({"m__C": "1", "b__k": "2"}) == "C=1, k=2"
    assert (
        short_params({"x": "0.30000000000000004", "n": "1234567", "t": "a\nb" * 20})
        == "x=0.3, n=1234567, t=" + ("a b" * 20)[:23] + "…"
    )
