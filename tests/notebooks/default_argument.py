"""A default argument that remembers all calls."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="mutable default argument",
    mess="each call adds to the same list; a cell that calls it for a look is run twice",
    played=r"""
# %% function
def remember(value, seen=[]):
    seen.append(value)
    return sum(seen)
# %% look
remember(1.5)
# %% look again
# %% unrelated
limit = 5
# %% use
total = remember(10)
# %% measure
import celltrail
with celltrail.start_run("remembered"):
    celltrail.log_metric("total", total)
""",
    targets=(Target("remembered"),),
)
