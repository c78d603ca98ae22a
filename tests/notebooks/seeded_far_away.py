"""A seed in the first cell, and draws of cells that look as if they had nothing to do with the run."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="global seed, draws of other cells",
    mess="the seed was set once; a plot's jitter and a cell run twice moved the generator before the split",
    played=r"""
# %% imports
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
# %% seed
np.random.seed(20)
# %% data
X = np.random.normal(size=(80, 3))
y = X @ [1.0, 2.0, -1.0] + np.random.normal(size=80)
# %% jitter
jitter = np.random.uniform(size=11)
# %% jitter again
# %% unrelated
colour = "red"
# %% split
X_train, X_test, y_train, y_test = train_test_split(X, y)
# %% fit
model = Ridge(0.1).fit(X_train, y_train)
mean_squared_error(y_test, model.predict(X_test))
""",
    targets=(Target("Ridge"),),
)
