"""A data file that is not there any more."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="data deleted after the run",
    mess="somebody tidied up the folder",
    files={"sizes.json": "[1.5, 2.5, 3.5]"},
    played=r"""
# %% read
import json
with open("sizes.json") as file:
    sizes = json.load(file)
# %% measure
import celltrail
with celltrail.start_run("sizes"):
    celltrail.log_metric("largest", max(sizes))
""",
    targets=(Target("sizes", Right.CANNOT, "data", "sizes.json"),),
    edited={"sizes.json": None},
)
