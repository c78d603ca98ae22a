"""What a cell and a run executed, asked for by the panel: whole, in executed order, with contents paths, read only."""

import json

import pytest
from jupyter_process import JupyterProcess

from celltrail.records import ErrorInfo, Status
from journal_writing import Trail

LONG = "x = 1\n" + "# " + "é" * 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("restore")
    root = base / "root"
    (root / "work").mkdir(parents=True)
    (root / "work" / "pyproject.toml").touch()
    trail = Trail(root / "work" / ".celltrail", "a.ipynb")
    trail.cell("rows = load()", "load", names_written=("rows",))
    trail.cell("print('aside')", "aside")
    trail.cell("rows = load(2)", "load", names_written=("rows",), names_read=("load",))
    fit = trail.cell("model = fit(rows)", "fit", names_read=("rows",), names_written=("model",))
    trail.run("Ridge", execution_id=fit, run_id="feedbeef00", metrics={"r2": 0.5})
    trail.cell(LONG, "long", status=Status.FAILED, error=ErrorInfo("ValueError", "no", ""))
    trail.run("script", run_id="5c41b7aa00")
    trail.writer.close()
    old = Trail(root / "work" / ".celltrail", "before.ipynb")
    old.cell("rows = 0", "load")
    old.writer.close()
    server = JupyterProcess(root, base / "home")
    server.ask("fold", {}, WHERE)
    yield server
    server.kill()


WHERE = "?notebook=work/a.ipynb"


def history(server, cell_id, **how):
    arguments = {"notebook_path": "work/a.ipynb", "cell_id": cell_id, **how}
    return server.ask("cell_history", arguments, WHERE)


def restore(server, what, run_id, **how):
    return server.request(f"celltrail/api/restore/{what}{WHERE}", {"run_id": run_id, **how})


def test_a_cell_has_its_executions_newest_first_and_those_of_other_names_on_request(server):
    here = history(server, "load")
    assert [one["execution_count"] for one in here["executions"]] == [3, 1]
    assert (here["total"], here["elsewhere"]) == (2, 1)
    both = history(server, "load", with_elsewhere=True)
    assert {one["notebook_path"] for one in both["executions"]} == {"work/a.ipynb", "work/before.ipynb"}
    assert (both["total"], len(history(server, "load", limit=1, offset=1)["executions"])) == (3, 1)
    assert history(server, "")["executions"] == []


def test_an_execution_tells_its_run_its_metric_and_how_it_ended(server):
    [fit] = history(server, "fit")["executions"]
    assert (fit["run"]["run_id"], fit["run"]["metric_key"], fit["run"]["metric_value"]) == ("feedbeef00", "r2", 0.5)
    [long] = history(server, "long")["executions"]
    assert (long["status"], long["error"], long["label"], long["run"]) == ("failed", "ValueError", "x = 1", None)


def test_a_source_of_a_megabyte_is_whole(server):
    [long] = history(server, "long")["executions"]
    source = server.ask("executed_source", {"execution_id": long["execution_id"]}, WHERE)
    assert (source["source"], source["notebook_path"]) == (LONG, "work/a.ipynb")
    unknown = server.request(f"celltrail/api/store/executed_source{WHERE}", {"execution_id": "gone"})
    assert (unknown.status, unknown.json()["error"]) == (404, "ExecutionNotFoundError")


def test_a_plan_has_what_the_run_needs_or_all_of_the_session(server):
    plan = restore(server, "plan", "feed").json()
    assert [cell["source"] for cell in plan["cells"]][-2:] == ["rows = load(2)", "model = fit(rows)"]
    assert "print('aside')" not in [cell["source"] for cell in plan["cells"]]
    assert (plan["notebook_path"], plan["total"]) == ("work/a.ipynb", 4)
    full = restore(server, "plan", "feed", is_full=True).json()
    assert [(cell["execution_count"], cell["is_last"]) for cell in full["cells"]] == [
        (1, False),
        (2, True),
        (3, True),
        (4, True),
    ]
    assert "[1], [3] are one cell with different code" in full["notes"][-1]


def test_a_notebook_has_the_same_cells_with_their_ids_and_nothing_that_runs_besides(server):
    notebook = restore(server, "notebook", "feed", is_full=True).json()
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code][1:] == ["print('aside')", "rows = load(2)", "model = fit(rows)"]
    assert [cell["id"] for cell in code][1:] == ["aside", "load", "fit"]
    assert len({cell["id"] for cell in code}) == 4
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_run_without_a_cell_or_an_unknown_one_is_refused_with_the_reason(server):
    script = restore(server, "plan", "5c41b7aa00")
    assert (script.status, script.json()["error"]) == (422, "ExecutionError")
    assert "only what cells executed can be put back" in script.json()["message"]
    assert restore(server, "plan", "nosuchrun").status == 404
    assert restore(server, "notebook", "nosuchrun").status == 404


def test_nobody_without_the_token_is_answered_and_no_path_leads_out_of_the_root(server):
    for what in ("restore/plan", "restore/notebook", "store/cell_history", "store/executed_source"):
        answer = server.request(f"celltrail/api/{what}{WHERE}", {"run_id": "feed"}, headers={})
        assert answer.status == 403
    outside = {"notebook_path": "../a.ipynb", "cell_id": "load"}
    assert server.request(f"celltrail/api/store/cell_history{WHERE}", outside).status == 400
    assert server.request("celltrail/api/restore/plan?notebook=../a.ipynb", {"run_id": "feed"}).status == 400


def test_an_earlier_execution_is_kept_as_a_run(server):
    first = history(server, "load")["executions"][-1]["execution_id"]
    wish = {"notebook_path": "work/a.ipynb", "cell_id": "load", "execution_id": first, "name": "first load"}
    kept = server.request(f"celltrail/api/keep{WHERE}", wish)
    assert kept.status == 200, kept.body
    server.ask("fold", {}, WHERE)
    run = history(server, "load")["executions"][-1]["run"]
    assert (run["run_id"], run["title"], run["kind"]) == (kept.json()["run_id"], "first load", "kept")
    unknown = server.request(f"celltrail/api/keep{WHERE}", {**wish, "execution_id": "gone"})
    assert (unknown.status, json.loads(unknown.body)["error"]) == (404, "ExecutionNotFoundError")
