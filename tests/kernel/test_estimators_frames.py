"""A frame that holds predictions holds other columns too: a metric of those is not the model's."""

import pytest

from estimator_cells import Cells

FITTED = """
import numpy as np, pandas as pd
from sklearn.metrics import mean_absolute_error
test = pd.DataFrame(X_test).add_prefix("f").assign(y=y_test, lag=np.roll(y_test, 1))
F = [f"f{i}" for i in range(6)]
m = LogisticRegression().fit(X_train, y_train)
p = m.predict(X_test)
"""


@pytest.fixture
def cells(cells: Cells) -> Cells:
    cells.run(FITTED)
    return cells


def metrics(cells: Cells) -> list[str]:
    return [metric.key for run in cells.fits() for metric in run.metrics]


WITH_COLUMN = [
    "sub = test.assign(pred=p)",
    "sub = pd.concat([test, pd.Series(p, name='pred')], axis=1)",
    "sub = test.join(pd.Series(p, name='pred'))",
    "sub = test.copy(); sub.insert(0, 'pred', p)",
    "sub = test.copy(); sub.loc[:, 'pred'] = p",
    "sub = test.copy(); sub['pred'] = p",
]


@pytest.mark.parametrize("make", WITH_COLUMN)
@pytest.mark.parametrize("is_later", [False, True])
def test_baselines_beside_a_prediction_in_a_frame_are_not_the_model_s(
    cells: Cells, make: str, *, is_later: bool
) -> None:
    cells.run(make) if is_later else None
    before = "" if is_later else f"{make}\n"
    cells.run(f"{before}accuracy_score(sub.y, np.zeros(len(sub)))")
    cells.run(f"{before}mean_absolute_error(sub['y'], sub['lag'])")
    cells.run(f"{before}mean_squared_error(sub.y.to_numpy(), sub.lag.to_numpy())")
    assert metrics(cells) == []
    assert cells.ambiguous() == []
    cells.run(f"{before}accuracy_score(sub.y, sub.pred); f1_score(sub['y'], sub['pred'])")
    assert metrics(cells) == ["accuracy_score_X_test", "f1_score_X_test"]


def test_a_naive_column_of_a_new_frame_is_not_the_model_s(cells: Cells) -> None:
    cells.run("df = pd.DataFrame({'y': y_test, 'p': p, 'naive': 0})\nf1_score(df.y, df.naive)")
    cells.run("accuracy_score(df.y, df.naive)")
    assert metrics(cells) == []
    cells.run("accuracy_score(df.y, df.p)")
    assert metrics(cells) == ["accuracy_score_X_test"]


def test_another_model_s_score_on_the_truth_of_that_frame_is_its_own(cells: Cells) -> None:
    cells.run("test = test.assign(pred=p)\nother = DecisionTreeClassifier().fit(X_train, y_train)")
    cells.run("accuracy_score(test.y, other.predict(X_test))")
    assert cells.ambiguous() == []
    by_variable = {run.variable: [metric.key for metric in run.metrics] for run in cells.fits()}
    assert by_variable == {"m": [], "other": ["accuracy_score_X_test"]}


def test_a_threshold_on_a_column_of_that_frame_is_the_model_s(cells: Cells) -> None:
    cells.run("sub = test.assign(proba=m.predict_proba(X_test)[:, 1])")
    cells.run("sub['hat'] = sub.proba > 0.4\naccuracy_score(sub.y, sub.hat)")
    cells.run("f1_score(sub.y, sub.hat); roc_auc_score(sub.y, sub.proba); f1_score(sub.y, sub.proba > 0.3)")
    assert len(metrics(cells)) == 4


def test_a_model_that_is_compared_with_itself_has_no_such_metric(cells: Cells) -> None:
    cells.run("accuracy_score(m.predict(X_test), m.predict(X_test + 0.01))")
    assert metrics(cells) == []
    (found,) = cells.ambiguous()
    assert "both sides are predictions" in found.reason


def test_a_function_that_writes_into_its_own_copy_leaves_the_argument_clean(cells: Cells) -> None:
    cells.run("def add(d):\n    d = d.copy()\n    d['p'] = m.predict(d[F].to_numpy())\n    return d")
    cells.run("with_p = add(test)")
    cells.run("f1_score(test.y, test.f1 > 0)")
    assert metrics(cells) == []
    cells.run("accuracy_score(with_p.y, with_p.p)")
    assert len(metrics(cells)) == 1
