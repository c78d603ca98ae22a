"""Functions that all see the last value of a loop's variable, and then an even later one."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="closure over a loop variable",
    mess="three lambdas close over `power`, which a later cell binds again",
    played=r"""
# %% functions
functions = []
for power in (1, 2, 3):
    functions.append(lambda x: x**power)
# %% unrelated
colour = "red"
# %% measure
import celltrail
with celltrail.start_run("powers"):
    celltrail.log_metric("total", sum(f(1.5) for f in functions))
# %% rebind
power = 5
# %% measure again
""",
    targets=(Target("powers", turn=0), Target("powers", turn=1)),
)
