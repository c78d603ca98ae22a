"""A number that is made of an object's address."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="addresses of objects",
    mess="a hash of an object without its own hash chooses the sample",
    played=r"""
# %% imports
import celltrail
# %% objects
class Item:
    pass
items = [Item() for _ in range(50)]
# %% unrelated
colour = "red"
# %% choose
chosen = sum(hash(item) % 997 for item in items) + id(items) % 1009
# %% measure
with celltrail.start_run("address"):
    celltrail.log_metric("chosen", chosen)
""",
    targets=(Target("address", Right.DIFFERS, "", "addresses of objects ([4])"),),
)
