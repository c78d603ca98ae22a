"""Names that no syntax tree shows."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="globals() and exec",
    mess="names are bound by globals(), exec and a loop over setattr; a cell reads them by their text",
    played=r"""
# %% namespace
for number in range(3):
    globals()[f"rate_{number}"] = number / 4
# %% exec
exec("scale = rate_1 * 8")
# %% holder
class Holder:
    pass
for name in ("low", "high"):
    setattr(Holder, name, len(name))
# %% unrelated
title = "nothing"
# %% measure
import celltrail
with celltrail.start_run("hidden"):
    celltrail.log_metric("value", scale + rate_2 + Holder.low + eval("rate_1"))
""",
    targets=(Target("hidden", Right.FULL),),
)
