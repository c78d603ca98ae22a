"""Folders and writers killed at any moment: nothing that was acknowledged is lost, doubled or changed."""

import random
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from fold_writers import acknowledged, is_param, run_id_of, value_of

from celltrail.records import Status
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery

HERE = Path(__file__).parent
WRITERS = 8
KILLED_WRITERS = 4
FOLDERS = 2
KILLS = 60  # of each folder


@pytest.mark.slow
def test_no_kill_loses_doubles_or_changes_an_event(tmp_path):
    seconds = 22.0
    writers = [
        subprocess.Popen([sys.executable, str(HERE / "fold_writers.py"), str(tmp_path), str(key), str(seconds)])
        for key in range(WRITERS)
    ]
    store_folder = tmp_path / ".celltrail"
    folders = [
        subprocess.Popen(
            [sys.executable, str(HERE / "fold_victims.py"), str(store_folder), str(KILLS), str(seed)],
            stdout=subprocess.PIPE,
        )
        for seed in range(FOLDERS)
    ]
    rng = random.Random(7)
    for key, writer in enumerate(writers[:KILLED_WRITERS]):
        while acknowledged(tmp_path, key) < 1000:
            time.sleep(0.05)
        time.sleep(rng.random() * 4)
        writer.kill()
    owning = [int(folder.communicate(timeout=200)[0]) for folder in folders]
    assert [folder.returncode for folder in folders] == [0] * FOLDERS
    assert [writer.wait(timeout=60) for writer in writers[KILLED_WRITERS:]] == [0] * (WRITERS - KILLED_WRITERS)
    for writer in writers[:KILLED_WRITERS]:
        writer.wait()

    with_store = open_store(store_folder)
    runs = {run.run_id: run for run in with_store.search_runs(RunQuery()).runs}
    status = with_store.status()
    with_store.close()

    assert sum(owning) >= 50, "the trial killed too few folders at work to mean anything"
    assert status.quarantined == ()
    for key in range(WRITERS):
        expected = Status.KILLED if key < KILLED_WRITERS else Status.FINISHED
        assert runs[run_id_of(key)].status is expected
        check_events(store_folder, key, is_killed=key < KILLED_WRITERS, folder=tmp_path)


def check_events(store_folder, key, *, is_killed, folder):
    """The store's events of one writer are 0, 1, 2 … up to at least the acknowledged one, each once and right."""
    with duckdb.connect(store_folder / "store.duckdb", read_only=True) as connection:
        points = connection.execute(
            "SELECT step, value FROM metric JOIN series USING (series_no) JOIN run USING (run_no) WHERE run_id = ?"
            " ORDER BY step",
            [run_id_of(key)],
        ).fetchall()
        params = connection.execute(
            "SELECT key, value FROM param JOIN key USING (key_no) JOIN run USING (run_no) WHERE run_id = ?",
            [run_id_of(key)],
        ).fetchall()
        last = connection.execute(
            "SELECT value, step, point_count FROM metric_last JOIN run USING (run_no) WHERE run_id = ?",
            [run_id_of(key)],
        ).fetchall()
    count = acknowledged(folder, key)
    seen = len(points) + len(params)
    assert count <= seen <= count + (300 if is_killed else 0)
    assert points == [(n, value_of(key, n)) for n in range(seen) if not is_param(n)]
    assert sorted(params) == sorted((f"p{n}", repr(value_of(key, n))) for n in range(seen) if is_param(n))
    assert last == [(points[-1][1], points[-1][0], len(points))]
