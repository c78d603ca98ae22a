"""Numbers from the operating system."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="entropy of the system",
    mess="`secrets` and `os.urandom` have no state that could be put back",
    played=r"""
# %% imports
import os
import secrets
import celltrail
# %% unrelated
colour = "red"
# %% draw
drawn = secrets.randbelow(10**9) + os.urandom(1)[0]
# %% measure
with celltrail.start_run("entropy"):
    celltrail.log_metric("drawn", drawn)
""",
    targets=(Target("entropy", Right.DIFFERS, "", "entropy (["),),
)
