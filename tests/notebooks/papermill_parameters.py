"""A notebook that papermill gave other parameters."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="papermill parameters",
    mess="the parameters were given at the start and stand in no cell of the notebook",
    played=r"""
# %% parameters
alpha = 1.0
power = 1
# %% imports
import celltrail
# %% unrelated
title = "nothing"
# %% measure
with celltrail.start_run("given"):
    celltrail.log_param("alpha", alpha)
    celltrail.log_metric("value", (1 + alpha) ** power)
""",
    targets=(Target("given"),),
    parameters={"alpha": 0.25, "power": 3},
)
