"""Runs that the notebook starts itself, one within another."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="start_run as in MLflow",
    mess="runs are opened in one cell and logged to in others, nested, with a metric by step",
    played=r"""
# %% imports
import celltrail
# %% rate
rate = 0.5
# %% unrelated
colour = "blue"
# %% open
with celltrail.start_run("outer"):
    celltrail.log_params({"rate": rate})
    for step in range(4):
        celltrail.log_metric("loss", rate / (step + 1), step=step)
    with celltrail.start_run("inner", nested=True):
        celltrail.log_metric("share", rate * 2)
# %% rate
rate = 0.75
# %% open again
""",
    targets=(Target("outer"), Target("inner", turn=1)),
)
