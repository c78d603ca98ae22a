"""Bound methods that are given away and called by others."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="bound methods as callbacks",
    mess="`seen.append` is passed to `sorted` and kept in a list of hooks: who calls them changes what they belong to",
    played=r"""
# %% imports
import celltrail
# %% state
seen, hooks = [], []
# %% hook
hooks.append(seen.append)
# %% notify
def notify(value):
    for hook in hooks:
        hook(value)
# %% sort
try:
    sorted([3, 1, 2], key=seen.append)
except TypeError:
    pass
# %% unrelated
lengths = sorted(["aa", "b"], key=len)
# %% tell
notify(10)
# %% measure
with celltrail.start_run("callbacks"):
    celltrail.log_metric("seen", sum(seen))
""",
    targets=(Target("callbacks"),),
)
