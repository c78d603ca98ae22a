"""Names that come from a star import and hide others."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="star import that hides names",
    mess="`from math import *` hides a `pow` of a cell; the notebook shows them in the other order",
    played=r"""
# %% own
def pow(base, exponent):
    return base + exponent
# %% first
first = pow(2, 5)
# %% star
from math import *
# %% second
second = pow(2, 5)
# %% unrelated
colour = "red"
# %% measure
import celltrail
with celltrail.start_run("hidden"):
    celltrail.log_metric("value", first * 100 + second + floor(e))
""",
    targets=(Target("hidden"),),
)
