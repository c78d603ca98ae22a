"""A lazy frame that is made before its file has the rows that it is collected from."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="lazy frame collected after its file changed",
    mess="the file is scanned, then written anew by another cell, then collected; later it is edited by hand",
    files={"prices.csv": "price\n1.5\n2.5\n"},
    played=r"""
# %% imports
import polars as pl
import celltrail
# %% scan
dear = pl.scan_csv("prices.csv").filter(pl.col("price") > 2)
# %% write
with open("prices.csv", "w") as file:
    file.write("price\n3.5\n4.5\n")
# %% unrelated
note = "prices of spring"
# %% measure
with celltrail.start_run("dear ones"):
    celltrail.log_metric("total", dear.collect()["price"].sum())
""",
    targets=(Target("dear ones"),),
)
