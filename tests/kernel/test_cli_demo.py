"""The demo executes a real notebook twice and shows what is known afterwards."""

import json
import re

import pytest
from written_notebooks import celltrail


@pytest.mark.slow
def test_the_demo_shows_runs_differences_digests_and_how_to_look_and_ends(tmp_path):
    said = celltrail("demo", "first look", folder=tmp_path, timeout_s=240)
    assert said.code == 0, said.err
    assert said.out.count("finished  diabetes_progression.ipynb") == 2
    for name in ("Ridge", "RandomForestRegressor", "GradientBoostingRegressor", "GridSearchCV", "Pipeline"):
        assert name in said.out
    for part in (
        "what differs",
        "param n_trees",
        "metric best_score",
        "data X_train",
        "jupyter lab ",
        "celltrail show ",
    ):
        assert part in said.out
    assert len(set(re.findall(r"xxh3-128:[0-9a-f]{32}", said.out))) >= 6
    page = json.loads(celltrail("runs", "--json", "-n", 100, "--project", "first look", folder=tmp_path).out)
    assert page["total"] >= 20
    assert {run["status"] for run in page["runs"]} == {"finished"}
    assert sorted(entry.name for entry in (tmp_path / "first look").iterdir()) == [
        ".celltrail",
        "demo-output",
        "diabetes_progression.ipynb",
    ]


def test_a_demo_that_has_no_place_to_go_says_so(tmp_path):
    (tmp_path / "file").touch()
    said = celltrail("demo", "file/within", folder=tmp_path)
    assert said.code == 2
    assert "name another folder" in said.err
