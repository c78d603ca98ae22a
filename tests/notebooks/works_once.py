"""A cell that can be run only once in its folder."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="cell that works only once",
    mess="a table and a folder are made without a look whether they are there; after the session they are",
    played=r"""
# %% imports
import sqlite3
import celltrail
# %% connect
connection = sqlite3.connect("shop.db")
connection.execute("create table sales (amount real)")
# %% insert
with connection:
    connection.executemany("insert into sales values (?)", [(1.5,), (2.0,), (7.0,)])
# %% ask
[(total,)] = connection.execute("select sum(amount) from sales")
# %% measure
with celltrail.start_run("rows"):
    celltrail.log_metric("total", total)
""",
    targets=(Target("rows", Right.CANNOT, "", "already exists"),),
)
