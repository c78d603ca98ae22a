"""A model that learns a part in each cell."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="partial_fit across cells",
    mess="four cells teach one model, one of them twice; a second model learns beside it",
    played=r"""
# %% imports
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
# %% read
X, y = load_iris(return_X_y=True)
model = SGDClassifier(random_state=4)
other = SGDClassifier(random_state=5)
# %% first
model.partial_fit(X[::3], y[::3], classes=[0, 1, 2])
# %% second
model.partial_fit(X[1::3], y[1::3])
# %% beside
other.partial_fit(X, y, classes=[0, 1, 2])
# %% second again
# %% last
model.partial_fit(X[2::3], y[2::3])
accuracy_score(y, model.predict(X))
""",
    targets=(Target("SGDClassifier", turn=4),),
)
