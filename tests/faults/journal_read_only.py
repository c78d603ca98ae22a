"""A writer whose folder is read-only for a while; run as a process of its own, which gives up being root.

python journal_read_only.py FOLDER
"""

import os
import sys
import time
from pathlib import Path

from celltrail.journal.writer import JournalWriter
from journal_trail import read_all

NOBODY = 65534


def main():
    folder = Path(sys.argv[1]) / "store"
    folder.mkdir()
    said = []
    writer = JournalWriter(folder / "journal", on_trouble=said.append)
    series = writer.series("r", "k")
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        for parent in folder.parents:
            if parent.owner() == "root" and parent.is_relative_to("/tmp") and parent != Path("/tmp"):
                parent.chmod(0o755)
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    folder.chmod(0o555)
    for step in range(20):
        writer.metric(series, step, 0, 0.5)
    assert len(said) == 1, said
    assert "Permission denied" in said[0]
    folder.chmod(0o755)
    time.sleep(2.5)
    assert writer.health().waiting_count == 0, "the writer went on by itself"
    writer.close()
    assert [row[2] for row in read_all(folder / "journal").metrics] == list(range(20))


if __name__ == "__main__":
    main()
