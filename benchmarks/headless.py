"""What a headless execution costs: CPU seconds of all processes together, `celltrail run` beside plain papermill.

python benchmarks/headless.py
python benchmarks/headless.py --json FILE

celltrail's figure includes all that it keeps: the trail in the kernel, the table of runs at the end.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPEATS = 5
DEMO = Path(__file__).parents[1] / "notebooks" / "diabetes_progression.ipynb"


def small_notebook(path: Path) -> None:
    """Twenty cells that do next to nothing."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "source": f"x{i} = {i}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for i in range(20)
    ]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def without_error(path: Path) -> None:
    """The demo without its cell that raises: papermill would fail there."""
    notebook = json.loads(DEMO.read_text(encoding="utf-8"))
    notebook["cells"] = [c for c in notebook["cells"] if "raises-exception" not in c["metadata"].get("tags", ())]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def cpu_s(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """CPU seconds of a command and of all that it started and waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(notebook: Path) -> tuple[float, float, float]:
    """Median CPU seconds: celltrail run, papermill with the engine celltrail, plain papermill without celltrail."""
    folder = notebook.parent
    plain = {**os.environ, "CELLTRAIL": "off"}
    papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", notebook.name, "out.ipynb"]
    ours: list[float] = []
    engine: list[float] = []
    theirs: list[float] = []
    for _ in range(REPEATS):
        ours.append(cpu_s([sys.executable, "-m", "celltrail.cli", "run", notebook.name], folder, dict(os.environ)))
        engine.append(cpu_s([*papermill, "--engine", "celltrail"], folder, dict(os.environ)))
        theirs.append(cpu_s(papermill, folder, plain))
    return statistics.median(ours), statistics.median(engine), statistics.median(theirs)


def main() -> None:
    """Measure both notebooks and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.ipynb"
        small_notebook(small)
        (Path(folder) / "pyproject.toml").touch()
        demo = Path(folder) / "demo.ipynb"
        without_error(demo)
        for what, notebook in (("20 small cells", small), ("the demo, 23 cells, scikit-learn", demo)):
            ours, engine, theirs = measure(notebook)
            rows.append(
                {
                    "name": f"headless run: {what}",
                    "promise": "less CPU than plain papermill",
                    "measured": round(ours, 2),
                    "unit": "s CPU",
                    "peer": f"papermill {theirs:.2f} s; papermill --engine celltrail {engine:.2f} s",
                }
            )
            print(
                f"{what:34} celltrail run {ours:5.2f} s  --engine celltrail {engine:5.2f} s   papermill {theirs:5.2f} s"
            )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
