"""A cell that takes whatever files are in a folder."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="files found by a pattern",
    mess="a file was added to the folder after the run; no cell named it",
    files={"part_1.txt": "1.5", "part_2.txt": "2.5"},
    played=r"""
# %% imports
from pathlib import Path
import celltrail
# %% read
parts = [float(path.read_text()) for path in sorted(Path().glob("part_*.txt"))]
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("parts"):
    celltrail.log_metric("total", sum(parts))
""",
    targets=(Target("parts", Right.DIFFERS, "data", "part_3.txt"),),
    edited={"part_3.txt": "40"},
)
