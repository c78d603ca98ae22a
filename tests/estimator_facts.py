# ruff: noqa: E501 - cells are text that a notebook runs, not code of this file
"""What scikit-learn looks like from a notebook, as JSON: printed once with capture and once without, it must be equal.

Run as `python estimator_facts.py on|off FOLDER`.
"""

import json
import os
import sys
from pathlib import Path

CELLS = (
    """
import hashlib, inspect, json, pickle, random, traceback, warnings
import cloudpickle, joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
""",
    """
import sklearn.metrics, sklearn.model_selection
from sklearn.utils import all_estimators
warnings.simplefilter("ignore")
facts = {}
METHODS = ("fit", "partial_fit", "fit_predict", "fit_transform", "predict", "predict_proba", "decision_function", "score",
           "score_samples", "transform", "set_fit_request", "set_score_request", "set_predict_request", "set_output")
CLASSES = [cls for name, cls in all_estimators()]
for cls in CLASSES:
    facts[cls.__name__] = [
        (name, str(inspect.signature(getattr(cls, name))), getattr(cls, name).__doc__ is None, callable(getattr(cls, name)))
        for name in METHODS if callable(getattr(cls, name, None))
    ]
for module in (sklearn.metrics, sklearn.model_selection):
    facts[module.__name__] = [
        (name, str(inspect.signature(value)), value.__module__, value.__qualname__)
        for name, value in sorted(vars(module).items()) if inspect.isfunction(value)
    ]
""",
    """
MADE = []
for cls in CLASSES:
    try:
        MADE.append(cls())
    except TypeError:
        continue
for made in MADE:
    copied, loaded, by_value = clone(made), pickle.loads(pickle.dumps(made)), pickle.loads(cloudpickle.dumps(made))
    facts["copy " + type(made).__name__] = [
        hashlib.sha1(pickle.dumps(made)).hexdigest(), repr(copied), type(loaded) is type(made), repr(by_value)[:80],
        sorted(name for name in METHODS if hasattr(copied, name)),
    ]
len(MADE)
""",
    """
np.random.seed(0); random.seed(0)
X = np.random.normal(size=(60, 4)); y = (X[:, 0] + np.random.normal(size=60) > 0).astype(int); X = abs(X)
fitted = 0
for made in MADE[::4]:
    warnings.simplefilter("ignore")
    try:
        if "random_state" in made.get_params():
            made.set_params(random_state=0)
        made.fit(X, y)
        out = [getattr(made, m)(X) for m in ("predict", "predict_proba", "transform", "score_samples") if hasattr(made, m)]
        facts["fit " + type(made).__name__] = [hashlib.sha1(np.asarray(o.todense() if hasattr(o, "todense") else o).tobytes()).hexdigest() for o in out]
        fitted += 1
    except (ValueError, TypeError, NotImplementedError, AttributeError) as error:
        facts["fit " + type(made).__name__] = "".join(traceback.format_exception(error))
facts["generators"] = [float(np.random.random()), random.random()]
assert fitted > 30
""",
    """
class Own(ClassifierMixin, BaseEstimator):
    def __init__(self, shift=0):
        self.shift = shift
    def fit(self, X, y, extra=None):
        warnings.warn("look at the caller", UserWarning, stacklevel=2)
        if self.shift < 0:
            raise ValueError(f"shift is {self.shift}")
        self.classes_, self.mean_ = np.unique(y), X.mean(axis=0) + self.shift
        return self
    def predict(self, X):
        return (X[:, 0] > self.mean_[0]).astype(int)
class Add(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        return X + 1
""",
    """
def shown(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = repr(call())
        except Exception as error:
            result = "".join(traceback.format_exception(error))
    return [result, [(str(w.message), w.filename.rpartition("/")[2][:9], w.lineno, w.category.__name__) for w in caught]]
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, precision_score
from sklearn.model_selection import cross_val_score, GridSearchCV
from sklearn.pipeline import make_pipeline
facts["own"] = shown(lambda: Own().fit(X, y).score(X, y))
facts["own raises"] = shown(lambda: Own(-1).fit(X, y))
facts["own wrong"] = shown(lambda: Own().fit())
facts["unfitted"] = shown(lambda: LogisticRegression().predict(X))
facts["metric raises"] = shown(lambda: accuracy_score(y, y[:3]))
facts["metric invalid"] = shown(lambda: f1_score(y, y, average="nothing"))
facts["metric warns"] = shown(lambda: precision_score(y, np.zeros_like(y)))
facts["not converged"] = shown(lambda: LogisticRegression(max_iter=1).fit(X, y).n_iter_)
facts["fold raises"] = shown(lambda: cross_val_score(Own(-1), X, y, cv=2))
facts["pipeline"] = shown(lambda: make_pipeline(Add(), LogisticRegression()).fit(X, y).score(X, y))
facts["defined wrongly"] = shown(lambda: type("Bad", (BaseEstimator,), {}, wrong=1))
facts["parallel"] = shown(lambda: GridSearchCV(Own(), {"shift": [0, .1]}, n_jobs=2, cv=2).fit(X, y).best_params_)
facts["by value"] = shown(lambda: pickle.loads(cloudpickle.dumps(Own().fit(X, y))).predict(X).tolist())
facts["jobs"] = shown(lambda: joblib.Parallel(n_jobs=2)(joblib.delayed(Own().fit)(X, y) for _ in range(2)))
facts["sizes"] = shown(lambda: type(accuracy_score(y, y)).__name__)
""",
)


def main() -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    sys.modules["__main__"].__dict__.update(shell.user_ns)
    os.chdir(sys.argv[2])
    Path("pyproject.toml").touch()
    if sys.argv[1] == "on":
        from celltrail.capture.tracking import Tracking

        tracking = Tracking(shell)
        tracking.start()
    for cell in CELLS:
        shell.run_cell(cell).raise_error()
    print(json.dumps(shell.user_ns["facts"]))  # noqa: T201 - the answer
    if sys.argv[1] == "on":
        assert tracking.session is not None
        print(json.dumps(dict(tracking.session.failures.counts)))  # noqa: T201 - the answer
        tracking.unload()


if __name__ == "__main__":
    main()
