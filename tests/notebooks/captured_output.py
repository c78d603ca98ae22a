"""A result that is taken from what another cell printed."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="%%capture and %%time around a fit",
    mess="the model is fitted under %%time, its score is printed under %%capture and read from the captured text",
    played=r"""
# %% imports
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
import celltrail
# %% data
X, y = load_iris(return_X_y=True)
# %% fit
%%time
model = LogisticRegression(max_iter=300).fit(X[::2], y[::2])
# %% unrelated
%%capture
print("nothing of use")
# %% show
%%capture shown
print(round(float((model.predict(X) == y).mean()), 6))
# %% measure
with celltrail.start_run("captured"):
    celltrail.log_metric("accuracy", float(shown.stdout))
""",
    targets=(Target("captured"),),
)
