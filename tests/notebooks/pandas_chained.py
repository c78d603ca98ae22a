"""A chain of methods that uses functions and columns of other cells."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="chained pandas operations",
    mess="assign, query, pipe and a lambda that reads a name which was bound after the chain was written",
    played=r"""
# %% imports
import pandas as pd
import celltrail
# %% frame
sales = pd.DataFrame({"shop": list("abcab" * 8), "sold": range(40), "price": [1.5, 2.0, 4.0, 3.5] * 10})
# %% bounds
least = 3
# %% prepare
def without_small(frame):
    return frame[frame["sold"] >= least]
# %% bounds
least = 11
# %% unrelated
sales.describe()
# %% chain
income = (
    sales.assign(income=lambda frame: frame["sold"] * frame["price"])
    .query("price > 1.6 and shop != @excluded" if "excluded" in globals() else "price > 1.6")
    .pipe(without_small)
    .groupby("shop")["income"]
    .sum()
)
# %% measure
with celltrail.start_run("chain"):
    celltrail.log_metric("largest", income.max())
    celltrail.log_metric("smallest", income.min())
""",
    targets=(Target("chain"),),
)
