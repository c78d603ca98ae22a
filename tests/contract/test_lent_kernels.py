"""A kernel in whose environment celltrail is not installed is recorded too, with the celltrail of the server."""

import ast
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_process import JupyterProcess

from celltrail.capture import launcher
from celltrail.execute.lending import lend_from, lent_command
from celltrail.labserver.provisioner import use_for_local_kernels

_HIDDEN = ("celltrail", "duckdb", "_duckdb", "xxhash", "__editable__")  # as in an environment of somebody else
_FIT = """
from sklearn.linear_model import Ridge
X, y = [[0.0], [1.0], [2.0]], [1.0, 2.0, 4.0]
model = Ridge(alpha=0.5).fit(X, y)
model.score(X, y)
"""
_WORKERS = """
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import cross_val_score

class Mean(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        self.mean_ = sum(y) / len(y)
        return self

    def predict(self, X):
        return [self.mean_] * len(X)

cross_val_score(Mean(), X * 4, y * 4, n_jobs=2, cv=2)
"""


@pytest.fixture(scope="module")
def other_python(tmp_path_factory) -> Path:
    """The Python of an environment that has everything but celltrail and what only celltrail needs."""
    folder = tmp_path_factory.mktemp("other") / "environment"
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    places = [Path(place) for place in dict.fromkeys(sys.path) if Path(place).name == "site-packages"]
    for entry in (entry for place in places for entry in place.iterdir()):
        is_hidden = entry.name.startswith(_HIDDEN) or entry.suffix == ".pth"
        if not is_hidden and not (packages / entry.name).exists():
            (packages / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def jupyter_path(other_python, tmp_path_factory) -> Path:
    """A folder with the specification of that environment's kernel, as `python -m ipykernel install` writes it."""
    folder = tmp_path_factory.mktemp("jupyter")
    spec = folder / "kernels" / "other" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(other_python), "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "other", "language": "python"}))
    return folder


@pytest.fixture(scope="module")
def server(jupyter_path, tmp_path_factory):
    base = tmp_path_factory.mktemp("lending")
    (base / "root").mkdir()
    (base / "root" / "pyproject.toml").touch()
    server = JupyterProcess(base / "root", base / "home", env={"JUPYTER_PATH": str(jupyter_path)})
    server.runtime = base / "home" / "runtime"
    yield server
    server.kill()


@pytest.fixture(scope="module")
def client(server):
    """A front end's end of a kernel of the other environment, which the server started for a notebook."""
    asked = {"name": "other", "path": "a.ipynb", "type": "notebook", "kernel": {"name": "other"}}
    kernel_id = server.request("api/sessions", asked).json()["kernel"]["id"]
    client = BlockingKernelClient(connection_file=str(server.runtime / f"kernel-{kernel_id}.json"))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()


def shown_by(client, source: str) -> str:
    """What a cell prints or shows; fails where it raised."""
    shown = []

    def take(message):
        content = message["content"]
        shown.append(content.get("text", "") or content.get("data", {}).get("text/plain", ""))

    reply = client.execute_interactive(source, output_hook=take, timeout=120)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(shown)


def latest_fit(server):
    """What the panel shows of the latest fit."""
    server.ask("fold")
    run = server.ask("search_runs", {"query": {"filter": "attributes.kind = 'fit'"}})["runs"][0]
    return server.ask("get_run", {"run_id": run["run_id"]})


def test_a_kernel_of_another_environment_is_recorded_by_the_servers_celltrail(server, client):
    shown_by(client, _FIT)
    detail = latest_fit(server)
    assert detail["run"]["estimator"].endswith("Ridge")
    assert {metric["key"] for metric in detail["metrics"]} == {"score_X"}
    notes = detail["environment"]["notes"]
    assert any("not installed in this environment" in note for note in notes)
    assert any("duckdb is not there" in note for note in notes)


def test_its_digests_are_those_of_other_kernels_where_the_pythons_are_alike(server, client):
    shown_by(client, _FIT)
    assert all(used["dataset"]["digest"].startswith("xxh3-128:") for used in latest_fit(server)["datasets"])


def test_the_workers_of_a_cell_find_the_classes_that_celltrail_watches(client):
    shown_by(client, _FIT)
    assert "array(" in shown_by(client, _WORKERS)


def test_nothing_but_celltrail_is_lent(client):
    added = shown_by(client, "import sys, os; print([p for p in sys.path if 'celltrail' in p])")
    folders = [Path(path) for path in ast.literal_eval(added)]
    lent = {entry.name for folder in folders for entry in folder.iterdir()}
    assert lent <= {"celltrail", "xxhash", "blake3"}


def test_the_kernel_searches_runs_through_the_server(client):
    assert "Ridge" in shown_by(client, "import celltrail; print(celltrail.search_runs()['name'].tolist())")


@pytest.fixture(scope="module")
def headless(jupyter_path, tmp_path_factory):
    """A project whose notebook was run headlessly with the kernel of the other environment, and how that ended."""
    folder = tmp_path_factory.mktemp("headless")
    (folder / "pyproject.toml").touch()
    cells = [nbformat.v4.new_code_cell(source) for source in (_FIT, "import celltrail\ncelltrail.search_runs()")]
    kernel = {"name": "other", "language": "python", "display_name": "other"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "a.ipynb")
    return folder, _celltrail("run", "a.ipynb", "-o", "out.ipynb", cwd=folder, jupyter_path=jupyter_path)


def test_where_nobody_answers_a_search_says_what_to_do(headless, jupyter_path):
    folder, done = headless
    assert "pip install celltrail here" in done.stdout + done.stderr
    assert "Ridge" in _celltrail("runs", "--json", cwd=folder, jupyter_path=jupyter_path).stdout


def test_its_runs_are_replayed_with_the_kernel_of_its_environment(headless, jupyter_path):
    folder, _ = headless
    runs = json.loads(_celltrail("runs", "--json", cwd=folder, jupyter_path=jupyter_path).stdout)["runs"]
    [run_id] = [run["run_id"] for run in runs if run["estimator"].endswith("Ridge")]
    done = _celltrail("replay", run_id, "--json", cwd=folder, jupyter_path=jupyter_path)
    report = json.loads(done.stdout)
    assert (done.returncode, report["status"]) == (0, "identical")
    assert {item["status"] for item in report["checklist"] if item["name"] == "environment"} == {"identical"}


def _celltrail(*words: str, cwd: Path, jupyter_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "celltrail.cli", *words],
        cwd=cwd,
        env={**os.environ, "JUPYTER_PATH": str(jupyter_path), "HOME": str(cwd)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "command",
    [
        ["julia", "-i", "--color=yes", "kernel.jl", "{connection_file}"],
        [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        ["python3", "-m", "bash_kernel", "-f", "{connection_file}"],
        ["conda", "run", "kernel.sh"],
        [],
    ],
)
def test_a_command_that_is_not_another_pythons_ipykernel_stays_as_it_is(command, tmp_path):
    assert lent_command(command, tmp_path) == command
    assert not list(tmp_path.iterdir())


def test_where_links_cannot_be_made_the_kernel_starts_as_it_would(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    command = ["/elsewhere/bin/python", "-m", "ipykernel_launcher", "-f", "x"]
    assert lend_from(in_the_way) is None
    assert lent_command(command, in_the_way) == command


def test_a_kernel_that_has_its_own_celltrail_is_lent_none(monkeypatch):
    monkeypatch.delenv("CELLTRAIL_LENT", raising=False)
    before = list(sys.path)
    assert launcher.lend("anywhere", "9.9") == ""
    assert (sys.path, os.environ.get("CELLTRAIL_LENT")) == (before, None)


def test_a_python_that_is_too_old_is_told_and_starts(monkeypatch):
    monkeypatch.setattr(launcher, "OLDEST", (9, 9))
    monkeypatch.setattr(launcher, "find_spec", lambda _name: None)
    assert "needs Python 9.9 or newer" in launcher.lend("anywhere", "9.9")


def test_a_provisioner_that_the_user_chose_is_kept():
    factory = KernelProvisionerFactory(default_provisioner_name="mine")
    KernelProvisionerFactory.clear_instance()
    KernelProvisionerFactory._instance = factory
    try:
        use_for_local_kernels(None)
        assert factory.default_provisioner_name == "mine"
    finally:
        KernelProvisionerFactory.clear_instance()
