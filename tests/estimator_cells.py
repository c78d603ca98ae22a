"""A notebook in this process: IPython's shell with capture on, and the runs that its journal tells of."""

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from celltrail.capture.tracking import Tracking
from celltrail.journal import events
from celltrail.journal.reader import Document, list_segments, read_batches
from celltrail.records import DatasetRole, Evidence, Param, Status

PREPARED = """
import numpy as np, pandas as pd
from sklearn.datasets import make_classification, make_regression
from sklearn.linear_model import LogisticRegression, Ridge, LinearRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score, mean_squared_error, roc_curve, auc
from sklearn.model_selection import train_test_split
X, y = make_classification(n_samples=120, n_features=6, flip_y=0.2, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
Xr, yr = make_regression(n_samples=80, n_features=4, noise=5.0, random_state=0)
"""
TWO_MODELS = """
a = LogisticRegression(C=1.0).fit(X_train, y_train)
b = LogisticRegression(C=0.001).fit(X_train, y_train)
"""


@dataclass
class Measured:
    """One logged value."""

    key: str
    value: float
    step: int
    evidence: Evidence
    dataset_name: str
    dataset_digest: str
    slice_name: str
    execution_id: str


@dataclass
class Run:
    """One run as the journal tells it."""

    started: events.RunStarted
    params: dict[str, Param] = field(default_factory=dict)
    metrics: list[Measured] = field(default_factory=list)
    datasets: list[tuple[DatasetRole, str, str]] = field(default_factory=list)
    artifacts: list[events.ArtifactLogged] = field(default_factory=list)
    finished: events.RunFinished | None = None
    variable: str = ""

    @property
    def id(self) -> str:
        return self.started.run_id

    @property
    def status(self) -> Status:
        return self.finished.status if self.finished else Status.RUNNING

    def take(self, event: events.Event) -> None:
        match event:
            case events.ParamsLogged():
                self.params.update({param.key: param for param in event.params})
            case events.RunFinished():
                self.finished = event
            case events.DatasetUsed():
                self.datasets.append((event.role, event.name, event.digest))
            case events.ArtifactLogged():
                self.artifacts.append(event)
            case events.RunNamed() | events.RunStarted():
                self.variable = event.variable
            case _:
                pass

    def values(self) -> dict[str, float]:
        return {measured.key: measured.value for measured in self.metrics}

    def metric(self, key: str) -> Measured:
        return next(measured for measured in self.metrics if measured.key == key)


class Cells:
    """Runs cells; each test has its own."""

    def __init__(self, folder: Path) -> None:
        (folder / "pyproject.toml").touch()
        self._before = Path.cwd()
        os.chdir(folder)
        config = Config()
        config.HistoryManager.enabled = False
        self.folder = folder
        self.shell = InteractiveShell(config=config)
        self.tracking = Tracking(self.shell)
        self.errors: list[BaseException] = []

    def start(self) -> None:
        self.tracking.start()

    def close(self) -> None:
        self.tracking.unload()
        os.chdir(self._before)

    def run(self, source: str) -> Any:
        """Run one cell; its result. An exception in it is the test's."""
        result = self.shell.run_cell(source, store_history=True)
        result.raise_error()
        return result.result

    def fail(self, source: str) -> BaseException:
        """Run one cell that raises; the exception."""
        result = self.shell.run_cell(source, store_history=True)
        error = result.error_in_exec or result.error_before_exec
        assert error is not None
        return error

    def journal(self) -> tuple[list[events.Event], list[tuple[events.SeriesDeclared, int, float]]]:
        found: list[events.Event] = []
        metrics: list[tuple[events.SeriesDeclared, int, float]] = []
        for segment in list_segments(self.folder / ".celltrail" / "journal"):
            series: dict[int, events.SeriesDeclared] = {}
            for batch in read_batches(segment.path):
                for item in batch.items:
                    if not isinstance(item, Document):
                        metrics += [(series[number], step, value) for number, step, _, value in item.rows()]
                    elif isinstance(item.event, events.SeriesDeclared):
                        series[item.event.series] = item.event
                    else:
                        found.append(item.event)
        failures = [event for event in found if isinstance(event, events.CaptureFailed)]
        assert failures == [], failures[0].error.traceback
        return found, metrics

    def runs(self, kind: str = "") -> list[Run]:
        documents, metrics = self.journal()
        runs = {event.run_id: Run(event) for event in documents if isinstance(event, events.RunStarted)}
        for event in documents:
            run = runs.get(getattr(event, "run_id", ""))
            if run is None:
                continue
            run.take(event)
        for series, step, value in metrics:
            runs[series.run_id].metrics.append(
                Measured(
                    series.key,
                    value,
                    step,
                    series.evidence,
                    series.dataset_name,
                    series.dataset_digest,
                    series.slice_name,
                    series.execution_id,
                )
            )
        return [run for run in runs.values() if not kind or run.started.kind == kind]

    def fits(self) -> list[Run]:
        return [run for run in self.runs() if run.started.kind in {"fit", "search"}]

    def ambiguous(self) -> list[events.MetricAmbiguous]:
        return [event for event in self.journal()[0] if isinstance(event, events.MetricAmbiguous)]


def close_to(left: float, right: float) -> bool:
    return math.isclose(left, right, rel_tol=1e-12) or (math.isnan(left) and math.isnan(right))
