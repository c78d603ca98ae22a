"""The order of a set of strings, which each process makes anew."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="order of a set of strings",
    mess="words get their weight by their place in a set",
    played=r"""
# %% words
words = {f"word {number}" for number in range(60)}
# %% weights
weights = {word: place for place, word in enumerate(words)}
# %% measure
import celltrail
with celltrail.start_run("order"):
    celltrail.log_metric("weight", sum(weights[f"word {number}"] * 60**number for number in range(7)))
""",
    targets=(Target("order", Right.DIFFERS, "", "order of a set or a hash (["),),
)
