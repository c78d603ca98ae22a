"""Functions of the notebook that run in a pool of threads."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="work in a pool of threads",
    mess="the order of the threads does not matter here: each writes its own place of a list that another cell made",
    played=r"""
# %% imports
from concurrent.futures import ThreadPoolExecutor
import celltrail
# %% results
results = [0] * 6
# %% work
def work(place):
    results[place] = place * factor
    return place
# %% factor
factor = 3
# %% run
with ThreadPoolExecutor(3) as pool:
    done = list(pool.map(work, range(6)))
# %% factor
factor = 1000
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("pool"):
    celltrail.log_metric("total", sum(results) + len(done))
""",
    targets=(Target("pool"),),
)
