"""kill -9 at any moment loses nothing that a writer acknowledged, and doubles and spoils nothing."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from journal_victims import BEGINS, GONE, MESSAGE, document, value_of

from celltrail.journal import events
from celltrail.journal.liveness import is_writer_alive
from celltrail.journal.reader import list_segments, read_segment
from journal_trail import bits, read_all

KILLS = 150
AT_ONCE = 3
SEGMENT_BYTES = 40_000


def kill_at_random(victims, rng):
    """Kill every child after a random time and a random amount of work; returns what each acknowledged.

    By time alone a busy machine would have most of them die before they have written anything.
    """
    acknowledged, alive, wanted = {}, {}, {}
    pipe = victims.stdout.fileno()
    rest = b""
    while True:
        ready, _, _ = select.select([pipe], [], [], 0.005)
        part = os.read(pipe, 1 << 16) if ready else None
        if part == b"":
            return acknowledged
        rest += part or b""
        whole = len(rest) - len(rest) % MESSAGE.size
        for pid, key, count in MESSAGE.iter_unpack(rest[:whole]):
            if count == BEGINS:
                alive[pid] = time.monotonic() + 0.003 + rng.choice([0.0, 0.03, 0.1, 0.5]) * rng.random()
                acknowledged[key] = 0
                wanted[pid] = (key, rng.choice([0, 300, 1500, 6000]))
            elif count == GONE:
                alive.pop(pid, None)
            else:
                acknowledged[key] = count
        rest = rest[whole:]
        for pid in [pid for pid, end in alive.items() if end < time.monotonic()]:
            key, count = wanted[pid]
            if acknowledged[key] < count:
                continue
            os.kill(pid, signal.SIGKILL)
            del alive[pid]


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """The journal's folder after the kills, and the acknowledged count by key."""
    folder = tmp_path_factory.mktemp("killed") / "journal"
    script = Path(__file__).with_name("journal_victims.py")
    command = [sys.executable, str(script), str(folder), str(KILLS), str(AT_ONCE), str(SEGMENT_BYTES)]
    victims = subprocess.Popen(command, stdout=subprocess.PIPE)
    acknowledged = kill_at_random(victims, random.Random(7))
    assert victims.wait(10) == 0
    victims.stdout.close()
    return folder, acknowledged


def test_every_acknowledged_event_of_150_killed_writers_is_there_once_in_order_and_right(trial):
    folder, acknowledged = trial
    assert len(acknowledged) == KILLS
    trail = read_all(folder)
    steps = defaultdict(list)
    for run, key, step, at, value in trail.metrics:
        assert (run, key, value) == (f"run{at}", f"metric{step % 3}", bits(value_of(at, step)))
        steps[at].append(step)
    for event in trail.documents:
        if isinstance(event, events.TagsSet):
            key = int(event.run_id[3:])
            assert event == document(key, event.at)
            steps[key].append(event.at)
    for key, count in acknowledged.items():
        assert len(set(steps[key])) == len(steps[key]), "nothing is there twice"
        assert sorted(steps[key]) == list(range(len(steps[key]))), "nothing is missing before what is there"
        assert count <= len(steps[key]) <= count + 300, "all that was acknowledged is there"
    assert sum(acknowledged.values()) > 20_000


def test_kills_hit_many_rotations(trial):
    folder, _ = trial
    segments = list_segments(folder)
    assert len(segments) > 2 * KILLS


def test_killed_writers_are_known_to_be_dead_and_their_last_segments_are_not_sealed(trial):
    folder, _ = trial
    last = {segment.writer: segment for segment in list_segments(folder)}
    batches = [read_segment(segment.path) for segment in last.values()]
    killed = [batch for batch in batches if batch.opened and not batch.is_sealed]
    assert len(killed) > KILLS * 0.25  # on a busy machine many die before they open a segment, or between two
    assert {is_writer_alive(batch.opened) for batch in killed} == {False}
