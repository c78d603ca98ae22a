"""A grid that was edited between two searches."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="GridSearchCV",
    mess="the grid of a search stands in another cell, which was edited; the best model is measured in a third",
    played=r"""
# %% imports
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.metrics import mean_absolute_error
# %% read
X, y = load_diabetes(return_X_y=True)
# %% grid
grid = {"alpha": [0.1, 1.0]}
# %% search
search = GridSearchCV(Ridge(), grid, cv=3).fit(X, y)
# %% look
search.cv_results_["mean_test_score"]
# %% grid
grid = {"alpha": [0.01, 0.03], "fit_intercept": [True, False]}
# %% search again
# %% measure
error = mean_absolute_error(y, search.best_estimator_.predict(X))
""",
    targets=(Target("GridSearchCV", turn=1),),
)
