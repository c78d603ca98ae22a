"""What a fold does with damaged, foreign and newer files: it keeps what is good and says what is not."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from celltrail import clock
from celltrail.errors import DamagedStoreError, NewerStoreError, StoreBusyError, StoreError
from celltrail.journal import events
from celltrail.journal.frames import document_body, frame, segment_name
from celltrail.journal.reader import list_segments
from celltrail.records import DatasetRole, DatasetVersion, Param, ParamKind, Status, Tag
from celltrail.store.open import open_store
from celltrail.store.rebuild import rebuild
from celltrail.store.runs import RunQuery
from celltrail.store.schema import FILE_NAME, schema_version
from journal_writing import Trail


@pytest.fixture
def folder(tmp_path):
    return tmp_path / ".celltrail"


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def total(folder):
    store = open_store(folder)
    try:
        return store.search_runs(RunQuery(with_children=True)).total
    finally:
        store.close()


def test_a_damaged_segment_is_quarantined_and_what_was_good_stays(folder):
    trail = Trail(folder)
    before = trail.run("before", metrics={"m": 1.0})
    [segment] = list_segments(folder / "journal")
    trail.run("after")
    trail.end()
    other = Trail(folder, "other.ipynb")
    other.run("untouched")
    other.end()
    data = bytearray(segment.path.read_bytes())
    data[segment.size_bytes + 40] ^= 1
    segment.path.write_bytes(data)

    store = open_store(folder)
    status = store.status()
    assert status.quarantined == (segment.path.name,)
    assert not segment.path.exists()
    assert (folder / "quarantine" / segment.path.name).read_bytes() == bytes(data)
    assert {run.name for run in store.search_runs(RunQuery()).runs} == {"before", "untouched"}
    assert store.get_run(before).run.metrics == {"m": 1.0}
    assert store.fold().event_count == 0
    assert store.status().quarantined == (segment.path.name,)
    store.close()


def test_a_segment_of_a_newer_format_is_listed_and_left_alone(folder):
    Trail(folder).end()
    writer = clock.new_writer_id()
    opened = events.SegmentOpened(99, writer, 0, 1, 1, "host", "boot", 1)
    path = folder / "journal" / segment_name(writer, 0)
    path.write_bytes(frame(document_body(opened, 1), 0))
    before = fingerprint(path)
    store = open_store(folder)
    assert store.status().refused == (path.name,)
    assert store.fold().refused == (path.name,)
    store.close()
    assert fingerprint(path) == before


def test_a_store_of_a_newer_celltrail_is_refused_and_left_byte_for_byte(folder):
    Trail(folder).end()
    open_store(folder).close()
    path = folder / FILE_NAME
    with duckdb.connect(path) as connection:
        connection.execute("INSERT INTO meta VALUES (?, 'later')", [schema_version() + 1])
    before = fingerprint(path)
    with pytest.raises(NewerStoreError, match="pip install -U celltrail"):
        open_store(folder)
    assert fingerprint(path) == before
    assert sorted(entry.name for entry in folder.iterdir()) == [".gitignore", "fold.lock", "journal", FILE_NAME]


def test_a_new_store_has_a_format_that_duckdb_1_5_reads(folder):
    Trail(folder).end()
    open_store(folder).close()
    with duckdb.connect(folder / FILE_NAME, read_only=True) as connection:
        [(tags,)] = connection.execute("SELECT tags FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


@pytest.mark.parametrize("damage", ["nonsense", "cut", "flipped"])
def test_a_damaged_store_says_how_to_rebuild_it_and_the_rebuilt_one_is_equal(folder, damage):
    trail = Trail(folder)
    for i in range(20):
        trail.run(f"run {i}", params={"i": i}, metrics={"m": float(i)})
    trail.end()
    store = open_store(folder)
    expected = store.search_runs(RunQuery(keys=None))
    store.close()
    path = folder / FILE_NAME
    data = path.read_bytes()
    if damage == "nonsense":
        path.write_bytes(b"this is no database" * 1000)
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.write_bytes(data[:4096] + bytes(byte ^ 0xFF for byte in data[4096:8192]) + data[8192:])

    with pytest.raises(DamagedStoreError, match="celltrail doctor --rebuild"):
        open_store(folder)
    report = rebuild(folder)

    assert report.metric_count == 20
    store = open_store(folder)
    assert store.search_runs(RunQuery(keys=None)) == expected
    store.close()
    assert len(list(folder.glob(f"{FILE_NAME}.*.old"))) == 1


def test_a_rebuild_while_another_process_owns_the_store_is_refused(folder):
    Trail(folder).end()
    store = open_store(folder)
    with pytest.raises(StoreBusyError, match=str(os.getpid())):
        rebuild(folder)
    store.close()


def test_a_rebuild_takes_the_good_part_of_quarantined_segments_again(folder):
    trail = Trail(folder)
    trail.run("good")
    [segment] = list_segments(folder / "journal")
    trail.run("lost")
    trail.end()
    data = bytearray(segment.path.read_bytes())
    data[segment.size_bytes + 40] ^= 1
    segment.path.write_bytes(data)
    assert total(folder) == 1
    assert rebuild(folder).quarantined == (segment.path.name,)
    assert total(folder) == 1


def test_random_damage_to_journals_never_stops_a_fold(folder):
    trail = Trail(folder)
    for i in range(30):
        trail.run(f"run {i}", params={"i": i}, metrics={"m": float(i)}, tags={"t": "x" * i})
    trail.end()
    [segment] = list_segments(folder / "journal")
    good = segment.path.read_bytes()
    rng = random.Random(3)
    for _ in range(25):
        for entry in (FILE_NAME, "quarantine"):
            path = folder / entry
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        data = bytearray(good)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(data))
            data[at : at + rng.randrange(1, 64)] = rng.randbytes(rng.randrange(0, 64))
        segment.path.write_bytes(data)
        store = open_store(folder)
        for run in store.search_runs(RunQuery(keys=None)).runs:
            number = run.name.removeprefix("run ")
            assert run.params in ({}, {"i": number})
            assert run.metrics in ({}, {"m": float(number)})
        store.close()


def test_values_beyond_what_a_column_holds_do_not_stop_a_fold(folder):
    trail = Trail(folder)
    run_id = trail.run("lone \udc80", error=None)
    huge = DatasetVersion("x:1", "dataframe", 10**30, -(10**30), (), 10**25, "\udcff.csv")
    trail.dataset(run_id, huge, DatasetRole.TRAIN, "\ud800")
    trail.writer.append(
        events.ParamsLogged(
            run_id, -(10**25), (Param("k\udc80", "1e999", ParamKind.NUMBER), Param("", "nan", ParamKind.NUMBER))
        ),
        events.TagsSet(run_id, 10**25, (Tag("", "\udcff"),)),
        events.CellStarted("e" * 100_000, trail.session_id, 5, "", 10**20, "x = 1\n" * 100_000),
        events.CellFinished("never started", 5, Status.FINISHED),
        events.RunFinished("never started", 5, Status.FINISHED),
        events.SessionEnded("never started", 5),
    )
    store = open_store(folder)
    detail = store.get_run(run_id)
    assert detail.run.name == "lone \\udc80"
    assert detail.datasets[0].dataset.rows == 2**63 - 1
    assert {param.key: param.value for param in detail.params} == {"k\\udc80": "1e999", "": "nan"}
    assert len(store.list_executions(trail.notebook)) == 1
    assert store.search_runs(RunQuery()).total == 1
    store.close()


def test_a_killed_kernel_leaves_killed_runs_that_ended_with_its_last_event(folder):
    script = (
        "import os, sys, signal; sys.path.insert(0, sys.argv[2]); from pathlib import Path\n"
        "from journal_writing import Trail\n"
        "t = Trail(Path(sys.argv[1])); e = t.cell(is_finished=False)\n"
        "done = t.run('done', execution_id=e); t.run('open', execution_id=e, is_finished=False, metrics={'m': 1.0})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    tests = str(Path(__file__).parents[1])
    subprocess.run([sys.executable, "-c", script, str(folder), tests], check=False)
    store = open_store(folder)
    runs = {run.name: run for run in store.search_runs(RunQuery()).runs}
    assert (runs["done"].status, runs["open"].status) == (Status.FINISHED, Status.KILLED)
    assert runs["open"].ended_at is not None
    assert runs["open"].duration_s is None, "nobody saw how long it took"
    assert (runs["done"].cell_status, runs["open"].cell_status) == (Status.KILLED, None)
    [execution] = store.list_executions("analysis.ipynb")
    assert execution.status is Status.KILLED
    assert store.status().live_session_count == 0
    store.close()


def test_a_living_writer_that_was_thought_dead_is_set_right_by_its_next_event(folder):
    trail = Trail(folder)
    run_id = trail.run("alive", is_finished=False)
    store = open_store(folder)
    assert store.get_run(run_id).run.status is Status.RUNNING
    store.close()
    with duckdb.connect(folder / FILE_NAME) as connection:
        connection.execute(
            "UPDATE run SET status = 'killed', is_presumed = true, ended_at = 7;"
            "UPDATE session SET status = 'killed', is_presumed = true, ended_at = 7"
        )
    store = open_store(folder)
    assert store.get_run(run_id).run.status is Status.KILLED
    trail.metric(run_id, "m", 1.0)
    store.fold()
    assert (store.get_run(run_id).run.status, store.get_run(run_id).run.ended_at) == (Status.RUNNING, None)
    trail.writer.append(events.RunFinished(run_id, trail.tick(), Status.FAILED))
    trail.end()
    store.fold()
    assert store.get_run(run_id).run.status is Status.FAILED
    assert store.status().live_session_count == 0
    store.close()


def test_what_a_session_left_open_when_it_ended_is_killed(folder):
    trail = Trail(folder)
    run_id = trail.run("open", is_finished=False)
    trail.end()
    store = open_store(folder)
    assert store.get_run(run_id).run.status is Status.KILLED
    store.close()


def test_events_that_come_before_what_they_are_about_are_kept(folder):
    """Between writers there is no order: a child process may name a run that its parent's journal has not shown yet."""
    late, early = Trail(folder, "late.ipynb"), Trail(folder, "early.ipynb")
    run_id = "0123456789abcdef"
    early.writer.append(
        events.ParamsLogged(run_id, 10, (Param("a", "1"),)), events.RunFinished(run_id, 20, Status.FAILED)
    )
    early.metric(run_id, "m", 2.0)
    store = open_store(folder)
    assert store.search_runs(RunQuery()).total == 0
    late.writer.append(events.RunStarted(run_id, late.session_id, "", 5, "late", "fit"))
    store.fold()
    detail = store.get_run(run_id)
    assert (detail.run.name, detail.run.status, detail.run.params) == ("late", Status.FAILED, {"a": "1"})
    assert detail.run.metrics == {"m": 2.0}
    store.close()


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="CELLTRAIL_STORE"):
        open_store(tmp_path / "file" / ".celltrail")
