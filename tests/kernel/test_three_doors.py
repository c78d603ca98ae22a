"""The same notebook in JupyterLab, by papermill and by `celltrail run` leaves the same trail."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient
from jupyter_process import JupyterProcess
from written_notebooks import celltrail

from celltrail.cli.demo_command import shipped_notebook
from celltrail.store.base import Store
from celltrail.store.open import open_store
from celltrail.store.runs import RunDetail, RunQuery

NAME = "diabetes_progression.ipynb"
DOORS = ("jupyterlab", "papermill", "celltrail run")


def project(folder: Path) -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    return Path(shutil.copy(shipped_notebook(), folder / NAME))


def execute_cells(client: BlockingKernelClient, notebook: Path) -> None:
    """Send each code cell as JupyterLab's "Run All Cells" does: its metadata and its id in the request's metadata."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        content = {"code": "".join(cell["source"]), "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": True, "stop_on_error": "raises-exception" not in cell["metadata"].get("tags", ())}
        metadata = {"deletedCells": [], "recordTiming": False, **cell["metadata"], "cellId": cell["id"]}
        message = client.session.msg("execute_request", content, metadata=metadata)
        client.shell_channel.send(message)
        while client.get_shell_msg(timeout=120)["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue


def by_jupyterlab(folder: Path) -> None:
    """A session of a real Jupyter server; the cells go through the kernel's own channels."""
    notebook = project(folder)
    server = JupyterProcess(folder, folder.parent / "home")
    try:
        asked = {"path": NAME, "name": NAME, "type": "notebook", "kernel": {"name": "python3"}}
        session = server.request("api/sessions", asked).json()
        connection = folder.parent / "home" / "runtime" / f"kernel-{session['kernel']['id']}.json"
        client = BlockingKernelClient(connection_file=str(connection))
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=90)
        execute_cells(client, notebook)
        client.stop_channels()
        assert server.request(f"api/sessions/{session['id']}", method="DELETE").status == 204
        server.stop()
    finally:
        server.kill()


def by_papermill(folder: Path) -> None:
    project(folder)
    command = [sys.executable, "-m", "papermill", "--engine", "celltrail", "--no-progress-bar", NAME, "out.ipynb"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)


def by_celltrail_run(folder: Path) -> None:
    project(folder)
    said = celltrail("run", folder / NAME, folder=folder.parent, timeout_s=240)
    assert said.code == 0, said.err


EXECUTE = {"jupyterlab": by_jupyterlab, "papermill": by_papermill, "celltrail run": by_celltrail_run}


def all_runs(store: Store) -> list[RunDetail]:
    """Every run, children too, in the order of their cells."""
    page = store.search_runs(RunQuery(with_children=True, limit=1000, order_by=("attributes.start_time",)))
    assert page.total == len(page.runs)
    return [store.get_run(run.run_id) for run in page.runs]


def essence(run: RunDetail) -> dict[str, Any]:
    """All of a run that does not name its time, its process or itself."""
    return {
        "run": (run.run.name, run.run.kind, run.run.status, run.run.estimator, run.run.variable),
        "cell": (run.run.notebook_path, run.run.cell_id, run.run.execution_count),
        "is_child": bool(run.run.parent_run_id),
        "child_count": run.run.child_count,
        "is_in_group": bool(run.run.group_id),
        "params": sorted(map(repr, run.params)),
        "metrics": sorted(
            (one.key, repr(one.value), one.count, one.evidence, one.dataset_name, one.dataset_digest)
            for one in run.metrics
            if "time" not in one.key
        ),
        "ambiguous": sorted((one.key, repr(one.value)) for one in run.ambiguous_metrics),
        "datasets": sorted((use.name, use.role, use.dataset.digest) for use in run.datasets),
        "environment": run.environment and run.environment.digest,
        "hardware": run.hardware and run.hardware.digest,
        "seed": run.seed and sorted(map(repr, run.seed.random_states)),
        "tags": sorted(map(repr, run.tags)),
    }


@pytest.fixture(scope="module")
def trails(tmp_path_factory):
    found = {}
    for door in DOORS:
        folder = tmp_path_factory.mktemp("door") / "project"
        EXECUTE[door](folder)
        store = open_store(folder / ".celltrail")
        try:
            runs = all_runs(store)
            executions = store.list_executions(NAME, limit=1000)
            found[door] = (sorted(map(essence, runs), key=repr), executions)
        finally:
            store.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS[1:])
def test_runs_parameters_metrics_and_dataset_digests_are_the_same(trails, door):
    first, runs = trails[DOORS[0]][0], trails[door][0]
    assert len(first) > 10
    assert [one["run"] for one in runs] == [one["run"] for one in first]
    for ours, theirs in zip(runs, first, strict=True):
        assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS[1:])
def test_cells_states_names_and_outputs_are_the_same(trails, door):
    def of(executions):
        return sorted(
            (one.execution_count, one.cell_id, one.status, one.tags, one.source, one.names_read, one.names_written)
            for one in executions
        )

    assert of(trails[door][1]) == of(trails[DOORS[0]][1])


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_the_cell_that_raised_is_failed_and_all_others_are_finished(trails, door):
    states = {one.cell_id: one.status for one in trails[door][1]}
    assert states.pop("bmi-typo") == "failed"
    assert set(states.values()) == {"finished"}


@pytest.mark.slow
def test_every_metric_of_the_notebook_is_on_a_run(trails):
    measured = {(one[0].partition("_X")[0]) for run in trails["celltrail run"][0] for one in run["metrics"]}
    for key in ("mean_absolute_error", "root_mean_squared_error", "roc_auc_score", "f1_score", "score", "best_score"):
        assert key in measured, f"{key} is missing among {sorted(measured)}"
    assert not any(run["ambiguous"] for run in trails["celltrail run"][0])
