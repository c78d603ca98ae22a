"""A pipeline whose parts are changed after it was built."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="pipeline changed by set_params",
    mess="the pipeline is built in one cell, changed in another, fitted in a third, and changed again afterwards",
    played=r"""
# %% imports
from sklearn.datasets import load_wine
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
# %% read
X, y = load_wine(return_X_y=True)
# %% build
pipe = make_pipeline(StandardScaler(), SVC(C=1.0))
# %% change
pipe.set_params(svc__C=0.05)
# %% unrelated
other = SVC(C=9.0)
# %% fit
pipe.fit(X, y)
# %% measure
f1_score(y, pipe.predict(X), average="macro")
# %% change
pipe.set_params(svc__C=7.0)
""",
    targets=(Target("Pipeline"),),
)
