"""`celltrail restore`: what a run executed as a new notebook, over no file, with a clear word where it cannot be."""

import json
import subprocess
import sys

import pytest

from journal_writing import Trail


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "notebooks").mkdir()
    trail = Trail(tmp_path / ".celltrail", "notebooks/a.ipynb")
    trail.cell("rows = [1]", "load", names_written=("rows",))
    trail.cell("print('aside')", "aside")
    fit = trail.cell("model = fit(rows)", "fit", names_read=("rows", "fit"), names_written=("model",))
    trail.run("Ridge", execution_id=fit, run_id="feedbeef00112233")
    trail.run("script", run_id="5c41b7aa00112233")
    trail.end()
    return tmp_path


def restore(project, *words):
    command = [sys.executable, "-m", "celltrail.cli", "restore", *words]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)


def sources(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_what_a_run_needs_is_written_beside_its_notebook_and_never_twice(project):
    first = restore(project, "feed")
    assert first.returncode == 0, first.stderr
    [path] = (project / "notebooks").glob("restored-*.ipynb")
    assert path.name == "restored-feedbeef.ipynb"
    assert sources(path) == ["rows = [1]", "model = fit(rows)"]
    assert "(2 of 3 cell executions)" in first.stdout
    path.write_text("mine", encoding="utf-8")
    again = restore(project, "feed")
    assert again.returncode == 2
    assert "it is there already and was left as it is: name another file with --notebook" in again.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_all_that_was_executed_goes_to_the_place_that_was_named(project):
    assert restore(project, "feed", "--full", "--notebook", "all.ipynb").returncode == 0
    assert sources(project / "all.ipynb") == ["rows = [1]", "print('aside')", "model = fit(rows)"]
    nowhere = restore(project, "feed", "--notebook", "no/such/folder/all.ipynb")
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (2, True)
    planned = json.loads(restore(project, "feed", "--dry-run", "--json").stdout)
    assert (planned["is_written"], len(planned["cells"])) == (False, 2)
    assert not list((project / "notebooks").iterdir())


def test_a_run_without_a_cell_or_without_its_journal_is_refused_with_the_reason(project):
    script = restore(project, "5c41")
    assert (script.returncode, "only what cells executed can be put back" in script.stderr) == (2, True)
    assert restore(project, "nosuch").returncode == 1
    restore(project, "feed", "--dry-run")
    for path in (project / ".celltrail" / "journal").glob("*.ctj"):
        path.unlink()
    lost = restore(project, "feed")
    assert (lost.returncode, "no journal tells of session" in lost.stderr) == (2, True)
