"""A kernel that was restarted midway, and a notebook that went on in the middle."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="kernel restarted midway",
    mess="the names of before the restart are gone; only some cells ran again after it, one of them edited",
    played=r"""
# %% base
base = 2.0
# %% unrelated
other = 7
# %% grown
grown = base * 3
# %% measure
import celltrail
with celltrail.start_run("before"):
    celltrail.log_metric("grown", grown)
# %% restarted
# %% unrelated again
# %% base
base = 5.0
# %% grown again
# %% measure
import celltrail
with celltrail.start_run("after"):
    celltrail.log_metric("grown", grown)
""",
    targets=(Target("after", Right.SLICE), Target("before", Right.SLICE)),
)
