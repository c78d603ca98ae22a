"""A file that a cell appends to, and that is still there at the replay."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="file that cells append to",
    mess="a cell that is run twice appends to a log, another counts; the replay finds the log as the session left it",
    played=r"""
# %% imports
import celltrail
# %% append
with open("log.txt", "a") as file:
    file.write("one more line\n")
# %% unrelated
colour = "red"
# %% append again
# %% count
with open("log.txt") as file:
    lines = len(file.readlines())
# %% measure
with celltrail.start_run("lines"):
    celltrail.log_metric("lines", lines)
""",
    targets=(Target("lines", Right.DIFFERS, "data", "log.txt"),),
)
