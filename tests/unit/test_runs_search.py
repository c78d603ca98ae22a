"""`celltrail.search_runs`, `celltrail.get_run` and `compare_runs`: runs for people who write Python."""

import math

import pandas as pd
import pytest

import celltrail
from celltrail.errors import ComparisonError, FilterError, RunNotFoundError
from celltrail.journal import events
from celltrail.records import (
    ColumnInfo,
    DatasetRole,
    DatasetVersion,
    Environment,
    GeneratorState,
    Package,
    Param,
    Seed,
)
from celltrail.runs.compare import DatasetDifference, Difference, compare_runs
from celltrail.store.open import open_store
from celltrail.store.runs import RunDetail
from journal_writing import START, Trail


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    return tmp_path


def test_the_runs_of_the_working_directorys_project_come_as_a_frame(project):
    trail = Trail(project / ".celltrail")
    first = trail.run("Ridge", params={"alpha": 0.1}, metrics={"rmse": 2.0, "r2": math.nan}, tags={"team": "red"})
    second = trail.run("Lasso", params={"alpha": 1}, metrics={"rmse": 1.0}, is_finished=False)
    frame = celltrail.search_runs("metrics.rmse < 5", order_by=["metrics.rmse DESC"])
    assert list(frame["run_id"]) == [first, second]
    assert list(frame["params.alpha"]) == ["0.1", "1"]
    assert list(frame["metrics.rmse"]) == [2.0, 1.0]
    assert frame["metrics.r2"].isna().all()
    assert frame["metrics.r2"].dtype == "float64"
    assert list(frame["tags.team"])[:1] == ["red"]
    assert list(frame["status"]) == ["finished", "running"]
    assert frame["start_time"][0] > pd.Timestamp(START, unit="us", tz="UTC")
    assert pd.isna(frame["end_time"][1])
    assert frame["duration_s"][0] == pytest.approx(0.005)
    assert len(celltrail.search_runs(max_results=1)) == 1
    assert celltrail.get_run(second[:8]).run.name == "Lasso"
    trail.end()


def test_a_run_reads_as_in_mlflow_and_shows_itself_shortly(project):
    trail = Trail(project / ".celltrail")
    hostile = "<script>alert(1)</script>"
    run_id = trail.run(
        hostile, params={"alpha": 0.1, hostile: "\u202e<b>"}, metrics={"rmse": 2.0}, tags={"team": "red"}
    )
    running = trail.run("open", is_finished=False)
    run = celltrail.get_run(run_id)
    assert isinstance(run, RunDetail)
    assert run.data.params["alpha"] == "0.1"
    assert (run.data.metrics, run.data.tags) == ({"rmse": 2.0}, {"team": "red"})
    assert (run.info.run_id, run.info.run_name, run.info.status) == (run_id, hostile, "FINISHED")
    assert run.info.start_time == run.run.started_at // 1000
    assert celltrail.get_run(running).info.end_time is None
    name = f"{hostile} {hostile}=\\u202e<b>, alpha=0.1"
    assert repr(run) == f"<celltrail run '{name}' {run_id[:8]} finished, rmse 2, 2 params, 1 metrics>"
    shown = run._repr_html_()
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "rmse" in shown
    assert len(shown) < 2000
    trail.end()


def test_a_frame_says_what_tells_runs_apart_and_takes_a_notebooks_name(project):
    trail = Trail(project / ".celltrail", "deep/a.ipynb")
    for alpha in (0.1, 0.2):
        trail.run("Ridge", params={"alpha": alpha}, group_id="g")
    trail.end()
    assert list(celltrail.search_runs(notebook="a.ipynb")["title"]) == ["Ridge alpha=0.2", "Ridge alpha=0.1"]
    assert len(celltrail.search_runs(notebook="deep/a.ipynb")) == 2
    assert len(celltrail.search_runs(notebook="other/a.ipynb")) == 0


def test_no_runs_are_an_empty_frame_with_the_usual_columns(project):
    frame = celltrail.search_runs()
    assert len(frame) == 0
    assert {"run_id", "name", "status", "start_time", "end_time"} <= set(frame.columns)
    with pytest.raises(RunNotFoundError, match="celltrail runs"):
        celltrail.get_run("abcd")
    with pytest.raises(FilterError, match="character 1"):
        celltrail.search_runs("colour = 'red'")


def test_only_what_differs_is_compared(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    store = open_store(tmp_path / ".celltrail")

    def data(digest, name_digest):
        columns = (ColumnInfo("age", "float64", "x:age"), ColumnInfo("name", "str", name_digest))
        return DatasetVersion(digest, "dataframe", 3, 2, columns)

    def run(alpha, digest, numpy, seed):
        execution = trail.cell(f"fit(alpha={alpha})")
        run_id = trail.run("Ridge", execution_id=execution, params={"alpha": alpha, "tol": 1}, metrics={"m": 1.0})
        trail.dataset(run_id, data(digest, f"x:{digest}"), DatasetRole.TRAIN, "X")
        packages = (Package("numpy", numpy), Package("pandas", "3.1"))
        trail.writer.append(
            events.EnvironmentSeen(Environment(f"env:{numpy}", "3.11", "CPython", "Linux", packages)),
            events.RunContext(
                run_id,
                trail.tick(),
                f"env:{numpy}",
                seed=Seed((Param("random_state", seed),), (), (GeneratorState("numpy", "g:1"),)),
            ),
        )
        store.fold()
        return store.get_run(run_id)

    first, second = run(0.1, "x:a", "2.3", "0"), run(0.2, "x:b", "2.4", "1")
    found = compare_runs([first, second])
    assert found.params == (Difference("alpha", ("0.1", "0.2")),)
    assert found.metrics == ()
    assert found.datasets == (DatasetDifference("X", "train", ("x:a", "x:b"), ("name",), (3, 3)),)
    assert found.packages == (Difference("numpy", ("2.3", "2.4")),)
    assert found.environment == ()
    assert found.seed == (Difference("random_state", ("0", "1")),)
    assert found.source == (Difference("source", ("fit(alpha=0.1)", "fit(alpha=0.2)")),)
    assert not found.is_same
    for runs in ([first, first], [first]):
        with pytest.raises(ComparisonError, match="give two or more different runs"):
            compare_runs(runs)
    store.close()
    trail.end()
