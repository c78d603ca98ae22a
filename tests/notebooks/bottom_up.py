"""A notebook that was executed from its last cell to its first."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="executed from the bottom up",
    mess="the notebook's order is the reverse of the executed one, and two cells were deleted after they ran",
    played=r"""
# %% last
start = 3
# %% helper
def step(value):
    return value * 2 + 1
# %% helper deleted
# %% middle
values = [start]
for _ in range(4):
    values.append(step(values[-1]))
# %% trimmed
values = values[1:]
# %% trimmed deleted
# %% unrelated
colour = "violet"
# %% first
import celltrail
with celltrail.start_run("bottom"):
    celltrail.log_metric("total", sum(values))
""",
    targets=(Target("bottom"),),
)
