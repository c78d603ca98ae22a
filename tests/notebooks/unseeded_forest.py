"""A forest without a seed, which draws from numpy's global generator."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="RandomForest with random_state=None",
    mess="nobody seeds; a shuffle in another cell drew from the same generator before",
    played=r"""
# %% imports
import numpy as np
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss
# %% read
X, y = load_iris(return_X_y=True)
# %% shuffle
order = np.random.permutation(len(y))
# %% unrelated
noise = np.random.rand(4)
# %% fit
half = order[:75]
forest = RandomForestClassifier(12).fit(X[half], y[half])
log_loss(y, forest.predict_proba(X).clip(0.01, 0.99))
""",
    targets=(Target("RandomForestClassifier"),),
)
