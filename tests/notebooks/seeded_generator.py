"""One seeded generator that several cells draw from: each draw moves it for the next."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="one seeded generator, many cells",
    mess="a cell that only shows a sample draws from the `rng` that the run uses, and is run twice",
    played=r"""
# %% imports
import numpy as np
import celltrail
# %% generator
rng = np.random.default_rng(12)
# %% show
print(rng.normal(size=3))
# %% unrelated
grid = np.linspace(0, 1, 5)
# %% show again
# %% sample
sample = rng.normal(size=50)
# %% measure
with celltrail.start_run("drawn"):
    celltrail.log_metric("mean", sample.mean())
""",
    targets=(Target("drawn"),),
)
