"""Functions that a decorator of another cell puts into a table."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="registry filled by a decorator",
    mess="cells define functions that nobody calls by name; the table calls them all, and one was defined twice",
    played=r"""
# %% registry
registry = {}
def register(function):
    registry[function.__name__] = function
    return function
# %% first
@register
def first(x):
    return x + 1
# %% second
@register
def second(x):
    return x * 10
# %% unrelated
colour = "red"
# %% first
@register
def first(x):
    return x + 2.5
# %% measure
import celltrail
with celltrail.start_run("registered"):
    celltrail.log_metric("total", sum(f(2) for f in registry.values()))
""",
    targets=(Target("registered"),),
)
