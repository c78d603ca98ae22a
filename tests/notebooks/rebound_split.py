"""The names of a split that another split took over."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="train and test split rebound",
    mess="X_train and y_test are bound by two splits; a run was made from each, and one from parts of both",
    played=r"""
# %% imports
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
# %% read
X, y = load_wine(return_X_y=True, as_frame=True)
X = X[["alcohol", "hue", "proline"]] / X[["alcohol", "hue", "proline"]].max()
# %% split
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
# %% fit
model = LogisticRegression(max_iter=300).fit(X_train, y_train)
accuracy_score(y_test, model.predict(X_test))
# %% split
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=2, test_size=0.4)
# %% fit again
# %% columns
X_train, X_test = X_train[["hue", "proline"]], X_test[["hue", "proline"]]
# %% fit again
""",
    targets=(Target("LogisticRegression", turn=1), Target("LogisticRegression", turn=2)),
)
