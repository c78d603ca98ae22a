"""State that cells keep in a module instead of a name."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="state kept in a module",
    mess="a made-up module object and attributes of `math` carry values from cell to cell",
    played=r"""
# %% imports
import math
import sys
import types
import celltrail
# %% settings
sys.modules["my_settings"] = types.ModuleType("my_settings")
# %% fill
import my_settings
my_settings.rate = 0.75
math.my_rate = 2
# %% unrelated
colour = "red"
# %% use
from my_settings import rate
value = rate * math.my_rate
# %% measure
with celltrail.start_run("kept"):
    celltrail.log_metric("value", value)
""",
    targets=(Target("kept"),),
)
