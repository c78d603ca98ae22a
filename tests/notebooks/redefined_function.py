"""A function that a later edit of its cell made another one."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="function redefined after use",
    mess="the cell of `scaled` is edited and run again between two fits; the notebook has only the second",
    files={"trees.csv": "height,girth\n" + "".join(f"{60 + i * 7 % 30},{8 + i % 13}\n" for i in range(40))},
    played=r"""
# %% imports
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
# %% read
trees = pd.read_csv("trees.csv")
# %% look
trees.describe()
# %% scale
def scaled(column):
    return (column - column.mean()) / column.std()
# %% fit
X = scaled(trees[["girth"]])
model = Ridge(alpha=0.5).fit(X, trees["height"])
error = mean_absolute_error(trees["height"], model.predict(X))
# %% scale
def scaled(column):
    return column / column.max()
# %% fit again
""",
    targets=(Target("Ridge", turn=0), Target("Ridge", turn=1)),
)
