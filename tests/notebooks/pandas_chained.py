"""A chain of methods that uses functions and columns of other cells."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="chained pandas operations",
    mess="assign, pipe and a query that reads a name by its text; the names that they use are bound twice",
    played=r"""
# %% imports
import pandas as pd
import celltrail
# %% frame
sales = pd.DataFrame({"shop": list("abcab" * 8), "sold": range(40), "price": [1.5, 2.0, 4.0, 3.5] * 10})
# %% bounds
least = 3
# %% cheap
cheap = 1.6
# %% prepare
def without_small(frame):
    return frame[frame["sold"] >= least]
# %% bounds
least = 11
# %% cheap
cheap = 1.75
# %% unrelated
sales.describe()
# %% chain
income = (
    sales.assign(income=lambda frame: frame["sold"] * frame["price"])
    .query("price > @cheap")
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
