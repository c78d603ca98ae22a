"""A function of a library that a cell replaces."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="monkeypatched library",
    mess="`statistics.fmean` is replaced by another function; the cell that did it stands at the notebook's end",
    played=r"""
# %% imports
import statistics
import celltrail
# %% numbers
numbers = [1.0, 2.0, 30.0]
# %% patch
def fmean_without_extremes(values):
    kept = sorted(values)[1:-1]
    return sum(kept) / len(kept)
statistics.fmean = fmean_without_extremes
# %% unrelated
caption = "means"
# %% measure
with celltrail.start_run("patched"):
    celltrail.log_metric("mean", statistics.fmean(numbers))
""",
    targets=(Target("patched"),),
)
