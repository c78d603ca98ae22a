"""Scores of folds that are shuffled by a seed of another cell."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="cross-validation",
    mess="the folds come from a splitter in another cell, whose seed was changed in between",
    played=r"""
# %% imports
from sklearn.datasets import load_iris
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
# %% read
X, y = load_iris(return_X_y=True)
# %% seed
seed = 3
# %% folds
folds = KFold(4, shuffle=True, random_state=seed)
# %% score
scores = cross_val_score(KNeighborsClassifier(7), X, y, cv=folds)
# %% seed
seed = 8
# %% folds again
# %% look
scores.std()
# %% score again
""",
    targets=(Target("cross_val_score(KNeighborsClassifier)", turn=1),),
)
