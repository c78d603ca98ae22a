"""The doctor finds what is wrong and says what to do."""

import json

import pytest
from written_notebooks import celltrail, write_notebook

SOURCE = "import celltrail\nwith celltrail.start_run('one'): celltrail.log_metric('loss', 0.5)"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doctor") / "project"
    assert celltrail("run", write_notebook(folder / "n.ipynb", SOURCE), folder=folder).code == 0
    return folder


def findings(folder, *words):
    said = celltrail("doctor", "--json", *words, folder=folder)
    return said.code, {one["what"]: one for one in json.loads(said.out)["findings"]}


def test_a_healthy_project_has_a_store_and_a_kernel_that_keeps_a_trail(project):
    _, found = findings(project)
    for what in ("versions", "IPython", "server extension", "tracking", "kernel", "disk", "store", "capture"):
        assert found[what]["verdict"] == "ok", found[what]
    assert "1 runs" in found["store"]["says"]
    assert found["kernel"]["says"] == "a new kernel keeps a trail"


def test_a_damaged_store_fails_and_rebuild_brings_all_of_it_back(project):
    (project / ".celltrail" / "store.duckdb").write_bytes(b"no database at all" * 1000)
    code, found = findings(project)
    assert (code, found["store"]["verdict"]) == (1, "fail")
    assert "celltrail doctor --rebuild" in found["store"]["remedy"] + found["store"]["says"]
    said = celltrail("runs", folder=project)
    assert (said.code, said.err.count("\n")) == (1, 1)
    _, rebuilt = findings(project, "--rebuild")
    assert rebuilt["rebuild"]["verdict"] == "ok"
    assert rebuilt["store"]["verdict"] == "ok"
    runs = json.loads(celltrail("runs", "--json", folder=project).out)["runs"]
    assert [run["metrics"] for run in runs] == [{"loss": 0.5}]


def test_a_project_that_switched_tracking_off_is_told_so(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.celltrail]\nenabled = false\n", encoding="utf-8")
    _, found = findings(tmp_path)
    assert found["tracking"]["verdict"] == "warn"
    assert "enabled = false" in found["tracking"]["remedy"]
    assert found["store"]["says"].startswith("none yet")
    assert not (tmp_path / ".celltrail").exists()


def test_people_get_one_line_per_check_with_what_to_do(project):
    said = celltrail("doctor", folder=project)
    assert "versions" in said.out
    assert all(line[:5].strip() in {"ok", "warn", "fail", ""} for line in said.out.splitlines())


def test_a_stray_store_above_the_folder_is_no_silent_surprise(tmp_path):
    (tmp_path / ".celltrail").mkdir()
    (tmp_path / "mine").mkdir()
    _, found = findings(tmp_path / "mine")
    assert found["tracking"]["verdict"] == "warn"
    assert str(tmp_path / ".celltrail") in found["tracking"]["says"]
    assert "mkdir .celltrail" in found["tracking"]["remedy"]
