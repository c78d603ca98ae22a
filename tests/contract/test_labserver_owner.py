"""One server owns a store, others ask it, and the next one takes over when it is gone, however it went."""

import json
import shutil
import signal
import stat
import time

import duckdb
import pytest
from journal_samples import SampleKernel
from jupyter_process import JupyterProcess

from celltrail.errors import RunNotFoundError
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "pyproject.toml").write_text("")
    kernel = SampleKernel(root / ".celltrail", "a.ipynb")
    kernel.first = kernel.run("first", rmse=1.0)
    yield kernel
    kernel.end()


@pytest.fixture
def start(tmp_path):
    servers = []

    def start(*options, **env):
        server = JupyterProcess(tmp_path / "root", tmp_path / f"home{len(servers)}", *options, env=env)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.kill()


def state_of(server):
    listed = server.request("celltrail/api/projects").json()
    return next(project["state"] for project in listed["projects"] if project["key"] == listed["current"])


def wait_for_state(server, state):
    deadline = time.monotonic() + 30
    while state_of(server) != state:
        assert time.monotonic() < deadline, state_of(server)
        time.sleep(0.1)


def wait_for_total(server, count):
    """Wait for the server to have folded by itself."""
    deadline = time.monotonic() + 30
    while (found := server.ask("search_runs", {"query": {}})["total"]) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def total(server):
    server.ask("fold")
    return server.ask("search_runs", {"query": {}})["total"]


def test_other_processes_ask_the_server_by_the_address_that_only_the_user_can_read(project, start):
    server = start("--ServerApp.base_url=/user/ann/")
    wait_for_state(server, "owned")
    file = project.store / "owner.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    owner = json.loads(file.read_text())
    assert owner["pid"] == server.process.pid
    assert owner["address"].startswith(server.base)
    store = open_store(project.store)
    try:
        assert store.search_runs(RunQuery()).runs[0].run_id == project.first
        assert store.search_runs(RunQuery()).runs[0].notebook_path == "a.ipynb"
        assert store.status().owner == owner["address"]
        with pytest.raises(RunNotFoundError, match="matches no run"):
            store.get_run("feedfeed")
    finally:
        store.close()


def test_a_second_server_on_the_project_asks_the_first_and_hears_of_changes(project, start):
    first, second = start(), start()
    assert (state_of(first), state_of(second)) == ("owned", "remote")
    assert total(second) == 1
    run_ids = []
    events = second.listen(
        lambda event: event["is_partial"] and event["state"] == "remote" and run_ids,
        lambda: run_ids.append(project.run("second")),
    )
    assert events[-1]["changed_run_ids"] == []
    wait_for_total(second, 2)  # the event may be the last one from before the run, gathered with its news
    assert second.ask("get_run", {"run_id": run_ids[0]})["run"]["name"] == "second"
    assert first.ask("get_run", {"run_id": run_ids[0]})["run"]["name"] == "second"


def test_when_the_owner_is_killed_the_other_server_takes_over_and_loses_nothing(project, start):
    first, second = start(), start()
    assert (state_of(first), state_of(second)) == ("owned", "remote")
    run_ids = {project.first, *(project.run(f"before {number}") for number in range(20))}
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    run_ids |= {project.run(f"after {number}") for number in range(20)}
    assert total(second) == len(run_ids)
    page = second.ask("search_runs", {"query": {"limit": 100}})
    assert {run["run_id"] for run in page["runs"]} == run_ids
    wait_for_state(second, "owned")
    assert json.loads((project.store / "owner.json").read_text())["pid"] == second.process.pid


def test_a_server_that_stops_lets_go_at_once_and_has_folded_everything(project, start):
    server = start()
    wait_for_state(server, "owned")
    last = project.run("last words")
    server.stop()
    assert not (project.store / "owner.json").exists()
    with duckdb.connect(str(project.store / "store.duckdb"), read_only=True) as database:
        assert database.execute("SELECT count(*) FROM run WHERE run_id = ?", [last]).fetchone() == (1,)


def test_a_server_on_a_unix_socket_is_found_by_other_processes_all_the_same(project, start, tmp_path):
    start(f"--ServerApp.sock={tmp_path}/s")
    deadline = time.monotonic() + 30
    while not (project.store / "owner.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    store = open_store(project.store)
    try:
        assert store.status().owner.startswith("http://127.0.0.1:")
        assert store.get_run(project.first).run.name == "first"
    finally:
        store.close()


def test_a_store_that_is_damaged_is_a_message_in_the_panel_and_the_server_goes_on(project, start):
    (project.store / "store.duckdb").write_bytes(b"this is no database" * 1000)
    server = start()
    answer = server.request("celltrail/api/store/search_runs", {"query": {}})
    assert answer.status == 503
    assert "store.duckdb" in answer.json()["message"]
    assert state_of(server) == "failed"
    assert server.request("api/status").status == 200
    assert (project.store / "store.duckdb").read_bytes() == b"this is no database" * 1000


def test_a_store_of_a_newer_celltrail_is_refused_untouched_and_the_panel_says_so(project, start):
    store = open_store(project.store)
    store.close()
    path = project.store / "store.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute("UPDATE meta SET schema_version = 999")
    before = path.read_bytes()
    server = start()
    refusal = server.request("celltrail/api/store/status", {}).json()
    assert refusal["error"] == "NewerStoreError"
    assert "upgrade celltrail" in refusal["message"]
    assert path.read_bytes() == before


def test_a_store_that_the_user_deletes_is_forgotten_and_a_new_one_begins(project, start):
    server = start()
    assert total(server) == 1
    shutil.rmtree(project.store)
    wait_for_state(server, "empty")
    assert server.ask("search_runs", {"query": {}})["total"] == 0
    assert not project.store.exists()
    kernel = SampleKernel(project.store, "a.ipynb")
    run_id = kernel.run("after")
    wait_for_state(server, "owned")
    server.ask("fold")
    assert [run["run_id"] for run in server.ask("search_runs", {"query": {}})["runs"]] == [run_id]
    assert json.loads((project.store / "owner.json").read_text())["pid"] == server.process.pid
    kernel.end()


def test_a_store_that_another_replaces_at_once_is_left_for_the_new_one(project, start):
    server = start()
    assert total(server) == 1
    project.store.rename(project.store.with_name("gone"))
    kernel = SampleKernel(project.store, "a.ipynb")
    run_ids = [kernel.run("after"), kernel.run("after that")]
    wait_for_total(server, 2)
    assert {run["run_id"] for run in server.ask("search_runs", {"query": {}})["runs"]} == set(run_ids)
    kernel.end()


def test_a_store_stays_open_while_its_journal_grows(project, start):
    server = start()
    wait_for_state(server, "owned")
    owner = (project.store / "owner.json").stat()
    for number in range(5):
        project.run(f"more {number}")
        wait_for_total(server, number + 2)
    assert (project.store / "owner.json").stat().st_ino == owner.st_ino
    assert (project.store / "owner.json").stat().st_mtime_ns == owner.st_mtime_ns
    assert "opened anew" not in server.log.read_text()


def refused_status(server):
    """The message of a server that cannot open its store and goes on."""
    answer = server.request("celltrail/api/store/status", {})
    assert (answer.status, answer.json()["error"]) == (503, "StoreError")
    assert state_of(server) == "failed"
    assert server.request("api/status").status == 200
    return answer.json()["message"]


def test_a_lock_that_cannot_be_opened_is_a_message_until_it_can_be(start, tmp_path):
    lock = tmp_path / "root" / ".celltrail" / "fold.lock"
    lock.mkdir(parents=True)  # refuses to be opened for root too, whom no mode stops
    server = start()
    message = refused_status(server)
    assert str(lock) in message
    assert "make the folder writable" in message
    tracking = server.request("celltrail/api/tracking", {"is_paused": True})
    assert (tracking.status, tracking.json()["is_paused"]) == (200, True)
    lock.rmdir()
    wait_for_state(server, "owned")
    assert server.ask("status")["run_count"] == 0


def test_a_file_in_the_place_of_a_store_is_a_message_and_stays_as_it_is(start, tmp_path):
    store = tmp_path / "root" / ".celltrail"
    store.parent.mkdir()
    (store.parent / "pyproject.toml").write_text("")
    store.write_text("in the way")
    server = start()
    assert f"the store in {store} cannot be used" in refused_status(server)
    tracking = server.request("celltrail/api/tracking", {"is_paused": True})
    assert tracking.status == 503
    assert "tracking cannot be switched" in tracking.json()["message"]
    assert store.read_text() == "in the way"
    store.unlink()
    wait_for_state(server, "empty")
