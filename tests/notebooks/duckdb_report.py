"""An ordinary report with DuckDB: a table from a file, questions as frames, models, plots."""

from messy_notebook import MessyNotebook, Target

ROWS = [f"{40 + 7 * i},{1 + i % 5},{i * 13 % 60},{'abc'[i % 3]},{90 + 11 * i - i * 13 % 60}" for i in range(60)]
NOTEBOOK = MessyNotebook(
    title="report over a DuckDB table",
    mess="one connection answers every question; only some of the answers, and none of the plots, are in the model",
    files={"houses.csv": "\n".join(["area,rooms,age,district,price", *ROWS])},
    played=r"""
# %% imports
import duckdb
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
# %% connect
con = duckdb.connect()
# %% load
con.execute("CREATE TABLE houses AS SELECT * FROM read_csv('houses.csv')")
# %% preview
con.sql("SELECT * FROM houses LIMIT 5").df()
# %% districts
by_district = con.sql("SELECT district, avg(price) AS price FROM houses GROUP BY district ORDER BY district").df()
# %% district plot
fig, ax = plt.subplots()
ax.bar(by_district["district"], by_district["price"])
ax.set_title("price by district")
# %% ages
ages = con.execute("SELECT age, count(*) AS houses FROM houses GROUP BY age ORDER BY age").fetchall()
# %% age plot
plt.plot([age for age, _ in ages], [houses for _, houses in ages])
plt.xlabel("age")
# %% features
features = con.sql("SELECT area, rooms, age, price FROM houses ORDER BY area, price").df()
# %% describe
features.describe()
# %% split
X, y = features[["area", "rooms", "age"]], features["price"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %% linear
linear = LinearRegression().fit(X_train, y_train)
mean_absolute_error(y_test, linear.predict(X_test))
# %% ridge
ridge = Ridge(alpha=3.0).fit(X_train, y_train)
mean_absolute_error(y_test, ridge.predict(X_test))
# %% residuals
residuals = y_test - ridge.predict(X_test)
plt.hist(residuals)
# %% dear
dear = con.sql("SELECT count(*) FROM houses WHERE price > 300").fetchone()[0]
print(dear, residuals.abs().max())
""",
    targets=(Target("LinearRegression"), Target("Ridge")),
)
