"""A dictionary of frames, of which cells change one under another name."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="frames in a dictionary",
    mess="a loop gives each frame a column, one frame is taken out and changed, another key is bound to the same frame",
    played=r"""
# %% imports
import pandas as pd
import celltrail
# %% frames
frames = {name: pd.DataFrame({"n": range(size)}) for name, size in (("a", 3), ("b", 5))}
# %% columns
for frame in frames.values():
    frame["twice"] = frame["n"] * 2
# %% same
frames["c"] = frames["a"]
# %% take
taken = frames["c"]
taken.loc[1, "twice"] = 100
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("frames"):
    celltrail.log_metric("total", sum(frame["twice"].sum() for frame in frames.values()))
""",
    targets=(Target("frames"),),
)
