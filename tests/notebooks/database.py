"""A database file that cells make, change and ask."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="SQL tables changed by cells",
    mess="rows are inserted by a cell that is run twice, one is deleted; the database is gone before the replay",
    played=r"""
# %% imports
import sqlite3
import celltrail
# %% connect
connection = sqlite3.connect("shop.db")
connection.execute("drop table if exists sales")
connection.execute("create table sales (amount real)")
# %% insert
with connection:
    connection.executemany("insert into sales values (?)", [(1.5,), (2.0,), (7.0,)])
# %% insert again
# %% unrelated
colour = "red"
# %% remove
with connection:
    connection.execute("delete from sales where amount > 6")
# %% ask
[(total,)] = sqlite3.connect("shop.db").execute("select sum(amount) from sales")
# %% measure
with celltrail.start_run("rows"):
    celltrail.log_metric("total", total)
""",
    is_tidied=True,
    targets=(Target("rows"),),
)
