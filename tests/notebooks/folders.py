"""Folders that cells make, rename and remove."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="folders made by other cells",
    mess="a cell saves into a folder that another one made; there is an old folder that was removed before",
    is_tidied=True,
    played=r"""
# %% imports
import os, shutil
from pathlib import Path
import celltrail
# %% names
OUT = Path("out") / "deep"
# %% old
os.makedirs("old", exist_ok=True)
# %% make
OUT.mkdir(parents=True, exist_ok=True)
# %% remove_old
shutil.rmtree("old")
# %% draft
(OUT / "draft.txt").write_text("3 4 5")
# %% unrelated
Path("notes.txt").write_text("nothing")
# %% rename
os.rename(OUT / "draft.txt", OUT / "final.txt")
# %% measure
with celltrail.start_run("folders"):
    celltrail.log_metric("total", sum(map(int, (OUT / "final.txt").read_text().split())))
    with open("out/deep/report.txt", "w") as file:
        file.write("done")
""",
    targets=(Target("folders"),),
)
