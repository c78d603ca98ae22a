"""What two threads made of a race."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="thread timing",
    mess="the number is how far one thread came before another one ended",
    played=r"""
# %% imports
import threading
import time
import celltrail
# %% race
turns = [0]
is_over = threading.Event()
def count():
    while not is_over.is_set():
        turns[0] += 1
thread = threading.Thread(target=count)
thread.start()
time.sleep(0.05)
is_over.set()
thread.join()
# %% measure
with celltrail.start_run("race"):
    celltrail.log_metric("turns", turns[0])
""",
    targets=(Target("race", Right.DIFFERS, "", "threads or processes (["),),
)
