"""A forest that grows in each fit."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="warm_start",
    mess="the fit cell is run three times with another number of trees; each adds to what the others grew",
    played=r"""
# %% imports
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
# %% read
X, y = load_iris(return_X_y=True)
# %% model
forest = RandomForestClassifier(3, warm_start=True, random_state=9, max_depth=2)
# %% fit
forest.fit(X[::2], y[::2])
# %% more
forest.n_estimators += 4
# %% fit again
# %% unrelated
colour = "red"
# %% more again
# %% fit
forest.fit(X[::2], y[::2])
accuracy_score(y[1::2], forest.predict(X[1::2]))
""",
    targets=(Target("RandomForestClassifier", turn=2),),
)
