"""Several processes, threads and interrupts on one journal; run as a process of its own.

python journal_together.py FOLDER forks | pool | eight | interrupts | handlers

Writes what it acknowledged to FOLDER/acknowledged, one "key number" a line.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path

from celltrail.journal import events
from celltrail.journal.writer import JournalWriter

MAX_SEGMENT_BYTES = 30_000
COUNT = 3000


class Acknowledged:
    """A line per event of one key."""

    def __init__(self, folder, key):
        self.file = (folder / "acknowledged" / key).open("w")

    def add(self, key, number):
        self.file.write(f"{key} {number}\n")


def log(writer, folder, key, count=COUNT):
    """Metrics and documents by turns; number n of a key once."""
    acknowledged = Acknowledged(folder, key)
    series = writer.series(key, "loss")
    for number in range(count):
        if number % 50 == 7:
            writer.append(events.SessionEnded(key, number))
        else:
            writer.metric(series, number, 0, number / 3)
        acknowledged.add(key, number)
    acknowledged.file.close()


def forks(writer, folder):
    """Forks while another thread logs, and a fork of a fork, each going on with what it inherited."""
    thread = threading.Thread(target=log, args=(writer, folder, "thread"))
    thread.start()
    log(writer, folder, "before", 500)
    children = []
    for child in range(4):
        pid = os.fork()
        if pid == 0:
            log(writer, folder, f"child{child}", 1000)
            grandchild = os.fork()
            if grandchild == 0:
                log(writer, folder, f"grandchild{child}", 1000)
                os._exit(0)
            status = os.waitpid(grandchild, 0)[1]
            os._exit(status)
        children.append(pid)
    log(writer, folder, "parent")
    thread.join()
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 4
    writer.close()


def pool(writer, folder):
    """Multiprocessing's fork, as scikit-learn's users do it, from a process that logs already."""
    log(writer, folder, "parent", 100)
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=log, args=(writer, folder, f"worker{n}")) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    writer.close()


def eight(writer, folder):
    """Eight threads on one writer."""
    threads = [threading.Thread(target=log, args=(writer, folder, f"thread{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()


def write_numbered(writer, series, number):
    """A document, a batch or a metric, by the number."""
    if number % 10 == 3:
        writer.append(events.SessionEnded("main", number))
    elif number % 10 == 5:
        writer.metrics([(series[number % 3], number, 0, number / 3)])
    else:
        writer.metric(series[number % 3], number, 0, number / 3)


def interrupts(writer, folder):
    """An exception out of a signal handler, wherever in the writer the main thread is; another thread logs as well."""
    thread = threading.Thread(target=log, args=(writer, folder, "thread"))
    thread.start()
    acknowledged = Acknowledged(folder, "main")
    series = [writer.series("main", key) for key in "abc"]
    entries = {method.__code__ for method in (JournalWriter.append, JournalWriter.metric, JournalWriter.metrics)}

    def interrupt(_, frame):
        while frame is not None:
            if frame.f_code in entries:
                raise KeyboardInterrupt
            frame = frame.f_back

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    hits = 0
    for number in range(6 * COUNT):
        try:
            write_numbered(writer, series, number)
        except KeyboardInterrupt:
            hits += 1
        else:
            acknowledged.add("main", number)
    signal.setitimer(signal.ITIMER_REAL, 0)
    thread.join()
    acknowledged.file.close()
    writer.close()
    assert hits > 50, hits


class Finalized:
    """An object that logs when the garbage collector finds it."""

    def __init__(self, write):
        self.write = write
        self.itself = self

    def __del__(self):
        self.write()


def handlers(writer, folder):
    """A signal handler that logs itself, and finalizers that do, in the middle of the main thread's own writes."""
    acknowledged = Acknowledged(folder, "handler")
    series = writer.series("handler", "loss")
    counts = {"handler": 0, "finalizer": 0}

    def on_signal(*_):
        number = counts["handler"]
        counts["handler"] += 1
        if number % 3:
            writer.metric(series, number, 0, number / 3)
        else:
            writer.append(events.SessionEnded("handler", number))
        acknowledged.add("handler", number)

    def on_collected():
        counts["finalizer"] += 1
        writer.append(events.SessionEnded("finalizer", counts["finalizer"]))

    signal.signal(signal.SIGALRM, on_signal)
    signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
    gc.set_threshold(50)
    thread = threading.Thread(target=log, args=(writer, folder, "thread"))
    thread.start()
    for part in range(6):
        log(writer, folder, f"main{part}")
        for _ in range(100):
            Finalized(on_collected)
    signal.setitimer(signal.ITIMER_REAL, 0)
    thread.join()
    gc.collect()
    acknowledged.file.close()
    writer.close()
    assert counts["handler"] > 50, counts
    assert counts["finalizer"] == 600, counts


def main():
    folder = Path(sys.argv[1])
    (folder / "acknowledged").mkdir()
    said = []
    writer = JournalWriter(folder / "journal", max_segment_bytes=MAX_SEGMENT_BYTES, on_trouble=said.append)
    scenes = {scene.__name__: scene for scene in (forks, pool, eight, interrupts, handlers)}
    scenes[sys.argv[2]](writer, folder)
    assert said == [], said


if __name__ == "__main__":
    main()
