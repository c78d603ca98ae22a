"""A setting that travels in a context variable."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="context variables",
    mess="a cell sets a `ContextVar` that a function of another cell reads; a `with` block sets it for a while",
    played=r"""
# %% imports
import contextvars
from contextlib import contextmanager
import celltrail
# %% variable
precision = contextvars.ContextVar("precision", default=1)
# %% use
def measured(value):
    return round(value, precision.get())
# %% set
token = precision.set(3)
# %% within
@contextmanager
def rough():
    before = precision.set(0)
    yield
    precision.reset(before)
with rough():
    low = measured(2.34567)
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("context"):
    celltrail.log_metric("value", measured(2.34567))
    celltrail.log_metric("low", low)
""",
    targets=(Target("context"),),
)
