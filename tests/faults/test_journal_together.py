"""Forks, threads, processes, interrupts and signal handlers on one journal: every event once, in its writer's order."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from celltrail.journal import events
from celltrail.journal.reader import list_segments, read_batches
from journal_trail import bits, read_all

TESTS = Path(__file__).parents[1]


def start(folder, scene):
    folder.mkdir(exist_ok=True)
    script = Path(__file__).with_name("journal_together.py")
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONWARNINGS": "ignore::DeprecationWarning"}
    command = [sys.executable, str(script), str(folder), scene]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


def finish(process):
    _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")


def check(folder):
    """Every acknowledged event is there once; returns the found numbers by key, in the journal's order."""
    trail = read_all(folder / "journal")
    found = defaultdict(list)
    for run, _, step, _, value in trail.metrics:
        assert value == bits(step / 3)
        found[run].append(step)
    for event in trail.documents:
        if isinstance(event, events.SessionEnded):
            found[event.session_id].append(event.at)
    acknowledged = defaultdict(set)
    for path in (folder / "acknowledged").iterdir():
        for line in path.read_text().splitlines():
            key, number = line.split()
            acknowledged[key].add(int(number))
    for key, numbers in acknowledged.items():
        assert numbers <= set(found[key]), f"all that {key} acknowledged is there"
    for key, numbers in found.items():
        assert [number for number, count in Counter(numbers).items() if count > 1] == [], f"nothing of {key} twice"
    return found


@pytest.mark.parametrize("scene", ["forks", "pool", "eight", "interrupts", "handlers"])
def test_every_event_is_there_once(scene, tmp_path):
    finish(start(tmp_path, scene))
    found = check(tmp_path)
    if scene != "interrupts":  # what an exception cut short may be there or not
        assert all(sorted(numbers) == list(range(min(numbers), max(numbers) + 1)) for numbers in found.values())


def test_a_forked_child_has_a_writer_and_segments_of_its_own(tmp_path):
    finish(start(tmp_path, "forks"))
    keys_by_writer, pids_by_writer = defaultdict(set), defaultdict(set)
    for segment in list_segments(tmp_path / "journal"):
        for batch in read_batches(segment.path):
            pids_by_writer[segment.writer].add(batch.opened.pid)
            for _, event in batch.documents:
                if isinstance(event, events.SessionEnded):
                    keys_by_writer[segment.writer].add(event.session_id)
    assert {len(pids) for pids in pids_by_writer.values()} == {1}
    children = [{f"child{n}"} for n in range(4)] + [{f"grandchild{n}"} for n in range(4)]
    assert sorted(map(sorted, keys_by_writer.values())) == sorted(
        map(sorted, [{"before", "parent", "thread"}, *children])
    )


def test_eight_processes_write_at_once(tmp_path):
    folders = [tmp_path / str(number) for number in range(8)]
    shared = tmp_path / "shared"
    shared.mkdir()
    for folder in folders:
        folder.mkdir()
        (folder / "journal").symlink_to(shared)
    for process in [start(folder, "eight") for folder in folders]:
        finish(process)
    found = read_all(shared)
    assert Counter(row[2] for row in found.metrics) == Counter(
        {number: 64 for number in range(3000) if number % 50 != 7}
    ), "each of 64 threads logged each step once"
    assert len({segment.writer for segment in list_segments(shared)}) == 8
