"""A class that was edited after an object of it was made."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="class edited later",
    mess="the object is of the first class, whose cell was edited and run again before the object was used",
    played=r"""
# %% class
class Rate:
    def __init__(self, value):
        self.value = value
    def yearly(self):
        return self.value * 12
# %% object
rate = Rate(0.5)
# %% class
class Rate:
    def __init__(self, value):
        self.value = value
    def yearly(self):
        return (1 + self.value) ** 12 - 1
# %% unrelated
name = "rates"
# %% measure
import celltrail
with celltrail.start_run("old object"):
    celltrail.log_metric("yearly", rate.yearly())
# %% object again
# %% measure_new
with celltrail.start_run("new object"):
    celltrail.log_metric("yearly", rate.yearly())
""",
    targets=(Target("old object", Right.SLICE), Target("new object", Right.SLICE)),
)
