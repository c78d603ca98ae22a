"""A replay that the panel asks for: shown first, agreed to, one at a time, told as it goes on, stopped when asked."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from jupyter_process import JupyterProcess

CELLS = (
    "import celltrail\nfactor = 6",
    "factor = 7",
    "with celltrail.start_run('answer'):\n    celltrail.log_metric('value', factor * 6)",
)
SLOW = (
    "import time, celltrail\nfrom pathlib import Path",
    "if Path('slow').exists():\n    time.sleep(120)\ncelltrail.log_metric('slept', 1.0)",
)


def record(root: Path, name: str, *sources: str) -> None:
    """Execute a notebook headlessly, so that the project has a trail."""
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for i, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (root / name).write_text(json.dumps(notebook), encoding="utf-8")
    words = [sys.executable, "-m", "celltrail.cli", "run", name, "-o", f"out-{name}"]
    subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=120)


class Asker:
    """The panel's questions to one server."""

    def __init__(self, server: JupyterProcess, root: Path) -> None:
        self.server = server
        self.root = root

    def run_named(self, name: str) -> str:
        query = {"filter": f"name = '{name}'", "order_by": ["attributes.start_time"]}
        return self.server.ask("search_runs", {"query": query})["runs"][0]["run_id"]

    def plans(self, run_id: str) -> dict[str, Any]:
        answer = self.server.request("celltrail/api/replay/plan", {"run_id": run_id})
        assert answer.status == 200, answer.body
        return answer.json()

    def start(self, run_id: str, **how: Any) -> Any:
        steps = [step["execution_id"] for step in self.plans(run_id)["needed"]["steps"]]
        return self.server.request("celltrail/api/replay", {"run_id": run_id, "steps": steps, **how})

    def state(self) -> dict[str, Any]:
        return self.server.request("celltrail/api/replay").json()

    def wait_for(self, *phases: str, timeout_s: float = 90) -> dict[str, Any]:
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            state = self.state()
            if state["phase"] in phases:
                return state
            time.sleep(0.1)
        raise AssertionError(f"not {phases} but {self.state()}")


@pytest.fixture(scope="module")
def asker(tmp_path_factory):
    base = tmp_path_factory.mktemp("replays")
    root = base / "root"
    root.mkdir()
    (root / "pyproject.toml").touch()
    record(root, "answer.ipynb", *CELLS)
    record(root, "slow.ipynb", *SLOW)
    (root / "slow").touch()
    server = JupyterProcess(root, base / "home")
    yield Asker(server, root)
    server.kill()


def children_of(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for each in lists for word in each.read_text().split()]


def slow_run(asker: Asker) -> str:
    runs = asker.server.ask("search_runs", {"query": {"filter": "metrics.slept = 1"}})["runs"]
    return runs[-1]["run_id"]


def test_a_plan_says_what_would_run_and_executes_nothing(asker):
    plans = asker.plans(asker.run_named("answer"))
    assert [step["label"] for step in plans["needed"]["steps"]] == [
        "import celltrail",
        "factor = 7",
        "with celltrail.start_run('answer'):",
    ]
    assert plans["full"]["is_full"]
    assert asker.state()["phase"] == "none"
    assert not (asker.root / ".celltrail/replays").exists()


def test_what_was_agreed_to_is_run_and_the_verdict_stands_on_the_run(asker):
    run_id = asker.run_named("answer")
    revisions = []

    def ended(event: dict[str, Any]) -> bool:
        revisions.append(event["replay_revision"])
        return event["replay_revision"] > 0 and asker.state()["phase"] == "ended"

    asker.server.listen(ended, lambda: asker.start(run_id), timeout_s=120)
    state = asker.state()
    assert state["report"]["status"] == "identical", state
    assert max(revisions) == state["revision"]
    asker.server.ask("fold")
    detail = asker.server.ask("get_run", {"run_id": run_id})
    assert {tag["key"]: tag["value"] for tag in detail["tags"]}["celltrail.replay"] == "identical"
    name = Path(state["report"]["attempts"][-1]["notebook"]).name
    notebook = asker.server.request(f"celltrail/api/replay/notebook/{name}").json()
    assert notebook["metadata"]["celltrail_replay"]["run_id"] == run_id


@pytest.mark.parametrize("name", ["..%2F..%2Fanswer.ipynb", "answer.ipynb", ".hidden.ipynb", "a%00.ipynb"])
def test_only_notebooks_of_replays_are_sent(asker, name):
    assert asker.server.request(f"celltrail/api/replay/notebook/{name}").status == 404


def test_what_the_user_has_not_seen_is_not_run(asker):
    run_id = asker.run_named("answer")
    asker.server.request("celltrail/api/replay", {"run_id": run_id, "steps": ["another"]})
    state = asker.wait_for("failed", "ended")
    assert "not what you were shown" in state["message"]


def test_a_swap_is_planned_first_and_comes_back_as_changes_of_metrics(asker):
    run_id = asker.run_named("answer")
    asked = {"run_id": run_id, "swaps": ["seed"]}
    plan = asker.server.request("celltrail/api/replay/plan", asked).json()["needed"]
    [drawn] = plan["swaps"]
    assert drawn.startswith("seed=")
    steps = [step["execution_id"] for step in plan["steps"]]
    asker.server.request("celltrail/api/replay", {"run_id": run_id, "steps": steps, "swaps": plan["swaps"]})
    report = asker.wait_for("ended", "failed")["report"]
    assert report["plan"]["swaps"] == [drawn]
    assert [change["difference"] for change in report["changes"]] == [0.0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"swaps": ["weather"]}, "names no cause"),
        ({"environment": "elsewhere"}, "is none of here, recorded"),
        ({"environment": "recorded", "swaps": ["environment"]}, "leave out one of the two"),
        ({"swaps": ["data:nothing.csv"]}, "the cells read no such file"),
    ],
)
def test_conditions_that_cannot_be_met_are_told(asker, asked, said):
    answer = asker.server.request("celltrail/api/replay/plan", {"run_id": asker.run_named("answer"), **asked})
    assert (answer.status, answer.json()["error"]) == (400, "ParameterError")
    assert said in answer.json()["message"]


def test_a_run_that_no_cell_made_is_refused_with_the_reason(asker):
    answer = asker.server.request("celltrail/api/replay/plan", {"run_id": "0123456789"})
    assert (answer.status, answer.json()["error"]) == (404, "RunNotFoundError")


def test_one_replay_goes_on_at_a_time_and_a_cancelled_one_keeps_nothing(asker):
    run_id = slow_run(asker)
    assert asker.start(run_id).status == 200
    second = asker.start(asker.run_named("answer"))
    assert (second.status, second.json()["error"]) == (409, "ReplayRefusedError")
    state = asker.wait_for("running")
    while not state["cell"]:
        state = asker.state()
    assert asker.server.request("celltrail/api/replay", method="DELETE").status == 200
    state = asker.wait_for("cancelled")
    assert state["report"] is None
    asker.server.ask("fold")
    tags = asker.server.ask("get_run", {"run_id": run_id})["tags"]
    assert [tag for tag in tags if tag["key"].startswith("celltrail.replay")] == []
    assert asker.server.request("celltrail/api/replay", method="DELETE").status == 409


def test_a_process_that_dies_is_told(asker):
    asker.start(slow_run(asker))
    asker.wait_for("running")
    [worker] = children_of(asker.server.process.pid)
    os.kill(worker, signal.SIGKILL)
    state = asker.wait_for("failed")
    assert "ended with code -9" in state["message"]


def test_while_tracking_is_paused_nothing_is_run_and_the_plan_says_why(asker):
    asker.server.request("celltrail/api/tracking", {"is_paused": True})
    answer = asker.server.request("celltrail/api/replay/plan", {"run_id": asker.run_named("answer")})
    asker.server.request("celltrail/api/tracking", {"is_paused": False})
    assert (answer.status, answer.json()["error"]) == (422, "ExecutionError")
    assert "tracking is off" in answer.json()["message"]


def test_a_replay_ends_with_its_server(asker):
    """The last test: the server is killed."""
    asker.start(slow_run(asker))
    asker.wait_for("running")
    [worker] = children_of(asker.server.process.pid)
    asker.server.kill()
    until = time.monotonic() + 60
    while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()
