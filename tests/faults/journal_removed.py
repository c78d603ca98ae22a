"""A writer whose store is removed again and again: python journal_removed.py FOLDER SEGMENT_BYTES.

It logs event after event. To each byte on standard input it answers with the number of the next event; a dot ends it.
"""

import os
import select
import struct
import sys
from pathlib import Path

from celltrail.journal import events
from celltrail.journal.writer import JournalWriter

MESSAGE = struct.Struct("<q")


def main() -> None:
    started = events.SessionStarted("s", 1, "a.ipynb", "k", "jupyter", "3.11")
    writer = JournalWriter(
        Path(sys.argv[1]) / "journal", max_segment_bytes=int(sys.argv[2]), describe=lambda: (started,)
    )
    series = writer.series("r", "k")
    number, asked = 0, b""
    while asked != b".":
        if select.select([0], [], [], 0)[0]:
            asked = os.read(0, 1)
            if asked == b".":
                writer.close()
            os.write(1, MESSAGE.pack(number))
            continue
        for _ in range(20):
            writer.metric(series, number, 0, 0.5)
            number += 1
        if number % 100 == 0:
            writer.append(events.SessionEnded("s", number))
            number += 1
        writer.metric(series, number, 0, 0.5)
        number += 1


if __name__ == "__main__":
    main()
