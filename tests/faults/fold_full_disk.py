"""A fold on a disk that fills up and gets room again; run as a process of its own: `python fold_full_disk.py FOLDER`.

A small tmpfs where mounting is allowed, else a file-size limit of this process, which refuses every write too. The
journal lies on another disk, as it would be full as well otherwise.
"""

import os
import random
import sys
from pathlib import Path

from celltrail.errors import StoreError
from celltrail.store.local import LocalStore
from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery


def fold_until_refused(store):
    try:
        for _ in range(100):
            store.fold()
    except StoreError as error:
        return str(error)
    return ""


def main():
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from journal_full_disk import SizeLimit, SmallDisk

    from journal_writing import Trail

    base = Path(sys.argv[1])
    (base / "disk").mkdir()
    (base / "journal").mkdir()
    disk = SmallDisk(base / "disk")
    if disk.works:
        os.system(f"mount -o remount,size=4m {base / 'disk'}")  # noqa: S605 - our own folder
    else:
        disk = SizeLimit()
    folder = base / "disk" / ".celltrail"
    folder.mkdir()
    (folder / "journal").symlink_to(base / "journal")

    rng = random.Random(0)
    trail = Trail(folder)
    first = trail.run("first", metrics={"m": 1.0})
    store = open_store(folder)
    assert isinstance(store, LocalStore)
    big = trail.run("big")
    trail.metric(big, "m", *(rng.random() for _ in range(900_000)))
    disk.fill()
    said = fold_until_refused(store)
    sys.stdout.write(f"refused: {said}\n")
    assert "disk is full" in said, said
    assert store.search_runs(RunQuery(filter="name = 'first'")).total == 1, "what was folded is still answered"
    assert "disk is full" in fold_until_refused(store), "and it goes on saying why"
    disk.make_room()
    store.fold()
    assert store.metric_history(big, "m").count == 900_000
    assert store.get_run(first).run.metrics == {"m": 1.0}
    store.close()
    store = open_store(folder)
    assert store.metric_history(big, "m").count == 900_000
    assert store.search_runs(RunQuery()).total == 2
    store.close()


if __name__ == "__main__":
    main()
