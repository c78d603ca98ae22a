"""Values that are taken from IPython's own history."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="results by _ and Out",
    mess="cells use `_`, `__` and `Out[2]` instead of names, and a cell between them shows something else",
    played=r"""
# %% imports
import celltrail
# %% first
2.5 * 4
# %% second
_ + 1
# %% unrelated
colour = "red"
# %% third
total = _ + __ + Out[2]
# %% measure
with celltrail.start_run("from history"):
    celltrail.log_metric("total", total)
""",
    targets=(Target("from history"),),
)
