"""`celltrail compare --prove`: each likely cause replayed alone, and what it explains of the difference."""

import json
import subprocess
import sys

import pytest

CELLS = (
    "import celltrail\nfactor = {weight}",
    "offset = {offset}",
    "with celltrail.start_run('answer'):\n    celltrail.log_metric('value', 10 * factor + offset)",
)


def celltrail(root, *words):
    command = [sys.executable, "-m", "celltrail.cli", *words]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=250, check=False)


def notebook(cells):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
        for n, cell in enumerate(cells)
    ]
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.slow
def test_each_cause_alone_explains_its_part_of_the_difference(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    for weight, offset in ((1, 2), (2, 7)):
        cells = [cell.replace("{weight}", str(weight)).replace("{offset}", str(offset)) for cell in CELLS]
        (tmp_path / "a.ipynb").write_text(json.dumps(notebook(cells)))
        ran = celltrail(tmp_path, "run", "a.ipynb", "-o", "out.ipynb")
        assert ran.returncode == 0, ran.stderr
    listed = json.loads(celltrail(tmp_path, "runs", "--json").stdout)["runs"]
    second, first = (run["run_id"] for run in listed)
    assert celltrail(tmp_path, "replay", first).returncode == 0
    before = {path: path.read_bytes() for path in tmp_path.glob("*.ipynb")}
    done = celltrail(tmp_path, "compare", first, second, "--prove", "--json")
    assert done.returncode == 0, done.stderr
    [explained] = json.loads(done.stdout)["explanations"]
    assert (explained["metric"], explained["values"]) == ("value", [12.0, 27.0])
    shares = {cause["title"]: cause["proof"]["share"] for cause in explained["causes"] if cause["proof"]}
    assert shares == {
        "factor changed 1 → 2": pytest.approx(10 / 15),
        "offset changed 2 → 7": pytest.approx(5 / 15),
    }
    assert [cause["title"].split()[0] for cause in explained["causes"]][:2] == ["factor", "offset"]
    assert "executes 3 cells in a folder of their own: [1], [2], [3]" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.glob("*.ipynb")} == before
    again = celltrail(tmp_path, "compare", first, second)
    assert "this alone explains 67% of the difference" in again.stdout
