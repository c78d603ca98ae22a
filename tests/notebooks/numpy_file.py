"""An array that is kept in a file, mapped into memory and changed through the map."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="array in a memory-mapped file",
    mess="the file is changed through a map in a later cell, and read by a third",
    played=r"""
# %% imports
import numpy as np
import celltrail
# %% save
np.save("values.npy", np.arange(6.0))
# %% map
mapped = np.load("values.npy", mmap_mode="r+")
# %% change
mapped[2] = 50
mapped.flush()
# %% unrelated
colour = "red"
# %% read
values = np.load("values.npy")
# %% measure
with celltrail.start_run("mapped"):
    celltrail.log_metric("total", values.sum())
""",
    is_tidied=True,
    targets=(Target("mapped"),),
)
