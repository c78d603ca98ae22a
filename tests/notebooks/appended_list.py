"""A list of results that cells append to as often as they are run."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="appended lists",
    mess="the cell that appends is run three times, once edited; another list grows beside it",
    played=r"""
# %% lists
errors = []
notes = []
# %% append
errors.append(4.0 / (len(errors) + 1))
# %% append again
# %% note
notes.append("looks better")
# %% append
errors.append(1.1)
# %% append again
# %% measure
import celltrail
with celltrail.start_run("best"):
    celltrail.log_metric("best", min(errors))
    celltrail.log_metric("tries", len(errors))
""",
    targets=(Target("best"),),
)
