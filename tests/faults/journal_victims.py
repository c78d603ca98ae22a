"""Writers to be killed: forks children that log as fast as they can and acknowledge what they logged.

    python journal_victims.py FOLDER CHILDREN AT_ONCE SEGMENT_BYTES

Every message on standard output is 16 bytes, (pid, key, count): "all events of `key` below `count` are logged"; a count
of -1 says that the child begins, of -2 that it is gone. `value_of`, `is_document` and `document` alone say what event
number n of a key is, so that a test knows what to expect.
"""

import os
import random
import struct
import sys
from pathlib import Path

from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import Tag

MESSAGE = struct.Struct("<IIq")
BEGINS, GONE = -1, -2


def value_of(key, number):
    return (key * 2654435761 + number * 40503) % 1_000_003 / 7


def is_document(number):
    return number % 23 == 5


def document(key, number):
    text = str(value_of(key, number)) * (1 + number % 97 * (number % 11 == 0))
    return events.TagsSet(f"run{key}", number, (Tag("text", text),))


def tell(key, count):
    os.write(1, MESSAGE.pack(os.getpid(), key, count))


def log_for_ever(writer, key):
    tell(key, BEGINS)
    rng = random.Random(key)
    series = [writer.series(f"run{key}", f"metric{n}") for n in range(3)]
    number = 0
    while True:
        if is_document(number):
            together = rng.choice([1, 1, 3])
            wanted = [document(key, n) for n in range(number, number + together)]
            writer.append(*wanted)
            number += together
        elif rng.random() < 0.1:
            first, number = number, number + rng.choice([2, 10, 300])
            writer.metrics((series[n % 3], n, key, value_of(key, n)) for n in range(first, number))
        else:
            writer.metric(series[number % 3], number, key, value_of(key, number))
            number += 1
        tell(key, number)


def main():
    folder, children, at_once, segment_bytes = Path(sys.argv[1]), *map(int, sys.argv[2:])
    inherited = JournalWriter(folder, max_segment_bytes=segment_bytes)
    inherited.append(events.SessionEnded("the parent's own", 0))
    keys = {}
    for key in range(1, children + 1):
        pid = os.fork()
        if pid == 0:
            is_fresh = key % 2
            log_for_ever(JournalWriter(folder, max_segment_bytes=segment_bytes) if is_fresh else inherited, key)
        keys[pid] = key
        while len(keys) >= at_once or (key == children and keys):
            dead, _ = os.wait()
            os.write(1, MESSAGE.pack(dead, keys.pop(dead), GONE))
    inherited.close()


if __name__ == "__main__":
    main()
