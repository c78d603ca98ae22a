"""What a kernel writes is in the panel's hands within moments, whatever else the server does."""

import contextlib
import http.client
import json
import threading
import time
import urllib.parse

import pytest
from journal_samples import SampleKernel
from jupyter_process import TOKEN, JupyterProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("live")
    (base / "root").mkdir()
    server = JupyterProcess(base / "root", base / "home")
    server.root = base / "root"
    yield server
    server.kill()


def project(server, name):
    folder = server.root / name
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    key = server.request(f"celltrail/api/projects?notebook={name}/a.ipynb").json()["current"]
    return folder, key


def test_a_run_is_announced_and_can_be_asked_for_with_the_first_event_of_a_new_store(server):
    folder, key = project(server, "announced")
    run_ids = []

    def work():
        kernel = SampleKernel(folder / ".celltrail", "a.ipynb")
        run_ids.append(kernel.run("fit", rmse=1.0))
        kernel.end()

    events = server.listen(lambda event: event["project"] == key and event["changed_run_ids"], work)
    assert events[-1]["changed_run_ids"] == run_ids
    assert events[-1]["changed_notebooks"] == ["announced/a.ipynb"]
    assert events[-1]["state"] == "owned"
    assert not events[-1]["is_partial"] or events[-1]["changed_run_ids"]
    detail = server.ask("get_run", {"run_id": run_ids[0]}, f"?project={key}")
    assert detail["metrics"][0]["value"] == 1.0


def test_a_metric_that_is_logged_later_is_announced_too(server):
    folder, key = project(server, "later")
    kernel = SampleKernel(folder / ".celltrail", "a.ipynb")
    run_id = kernel.run("fit")

    def is_ours(event):
        return run_id in event["changed_run_ids"]

    server.listen(is_ours, lambda: server.ask("fold", {}, f"?project={key}") and kernel.tag(run_id, seen="first"))

    def log():
        number = kernel.writer.series(run_id, "late")
        kernel.writer.metric(number, 7, 1, 0.125)

    server.listen(is_ours, log)
    history = server.ask("metric_history", {"run_id": run_id, "key": "late"}, f"?project={key}")
    assert [(point["step"], point["value"]) for point in history["points"]] == [(7, 0.125)]
    kernel.end()


def test_a_burst_of_runs_comes_as_few_events_that_lose_none(server):
    folder, key = project(server, "burst")
    seen, partial = set(), []
    done = threading.Event()
    run_ids = []

    def work():
        kernel = SampleKernel(folder / ".celltrail", "a.ipynb")
        run_ids.extend(kernel.run(f"run {number}") for number in range(300))
        kernel.end()
        done.set()

    def all_known(event):
        if event["project"] != key:
            return False
        seen.update(event["changed_run_ids"])
        partial.append(event["is_partial"])
        if not done.is_set():
            return False
        total = server.ask("search_runs", {"query": {"limit": 1}}, f"?project={key}")["total"]
        return total == 300 and (any(partial) or seen == set(run_ids))

    events = server.listen(all_known, work, timeout_s=60)
    assert all(len(event["changed_run_ids"]) <= 100 for event in events)
    assert len(events) < 100


def test_switching_tracking_is_announced(server):
    _, key = project(server, "switched")
    path = f"celltrail/api/tracking?project={key}"
    events = server.listen(
        lambda event: event["project"] == key and event["is_paused"],
        lambda: server.request(path, {"is_paused": True}),
    )
    assert events[-1]["changed_run_ids"] == []


def test_a_renamed_notebook_takes_its_runs_with_it(server):
    folder, key = project(server, "renamed")
    notebook = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (folder / "before.ipynb").write_text(notebook)
    session = {
        "path": "renamed/before.ipynb",
        "name": "before.ipynb",
        "type": "notebook",
        "kernel": {"name": "python3"},
    }
    made = server.request("api/sessions", session).json()
    try:
        kernel = SampleKernel(folder / ".celltrail", "before.ipynb", made["kernel"]["id"])
        run_id = kernel.run("fit")
        server.ask("fold", {}, f"?project={key}")
        time.sleep(1.5)  # so that the server has seen the session under its first name
        renamed = {"path": "renamed/after <i>.ipynb", "name": "after <i>.ipynb"}
        moved = {"path": renamed["path"]}
        assert server.request("api/contents/renamed/before.ipynb", moved, method="PATCH").status == 200
        assert server.request(f"api/sessions/{made['id']}", renamed, method="PATCH").status == 200
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = server.ask("get_run", {"run_id": run_id}, f"?project={key}")
            if found["run"]["notebook_path"] == "renamed/after <i>.ipynb":
                break
            time.sleep(0.2)
        assert found["run"]["notebook_path"] == "renamed/after <i>.ipynb"
        where = f"?project={key}"
        badges = server.ask("list_badges", {"notebook_path": "renamed/after <i>.ipynb"}, where)
        assert [badge["run"]["run_id"] for badge in badges] == [run_id]
        kernel.end()
    finally:
        server.request(f"api/sessions/{made['id']}", method="DELETE")


def answers_during_a_fold(server, where):
    """How often the server answered others while it folded once."""
    folding = threading.Thread(target=server.ask, args=("fold", {}, where))
    folding.start()
    answered = 0
    while folding.is_alive():
        assert server.request("api/status").status == 200
        assert server.request("celltrail/api/tracking" + where).status == 200
        answered += folding.is_alive()
    folding.join()
    return answered


def test_a_long_fold_holds_up_neither_the_server_nor_the_panel(server):
    folder, key = project(server, "long")
    kernel = SampleKernel(folder / ".celltrail", "a.ipynb")
    run_id = kernel.run("fit")
    where = f"?project={key}"
    server.ask("fold", {}, where)
    numbers = [kernel.writer.series(run_id, f"metric {count}") for count in range(20)]
    written, answered = 0, []
    # A server that a fold holds up answers once at its beginning and once at its end, however long it is.
    for steps in (20_000, 40_000, 80_000, 160_000):
        news = range(written, written + steps)
        kernel.writer.metrics((number, step, step, 0.5) for step in news for number in numbers)
        written += steps
        answered.append(answers_during_a_fold(server, where))
        if answered[-1] >= 3:
            break
    assert answered[-1] >= 3, answered
    assert server.ask("metric_history", {"run_id": run_id, "key": "metric 0"}, where)["count"] == written
    kernel.end()


def test_a_browser_that_goes_away_in_the_middle_harms_nobody(server):
    _, key = project(server, "gone")
    host = urllib.parse.urlsplit(server.base)
    for _ in range(5):
        connection = http.client.HTTPConnection(host.hostname, host.port)
        connection.request(
            "POST",
            f"/celltrail/api/store/search_runs?project={key}",
            b'{"query": {}}',
            {"Authorization": f"token {TOKEN}"},
        )
        with contextlib.suppress(OSError):
            connection.close()
    assert server.ask("status", {}, f"?project={key}")["run_count"] == 0
