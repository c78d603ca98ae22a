"""A threshold that one cell tunes and another one uses."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="threshold tuned in another cell",
    mess="the threshold is found by a loop over probabilities, then nudged by hand; the run's metric is made with it",
    played=r"""
# %% imports
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
# %% read
X, y = load_breast_cancer(return_X_y=True)
X = X[:, :2] / X[:, :2].max(axis=0)
# %% fit
model = LogisticRegression().fit(X[::2], y[::2])
proba = model.predict_proba(X[1::2])[:, 1]
# %% tune
best = max(np.linspace(0.2, 0.8, 13), key=lambda t: ((proba > t) == y[1::2]).mean())
# %% look
print(best)
# %% nudge
best += 0.04
# %% measure
f1_score(y[1::2], proba > best)
""",
    targets=(Target("LogisticRegression"),),
)
