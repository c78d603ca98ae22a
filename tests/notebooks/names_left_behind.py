"""A loop whose name lives on after it, and a comprehension whose name does not."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="names left behind by loops",
    mess="`row` and `best` are what a loop left behind; a comprehension and an `except` use the same names",
    played=r"""
# %% rows
rows = [{"score": 3}, {"score": 9}, {"score": 4}]
# %% loop
best = None
for row in rows:
    if best is None or row["score"] > best["score"]:
        best = row
# %% comprehension
scores = [row["score"] * 2 for row in rows]
# %% change
row["score"] += 100
# %% unrelated
try:
    float("no number")
except ValueError as best_error:
    print(best_error)
# %% measure
import celltrail
with celltrail.start_run("left behind"):
    celltrail.log_metric("best", best["score"] + rows[2]["score"])
""",
    targets=(Target("left behind"),),
)
