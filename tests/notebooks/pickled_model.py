"""A model that went through a file."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="pickled model reloaded",
    mess="the model is fitted, pickled, deleted, loaded again and measured on an explicit run",
    played=r"""
# %% imports
import pickle
import celltrail
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
# %% read
X, y = load_diabetes(return_X_y=True)
# %% fit
model = Ridge(alpha=0.3).fit(X[::2], y[::2])
# %% dump
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
# %% delete
del model
# %% unrelated
print(X.shape)
# %% load
with open("model.pkl", "rb") as file:
    loaded = pickle.load(file)
# %% measure
with celltrail.start_run("reloaded"):
    celltrail.log_metric("r2", r2_score(y[1::2], loaded.predict(X[1::2])))
""",
    is_tidied=True,
    targets=(Target("reloaded"),),
)
