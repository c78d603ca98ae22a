"""A session of 160 executions, of which a run needs four."""

from messy_notebook import MessyNotebook, Target

COUNTED = "".join(f"# %% note_{i}\nnote['count'] += {i}\nlast_{i} = note['count']\n" for i in range(1, 78))
COUNTED += "".join(f"# %% note_{i} again\n" for i in range(1, 78))

NOTEBOOK = MessyNotebook(
    title="160 executions",
    mess="two variables are counted up by cells that were run again and again; the run needs little of it",
    played=r"""
# %% imports
import celltrail
# %% rate
rate = 0.5
# %% note_0
note = {"count": 0}
"""
    + COUNTED
    + r"""# %% value
value = rate * 8
# %% note_1 again
# %% rate
rate = 9.0
# %% measure
with celltrail.start_run("few of many"):
    celltrail.log_metric("value", value)
""",
    targets=(Target("few of many"),),
)
