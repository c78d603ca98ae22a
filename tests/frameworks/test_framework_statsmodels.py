"""statsmodels: what a fit leaves in the trail, against the results' own attributes."""

import csv
import io
from pathlib import Path

import pytest

from celltrail.journal.blobs import BlobStore
from celltrail.records import DatasetRole, Evidence, Status
from estimator_cells import Cells, Run
from framework_cells import steps, with_and_without

FORMULA = """
import pandas as pd, statsmodels.formula.api as smf
frame = pd.DataFrame(X_train, columns=list("abcd")).assign(y=y_train)
results = smf.ols("y ~ a + b", data=frame).fit()
"""


def _table(cells: Cells, run: Run) -> list[dict[str, str]]:
    (artifact,) = run.artifacts
    assert artifact.path == "tables/coefficients.csv"
    store = BlobStore(cells.folder / ".celltrail")
    return list(csv.DictReader(io.StringIO(store.path(artifact.digest).read_text())))


def test_a_formulas_fit_is_a_run_with_measures_and_coefficients(cells: Cells) -> None:
    cells.run(FORMULA)
    (run,) = cells.runs()
    results = cells.shell.user_ns["results"]
    assert (run.started.name, run.variable, run.status) == ("OLS", "results", Status.FINISHED)
    assert (run.params["formula"].value, run.params["exog"].value) == ("y ~ a + b", "Intercept, a, b")
    names = ("llf", "aic", "bic", "rsquared", "rsquared_adj", "fvalue", "f_pvalue", "nobs", "mse_resid")
    assert {name: run.values()[name] for name in names} == {name: getattr(results, name) for name in names}
    assert [(role, name) for role, name, _ in run.datasets] == [(DatasetRole.TRAIN, "frame")]
    rows = _table(cells, run)
    assert [row["name"] for row in rows] == ["Intercept", "a", "b"]
    assert [float(row["coef"]) for row in rows] == list(results.params)
    assert [float(row["std_err"]) for row in rows] == list(results.bse)
    assert [float(row["p_value"]) for row in rows] == list(results.pvalues)


@pytest.mark.parametrize(
    ("fit", "name", "measures"),
    [
        ("sm.Logit(y_train, sm.add_constant(X_train[:, :1])).fit(disp=0)", "Logit", ("llf", "aic", "bic")),
        ("sm.GLM(y_train, X_train, family=sm.families.Binomial()).fit()", "GLM", ("llf", "aic", "deviance")),
        ("ARIMA(X_train[:, 0], order=(1, 0, 0)).fit()", "ARIMA", ("llf", "aic", "bic", "hqic")),
        ("sm.WLS(y_train, X_train).fit(cov_type='HC1')", "WLS", ("rsquared", "fvalue")),
    ],
)
def test_each_kind_of_model_is_one_run(cells: Cells, fit: str, name: str, measures: tuple[str, ...]) -> None:
    results = cells.run(f"import statsmodels.api as sm\nfrom statsmodels.tsa.arima.model import ARIMA\n{fit}")
    (run,) = cells.runs()
    assert run.started.name == name
    found = steps(run)
    assert all(found[measure] == [(0, pytest.approx(getattr(results, measure), rel=1e-12))] for measure in measures)
    assert all(len(values) == 1 for values in found.values())


def test_nothing_is_kept_in_the_users_results(tmp_path: Path) -> None:
    on, off = with_and_without(tmp_path, FORMULA, "__import__('pickle').dumps(results._results)")
    assert on == off


def test_a_metric_of_a_results_prediction_belongs_to_its_run(cells: Cells) -> None:
    cells.run(FORMULA)
    cells.run("""
from sklearn.metrics import r2_score
test = pd.DataFrame(X_test, columns=list("abcd"))
r2_score(y_test, results.predict(test))
""")
    (run,) = cells.runs()
    assert run.metric("r2_score_test").evidence is Evidence.SAME_OBJECT


def test_a_fit_that_fails_leaves_a_failed_run(cells: Cells) -> None:
    cells.fail("import statsmodels.api as sm\nsm.OLS(y_train, X_train).fit(method='none such')")
    (run,) = cells.runs()
    assert run.status is Status.FAILED
