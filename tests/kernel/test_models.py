"""Models in a real kernel: kept as they were, without harm to anybody, and loaded only when somebody asks."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import skops.io
from notebook_kernel import NotebookKernel, Reply

from celltrail.errors import ModelNotFoundError, UntrustedModelError
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoggedModel, ModelState
from celltrail.runs.models import load_model
from celltrail.store.open import open_store

PREPARE = """
import celltrail, sys, threading
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
X = np.arange(800.0).reshape(200, 4)
y = X.sum(axis=1)
class Mean(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        self.mean_ = float(y.mean())
        return self
    def predict(self, X):
        return np.full(len(X), self.mean_)
"""


@pytest.fixture(scope="module", autouse=True)
def prepared(kernel: NotebookKernel) -> None:
    assert kernel.run(PREPARE + "%track models on").status == "ok"


def is_settled(event: events.ModelLogged, run: events.RunStarted) -> bool:
    return event.run_id == run.run_id and event.model.state is not ModelState.PENDING


def models(kernel: NotebookKernel, reply: Reply) -> list[LoggedModel]:
    """What became of the models of a cell's runs, in the order of the runs."""
    assert reply.status == "ok", reply.shown()
    found = []
    for run in kernel.runs_of(reply):
        said = kernel.wait_for(
            events.ModelLogged,
            lambda e, run=run: e.run_id == run.run_id and e.model.state is not ModelState.PENDING,
            90,
        )
        found.append(said.model)
    return found


def test_the_model_of_a_fit_is_kept_as_it_was_when_its_cell_ended(kernel: NotebookKernel) -> None:
    fitted = kernel.run("model = Ridge(alpha=2).fit(X, y)")
    kernel.run("model.coef_[:] = 0; model.intercept_ = 0.0")
    (kept,) = models(kernel, fitted)
    assert (kept.state, kept.format, kept.path, kept.is_automatic) == (ModelState.KEPT, "skops", "model.skops", True)
    blobs = BlobStore(kernel.store)
    assert skops.io.loads(blobs.read(kept.digest)).coef_ == pytest.approx([1] * 4, rel=1e-3)
    assert kept.signature is not None
    assert [(spec.name, spec.dtype, spec.shape) for spec in kept.signature.inputs] == [("", "float64", "(-1, 4)")]
    assert [(spec.name, spec.shape) for spec in kept.signature.outputs] == [("predict", "(-1,)")]
    assert {package.name for package in kept.packages} == {"numpy", "scikit-learn"}
    logged = {event.path: event for event in kernel.of_type(events.ArtifactLogged)}
    assert json.loads(blobs.read(logged[kept.example_path].digest))[0] == [0, 1, 2, 3]
    said = json.loads(blobs.read(logged[kept.predictions_path].digest))
    assert said["row_count"] == 100
    assert said["outputs"][0]["values"][1] == pytest.approx(38, rel=1e-3)
    assert said["truth"][1] == sum(column["values"][1] for column in said["inputs"]) == 38


def test_the_kernel_imports_draws_and_shows_nothing_for_it(kernel: NotebookKernel) -> None:
    reply = kernel.run("np.random.seed(3); loud = Ridge().fit(X, y)")
    models(kernel, reply)
    after = kernel.run("print(np.random.rand(), 'skops' in sys.modules, 'joblib.externals.cloudpickle' in sys.modules)")
    expected = kernel.run("np.random.seed(3); print(np.random.rand())")
    assert after.stream().split()[:2] == [expected.stream().strip(), "False"]
    assert reply.shown() == []


def test_what_is_not_kept_says_why(kernel: NotebookKernel) -> None:
    loop = kernel.run("for alpha in (1.0, 2.0): last = Ridge(alpha=alpha).fit(X, y)")
    gone, kept = models(kernel, loop)
    assert (gone.state, gone.notes) == (ModelState.NOT_KEPT, ("it was gone when its cell ended",))
    assert kept.state is ModelState.KEPT
    again = kernel.run("same = Ridge().fit(X, y); same.fit(X, -y)")
    assert "fitted again by a later run" in models(kernel, again)[0].notes[0]
    lambdas = kernel.run("odd = make_pipeline(FunctionTransformer(lambda v: v), Ridge()).fit(X, y)")
    assert "lambda" in models(kernel, lambdas)[0].notes[0]
    huge = kernel.run("huge = Ridge(); huge.extra = np.zeros(9_000_000); huge.fit(X, y)")
    assert "larger than 64 MB" in models(kernel, huge)[0].notes[0]


def test_the_users_own_classes_are_kept_and_not_asked_behind_his_back(kernel: NotebookKernel) -> None:
    (kept,) = models(kernel, kernel.run("mine = Mean().fit(X, y)"))
    assert (kept.format, kept.prediction_count) == ("pickle", 0)
    assert "__main__.Mean is your own code" in kept.notes[0]


def test_by_hand_classes_and_lambdas_of_the_notebook_are_kept_and_can_be_loaded(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "hand = Mean().fit(X, y); celltrail.log_model(hand, 'mean')\n"
        "odd = make_pipeline(FunctionTransformer(lambda v: v), Ridge()).fit(X, y)\n"
        "with celltrail.start_run('odd') as run:\n"
        "    celltrail.log_model(odd, 'odd')\n"
        "try: celltrail.load_model(run.run_id, 'odd')\n"
        "except celltrail.errors.UntrustedModelError as error: print('refused:', error)\n"
        "print((celltrail.load_model(run.run_id, 'odd', trusted=True).predict(X) == odd.predict(X)).all())"
    )
    assert reply.status == "ok", reply.shown()
    mean, odd = [e.model for e in kernel.of_type(events.ModelLogged) if e.model.name in {"mean", "odd"}]
    assert (mean.format, mean.untrusted, mean.prediction_count) == ("skops", ("__main__.Mean",), 100)
    assert (odd.format, odd.prediction_count) == ("pickle", 100)
    assert "refused: the model 'odd' is a pickle, and loading it runs whatever code is in it" in reply.stream()
    assert reply.stream().endswith("True\n")
    with closing(open_store(kernel.store)) as store:
        run_id = next(e.run_id for e in kernel.of_type(events.ModelLogged) if e.model.name == "mean")
        with pytest.raises(UntrustedModelError, match=r"__main__\.Mean"):
            load_model(run_id, "mean", store=store)
        with pytest.raises(ModelNotFoundError, match=r"no model 'none': it has .*mean"):
            load_model(f"runs:/{run_id}/none", store=store)


def test_a_model_that_nothing_can_write_is_the_callers_mistake(kernel: NotebookKernel) -> None:
    reply = kernel.run("bad = Ridge(); bad.lock = threading.Lock(); celltrail.log_model(bad)")
    assert "log_model cannot keep this Ridge: TypeError: cannot pickle" in reply.reply["evalue"]
    reply = kernel.run("celltrail.log_model(Ridge(), signature='x')")
    assert "got a str as signature" in reply.reply["evalue"]
    assert kernel.of_type(events.CaptureFailed) == []


def test_a_disk_that_refuses_is_said_and_harms_no_cell(new_kernel: Callable[..., NotebookKernel]) -> None:
    kernel = new_kernel(CELLTRAIL_MODELS="on")
    kernel.run(PREPARE)
    shutil.rmtree(kernel.store / "blobs", ignore_errors=True)
    (kernel.store / "blobs").touch()  # a file where the folder should be: nothing can be written into it
    reply = kernel.run("model = Ridge().fit(X, y)")
    (found,) = models(kernel, reply)
    assert found.state is ModelState.NOT_KEPT
    assert "could not be written" in found.notes[0]
    assert kernel.run("celltrail.log_model(model, 'by hand'); model.predict(X[:1])").status == "ok"
    assert {event.where for event in kernel.of_type(events.CaptureFailed)} >= {"models", "log_model"}


def test_a_kernel_that_is_killed_meanwhile_leaves_the_model_as_being_written(
    new_kernel: Callable[..., NotebookKernel], tmp_path: Path
) -> None:
    kernel = new_kernel(CELLTRAIL_MODELS="on")
    kernel.run(PREPARE)
    reply = kernel.run("model = Ridge().fit(X, y)")
    run_id = kernel.runs_of(reply)[0].run_id
    kernel.kill()
    with closing(open_store(tmp_path / ".celltrail")) as store:
        store.fold()
        (model,) = store.get_run(run_id).models
        assert model.state is ModelState.PENDING
        with pytest.raises(ModelNotFoundError, match="its kernel ended before it was written"):
            load_model(run_id, store=store)


def test_a_kernel_that_ends_meanwhile_writes_what_it_can(new_kernel: Callable[..., NotebookKernel]) -> None:
    kernel = new_kernel(CELLTRAIL_MODELS="on")
    kernel.run(PREPARE)
    reply = kernel.run("model = Ridge().fit(X, y)")
    kernel.shutdown()
    (found,) = models(kernel, reply)
    assert found.state is ModelState.KEPT


def test_off_is_the_default_and_stops_everything(new_kernel: Callable[..., NotebookKernel]) -> None:
    kernel = new_kernel()
    kernel.run(PREPARE)
    kernel.run("model = Ridge().fit(X, y)")
    shown = kernel.run("%track off\nprint([t.name for t in threading.enumerate() if t.name == 'celltrail-system'])")
    assert shown.stream().endswith("[]\n")
    assert kernel.of_type(events.ModelLogged) == []


def test_a_run_has_what_it_took_of_the_machine(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "import time\nwith celltrail.start_run('busy'):\n    t = time.time()\n    while time.time() - t < 0.7: pass"
    )
    (run,) = kernel.runs_of(reply)
    used = kernel.wait_for(events.SystemUsed, lambda event: event.run_id == run.run_id)
    assert used.use.duration_s == pytest.approx(0.7, abs=0.3)
    assert used.use.sample_count >= 2
    with closing(open_store(kernel.store)) as store:
        store.fold()
        assert store.get_run(run.run_id).system == used.use


def test_sampling_is_turned_off_by_the_setting(new_kernel: Callable[..., NotebookKernel], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.celltrail]\nsystem = false\n", encoding="utf-8")
    kernel = new_kernel()
    reply = kernel.run("import celltrail, threading\nwith celltrail.start_run('x'): pass\nprint(threading.enumerate())")
    assert "celltrail-system" not in reply.stream()
    assert kernel.of_type(events.RunFinished)[0].peak_memory_bytes > 10_000_000
    assert kernel.of_type(events.SystemUsed) == []
