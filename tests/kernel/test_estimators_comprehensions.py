"""What happens in a comprehension is seen as in a loop, whether Python gives it a frame of its own or not (3.12 on)."""

import pytest

from celltrail.records import Origin
from estimator_cells import Cells, Run


def variables(run: Run) -> dict[str, str]:
    """The parameters of a run that are variables of the notebook."""
    return {param.key: param.value for param in run.params.values() if param.origin is Origin.VARIABLE}


def keys_by_model(cells: Cells) -> dict[str, list[str]]:
    assert cells.ambiguous() == []
    assert sum(len(run.metrics) for run in cells.runs("cell")) == 0
    return {run.variable: sorted(run.values()) for run in cells.fits()}


@pytest.mark.parametrize(
    "cell",
    [
        "ms = [DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in (1, 2)]",
        "ms = {d: DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in (1, 2)}",
        "ms = {DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in (1, 2)}",
        "ms = list(DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in (1, 2))",
        "ms = [(lambda: DecisionTreeClassifier(max_depth=d).fit(X_train, y_train))() for d in (1, 2)]",
        "d = 7\nms = [DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in (1, 2)]\nd",
        "def f(ds):\n    return [DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in ds]\nf([1, 2])",
        "def f(d):\n    return [DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in d]\nf([1, 2])",
    ],
    ids=["list", "dict", "set", "generator", "lambda", "name used outside", "function", "name used in the function"],
)
def test_the_target_of_a_comprehension_is_a_parameter_of_each_fit(cells: Cells, cell: str) -> None:
    cells.run(cell)
    assert [variables(run)["d"] for run in cells.fits()] == ["1", "2"]


def test_the_targets_of_comprehensions_within_each_other_are_parameters(cells: Cells) -> None:
    cells.run("""
ms = [[DecisionTreeClassifier(max_depth=d, min_samples_leaf=leaf).fit(X_train, y_train) for leaf in (3, 4)]
      for d in (1, 2)]
""")
    assert [variables(run) for run in cells.fits()] == [
        {"d": d, "leaf": leaf} for d, leaf in [("1", "3"), ("1", "4"), ("2", "3"), ("2", "4")]
    ]


def test_a_comprehension_in_a_class_takes_no_globals_with_it(cells: Cells) -> None:
    cells.run("unrelated = 5")
    cells.run("""
class Models:
    all = [DecisionTreeClassifier(max_depth=d).fit(X_train, y_train) for d in (1, 2)]
""")
    assert [variables(run) for run in cells.fits()] == [{"d": "1"}, {"d": "2"}]


def test_the_target_of_another_comprehension_is_no_parameter(cells: Cells) -> None:
    cells.run("r = [d for d in (8, 9)], DecisionTreeClassifier().fit(X_train, y_train)")
    assert variables(cells.fits()[0]) == {}


def test_a_variable_that_a_lambda_keeps_too_does_no_harm(cells: Cells) -> None:
    """Python 3.13.0 to 3.13.2 end the process when such a variable of a comprehension is read."""
    cells.run("""
def all_of(ds, leaf):
    ms = [DecisionTreeClassifier(max_depth=d, min_samples_leaf=leaf).fit(X_train, y_train) for d in ds]
    later = [(lambda: d + leaf) for d in ds]
    return [m.score(X_test, y_test) for m in ms] + [later]
tops = all_of([1, 2], 3)
both = [LogisticRegression(C=c).fit(X_train, y_train).score(X_test, y_test) for c in (1, 2)], [
    (lambda: c) for c in (1, 2)]
""")
    assert [len(run.values()) for run in cells.fits()] == [1] * 4
    assert [variables(run).get("leaf") for run in cells.fits()] == ["3", "3", None, None]


def test_what_a_comprehension_predicts_is_attributed_turn_by_turn(two: Cells) -> None:
    two.run("[accuracy_score(y_test, m.predict(X_test)) for m in (a, b)]")
    two.run("[f1_score(y_test, p > .5) for p in [m.predict_proba(X_test)[:, 1] for m in (a, b)]]")
    two.run("def area(p):\n    return roc_auc_score(y_test, p * 2)")
    two.run("{name: area(m.predict_proba(X_test)[:, 1]) for name, m in {'a': a, 'b': b}.items()}")
    keys = ["accuracy_score_X_test", "f1_score_X_test", "roc_auc_score_X_test"]
    assert keys_by_model(two) == {"a": keys, "b": keys}


def test_predictions_that_a_comprehension_walks_over_are_each_their_own(two: Cells) -> None:
    two.run("pa = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]")
    two.run("[accuracy_score(y_test, p > .5) for p in (pa, pb)]")
    two.run("def hard(ps):\n    p = None\n    return [f1_score(y_test, p > .4) for p in ps]\nhard([pa, pb])")
    keys = ["accuracy_score_X_test", "f1_score_X_test"]
    assert keys_by_model(two) == {"a": keys, "b": keys}


def test_a_comprehension_variable_is_not_the_global_of_the_same_name(two: Cells) -> None:
    two.run("p = a.predict_proba(X_test)[:, 1]; q = a.predict(X_test)")
    two.run("[accuracy_score(y_test, np.asarray(p) > 0) for p in [np.ones(len(y_test))]]")
    two.run("[f1_score(y_test, p > .5) for p in [b.predict_proba(X_test)[:, 1]]]")
    two.run("[roc_auc_score(y_test, q[0]) for q in [(b.predict(X_test), 1)]]")
    runs = {run.variable: sorted(run.values()) for run in two.fits()}
    assert runs == {"a": [], "b": ["f1_score_X_test", "roc_auc_score_X_test"]}


def test_a_comprehension_variable_that_a_lambda_keeps_is_not_the_global_either(two: Cells) -> None:
    two.run("p = a.predict_proba(X_test)[:, 1]")
    two.run(
        "[(accuracy_score(y_test, p > .5), f1_score(y_test, p.round())) for p in [b.predict_proba(X_test).T[1]]], [\n"
        "    (lambda: p) for p in [0]]"
    )
    two.run("""
def both():
    found = [(roc_auc_score(y_test, p), lambda: p) for p in [b.predict_proba(X_test)[:, 1] * 2]]
    return found, [mean_squared_error(y_test, np.sqrt(p)) for p in [b.predict_proba(X_test)[:, 1]]]
both()
""")
    assert {run.variable: sorted(run.values()) for run in two.fits()}["a"] == []


def test_the_first_iterable_of_a_comprehension_is_read_outside_it(two: Cells) -> None:
    two.run("p = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]")
    two.run("[p for p in [accuracy_score(y_test, p > .5)]]")
    assert keys_by_model(two) == {"a": ["accuracy_score_X_test"], "b": []}


def test_a_loop_around_a_comprehension_names_the_part_with_it(two: Cells) -> None:
    two.run("pred = a.predict(X_test); half = np.arange(len(y_test)) < 12")
    two.run("""
for low in (True, False):
    [measure(y_test[half == low], pred[half == low]) for measure in (accuracy_score, f1_score)]
""")
    two.run("""
def parts(pred):
    for high in (True, False):
        [measure(y_test[half == high], pred[half == high]) for measure in (accuracy_score, f1_score)]
parts(pred)
""")
    keys = [
        f"{measure}_X_test[{name}={turn}]"
        for measure in ("accuracy_score", "f1_score")
        for name in ("low", "high")
        for turn in (True, False)
    ]
    assert set(keys_by_model(two)["a"]) == set(keys)


def test_what_the_same_cell_assigned_before_a_comprehension_is_known_inside(cells: Cells) -> None:
    cells.run("model = LogisticRegression().fit(X_train, y_train)\nproba = model.predict_proba(X_test)")
    cells.run("hat = proba.argmax(1)\nscores = {c: accuracy_score(y_test == c, hat == c) for c in (0, 1)}")
    cells.run("cut = proba[:, 1] > 0.4\nmax(f1_score(y_test, cut) for _ in range(2))")
    (run,) = cells.fits()
    assert [metric.key for metric in run.metrics] == ["accuracy_score_X_test"] * 2 + ["f1_score_X_test"] * 2
    assert cells.runs("cell") == []
