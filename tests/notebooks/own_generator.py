"""A generator of its own, made without a seed."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="unseeded default_rng()",
    mess="the entropy of `rng` was never kept",
    played=r"""
# %% imports
import numpy as np
import celltrail
# %% generator
rng = np.random.default_rng()
# %% sample
sample = rng.normal(size=50)
# %% measure
with celltrail.start_run("drawn"):
    celltrail.log_metric("mean", sample.mean())
""",
    targets=(Target("drawn", Right.CANNOT, "seed", "default_rng"),),
)
