"""Names that are deleted, and what is found under them then."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="names deleted with del",
    mess="`sum` is shadowed and the shadow deleted; a name is deleted, bound again, and deleted again by a re-run",
    played=r"""
# %% shadow
def sum(values):
    return max(values)
# %% use
largest = sum([2.0, 5.0])
# %% unshadow
del sum
# %% use_builtin
total = sum([2.0, 5.0])
# %% temporary
temporary = [1.5] * 3
# %% delete
length = len(temporary)
del temporary
# %% temporary again
# %% delete again
# %% measure
import celltrail
with celltrail.start_run("sums"):
    celltrail.log_metric("value", largest * 100 + total * 10 + length)
""",
    targets=(Target("sums"),),
)
