"""A writer on a disk that fills up and gets room again; run as a process of its own, in a mount namespace if it may.

    python journal_full_disk.py FOLDER

A small tmpfs where mounting is allowed, else a file-size limit of this process, which refuses every write too.
"""

import itertools
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from celltrail.journal import events
from celltrail.journal.reader import list_segments
from celltrail.journal.writer import JournalWriter
from journal_trail import bits, read_all


class SmallDisk:
    """A tmpfs of half a megabyte."""

    def __init__(self, folder):
        self.folder = folder
        command = ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder)]
        self.works = subprocess.run(command, check=False, capture_output=True).returncode == 0

    def fill(self):
        pass  # it is full soon enough

    def make_room(self):
        subprocess.run(["mount", "-o", "remount,size=64m", str(self.folder)], check=True)


class SizeLimit:
    """No file of this process may grow."""

    def __init__(self):
        self.hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def fill(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, self.hard))

    def make_room(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.hard, self.hard))


def log_some(writer, numbers, count):
    """One metric, ten metrics, a document, in turn; returns the numbers that were logged."""
    series = writer.series("run", "loss")
    logged = []
    for turn in range(count):
        if turn % 10 == 3:
            batch = list(itertools.islice(numbers, 10))
            writer.metrics((series, n, 0, n / 3) for n in batch)
        elif turn % 10 == 7:
            batch = [next(numbers)]
            writer.append(events.SessionEnded("x" * (batch[0] % 500), batch[0]))
        else:
            batch = [next(numbers)]
            writer.metric(series, batch[0], 0, batch[0] / 3)
        logged += batch
    return logged


def found_numbers(folder):
    trail = read_all(folder)
    assert all(row == ("run", "loss", row[2], 0, bits(row[2] / 3)) for row in trail.metrics)
    ended = [event for event in trail.documents if isinstance(event, events.SessionEnded)]
    assert all(event.session_id == "x" * (event.at % 500) for event in ended)
    dropped = sum(event.count for event in trail.documents if isinstance(event, events.EventsDropped))
    return sorted([row[2] for row in trail.metrics] + [event.at for event in ended]), dropped


def main():
    folder = Path(sys.argv[1])
    disk = SmallDisk(folder)
    if not disk.works:
        disk = SizeLimit()
    said = []
    writer = JournalWriter(folder / "journal", max_segment_bytes=100_000, backlog_bytes=1 << 20, on_trouble=said.append)
    numbers = itertools.count()
    log_some(writer, numbers, 3000)
    assert not said
    disk.fill()
    before = len(log_some(writer, numbers, 9000))
    assert before
    assert writer.health().trouble
    assert writer.health().waiting_bytes <= 1 << 20
    assert writer.dropped_count > 0, "memory is bounded"
    readable, _ = found_numbers(folder / "journal")
    assert readable[:3000] == list(range(3000)), "what was accepted stays readable while the disk is full"
    disk.make_room()
    time.sleep(2.2)  # the longest pause between two tries
    after = log_some(writer, numbers, 500)
    assert writer.health().trouble == ""
    assert writer.health().waiting_count == 0, "the writer went on by itself"
    writer.close()
    found, dropped = found_numbers(folder / "journal")
    assert len(set(found)) == len(found), "nothing is there twice"
    assert found[-len(after) :] == after, "all that came later is there"
    assert dropped == writer.dropped_count == next(numbers) - len(found), "what is missing is counted in the journal"
    assert len(said) == 2, said
    assert "cannot write" in said[0]
    assert "lost" in said[1]
    assert list_segments(folder / "journal")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.umask(0o077)
    main()
