"""Law 1 for estimators: with capture or without, the same results, errors, warnings, random numbers and pickles."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from notebook_kernel import NotebookKernel

SCRIPT = Path(__file__).parents[1] / "estimator_facts.py"
PREPARE = """
import warnings
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score
class Own(BaseEstimator):
    def fit(self, X, y):
        return self.step(X)
    def step(self, X):
        warnings.warn("careful", stacklevel=3)
        return X.nothing
X, y = np.arange(20.0).reshape(10, 2), np.array([0, 1] * 5)
"""
CELLS = (
    "Own().fit(X, y)",
    "LogisticRegression().fit(X, y[:3])",
    "Own().fit()",
    "accuracy_score(y, y[:4])",
    "precision_score(y, np.zeros(10))",
    "LogisticRegression(max_iter=1).fit(X, y)",
    "model = LogisticRegression().fit(X, y); model.score(X, y), model.predict(X)",
    "LogisticRegression.fit",
    "%pinfo Own.fit",
)


def facts(switch: str, folder: Path) -> list[Any]:
    environment = {**os.environ, "PYTHONHASHSEED": "0", "CELLTRAIL": ""}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), switch, str(folder)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.mark.slow
def test_every_estimator_and_function_looks_and_acts_the_same(tmp_path: Path) -> None:
    (tmp_path / "on").mkdir()
    (tmp_path / "off").mkdir()
    (expected,) = facts("off", tmp_path / "off")
    found, failures = facts("on", tmp_path / "on")
    assert failures == {}
    assert len(expected) > 400
    assert found == expected


def test_a_kernel_shows_the_same_errors_warnings_and_results(
    new_kernel: Callable[..., NotebookKernel], tmp_path: Path
) -> None:
    shown = []
    for switch in ("on", "off"):
        kernel = new_kernel(tmp_path / switch, CELLTRAIL=switch)
        kernel.run(PREPARE)
        shown.append([_without_addresses(kernel.run(cell).shown()) for cell in CELLS])
    assert shown[0] == shown[1]


def _without_addresses(shown: Any) -> str:
    import re

    text = re.sub(r"ipykernel_\d+|0x[0-9a-f]+", "", str(shown))
    return text.replace("/on/", "/").replace("/off/", "/")
