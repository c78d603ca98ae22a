"""Draws from global generators that nobody seeded."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="unseeded global generators",
    mess="Python's and numpy's generators are drawn from in several cells, one of them run twice, and no cell seeds",
    played=r"""
# %% imports
import random
import numpy as np
import celltrail
# %% weights
weights = np.random.normal(size=5)
# %% order
order = random.sample(range(5), 5)
# %% unrelated
noise = np.random.rand(3)
# %% order again
# %% measure
with celltrail.start_run("drawn"):
    celltrail.log_metric("weighted", float(weights[order] @ np.arange(5)) + random.random() + np.random.rand())
""",
    targets=(Target("drawn"),),
)
