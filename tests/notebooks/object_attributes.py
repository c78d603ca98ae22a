"""Settings that are reached by several ways: an attribute, a container, a class."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="aliases through attributes and classes",
    mess="one list is an attribute of two objects and stands in a dictionary; a class counts for all of its objects",
    played=r"""
# %% imports
from types import SimpleNamespace
import celltrail
# %% settings
limits = [1, 5]
settings = SimpleNamespace(limits=limits, name="first")
kept = {"all": {"inner": settings}}
# %% class
class Step:
    count = 0
    def __init__(self, settings):
        self.limits = settings.limits
        Step.count += 1
    @classmethod
    def skip(cls):
        cls.count += 10
# %% steps
first, second = Step(settings), Step(settings)
# %% change
kept["all"]["inner"].limits.append(30)
# %% rename
settings.name = "second"
# %% skip
second.skip()
# %% unrelated
other = SimpleNamespace(limits=[7])
other.limits.append(8)
# %% measure
with celltrail.start_run("attributes"):
    celltrail.log_metric("limits", sum(first.limits))
    celltrail.log_metric("steps", first.count)
""",
    targets=(Target("attributes"),),
)
