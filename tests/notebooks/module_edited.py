"""A module of the project that was edited after the run."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="imported module edited after the run",
    mess="the notebook imports `features` from its folder; somebody changed a number in it, and there is no git: the trail "
    "has its source as it was executed",
    files={"features.py": "def doubled(value):\n    return value * 2\n"},
    played=r"""
# %% imports
import celltrail
from features import doubled
# %% value
value = 3.5
# %% measure
with celltrail.start_run("doubled"):
    celltrail.log_metric("doubled", doubled(value))
""",
    targets=(Target("doubled", Right.FULL),),
    edited={"features.py": "def doubled(value):\n    return value * 2.5\n"},
)
