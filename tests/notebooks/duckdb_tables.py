"""Tables in DuckDB's memory that cells make, change and ask in another order than they stand in."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="DuckDB tables changed by cells",
    mess="no name holds the table: it is made, filled by a cell that runs twice, asked, and changed after the run",
    played=r"""
# %% imports
import duckdb
import celltrail
# %% make
duckdb.execute("CREATE OR REPLACE TABLE sales (amount DOUBLE)")
# %% fill
duckdb.execute("INSERT INTO sales VALUES (1.5), (2.0)")
# %% unrelated
colour = "red"
# %% fill again
# %% measure
with celltrail.start_run("rows"):
    celltrail.log_metric("total", duckdb.sql("SELECT sum(amount) FROM sales").fetchall()[0][0])
# %% change
duckdb.execute("DELETE FROM sales WHERE amount > 1.75")
""",
    targets=(Target("rows"),),
)
