"""A file that a cell reads and a later cell writes anew."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="file that a later cell overwrites",
    mess="the run read what was there at first; afterwards a cell of the same notebook wrote other numbers into it",
    files={"rates.csv": "rate\n0.25\n0.75\n1.5\n"},
    played=r"""
# %% imports
import pandas as pd
import celltrail
# %% read
rates = pd.read_csv("rates.csv")
# %% measure
with celltrail.start_run("rates"):
    celltrail.log_metric("mean_rate", rates["rate"].mean())
# %% write
better = pd.DataFrame({"rate": [2.5, 3.5, 4.5]})
better.to_csv("rates.csv", index=False)
# %% measure_written
with celltrail.start_run("rates of the second file"):
    celltrail.log_metric("mean_rate", pd.read_csv("rates.csv")["rate"].mean())
""",
    targets=(Target("rates", Right.DIFFERS, "data", "rates.csv"), Target("rates of the second file", Right.SLICE)),
)
