"""What the tests of the frameworks share: cells with capture on, and the same cells with it off."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from celltrail.records import Evidence
from estimator_cells import Cells, Run

DATA = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(90, 4))
y = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype("int64")
X_train, X_test, y_train, y_test = X[:60], X[60:], y[:60], y[60:]
"""


def steps(run: Run, *, evidence: Evidence = Evidence.OWN) -> dict[str, list[tuple[int, float]]]:
    """What a run measured by itself: by key, each value with its step."""
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for measured in run.metrics:
        if measured.evidence is evidence:
            found[measured.key].append((measured.step, measured.value))
    return dict(found)


def numbered(values: Any) -> list[tuple[int, float]]:
    """Values as steps that count from 0."""
    return [(step, float(value)) for step, value in enumerate(values)]


def with_and_without(folder: Path, source: str, expression: str) -> tuple[Any, Any]:
    """What an expression gives after the cell, in a notebook that is recorded and in one that is not."""
    found = []
    for name in ("on", "off"):
        (folder / name).mkdir()
        cells = Cells(folder / name)
        if name == "on":
            cells.start()
        cells.run(DATA)
        cells.run(source)
        cells.run(f"answer_ = {expression}")
        found.append(cells.shell.user_ns["answer_"])
        if name == "on":
            assert cells.fits()
        cells.close()
    return found[0], found[1]
