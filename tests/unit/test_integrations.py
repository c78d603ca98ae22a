"""Adapters are found by entry point, installed when their library is imported, and cost a kernel almost nothing."""

import importlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from celltrail.capture import integrations
from estimator_cells import Cells

ROOT = Path(__file__).parents[2]

LIBRARY = """
class Thing:
    def train(self, rows):
        self.seen = rows
        return self

    def predict(self, rows):
        return rows
"""
ADAPTER = """
from celltrail.capture.training import Began, Dataset, params_of, use_of
from celltrail.records import DatasetRole

def install(hook):
    def train(given):
        data = (Dataset(given.argument(1, "rows"), DatasetRole.TRAIN, 0, "rows"),)
        params = params_of({"size": 3}, "Thing")
        return hook.training(Began("Thing", "outside_thing.Thing", params, data, model=given.args[0]), ended)

    def ended(training, result):
        training.metrics({"loss": 0.5}, 7)
        training.best(4, 0.25)

    hook.on_method(hook.module.Thing, "train", train)
    hook.on_method(hook.module.Thing, "predict", lambda given: hook.prediction(use_of(given, "rows")))
"""


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[Cells]:
    """A notebook in an environment where another distribution brings a library's adapter."""
    folder = tmp_path / "site"
    metadata = folder / "outside-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[console_scripts]\nother = a:b\n\n[celltrail.integrations]\noutside_thing = outside_adapter:install  # ours\n"
    )
    (folder / "outside_thing.py").write_text(LIBRARY)
    (folder / "outside_adapter.py").write_text(ADAPTER)
    sys.path.insert(0, str(folder))
    (tmp_path / "notebook").mkdir()
    cells = Cells(tmp_path / "notebook")
    yield cells
    cells.close()
    sys.path.remove(str(folder))
    for name in ("outside_thing", "outside_adapter"):
        sys.modules.pop(name, None)


def test_the_table_of_our_own_adapters_is_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"][integrations.GROUP] == integrations.OWN


def test_every_adapter_is_one_file_and_stands_in_the_table() -> None:
    files = {path.stem for path in (ROOT / "src/celltrail/integrations").glob("*.py")} - {"__init__"}
    assert {value.partition(":")[0].rpartition(".")[2] for value in integrations.OWN.values()} == files


def test_adapters_import_none_of_their_libraries() -> None:
    before = set(sys.modules)
    for value in integrations.OWN.values():
        importlib.import_module(value.partition(":")[0])
    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert new <= {"celltrail"}


def test_anothers_adapter_is_found_and_used(cells: Cells) -> None:
    assert ("outside_thing", "outside_adapter:install") in list(integrations.entry_points())
    cells.start()
    assert cells.tracking.session is not None
    cells.tracking.session.background.drain(5)
    cells.run("import outside_thing\nrows = [1.0, 2.0]\nthing = outside_thing.Thing().train(rows)")
    (run,) = cells.runs()
    assert (run.started.name, run.variable, run.params["size"].value) == ("Thing", "thing", "3")
    assert run.values() == {"loss": 0.5, "best_iteration": 4.0, "best_score": 0.25}
    assert [name for _, name, _ in run.datasets] == ["rows"]


def test_an_adapter_is_not_imported_before_its_library(cells: Cells) -> None:
    cells.start()
    assert cells.tracking.session is not None
    cells.tracking.session.background.drain(5)
    assert "outside_adapter" not in sys.modules


def test_an_adapter_that_fails_breaks_no_import(cells: Cells, tmp_path: Path) -> None:
    (tmp_path / "site" / "outside_adapter.py").write_text("def install(hook):\n    raise RuntimeError('mine')\n")
    cells.start()
    assert cells.tracking.session is not None
    cells.tracking.session.background.drain(5)
    assert cells.run("import outside_thing\noutside_thing.Thing().train([1.0]).seen") == [1.0]
    assert cells.tracking.session.failures.counts


def test_entry_points_are_read_without_a_word_about_damaged_ones(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "broken-1.dist-info" / "entry_points.txt"
    folder.mkdir(parents=True)  # a folder where a file should be
    monkeypatch.syspath_prepend(str(tmp_path))
    assert all(name != "broken" for name, _ in integrations.entry_points())
