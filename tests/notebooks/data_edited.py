"""A data file in which somebody edited one number after the run."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="data edited after the run",
    mess="one number of one row is another one now",
    files={"sizes.csv": "size\n1.5\n2.5\n3.5\n"},
    played=r"""
# %% read
import pandas as pd
sizes = pd.read_csv("sizes.csv")
# %% unrelated
sizes.plot if False else None
# %% measure
import celltrail
with celltrail.start_run("sizes"):
    celltrail.log_metric("mean", sizes["size"].mean())
""",
    targets=(Target("sizes", Right.DIFFERS, "data", "sizes.csv"),),
    edited={"sizes.csv": "size\n1.5\n2.25\n3.5\n"},
)
