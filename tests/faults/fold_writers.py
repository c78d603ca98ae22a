"""A writer to be killed while others fold: `python fold_writers.py FOLDER KEY SECONDS`.

Event number n of a key is a metric point, a parameter or a tag, as `kind_of` says, with the value `value_of`. What was
acknowledged stands as a count in FOLDER/acknowledged-KEY, written after each call.
"""

import os
import random
import struct
import sys
import time
from pathlib import Path

from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import Param, ParamKind, Tag

COUNT = struct.Struct("<q")


def value_of(key, number):
    return (key * 2654435761 + number * 40503) % 1_000_003 / 7


def is_param(number):
    return number % 29 == 3


def run_id_of(key):
    return f"run-{key:04d}"


def acknowledged(folder, key):
    path = Path(folder) / f"acknowledged-{key}"
    told = path.read_bytes() if path.exists() else b""
    return COUNT.unpack(told)[0] if told else 0


def main():
    folder, key, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    told = os.open(folder / f"acknowledged-{key}", os.O_WRONLY | os.O_CREAT)
    writer = JournalWriter(folder / ".celltrail" / "journal", max_segment_bytes=200_000)
    rng = random.Random(key)
    run_id, session_id = run_id_of(key), f"session-{key}"
    writer.append(
        events.SessionStarted(session_id, 1, f"n{key}.ipynb", f"kernel-{key}", "script", "3"),
        events.RunStarted(run_id, session_id, "", 2, f"name {key}", "explicit"),
    )
    series = writer.series(run_id, "m")
    number, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        if is_param(number):
            param = Param(f"p{number}", repr(value_of(key, number)), ParamKind.NUMBER)
            writer.append(
                events.ParamsLogged(run_id, number, (param,)), events.TagsSet(run_id, number, (Tag("t", str(number)),))
            )
            number += 1
        else:
            first = number
            number += 1
            while not is_param(number) and rng.random() < 0.95:
                number += 1
            writer.metrics([(series, n, n, value_of(key, n)) for n in range(first, number)])
        os.pwrite(told, COUNT.pack(number), 0)
        if rng.random() < 0.05:
            time.sleep(rng.random() * 0.01)
    writer.append(events.RunFinished(run_id, number, "finished"), events.SessionEnded(session_id, number))
    writer.close()


if __name__ == "__main__":
    main()
