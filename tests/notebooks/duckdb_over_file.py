"""A query of DuckDB over a file that somebody edited after the run."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="DuckDB over a file edited after the run",
    mess="the file's name stands in the text of a query, which one cell makes and another fetches; one number changed",
    files={"sales.csv": "shop,amount\na,1.5\nb,2.5\na,4.0\n"},
    played=r"""
# %% imports
import duckdb
import celltrail
# %% query
by_shop = duckdb.sql("SELECT shop, sum(amount) AS total FROM 'sales.csv' GROUP BY shop ORDER BY shop")
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("best shop"):
    celltrail.log_metric("total", by_shop.df()["total"].max())
""",
    targets=(Target("best shop", Right.DIFFERS, "data", "sales.csv"),),
    edited={"sales.csv": "shop,amount\na,1.5\nb,2.5\na,4.5\n"},
)
