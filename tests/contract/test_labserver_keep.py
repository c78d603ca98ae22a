"""A cell kept as a run by the panel's request, and let go: what cannot be kept is refused with the reason."""

import pytest
from jupyter_process import JupyterProcess

from journal_writing import Trail


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("keep")
    root = base / "root"
    root.mkdir()
    (root / "pyproject.toml").touch()
    trail = Trail(root / ".celltrail", "a.ipynb")
    trail.cell("summary = table.describe()", "plain")
    trail.run("Ridge", execution_id=trail.cell("fit()", "fit"))
    trail.writer.close()
    server = JupyterProcess(root, base / "home")
    yield server
    server.kill()


def keep(server, cell_id, **more):
    return server.request("celltrail/api/keep", {"notebook_path": "a.ipynb", "cell_id": cell_id, **more})


def names(server):
    server.ask("fold")
    return {run["name"] for run in server.ask("search_runs", {"query": {}})["runs"]}


def test_a_cell_is_kept_listed_and_let_go(server):
    answer = keep(server, "plain", name="the summary")
    assert answer.status == 200, answer.body
    run_id = answer.json()["run_id"]
    assert "the summary" in names(server)
    assert server.request("celltrail/api/keep", {"run_id": run_id}, method="DELETE").json()["is_kept"] is False
    assert "the summary" not in names(server)
    assert server.ask("get_run", {"run_id": run_id})["run"]["name"] == "the summary"
    assert keep(server, "plain", name="the summary").json()["run_id"] == run_id
    assert "the summary" in names(server)


@pytest.mark.parametrize(("cell_id", "why"), [("fit", "made run"), ("other", "was not executed"), ("", "not executed")])
def test_what_is_a_run_or_never_ran_is_refused_with_the_reason(server, cell_id, why):
    answer = keep(server, cell_id)
    assert (answer.status, answer.json()["error"]) == (409, "KeepError")
    assert why in answer.json()["message"]


def test_only_kept_cells_are_let_go_and_a_path_that_leaves_the_root_is_refused(server):
    fit = next(run for run in server.ask("search_runs", {"query": {}})["runs"] if run["name"] == "Ridge")
    assert server.request("celltrail/api/keep", {"run_id": fit["run_id"]}, method="DELETE").status == 409
    outside = {"notebook_path": "../a.ipynb", "cell_id": "plain"}
    assert server.request("celltrail/api/keep", outside).status == 400
