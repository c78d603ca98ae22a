"""A journal that is removed, moved or replaced under a living writer: what is logged afterwards is all there."""

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from journal_removed import MESSAGE

from celltrail.journal import events
from celltrail.journal.reader import list_segments
from celltrail.journal.writer import JournalWriter
from celltrail.records import Status
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery
from journal_trail import read_all

HERE = Path(__file__).parent
STARTED = events.SessionStarted("s", 1, "a.ipynb", "k", "jupyter", "3.11")
REMOVALS = 25


@pytest.fixture
def folder(tmp_path):
    return tmp_path / ".celltrail" / "journal"


@pytest.fixture
def writer(folder):
    writer = JournalWriter(folder, describe=lambda: (STARTED,))
    yield writer
    writer.close()


def end(at):
    return events.SessionEnded("s", at)


def steps(folder):
    return [row[2] for row in read_all(folder).metrics]


def test_what_is_logged_after_the_store_was_removed_is_all_there_once(writer, folder):
    """Values too, which take the hot path into the removed file until the next look."""
    series = writer.series("r", "k")
    writer.append(STARTED)
    writer.metric(series, 0, 0, 0.5)
    writer.sync()
    shutil.rmtree(folder.parent)
    for step in range(1, 500):
        writer.metric(series, step, 0, 0.5)
    writer.append(end(1))
    for step in range(500, 1000):
        writer.metric(series, step, 0, 0.5)
    writer.close()
    trail = read_all(folder)
    assert [row[2] for row in trail.metrics] == list(range(1, 1000))
    assert trail.documents == [STARTED, end(1)]
    assert {(row[0], row[1]) for row in trail.metrics} == {("r", "k")}


def test_a_sync_is_enough_to_find_the_values_of_a_removed_store_again(writer, folder):
    series = writer.series("r", "k")
    writer.metric(series, 0, 0, 0.5)
    writer.sync()
    shutil.rmtree(folder.parent)
    for step in range(1, 100):
        writer.metric(series, step, 0, 0.5)
    writer.sync()
    assert steps(folder) == list(range(1, 100))
    assert read_all(folder).documents == [STARTED]


def test_a_store_made_anew_in_the_place_of_the_removed_one_is_told_from_it(writer, folder):
    """The file system gives the number of the removed folder to the next one where nobody holds it."""
    series = writer.series("r", "k")
    writer.metric(series, 0, 0, 0.5)
    writer.sync()
    shutil.rmtree(folder.parent)
    folder.mkdir(parents=True)
    for step in range(1, 100):
        writer.metric(series, step, 0, 0.5)
    writer.append(end(1))
    assert steps(folder) == list(range(1, 100))


def test_a_removed_trail_stays_removed_where_nothing_more_is_logged(writer, folder):
    writer.append(STARTED)
    writer.sync()
    shutil.rmtree(folder.parent)
    writer.sync()
    assert writer.is_displaced()
    writer.close()
    assert not folder.parent.exists()


def test_each_removal_has_the_session_described_again(writer, folder):
    for number in range(5):
        writer.append(end(number))
        trail = read_all(folder)
        assert trail.documents == ([end(0)] if number == 0 else [STARTED, end(number)])
        assert not writer.is_displaced()
        writer.sync()
        shutil.rmtree(folder.parent)


def test_a_quarantined_segment_is_left_at_once_and_grows_no_more(writer, folder):
    series = writer.series("r", "k")
    writer.metric(series, 0, 0, 0.5)
    writer.sync()
    (segment,) = list_segments(folder)
    quarantined = folder.parent / "quarantine" / segment.path.name
    quarantined.parent.mkdir()
    segment.path.replace(quarantined)
    size = quarantined.stat().st_size
    writer.append(end(1))
    writer.metric(series, 1, 0, 0.5)
    writer.sync()
    assert quarantined.stat().st_size == size
    assert steps(folder) == [1]
    assert read_all(folder).documents == [STARTED, end(1)]


@pytest.mark.parametrize(("damaged", "expected"), [("before", [1, 2, 3]), ("after", [3])])
def test_values_that_went_into_quarantine_are_written_again_unless_they_were_folded(folder, damaged, expected):
    """Damage before them: no fold can have read them. Damage behind the first of them: one may have."""
    writer = JournalWriter(folder)
    series = writer.series("r", "k")
    writer.metric(series, 0, 0, 0.5)
    writer.sync()
    (segment,) = list_segments(folder)
    writer.metric(series, 1, 0, 0.5)
    writer.metric(series, 2, 0, 0.5)
    with segment.path.open("r+b") as file:
        file.seek(segment.size_bytes + (-20 if damaged == "before" else 40))
        file.write(b"\xff")
    (folder.parent / "quarantine").mkdir()
    segment.path.replace(folder.parent / "quarantine" / segment.path.name)
    writer.sync()
    writer.metric(series, 3, 0, 0.5)
    writer.close()
    assert steps(folder) == expected


def test_a_segment_removed_alone_is_not_written_again_because_the_store_may_have_it(writer, folder):
    series = writer.series("r", "k")
    writer.metric(series, 0, 0, 0.5)
    (segment,) = list_segments(folder)
    segment.path.unlink()
    writer.append(end(1))
    writer.metric(series, 1, 0, 0.5)
    writer.close()
    assert steps(folder) == [1]
    assert read_all(folder).documents == [STARTED, end(1)]


def test_a_segment_replaced_by_a_copy_is_left(writer, folder):
    series = writer.series("r", "k")
    writer.metric(series, 0, 0, 0.5)
    (segment,) = list_segments(folder)
    copy = folder / "copy"
    shutil.copyfile(segment.path, copy)
    copy.replace(segment.path)
    writer.append(end(1))
    writer.close()
    assert steps(folder) == [0]
    assert read_all(folder).documents == [STARTED, end(1)]


def test_a_project_that_is_moved_takes_its_trail_with_it(tmp_path):
    """Nothing is made again at the project's old place."""
    before, after = tmp_path / "project", tmp_path / "moved"
    writer = JournalWriter(before / ".celltrail" / "journal", describe=lambda: (STARTED,))
    writer.append(STARTED)
    before.rename(after)
    writer.append(end(1))
    writer.sync()
    writer.close()
    assert not before.exists()
    assert read_all(after / ".celltrail" / "journal").documents == [STARTED, end(1)]


def test_a_store_moved_to_the_trash_is_begun_again(writer, folder, tmp_path):
    writer.append(STARTED)
    folder.parent.rename(tmp_path / "trash")
    writer.append(end(1))
    assert read_all(folder).documents == [STARTED, end(1)]


def test_a_forked_child_describes_nothing_and_keeps_its_own(folder, tmp_path):
    """What the description says is its parent's; the recorder gives none in a child."""
    owner = os.getpid()
    writer = JournalWriter(folder, describe=lambda: (STARTED,) if os.getpid() == owner else ())
    writer.append(STARTED)
    child = os.fork()
    if child == 0:
        writer.append(end(1))
        shutil.rmtree(folder.parent)
        writer.append(end(2))
        writer.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert read_all(folder).documents == [end(1), end(2)]
    writer.append(end(3))
    writer.close()
    assert set(read_all(folder).documents) == {STARTED, end(1), end(2), end(3)}


def test_no_descriptor_is_left_behind(folder):
    before = set(Path("/proc/self/fd").iterdir())
    writer = JournalWriter(folder)
    for number in range(20):
        writer.append(end(number))
        shutil.rmtree(folder.parent)
    writer.close()
    assert set(Path("/proc/self/fd").iterdir()) == before


def ask(victim, question):
    """The number of the next event that it logs."""
    victim.stdin.write(question)
    victim.stdin.flush()
    return MESSAGE.unpack(victim.stdout.read(MESSAGE.size))[0]


@pytest.mark.slow
@pytest.mark.parametrize("segment_bytes", [1 << 20, 1 << 13], ids=["large segments", "a new one all the time"])
def test_removals_at_random_moments_lose_nothing_that_is_logged_after_them(tmp_path, segment_bytes):
    """Another process logs values and documents as fast as it can; each that began after a removal is there, once."""
    folder = tmp_path / ".celltrail"
    command = [sys.executable, str(HERE / "journal_removed.py"), str(folder), str(segment_bytes)]
    rng = random.Random(3)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as victim:
        for _ in range(REMOVALS):
            time.sleep(rng.random() * 0.3)
            while folder.exists():
                shutil.rmtree(folder, ignore_errors=True)
            first = ask(victim, b"?")
        time.sleep(0.3)
        last = ask(victim, b".")
    assert victim.returncode == 0
    trail = read_all(folder / "journal")
    found = [row[2] for row in trail.metrics] + [event.at for event in trail.documents if event != STARTED]
    assert len(found) == len(set(found))
    assert set(range(first, last)) <= set(found)
    assert STARTED in trail.documents
    assert last > first > REMOVALS


def test_what_is_said_twice_is_in_the_store_once(tmp_path):
    """The session, a cell and a run are described again after their ends too, by whoever removed only a segment."""
    described = (
        STARTED,
        events.CellStarted("c", "s", 2, "id", 1, "fit()"),
        events.RunStarted("r", "s", "c", 3, "name", "explicit"),
    )
    writer = JournalWriter(tmp_path / "journal", describe=lambda: described)
    series = writer.series("r", "k")
    writer.append(*described)
    writer.metric(series, 0, 4, 0.5)
    writer.append(events.RunNamed("r", 5, "other"), events.RunFinished("r", 6, Status.FINISHED))
    writer.append(events.CellFinished("c", 7, Status.FINISHED), end(8))
    with closing(open_store(tmp_path)) as store:
        before = store.search_runs(RunQuery(keys=None)).runs
    (segment,) = list_segments(tmp_path / "journal")
    segment.path.unlink()
    writer.sync()
    writer.metric(series, 1, 9, 0.25)
    writer.close()
    with closing(open_store(tmp_path)) as store:
        (run,) = store.search_runs(RunQuery(keys=None)).runs
        status = store.status()
        points = store.metric_history("r", "k").points
    assert [(one.name, one.notebook_path, one.cell_id, one.ended_at) for one in (*before, run)] == [
        ("other", "a.ipynb", "id", 6)
    ] * 2
    assert (status.run_count, status.cell_execution_count, status.session_count) == (1, 1, 1)
    assert run.status is Status.FINISHED
    assert [point.value for point in points] == [0.5, 0.25]
