"""Folders to be killed: `python fold_victims.py FOLDER KILLS SEED` forks one after the other and kills each at random.

The parent has everything imported and opens nothing, so that a child is at work within a millisecond. Prints how often
a child was killed while it owned the store.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from celltrail.store.local import LocalStore
from celltrail.store.owner import Ownership


def fold_for_ever(folder, told):
    while True:
        ownership = Ownership.take(folder)
        if ownership is None:
            time.sleep(0.001)
            continue
        os.write(told, b"o")
        store = LocalStore(ownership)
        for _ in range(random.randrange(1, 20)):
            store.fold()
        store.close()
        os.write(told, b"c")


def main():
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    while_owning = 0
    for _ in range(kills):
        hears, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hears)
            try:
                fold_for_ever(folder, told)
            finally:
                os._exit(1)
        os.close(told)
        time.sleep(0.02 + rng.random() ** 2 * 0.4)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"a folder ended by itself: {status}"
        while_owning += os.read(hears, 1 << 16)[-1:] == b"o"
        os.close(hears)
    sys.stdout.write(f"{while_owning}\n")


if __name__ == "__main__":
    main()
