"""A module that cells write, import, write again and reload."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="module written by a cell and reloaded",
    mess="`%%writefile` makes a module; it is edited in its cell and reloaded, and both forms made a run",
    played=r"""
# %% write
%%writefile rules.py
LIMIT = 3
# %% imports
import importlib
import celltrail
import rules
# %% measure
with celltrail.start_run("rule"):
    celltrail.log_metric("limit", rules.LIMIT)
# %% write
%%writefile rules.py
LIMIT = 300 + 1
# %% unrelated
text = "rules"
# %% reload
importlib.reload(rules)
# %% measure again
""",
    is_tidied=True,
    targets=(Target("rule", Right.FULL), Target("rule", turn=1)),
)
