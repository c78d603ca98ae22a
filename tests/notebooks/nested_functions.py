"""Counters that live in closures and in attributes of functions."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="state in closures",
    mess="a closure counts its calls with nonlocal, and a function counts in an attribute of its own",
    played=r"""
# %% counter
def make_counter():
    count = 0
    def counter():
        nonlocal count
        count += 1
        counter.calls = getattr(counter, "calls", 0) + 2
        return count
    return counter
# %% make
tick = make_counter()
other = make_counter()
# %% call
tick()
# %% call again
# %% other
other()
# %% unrelated
colour = "blue"
# %% measure
import celltrail
with celltrail.start_run("counted"):
    celltrail.log_metric("count", tick() * 10 + tick.calls)
""",
    targets=(Target("counted"),),
)
