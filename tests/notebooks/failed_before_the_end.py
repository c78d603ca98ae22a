"""A cell that failed before it could undo what other cells did."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="statements after the one that failed",
    mess="the cell failed in its second line: the lines below it, which would empty the list, never ran",
    played=r"""
# %% values
values = [1.5, 2.5]
# %% fails
values.append(4.0)
ratio = values[0] / 0
values.clear()
values = None
# %% unrelated
colour = 1 / 0
# %% handled
try:
    values.append(1 / 0)
except ZeroDivisionError:
    values.append(0.5)
# %% measure
import celltrail
with celltrail.start_run("partial"):
    celltrail.log_metric("total", sum(values))
""",
    targets=(Target("partial"),),
)
