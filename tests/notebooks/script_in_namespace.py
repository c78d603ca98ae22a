"""`%run -i`, which runs a script among the notebook's own names."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="%run -i of a script",
    mess="the script reads and binds names of the notebook; nobody can tell which",
    files={"step.py": "value = rate * 14\n"},
    played=r"""
# %% imports
import celltrail
# %% rate
rate = 3
# %% unrelated
colour = "red"
# %% run
%run -i step.py
# %% measure
with celltrail.start_run("stepped"):
    celltrail.log_metric("value", value)
""",
    targets=(Target("stepped", Right.FULL),),
)
