"""A cached function whose cache outlives what it was computed from."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="cached function with an old global",
    mess="`lru_cache` keeps an answer that was made with the first `factor`; the second one never counts for it",
    played=r"""
# %% factor
factor = 2
# %% function
from functools import lru_cache
@lru_cache
def scaled(value):
    return value * factor
# %% first
scaled(10)
# %% factor
factor = 7
# %% unrelated
colour = "green"
# %% measure
import celltrail
with celltrail.start_run("cached"):
    celltrail.log_metric("value", scaled(10) + scaled(1))
""",
    targets=(Target("cached"),),
)
