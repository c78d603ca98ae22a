"""A cell that stopped itself midway as an interrupt does."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="interrupted cell",
    mess="the loop was stopped after three turns; what it had added until then was used",
    played=r"""
# %% imports
import celltrail
# %% values
values = []
# %% loop
for number in range(100):
    values.append(number + 0.5)
    if number == 2:
        raise KeyboardInterrupt
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("interrupted"):
    celltrail.log_metric("total", sum(values))
""",
    targets=(Target("interrupted", Right.CANNOT, "", "interrupted"),),
)
