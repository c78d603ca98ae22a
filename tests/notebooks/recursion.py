"""Two functions of two cells that call each other."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="recursion between cells",
    mess="`even` calls `odd` of a later cell, which is edited between two runs",
    played=r"""
# %% even
def even(n):
    return 1.0 if n == 0 else 1 + odd(n - 1)
# %% odd
def odd(n):
    return 0.0 if n == 0 else 2 + even(n - 1)
# %% unrelated
limit = 3
# %% measure
import celltrail
with celltrail.start_run("steps"):
    celltrail.log_metric("steps", even(9))
# %% odd
def odd(n):
    return 0.0 if n == 0 else 3 + even(n - 1)
# %% measure again
""",
    targets=(Target("steps", turn=0), Target("steps", turn=1)),
)
