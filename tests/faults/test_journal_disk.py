"""A disk that refuses: nothing raises, nothing accepted is lost, the user is told once, and the writer goes on."""

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from celltrail.journal import events
from celltrail.journal.reader import list_segments
from celltrail.journal.writer import JournalWriter
from journal_trail import read_all

TESTS = Path(__file__).parents[1]


@pytest.fixture
def said():
    return []


def run_script(name, *arguments, prefix=()):
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [*prefix, sys.executable, str(Path(__file__).with_name(name)), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=environment)


def test_a_full_disk_loses_only_what_memory_cannot_hold_and_counts_it(tmp_path):
    """On a tmpfs of its own where this machine lets us mount one, else under a file-size limit."""
    namespace = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-rm")
    can_unshare = shutil.which("unshare") and subprocess.run([*namespace, "true"], check=False).returncode == 0
    done = run_script("journal_full_disk.py", tmp_path, prefix=namespace if can_unshare else ())
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_writer_under_a_file_size_limit_writes_shorter_segments(tmp_path, said):
    """EFBIG is about one file, so the next one takes the event; one that no file can hold is counted and passed by."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer = JournalWriter(tmp_path, on_trouble=said.append)
    series = writer.series("r", "k")
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        for step in range(200):
            writer.metric(series, step, 0, 0.5)
        writer.append(events.SessionEnded("x" * 9000, 0))
        for step in range(200, 400):
            writer.metric(series, step, 0, 0.5)
            writer.sync()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    time.sleep(0.06)
    writer.close()
    trail = read_all(tmp_path)
    assert [row[2] for row in trail.metrics] == list(range(400))
    assert [event.count for event in trail.documents if isinstance(event, events.EventsDropped)] == [1]
    assert max(segment.size_bytes for segment in list_segments(tmp_path)) <= 5000
    assert len(said) == 2


def test_a_folder_that_cannot_be_made_is_told_once_and_used_once_it_can(tmp_path, said):
    (tmp_path / "store").write_text("a file where the folder should be")
    folder = tmp_path / "store" / "journal"
    writer = JournalWriter(folder, on_trouble=said.append)
    series = writer.series("r", "k")
    for step in range(100):
        writer.metric(series, step, 0, 0.5)
        writer.append(events.SessionEnded("s", step))
    assert len(said) == 1
    assert "cannot write to" in said[0]
    assert str(folder) in said[0]
    assert writer.health().waiting_count == 200
    assert writer.dropped_count == 0
    (tmp_path / "store").unlink()
    writer.sync()
    assert writer.health().trouble == ""
    writer.metric(series, 100, 0, 0.5)
    writer.close()
    trail = read_all(folder)
    assert [row[2] for row in trail.metrics] == list(range(101))
    assert [event.at for event in trail.documents] == list(range(100))
    assert len(said) == 1


def test_a_folder_that_takes_no_files_harms_nobody(said):
    """/proc refuses every new file, to root as well; so would a read-only mount."""
    writer = JournalWriter(Path("/proc/celltrail"), on_trouble=said.append)
    series = writer.series("r", "k")
    for step in range(50):
        writer.metric(series, step, 0, 0.5)
    writer.sync()
    assert writer.health().waiting_count == 50
    writer.close()
    assert writer.dropped_count == 50
    assert len(said) == 2
    assert "lost 50 events" in said[1]


def test_a_read_only_folder_is_told_and_events_wait_until_it_can_be_written(tmp_path):
    """In a process of another user where we are root, to whom no folder is read-only."""
    done = run_script("journal_read_only.py", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_memory_for_waiting_events_is_bounded_and_a_runs_end_still_finds_room(tmp_path, said):
    (tmp_path / "store").write_text("")
    writer = JournalWriter(tmp_path / "store" / "journal", backlog_bytes=100_000, on_trouble=said.append)
    series = writer.series("r", "k")
    for step in range(5000):
        writer.metric(series, step, 0, 0.5)
    ended = events.RunFinished("r", 1, "finished")
    writer.append(ended)
    health = writer.health()
    assert health.waiting_bytes <= 100_000
    assert health.dropped_count == 5000 - (health.waiting_count - 1)
    (tmp_path / "store").unlink()
    writer.sync()
    writer.close()
    trail = read_all(tmp_path / "store" / "journal")
    assert [row[2] for row in trail.metrics] == list(range(len(trail.metrics)))
    assert trail.documents[0] == ended
    assert [event.count for event in trail.documents[1:]] == [health.dropped_count]


def test_a_descriptor_that_the_program_closed_costs_no_event(tmp_path, said):
    """Programs that become daemons close every descriptor; another file may get the number then."""
    writer = JournalWriter(tmp_path / "journal", on_trouble=said.append)
    series = writer.series("r", "k")
    writer.metric(series, 1, 0, 0.5)
    (number,) = [
        int(link.name)
        for link in Path("/proc/self/fd").iterdir()
        if link.exists() and link.readlink().suffix == ".ctj" and link.readlink().is_relative_to(tmp_path)
    ]
    os.close(number)
    writer.metric(series, 2, 0, 0.5)
    time.sleep(0.06)
    writer.metric(series, 3, 0, 0.5)
    assert os.fstat(number).st_size > 0, "the number is in use again, by the next segment or by the test"
    writer.close()
    assert [row[2] for row in read_all(tmp_path / "journal").metrics] == [1, 2, 3]
