"""A notebook that walks into another folder."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="os.chdir",
    mess="a cell makes a folder and goes there; later cells write and read relative to it",
    played=r"""
# %% imports
import os
import celltrail
# %% go
os.makedirs("results", exist_ok=True)
os.chdir("results")
# %% unrelated
title = "no more than a title"
# %% write
with open("numbers.txt", "w") as file:
    file.write("1.5 2.5 4.0")
# %% read
with open("numbers.txt") as file:
    numbers = [float(word) for word in file.read().split()]
# %% measure
with celltrail.start_run("inside"):
    celltrail.log_metric("total", sum(numbers))
""",
    is_tidied=True,
    targets=(Target("inside"),),
)
