"""Arrays that share their memory."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="views of one array",
    mess="a slice of an array is changed in another cell, a copy too, and a reshaped view is what the run uses",
    played=r"""
# %% imports
import numpy as np
import celltrail
# %% array
values = np.arange(12.0)
# %% views
table = values.reshape(3, 4)
middle = values[4:8]
copied = values.copy()
# %% change
middle *= 10
# %% change_copy
copied[:] = -1
# %% change again
# %% measure
with celltrail.start_run("table"):
    celltrail.log_metric("total", table.sum())
""",
    targets=(Target("table"),),
)
