"""A magic that a cell defines and another one uses."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="magic defined in a cell",
    mess="`%%scaled` runs the cell's text with its numbers scaled; it is redefined afterwards",
    played=r"""
# %% factor
factor = 3
# %% magic
from IPython.core.magic import register_cell_magic
@register_cell_magic
def scaled(line, cell):
    for text in cell.split():
        found.append(float(text) * factor)
# %% found
found = []
# %% unrelated
label = "numbers"
# %% use
%%scaled
1 2 3.5
# %% measure
import celltrail
with celltrail.start_run("scaled"):
    celltrail.log_metric("total", sum(found))
""",
    targets=(Target("scaled"),),
)
