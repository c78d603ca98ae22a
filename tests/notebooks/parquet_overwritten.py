"""A parquet file, read by compiled code, that a later cell writes anew."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="parquet that a later cell overwrites",
    mess="no Python code opens the file; its cells write it, read it by Polars, write other rows and read them by Arrow",
    played=r"""
# %% imports
import pandas as pd, polars as pl, pyarrow.parquet as pq
import celltrail
# %% write
pd.DataFrame({"rate": [0.25, 0.75, 1.5]}).to_parquet("rates.parquet")
# %% read
rates = pl.read_parquet("rates.parquet")
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("first rows"):
    celltrail.log_metric("mean_rate", rates["rate"].mean())
# %% write_better
pl.DataFrame({"rate": [2.5, 3.5, 4.5]}).write_parquet("rates.parquet")
# %% measure_better
with celltrail.start_run("second rows"):
    celltrail.log_metric("mean_rate", float(pq.read_table("rates.parquet")["rate"].to_numpy().mean()))
""",
    is_tidied=True,
    targets=(Target("first rows"), Target("second rows")),
)
