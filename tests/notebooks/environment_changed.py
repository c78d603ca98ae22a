"""A variable of the environment that is another one at the replay."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="environment variable, changed",
    mess="the variable that a cell read has another value where the replay is started",
    played=r"""
# %% imports
import os
import celltrail
# %% read
horizon = int(os.environ["HORIZON_DAYS"])
# %% measure
with celltrail.start_run("horizon"):
    celltrail.log_metric("horizon", horizon)
""",
    targets=(Target("horizon", Right.DIFFERS, "environment", "HORIZON_DAYS"),),
    environment={"HORIZON_DAYS": "14"},
    environment_then={"HORIZON_DAYS": "28"},
)
