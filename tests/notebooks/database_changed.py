"""A database, asked by pandas, that a later cell changes."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="database changed after the run",
    mess="the table is of an earlier session; the run asked it by pandas, a later cell updates one of its rows",
    played=r"""
# %% make
import sqlite3, pandas as pd
with sqlite3.connect("shop.db") as connection:
    pd.DataFrame({"item": ["a", "b"], "price": [1.5, 2.5]}).to_sql("sales", connection, index=False)
connection.close()
# %% restarted
# %% imports
import sqlite3, pandas as pd
import celltrail
# %% ask
connection = sqlite3.connect("shop.db")
sales = pd.read_sql("SELECT * FROM sales ORDER BY item", connection)
# %% measure
with celltrail.start_run("prices"):
    celltrail.log_metric("mean_price", sales["price"].mean())
# %% change
with connection:
    connection.execute("UPDATE sales SET price = 9.5 WHERE item = 'a'")
""",
    targets=(Target("prices", Right.DIFFERS, "data", "shop.db"),),
)
