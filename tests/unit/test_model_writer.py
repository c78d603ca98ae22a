"""The process that writes models: what it answers, and that whatever becomes of it harms nobody."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge

from celltrail.capture.models import predictions, snapshot
from celltrail.capture.models.description import Described, Wish
from celltrail.capture.models.rows import sample
from celltrail.capture.models.writing import Writer
from celltrail.capture.system import readings

X = np.arange(800.0).reshape(200, 4)
MODEL = Ridge().fit(X, X.sum(axis=1))


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    started = Writer()
    started.is_awaited = True
    yield started
    started.close()


def asked(writer: Writer, model: Any = MODEL, timeout_s: float = 100, **how: Any) -> Described | None:
    taken = snapshot.take(model, budget_s=10)
    return writer.describe(taken, sample(X), Wish(frozenset(taken.modules), **how), timeout_s=timeout_s)


def ours() -> int:
    (pid,) = readings.OURS
    return int(pid)


def test_what_it_writes_is_the_model_and_what_it_says(writer: Writer) -> None:
    others_s = readings.children().cpu_s
    described = asked(writer)
    assert described is not None
    found = described.description.model
    assert (found.format, found.untrusted, found.prediction_count) == ("skops", (), 100)
    assert {package.name for package in found.packages} == {"numpy", "scikit-learn"}
    assert (skops.io.loads(described.contents[0]).coef_ == MODEL.coef_).all()
    said = predictions.from_file(described.contents[2])
    assert said.outputs[0].values == MODEL.predict(X[::2]).tolist()
    assert readings.children().cpu_s == others_s  # it is no part of what a run takes


def test_a_forest_has_predictions_and_probabilities(writer: Writer) -> None:
    forest = RandomForestClassifier(5, random_state=0).fit(X, np.arange(200) % 3)
    described = asked(writer, forest)
    assert described is not None
    said = predictions.from_file(described.contents[2])
    assert [one.method for one in said.outputs] == ["predict", "predict_proba"]
    assert said.outputs[1].values == forest.predict_proba(X[::2]).tolist()
    assert "sklearn.tree._tree.Tree" in described.description.model.untrusted


def test_a_process_that_is_killed_is_started_again(writer: Writer) -> None:
    assert asked(writer) is not None
    os.kill(ours(), signal.SIGKILL)
    assert asked(writer) is not None


def test_what_takes_longer_than_it_may_is_given_up(writer: Writer) -> None:
    writer.close()
    assert asked(writer, timeout_s=0.01) is None
    writer.close()
    assert not readings.OURS


def test_an_interrupt_ends_the_wait(writer: Writer) -> None:
    writer.close()
    timer = threading.Timer(0.2, writer.interrupt)
    timer.start()
    began = time.monotonic()
    assert asked(writer) is None
    assert time.monotonic() - began < 20
    timer.join()


def test_it_ends_with_its_parent() -> None:
    program = (
        "import numpy as np, os\nfrom sklearn.linear_model import Ridge\n"
        "from celltrail.capture.models import snapshot\nfrom celltrail.capture.models.description import Wish\n"
        "from celltrail.capture.models.writing import Writer\nfrom celltrail.capture.system import readings\n"
        "taken = snapshot.take(Ridge().fit(np.eye(3), [1, 2, 3]), budget_s=10)\n"
        "assert Writer().describe(taken, None, Wish(frozenset(taken.modules)), timeout_s=100)\n"
        "print(*readings.OURS, flush=True)\nos.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=200, check=False)
    pid = int(done.stdout)
    until = time.monotonic() + 20
    while os.path.exists(f"/proc/{pid}"):  # noqa: PTH110 - a process
        assert time.monotonic() < until
        time.sleep(0.05)
