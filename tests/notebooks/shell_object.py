"""IPython's own object, by which cells bind and read names unseen."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="names bound by get_ipython()",
    mess="names are pushed into IPython's table and read from it",
    played=r"""
# %% imports
import celltrail
# %% shell
ip = get_ipython()
# %% push
ip.push({"hidden": 5})
# %% unrelated
colour = "red"
# %% read
value = ip.user_ns["hidden"] + hidden
# %% later
colour = "blue"
# %% measure
with celltrail.start_run("pushed"):
    celltrail.log_metric("value", value)
""",
    targets=(Target("pushed"),),
)
