"""A list that is changed through another name."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="mutation through an alias",
    mess="`kept` is the same list as `values`; a later cell changes it under that name, another one only looks",
    played=r"""
# %% values
values = [3.0, 4.0, 8.0]
# %% alias
kept = values
# %% unrelated
other = [1, 2, 3]
other.reverse()
# %% change
kept.append(25.0)
kept[0] = 7.5
# %% look
print(len(kept))
# %% measure
import celltrail
with celltrail.start_run("mean"):
    celltrail.log_metric("mean", sum(values) / len(values))
""",
    targets=(Target("mean"),),
)
