"""An ordinary notebook whose features are made by the project's own module."""

from messy_notebook import MessyNotebook, Target

FEATURES = '''"""Features of orders."""

import numpy as np
import pandas as pd

SCALES = {"amount": 100.0, "weight": 10.0}


def build_features(orders, columns=("amount", "weight")):
    """A new frame: scaled columns and their logarithms."""
    made = pd.DataFrame(index=orders.index)
    for name in columns:
        made[name] = scaled(orders[name], SCALES[name])
        made[f"log_{name}"] = np.log1p(orders[name])
    return made


def scaled(column, by):
    return column / by
'''

NOTEBOOK = MessyNotebook(
    title="features of an own module",
    mess="`build_features` of the project's module makes three tables; one of them is in the model",
    files={
        "features.py": FEATURES,
        "orders.csv": "amount,weight,days\n"
        + "".join(f"{10 + 3 * i % 97},{1 + i * 7 % 23},{2 + (3 * i % 97) // 12 + i % 3}\n" for i in range(80)),
    },
    played=r"""
# %% imports
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from features import build_features
# %% read
orders = pd.read_csv("orders.csv")
# %% look
orders.describe()
# %% heavy
heavy = orders[orders["weight"] > 12].copy()
# %% heavy features
heavy_features = build_features(heavy)
# %% heavy plot
plt.hist(heavy_features["log_weight"])
# %% light
light = orders[orders["weight"] <= 12].copy()
# %% light features
light_features = build_features(light, columns=("amount",))
# %% light plot
fig, ax = plt.subplots()
ax.scatter(light_features["amount"], light["days"])
# %% compare
print(heavy_features["amount"].mean(), light_features["amount"].mean())
# %% features
X = build_features(orders)
y = orders["days"]
# %% correlation
X.corr()
# %% split
X_train, X_test, y_train, y_test = X[:60], X[60:], y[:60], y[60:]
# %% fit
model = Ridge().fit(X_train, y_train)
r2_score(y_test, model.predict(X_test))
# %% residuals
plt.plot(y_test - model.predict(X_test))
""",
    targets=(Target("Ridge"),),
)
