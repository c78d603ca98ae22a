"""Every question of the panel, over HTTP, to a store folded from real journals by a real Jupyter server."""

import hashlib
import urllib.parse

import pytest
from journal_samples import HOSTILE, SampleKernel
from jupyter_process import JupyterProcess

from celltrail.records import Origin, Param, ParamKind

NOTEBOOK = "analysis/first <b>&'\" 📈.ipynb"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>parent.alert(1)</script></svg>'
PAGE = b"<html><script>alert(document.cookie)</script></html>"


class Filled:
    """A server whose root holds a project with one notebook's runs."""

    def __init__(self, base):
        root = base / "root"
        project = root / "project"
        (project / "analysis").mkdir(parents=True)
        (project / "pyproject.toml").write_text("")
        kernel = SampleKernel(project / ".celltrail", NOTEBOOK)
        alpha = Param("alpha", "0.5", ParamKind.NUMBER, Origin.ESTIMATOR)
        self.first = kernel.run("first", cell_id="a", params=(alpha,), rmse=0.5, nan=float("nan"), inf=float("-inf"))
        self.second = kernel.run("second", cell_id="b", rmse=0.25)
        kernel.tag(self.first, team="alpha")
        kernel.use_dataset(self.first, "X_train")
        self.page = kernel.log_artifact(self.first, "report.html", PAGE, "text/html")
        self.svg = kernel.log_artifact(self.first, "plot.svg", SVG, "image/svg+xml")
        self.hostile = {
            kernel.run(name, cell_id=name, params=(Param(name, name),), **{name: 1.0}): name for name in HOSTILE
        }
        for run_id, name in self.hostile.items():
            kernel.tag(run_id, **{name: name})
        kernel.end()
        self.where = "?notebook=" + urllib.parse.quote(f"project/{NOTEBOOK}")
        self.server = JupyterProcess(root, base / "home")

    def ask(self, method, **arguments):
        return self.server.ask(method, arguments, self.where)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    filled = Filled(tmp_path_factory.mktemp("filled"))
    filled.ask("fold")
    yield filled
    filled.server.kill()


def test_status_counts_what_the_journals_hold(filled):
    status = filled.ask("status")
    assert (status["run_count"], status["session_count"]) == (2 + len(HOSTILE), 1)
    assert status["quarantined"] == []


def test_runs_are_found_with_their_notebook_as_a_contents_path(filled):
    page = filled.ask("search_runs", query={"filter": "metrics.rmse < 0.4", "keys": None})
    assert [run["run_id"] for run in page["runs"]] == [filled.second]
    assert page["runs"][0]["notebook_path"] == f"project/{NOTEBOOK}"
    assert page["runs"][0]["metrics"] == {"rmse": 0.25}
    by_notebook = filled.ask("search_runs", query={"notebook_path": f"project/{NOTEBOOK}", "limit": 1})
    assert by_notebook["total"] == 2 + len(HOSTILE)
    assert filled.ask("search_runs", query={"notebook_path": "project/other.ipynb"})["total"] == 0


def test_a_filter_that_cannot_be_read_says_where(filled):
    answer = filled.server.request(
        "celltrail/api/store/search_runs" + filled.where, {"query": {"filter": "metrics.rmse <"}}
    )
    refusal = answer.json()
    assert (answer.status, refusal["error"]) == (400, "FilterError")
    assert refusal["position"] >= len("metrics.rmse")


def test_a_run_comes_whole_with_what_json_lacks_as_text(filled):
    detail = filled.ask("get_run", run_id=filled.first[:12])
    assert detail["run"]["run_id"] == filled.first
    assert {metric["key"]: metric["value"] for metric in detail["metrics"]} == {
        "rmse": 0.5,
        "nan": "NaN",
        "inf": "-Infinity",
    }
    assert [(param["key"], param["value"], param["origin"]) for param in detail["params"]] == [
        ("alpha", "0.5", "estimator")
    ]
    assert detail["tags"] == [{"key": "team", "value": "alpha"}]
    assert [(use["name"], use["role"]) for use in detail["datasets"]] == [("X_train", "train")]
    assert {artifact["path"] for artifact in detail["artifacts"]} == {"report.html", "plot.svg"}
    assert detail["environment"]["python"] == "3.11"
    assert detail["execution"]["notebook_path"] == f"project/{NOTEBOOK}"


def test_a_run_that_is_not_there_is_404(filled):
    answer = filled.server.request("celltrail/api/store/get_run" + filled.where, {"run_id": "f" * 32})
    assert (answer.status, answer.json()["error"]) == (404, "RunNotFoundError")


def test_a_metric_has_its_history(filled):
    history = filled.ask("metric_history", run_id=filled.first, key="inf")
    assert [point["value"] for point in history["points"]] == ["-Infinity"]
    assert history["count"] == 1


def test_keys_badges_and_executions_are_listed(filled):
    assert {"alpha", *HOSTILE} <= set(filled.ask("list_keys")["params"])
    badges = {badge["cell_id"]: badge for badge in filled.ask("list_badges", notebook_path=f"project/{NOTEBOOK}")}
    assert badges["b"]["run"]["run_id"] == filled.second
    assert badges["b"]["run"]["notebook_path"] == f"project/{NOTEBOOK}"
    executions = filled.ask("list_executions", notebook_path=f"project/{NOTEBOOK}", cell_id="a")
    assert [execution["run_ids"] for execution in executions] == [[filled.first]]


def test_hostile_names_come_back_letter_by_letter_and_find_their_run(filled):
    for run_id, name in filled.hostile.items():
        detail = filled.ask("get_run", run_id=run_id)
        assert detail["run"]["name"] == name
        assert [(param["key"], param["value"]) for param in detail["params"]] == [(name, name)]
        assert [metric["key"] for metric in detail["metrics"]] == [name]
        assert detail["tags"] == [{"key": name, "value": name}]
        assert detail["run"]["cell_id"] == name


def test_answers_are_json_that_no_browser_takes_for_a_page(filled):
    answer = filled.server.request("celltrail/api/store/search_runs" + filled.where, {"query": {}})
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("kind", "asked_type", "sent_type", "place"),
    [
        ("page", "text/html", "application/octet-stream", "attachment"),
        ("page", "", "application/octet-stream", "attachment"),
        ("page", "text/plain", "text/plain; charset=utf-8", "inline"),
        ("svg", "image/svg+xml", "image/svg+xml", "inline"),
    ],
)
def test_an_artifact_is_sent_as_it_is_and_never_run(filled, kind, asked_type, sent_type, place):
    digest, content = {"page": (filled.page, PAGE), "svg": (filled.svg, SVG)}[kind]
    query = f"{filled.where}&name=a/report%20%F0%9F%93%88.html&type={urllib.parse.quote(asked_type)}"
    answer = filled.server.request(f"celltrail/api/blob/{digest}{query}")
    assert (answer.status, hashlib.sha256(answer.body).digest()) == (200, hashlib.sha256(content).digest())
    assert answer.headers["Content-Type"] == sent_type
    assert answer.headers["Content-Disposition"] == f"{place}; filename*=UTF-8''report%20%F0%9F%93%88.html"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_an_artifact_that_is_not_there_is_404(filled):
    answer = filled.server.request(f"celltrail/api/blob/blake3:{'0' * 64}{filled.where}")
    assert (answer.status, answer.json()["error"]) == (404, "BlobNotFoundError")


def test_tracking_is_switched_for_the_project_of_the_notebook_only(filled):
    path = "celltrail/api/tracking" + filled.where
    before = filled.server.request(path).json()
    assert (before["is_paused"], before["is_enabled"]) == (False, True)
    assert filled.server.request(path, {"is_paused": True}).json()["is_paused"] is True
    assert filled.server.request("celltrail/api/tracking").json()["is_paused"] is False
    assert filled.ask("status")["is_paused"] is True
    assert filled.server.request(path, {"is_paused": False}).json()["is_paused"] is False


def test_the_notebooks_project_is_named_with_its_store_and_state(filled):
    listed = filled.server.request("celltrail/api/projects" + filled.where).json()
    current = next(project for project in listed["projects"] if project["key"] == listed["current"])
    assert (current["name"], current["state"], current["message"]) == ("project", "owned", "")
    assert current["store"].endswith("/root/project/.celltrail")
    by_key = filled.server.ask("status", {}, f"?project={current['key']}")
    assert by_key["run_count"] == 2 + len(HOSTILE)
