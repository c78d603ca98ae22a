"""A number that is made of the time of day."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="depends on the clock",
    mess="the fold is chosen by the current second's fraction",
    played=r"""
# %% imports
import time
import celltrail
# %% moment
moment = time.time()
# %% measure
with celltrail.start_run("clock"):
    celltrail.log_metric("fraction", moment % 1)
""",
    targets=(Target("clock", Right.DIFFERS, "", "the clock ([2])"),),
)
