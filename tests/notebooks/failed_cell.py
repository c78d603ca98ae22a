"""A cell that failed after it had done half of its work."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="failed cell with a partial effect",
    mess="the cell raised in its third line; what the first two did was used, and a corrected cell replaced it later",
    played=r"""
# %% names
table = {"a": 1.0, "b": 2.0}
# %% fails
table["a"] = 10.0
table["c"] = 5.0
table["d"] = table["missing"]
table["b"] = 99.0
# %% unrelated_failure
open("not-there.txt")
# %% measure
import celltrail
with celltrail.start_run("partial"):
    celltrail.log_metric("total", sum(table.values()))
# %% fails
table["b"] = 99.0
""",
    targets=(Target("partial"),),
)
