"""One process owns a store: who it is, how others wait for it, and that it ends with its process."""

import json
import os
import stat
import subprocess
import sys
import threading
import time

import pytest

from celltrail.errors import StoreBusyError, StoreError
from celltrail.store.open import ask_owner, open_store, take_store
from celltrail.store.owner import OWNER_NAME, Ownership, read_owner
from celltrail.store.remote import RemoteStore
from celltrail.store.runs import RunQuery
from journal_writing import Trail

HOLD = (
    "import sys, time; from pathlib import Path; from celltrail.store.owner import Ownership\n"
    "held = Ownership.take(Path(sys.argv[1])); print(held is not None, flush=True); time.sleep(60)"
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / ".celltrail"


@pytest.fixture
def holder(folder):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"True\n"
    yield process
    process.kill()
    process.communicate()


def test_only_one_owns_a_store_and_its_record_is_for_its_user_alone(folder):
    first = Ownership.take(folder, address="http://127.0.0.1:1/x")
    assert first is not None
    assert Ownership.take(folder) is None
    path = folder / OWNER_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_owner(folder) == first.record
    assert json.loads(path.read_bytes())["pid"] == os.getpid()
    first.release()
    first.release()
    assert not path.exists()
    second = Ownership.take(folder)
    assert second is not None
    second.release()


def test_a_killed_owner_leaves_the_place_free(folder, holder):
    assert Ownership.take(folder) is None
    assert read_owner(folder).pid == holder.pid
    holder.kill()
    holder.wait()
    assert read_owner(folder) is None
    store = open_store(folder)
    assert store.status().run_count == 0
    store.close()


def test_a_record_of_a_reused_pid_counts_for_nothing(folder):
    held = Ownership.take(folder, address="http://127.0.0.1:1/x")
    path = folder / OWNER_NAME
    record = json.loads(path.read_bytes())
    record["start"] += 1
    path.write_text(json.dumps(record))
    assert read_owner(folder) is None
    assert ask_owner(folder) is None
    path.write_text("no JSON at all")
    assert read_owner(folder) is None
    held.release()


def test_a_holder_without_an_address_is_waited_for_and_then_named(folder, holder):
    began = time.monotonic()
    with pytest.raises(StoreBusyError, match=f"process {holder.pid}"):
        open_store(folder, timeout_s=0.3)
    assert time.monotonic() - began < 5


def test_whoever_waits_gets_the_store_when_it_is_free(folder):
    first = open_store(folder)
    timer = threading.Timer(0.3, first.close)
    timer.start()
    second = open_store(folder)
    assert second.status().owner == "this process"
    second.close()
    timer.join()


def test_an_address_that_nobody_answers_is_an_error_that_names_its_owner(folder):
    store = take_store(folder, address="http://127.0.0.1:9/celltrail/owner/x")
    remote = ask_owner(folder)
    assert isinstance(remote, RemoteStore)
    with pytest.raises(StoreBusyError, match=r"at http://127\.0\.0\.1:9"):
        remote.status()
    store.close()


def test_a_closed_store_says_so(folder):
    store = open_store(folder)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed: open it again"):
        store.search_runs(RunQuery())
    with pytest.raises(StoreError, match="closed: open it again"):
        store.fold()


def test_processes_that_open_the_same_store_at_once_take_turns(folder):
    trail = Trail(folder)
    trail.run("one", metrics={"m": 1.0})
    trail.end()
    script = (
        "import sys; from pathlib import Path\n"
        "from celltrail.store.open import open_store; from celltrail.store.runs import RunQuery\n"
        "for _ in range(3):\n"
        "    store = open_store(Path(sys.argv[1]), timeout_s=60)\n"
        "    assert store.search_runs(RunQuery()).total == 1\n"
        "    store.close()\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", script, str(folder)]) for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]


def test_a_forked_child_does_not_keep_the_lock(folder):
    held = Ownership.take(folder)
    hears, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.read(hears, 1)
        os._exit(0)
    held.release()
    again = Ownership.take(folder)
    os.close(told)
    os.waitpid(child, 0)
    assert again is not None
    again.release()
