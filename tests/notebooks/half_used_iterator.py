"""An iterator that cells use up bit by bit."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="iterator used up by looking",
    mess="a cell that shows the next two items takes them away from the cell that sums, and is run twice",
    played=r"""
# %% stream
stream = (number**2 for number in range(12))
# %% look
next(stream), next(stream)
# %% unrelated
label = "squares"
# %% look again
# %% sum
rest = sum(stream)
# %% measure
import celltrail
with celltrail.start_run("rest"):
    celltrail.log_metric("rest", rest)
""",
    targets=(Target("rest"),),
)
