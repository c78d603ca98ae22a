"""Options of libraries that cells set far away from where they count."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="options of libraries",
    mess="pandas' and numpy's options, a decimal context and a locale-like default are set, and one is set back",
    played=r"""
# %% imports
import decimal
import numpy as np
import pandas as pd
import celltrail
# %% options
decimal.getcontext().prec = 5
pd.set_option("display.precision", 2)
np.set_printoptions(precision=3)
# %% unrelated
colour = "red"
# %% third
third = decimal.Decimal(1) / decimal.Decimal(3)
# %% text
shown = str(np.array([1 / 3]))
# %% measure
with celltrail.start_run("options"):
    celltrail.log_metric("third", float(third))
    celltrail.log_metric("length", len(shown) + len(repr(pd.Series([1 / 3]))))
""",
    targets=(Target("options"),),
)
