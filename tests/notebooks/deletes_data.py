"""Cells that delete the data that they have read."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="deletes its own data",
    mess="one file was there before and is deleted by a cell; another one was made and deleted by the notebook itself",
    files={"given.csv": "a\n1\n2\n4\n"},
    played=r"""
# %% imports
import os
import pandas as pd
import celltrail
# %% read
given = pd.read_csv("given.csv")
# %% remove
os.remove("given.csv")
# %% measure
with celltrail.start_run("given"):
    celltrail.log_metric("mean", given["a"].mean())
# %% make
pd.DataFrame({"b": [2, 4, 9]}).to_csv("made.csv", index=False)
# %% read_made
made = pd.read_csv("made.csv")
os.remove("made.csv")
# %% measure_made
with celltrail.start_run("made"):
    celltrail.log_metric("mean", made["b"].mean())
""",
    targets=(Target("given", Right.CANNOT, "data", "given.csv"), Target("made")),
)
