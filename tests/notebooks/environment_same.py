"""A variable of the environment that is the same at the replay."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="environment variable, the same",
    mess="a cell reads one variable and sets another one that a later cell reads",
    played=r"""
# %% imports
import os
import celltrail
# %% read
horizon = int(os.environ["HORIZON_DAYS"])
# %% set
os.environ["HORIZON_SCALE"] = "1.5"
# %% unrelated
unit = "days"
# %% measure
with celltrail.start_run("horizon"):
    celltrail.log_metric("horizon", horizon * float(os.getenv("HORIZON_SCALE", "1")))
""",
    targets=(Target("horizon"),),
    environment={"HORIZON_DAYS": "14"},
)
