"""A past cell becomes a run by any door, is replayed as one, and is let go again without a deletion."""

import json

import pytest
from notebook_kernel import NotebookKernel
from written_notebooks import celltrail

CELLS = (
    ("set", "rate = 0.25\nlimit = max(3, 4)"),
    ("read", "values = [float(line) for line in open('values.txt')]"),
    ("sum", "sum(values) * rate + limit"),
    ("fit", "import celltrail\ncelltrail.log_metric('given', 1.0)"),
    ("random", "import random\nrandom.random()"),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keep")
    (folder / "pyproject.toml").touch()
    (folder / "values.txt").write_text("1\n2\n3\n", encoding="utf-8")
    kernel = NotebookKernel(folder)
    for cell_id, source in CELLS:
        assert kernel.run(source, cell_id=cell_id).status == "ok"
    yield folder, kernel
    kernel.shutdown()


def kept_runs(folder, *words):
    return json.loads(celltrail("runs", "--json", *words, folder=folder).out)["runs"]


@pytest.fixture(scope="module")
def kept(project):
    folder, _ = project
    said = celltrail("keep", "sum", "--name", "the sum", "--json", folder=folder)
    assert said.code == 0, said.err
    return folder, json.loads(said.out)["run_id"]


def test_the_kept_run_has_what_the_trail_knows_of_its_cell(kept):
    folder, run_id = kept
    shown = json.loads(celltrail("show", run_id, "--json", folder=folder).out)
    assert (shown["run"]["kind"], shown["run"]["name"], shown["run"]["status"]) == ("kept", "the sum", "finished")
    assert {one["key"]: one["value"] for one in shown["params"]} == {"rate": "0.25"}, "what max() gave is not recorded"
    assert shown["execution"]["source"] == "sum(values) * rate + limit"
    assert shown["environment"]["python"]


def test_a_kept_cell_that_read_a_file_names_it_with_its_digest(project):
    folder, _ = project
    run_id = json.loads(celltrail("keep", "read", "--json", folder=folder).out)["run_id"]
    [use] = json.loads(celltrail("show", run_id, "--json", folder=folder).out)["datasets"]
    assert (use["name"], use["role"]) == ("values.txt", "input")
    assert use["dataset"]["digest"].startswith("blake3:")


def test_a_kept_run_is_replayed_and_compared_by_what_it_showed(kept):
    folder, run_id = kept
    said = celltrail("replay", run_id, "--json", folder=folder)
    report = json.loads(said.out)
    assert report["status"] == "identical", report["reason"]
    assert [one["name"] for one in report["results"] if one["name"].startswith("output ")] == ["output 1"]
    assert report["plan"]["reads"] == ["values.txt"]


def test_keeping_it_again_is_the_same_run_and_a_run_is_not_kept_twice(kept):
    folder, run_id = kept
    assert json.loads(celltrail("keep", "[3]", "--name", "the sum", "--json", folder=folder).out)["run_id"] == run_id
    refused = celltrail("keep", "fit", folder=folder)
    assert refused.code == 2
    assert "made run" in refused.err


def test_a_run_that_was_let_go_is_in_no_list_and_nothing_is_deleted(kept):
    folder, run_id = kept
    said = celltrail("keep", "--let-go", run_id, "--json", folder=folder)
    assert json.loads(said.out) == {"run_id": run_id, "name": "the sum", "is_kept": False}
    assert run_id not in {run["run_id"] for run in kept_runs(folder)}
    assert run_id in {run["run_id"] for run in kept_runs(folder, "-f", "tags.celltrail.kept = 'let go'")}
    assert json.loads(celltrail("show", run_id, "--json", folder=folder).out)["params"]
    celltrail("keep", "sum", "--name", "the sum", folder=folder)
    assert run_id in {run["run_id"] for run in kept_runs(folder)}


def test_a_kept_run_goes_along_in_a_bundle(kept, tmp_path):
    folder, run_id = kept
    said = celltrail("export", run_id, "--bundle", tmp_path / "kept.zip", folder=folder)
    assert "missing: environment: it was not recorded" in said.out or "environment/requirements.txt" in said.out
    celltrail("import", "kept.zip", "theirs", folder=tmp_path)
    shown = json.loads(celltrail("show", run_id, "--json", folder=tmp_path / "theirs").out)
    assert (shown["run"]["name"], shown["run"]["kind"]) == ("the sum", "kept")
    assert (tmp_path / "theirs/values.txt").read_text(encoding="utf-8") == "1\n2\n3\n"


def test_a_cell_keeps_the_one_before_it_and_lets_it_go(project):
    _, kernel = project
    first = kernel.run("%track keep")
    assert "kept as run" in first.stream()
    by_function = kernel.run("celltrail.keep(5, name='drawn')")
    assert by_function.result().strip("'")[:8] == first.stream().split()[-1]
    assert "is in no list any more" in kernel.run("%track unkeep 5").stream()
    refused = kernel.run("%track keep 99")
    assert refused.reply["ename"] == "UsageError"
    assert "no execution that the trail knows" in refused.reply["evalue"]


def test_the_list_names_what_can_be_kept(project):
    folder, _ = project
    lines = celltrail("keep", folder=folder).out.splitlines()
    assert any("[3]" in line and "sum(values)" in line for line in lines)
