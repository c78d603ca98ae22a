"""SQL that reads the notebook's frames by their names."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="SQL over frames of the notebook",
    mess="DuckDB finds the frame by the name in its query; the frame is bound anew before and after",
    played=r"""
# %% imports
import duckdb
import pandas as pd
import celltrail
# %% sales
sales = pd.DataFrame({"shop": list("aabbc"), "sold": [1, 2, 3, 4, 50]})
# %% shops
shops = pd.DataFrame({"shop": list("ab"), "factor": [10, 100]})
# %% more
sales.loc[0, "sold"] = 7
# %% unrelated
colours = pd.DataFrame({"colour": ["red"]})
# %% query
total = duckdb.sql("SELECT sum(sold * factor) AS total FROM sales JOIN shops USING (shop)").fetchall()[0][0]
# %% sales
sales = None
# %% measure
with celltrail.start_run("sql"):
    celltrail.log_metric("total", float(total))
""",
    targets=(Target("sql"),),
)
