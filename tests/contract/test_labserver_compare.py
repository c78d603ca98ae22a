"""The panel's requests about several runs: comparison, causes, figures; they only read, and refuse with a reason."""

import json
import math
from html.parser import HTMLParser

import plotly.graph_objects as go
import pytest
from jupyter_process import JupyterProcess

from celltrail.records import FileUse
from journal_writing import Trail


@pytest.fixture(scope="module")
def runs():
    return {}


@pytest.fixture(scope="module")
def server(tmp_path_factory, runs):
    base = tmp_path_factory.mktemp("compare")
    root = base / "root"
    (root / "deep").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    for place, name in enumerate(("first", "second", "third")):
        trail = Trail(root / ".celltrail", "deep/gone.ipynb" if name == "third" else "a.ipynb")
        trail.cell("X = read()", "x", names_written=("X",), files=(FileUse("x.csv", "read", f"blake3:{place}"),))
        fit = trail.cell(f"alpha = {place}\nfit(X, alpha)", "fit")
        runs[name] = trail.run(
            name,
            execution_id=fit,
            params={"alpha": 10.0**place, "<b>kind</b>": name},
            metrics={"rmse": 2.0 - place / 2, "nan": math.nan},
        )
        trail.metric(runs[name], "loss", *(1.0 / (step + 1) for step in range(50)))
        trail.end()
    trail = Trail(root / ".celltrail", "a.ipynb")
    runs["bare"] = trail.run("bare")
    trail.end()
    server = JupyterProcess(root, base / "home")
    server.ask("fold")
    yield server
    server.kill()


def ask(server, path, body):
    return server.request(f"celltrail/api/{path}", body)


def test_what_differs_comes_as_the_record_with_contents_paths(server, runs):
    found = ask(server, "compare", {"run_ids": [runs["first"], runs["second"], runs["third"]]}).json()
    assert [run["name"] for run in found["runs"]] == ["first", "second", "third"]
    assert [run["notebook_path"] for run in found["runs"]] == ["a.ipynb", "a.ipynb", "deep/gone.ipynb"]
    metrics = {one["name"]: one for one in found["metrics"]}
    assert metrics["rmse"]["differences"] == [0.0, -0.5, -1.0]
    assert "nan" not in metrics
    assert any("2 notebooks" in note for note in found["notes"])


def test_why_two_differ_is_told_and_nothing_is_executed(server, runs):
    found = ask(server, "compare/pair", {"before": runs["first"], "after": runs["second"]}).json()
    assert found["metric"] == "rmse"
    assert {cause["kind"] for cause in found["causes"]} >= {"parameter", "data"}
    assert [pair["change"] for pair in found["code"]["cells"]] == ["same", "edited"]


class _Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.policy = set(), "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.policy += dict(attrs).get("content", "") if tag == "meta" else ""

    def handle_data(self, data):
        self.texts += data


def test_the_comparison_is_a_page_of_its_own_in_which_nothing_runs_and_nothing_is_fetched(server, runs):
    found = ask(server, "compare/page", {"run_ids": [runs["first"], runs["second"], runs["third"]]}).json()
    page = _Page(found["html"])
    assert "default-src 'none'" in page.policy
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "b", "object"})
    assert "3 runs compared; the first is the baseline" in page.texts
    assert "<b>kind</b>" in page.texts
    assert "alpha changed 1.0 → 10.0" in page.texts


@pytest.mark.parametrize("kind", ["parallel", "scatter", "curves", "box"])
def test_each_figure_is_a_document_that_plotly_takes(server, runs, kind):
    question = {"kind": kind, "run_ids": [runs["first"], runs["second"], runs["third"], runs["bare"]]}
    found = ask(server, "compare/figure", question).json()
    figure = go.Figure(json.loads(found["document"]))  # plotly refuses what is none of its own
    assert len(figure.data) == {"parallel": 1, "scatter": 1}.get(kind, 3)
    assert "<b>" not in found["document"]
    assert found["cell"].startswith("import celltrail\n\ncelltrail.plot_runs([")
    assert any(runs["bare"][:8] in note for note in found["notes"])


def test_the_curves_of_one_run_are_a_figure_too_and_no_other_figure_is(server, runs):
    alone = {"run_ids": [runs["first"]], "kind": "curves", "smoothing": 0.5}
    found = ask(server, "compare/figure", alone).json()
    assert len(go.Figure(json.loads(found["document"])).data) == 1
    assert f"plot_runs(['{runs['first']}'], 'curves'" in found["cell"]
    assert found["params"] == []
    refused = ask(server, "compare/figure", {**alone, "kind": "box"})
    assert "alone cannot be compared" in refused.json()["message"]


def test_where_there_is_nothing_to_draw_it_says_so(server, runs):
    same = {"kind": "scatter", "run_ids": [runs["bare"], runs["first"]], "metric": "nan"}
    found = ask(server, "compare/figure", same).json()
    assert found["document"] == ""
    assert "without a finite nan" in " ".join(found["notes"])
    curves = ask(server, "compare/figure", {**same, "kind": "curves"}).json()
    assert "only NaN" in " ".join(curves["notes"])


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("compare", {"run_ids": []}, 400, "no run cannot be compared"),
        ("compare", {"run_ids": ["a" * 8] * 3}, 400, "alone cannot be compared"),
        ("compare", {"run_ids": [f"{n:08x}" for n in range(21)]}, 400, "21 runs are too many"),
        ("compare", {"run_ids": ["aaaaaaaa", "bbbbbbbb"]}, 404, "aaaaaaaa"),
        ("compare", {"runs": []}, 400, "cannot read the request"),
        ("compare", b"{", 400, "cannot read the request"),
        ("compare/pair", {"before": "aaaa1111", "after": "aaaa1111"}, 400, "alone cannot be compared"),
        ("compare/pair", {"before": "aaaa1111"}, 400, "cannot read the request"),
        ("compare/figure", {"kind": "pie", "run_ids": ["aaaa1111", "bbbb1111"]}, 400, "cannot read the request"),
        ("compare/figure", {"kind": "box", "run_ids": ["a1", "b1"], "smoothing": 1.5}, 400, "smoothing is from 0"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(server, path, body, status, said):
    answer = ask(server, path, body)
    assert answer.status == status
    assert said in answer.json()["message"]


def test_a_metric_that_does_not_differ_is_refused(server, runs):
    body = {"before": runs["first"], "after": runs["second"], "metric": "nan"}
    answer = ask(server, "compare/pair", body)
    assert (answer.status, answer.json()["error"]) == (400, "ComparisonError")


@pytest.mark.parametrize("path", ["compare", "compare/pair", "compare/figure"])
def test_nobody_asks_without_the_token_nor_for_a_place_outside(server, path):
    assert server.request(f"celltrail/api/{path}", {}, headers={}).status == 403
    outside = server.request(f"celltrail/api/{path}?notebook=..%2Fa.ipynb", BODIES[path])
    assert (outside.status, outside.json()["error"]) == (400, "PathRefusedError")


BODIES = {
    "compare": {"run_ids": ["aaaa1111", "bbbb1111"]},
    "compare/pair": {"before": "aaaa1111", "after": "bbbb1111"},
    "compare/figure": {"kind": "box", "run_ids": ["aaaa1111", "bbbb1111"]},
}
