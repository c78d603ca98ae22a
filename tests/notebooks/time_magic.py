"""Cells that begin with %%time and lines of magics."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="%%time and line magics",
    mess="names are bound under `%%time`, by a magic with an assignment, and beside `%matplotlib`-like lines",
    played=r"""
# %% imports
%precision 3
import celltrail
# %% timed
%%time
numbers = [n**0.5 for n in range(100)]
# %% assigned
folder = %pwd
# %% unrelated
%%timeit -n 1 -r 1
sum(range(10))
# %% sum
%time total = sum(numbers)
# %% measure
with celltrail.start_run("timed"):
    celltrail.log_metric("total", total)
    celltrail.log_metric("has_folder", len(folder) > 0)
""",
    targets=(Target("timed"),),
)
