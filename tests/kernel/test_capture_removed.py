"""The trail is deleted while a kernel writes it: what comes afterwards is whole, with its notebook and its cell."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel, Reply
from written_notebooks import cell, printed, run, write_notebook

from celltrail.journal import events
from celltrail.journal.reader import list_segments
from celltrail.records import Status
from celltrail.store.base import Store
from celltrail.store.open import open_store
from celltrail.store.runs import RunDetail, RunQuery, RunSummary

NewKernel = Callable[..., NotebookKernel]

LOG = "import celltrail\nalpha = {0}\ncelltrail.log_param('p', alpha)\nfor i in range(50): celltrail.log_metric('m', i)"
# Others may write into a folder while it is removed: whoever means it tries again.
REMOVE = """import os, shutil
for _ in range(50):
    shutil.rmtree('.celltrail', ignore_errors=True)
    if not os.path.exists('.celltrail'):
        break
"""


@contextmanager
def stored(kernel: NotebookKernel) -> Iterator[Store]:
    with closing(open_store(kernel.store)) as store:
        yield store


def runs(store: Store) -> list[RunSummary]:
    return list(reversed(store.search_runs(RunQuery(keys=None, order_by=("attributes.start_time DESC",))).runs))


@pytest.fixture
def kernel(new_kernel: NewKernel, tmp_path: Path) -> NotebookKernel:
    (tmp_path / ".git").mkdir()
    return new_kernel(JPY_SESSION_NAME=str(tmp_path / "analysis.ipynb"))


def check_whole(store: Store, run: RunSummary, reply: Reply, value: str) -> RunDetail:
    """The run is as if nothing had happened before it."""
    assert run.notebook_path == "analysis.ipynb"
    assert run.cell_id == reply.id
    assert run.status is Status.FINISHED
    assert run.params["p"] == value
    history = store.metric_history(run.run_id, "m")
    assert [point.value for point in history.points] == list(range(50))
    detail = store.get_run(run.run_id)
    assert detail.execution is not None
    assert detail.execution.status is Status.FINISHED
    assert detail.environment is not None
    assert detail.hardware is not None
    return detail


def test_cells_after_the_trail_was_deleted_are_whole(kernel: NotebookKernel) -> None:
    """Deleted while the kernel rests, and a second time a moment after a cell."""
    kernel.run(LOG.format(1))
    time.sleep(2.5)
    shutil.rmtree(kernel.store)
    second = kernel.run(LOG.format(2))
    shutil.rmtree(kernel.store)
    third, fourth = kernel.run(LOG.format(3)), kernel.run(LOG.format(4))
    kernel.shutdown()
    with stored(kernel) as store:
        found = {run.cell_id: run for run in runs(store)}
        check_whole(store, found[third.id], third, "3")
        check_whole(store, found[fourth.id], fourth, "4")
        assert second.id in found or len(found) == 2, "what was written just before may be kept"
        assert len({run.session_id for run in found.values()}) == 1


def test_a_cell_that_deletes_the_trail_keeps_its_own_end_and_its_open_run(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "import celltrail\nrun = celltrail.start_run('long')\n"
        + REMOVE
        + LOG.format(5).replace("import celltrail\n", "")
        + "\ncelltrail.end_run()"
    )
    assert reply.status == "ok"
    kernel.shutdown()
    with stored(kernel) as store:
        (run,) = runs(store)
        assert run.name == "long"
        check_whole(store, run, reply, "5")


def test_a_run_held_open_across_the_deletion_goes_on(kernel: NotebookKernel) -> None:
    first = kernel.run("import celltrail\nrun = celltrail.start_run('long')\ncelltrail.log_metric('before', 1)")
    time.sleep(1.5)
    shutil.rmtree(kernel.store)
    kernel.run("for i in range(50): celltrail.log_metric('m', i)")
    kernel.run("celltrail.log_param('p', 7)\ncelltrail.end_run()")
    kernel.shutdown()
    with stored(kernel) as store:
        (run,) = runs(store)
        assert (run.name, run.notebook_path, run.status) == ("long", "analysis.ipynb", Status.FINISHED)
        assert run.params["p"] == "7"
        assert [point.value for point in store.metric_history(run.run_id, "m").points] == list(range(50))
        assert store.get_run(run.run_id).environment is not None
    assert {event.cell_id for event in kernel.of_type(events.CellStarted)}.isdisjoint({first.id})


def test_datasets_and_code_are_described_again(kernel: NotebookKernel) -> None:
    fit = (
        "import numpy as np\nfrom sklearn.linear_model import Ridge\n"
        "X = np.arange(20.0).reshape(10, 2); y = X[:, 0]\nmodel = Ridge(alpha={0}).fit(X, y)\nmodel.score(X, y)"
    )
    kernel.run(fit.format(1))
    time.sleep(1.5)
    shutil.rmtree(kernel.store)
    reply = kernel.run(fit.format(2))
    kernel.shutdown()
    with stored(kernel) as store:
        (run,) = runs(store)
        detail = store.get_run(run.run_id)
    assert (run.notebook_path, run.cell_id, run.params["alpha"]) == ("analysis.ipynb", reply.id, "2")
    assert {used.name for used in detail.datasets} == {"X", "y"}
    assert all(used.dataset.rows == 10 for used in detail.datasets)


def test_a_model_that_is_measured_after_the_deletion_of_its_fit_has_its_run_back(kernel: NotebookKernel) -> None:
    """Twice deleted: each time a measure brings back what it has to be understood by."""
    fit = kernel.run(
        "import numpy as np\nfrom sklearn.linear_model import Ridge\nfrom sklearn.metrics import r2_score\n"
        "X = np.arange(20.0).reshape(10, 2); y = X[:, 0]\nX_test, y_test = X[5:] + 1, y[5:]\n"
        "model = Ridge(alpha=3).fit(X, y)"
    )
    other = kernel.run("other = Ridge(alpha=4).fit(X, y)")
    for _ in range(2):
        time.sleep(2.5)
        shutil.rmtree(kernel.store)
        kernel.run("r2_score(y_test, model.predict(X_test))")
    kernel.shutdown()
    with stored(kernel) as store:
        (run,) = [one for one in runs(store) if one.kind == "fit"]
        detail = store.get_run(run.run_id)
        stayed = store.list_executions("analysis.ipynb", other.id)
    assert (run.notebook_path, run.cell_id, run.status) == ("analysis.ipynb", fit.id, Status.FINISHED)
    assert run.params["alpha"] == "3"
    assert [metric.key for metric in detail.metrics] == ["r2_score_X_test"]
    assert detail.execution is not None
    assert detail.execution.status is Status.FINISHED
    assert not stayed


def test_a_deleted_trail_does_not_come_back_for_the_kernel_s_goodbye(kernel: NotebookKernel) -> None:
    kernel.run(LOG.format(1))
    time.sleep(2.5)
    shutil.rmtree(kernel.store)
    kernel.shutdown()
    assert not kernel.store.exists()


def test_a_quarantined_segment_costs_no_later_cell(kernel: NotebookKernel) -> None:
    """A damaged segment is moved away by the fold while its kernel goes on."""
    kernel.run(LOG.format(1))
    time.sleep(1.5)
    (segment,) = list_segments(kernel.store / "journal")
    with segment.path.open("r+b") as file:
        file.seek(segment.size_bytes // 2)
        file.write(b"\xff" * 64)
    with stored(kernel) as store:
        assert store.status().quarantined == (segment.path.name,)
    second, third = kernel.run(LOG.format(2)), kernel.run(LOG.format(3))
    kernel.shutdown()
    with stored(kernel) as store:
        found = {run.cell_id: run for run in runs(store)}
        check_whole(store, found[second.id], second, "2")
        check_whole(store, found[third.id], third, "3")


def test_a_notebook_that_deletes_the_trail_ends_as_its_cells_do(tmp_path: Path) -> None:
    """`celltrail run` keeps the executed copy inside what the cell deletes."""
    log = "import celltrail; celltrail.log_metric('m', 1)"
    path = write_notebook(
        tmp_path / "a.ipynb", log, cell(REMOVE, cell_id="removes"), cell(log, cell_id="later"), "print(3)"
    )
    said = run(path)
    assert (said.code, said.result["state"], said.result["failure"]) == (0, "finished", None)
    assert said.executed["metadata"]["celltrail"]["status"] == "finished"
    assert printed(said.executed) == "3\n"
    (note,) = said.result["notes"]
    assert "was removed while the notebook ran" in note
    assert (tmp_path / ".celltrail" / ".gitignore").exists()
    with closing(open_store(tmp_path / ".celltrail")) as store:
        (found,) = [one for one in runs(store) if one.cell_id == "later"]
    assert (found.notebook_path, found.metrics["m"], found.status) == ("a.ipynb", 1, Status.FINISHED)
