"""%cd, %env and shell lines that read variables of the notebook."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="%cd, %env and {variables} in shell lines",
    mess="magics change the folder and the environment that later cells see; a shell line writes what a variable holds",
    played=r"""
# %% imports
import os
import celltrail
# %% folder
%mkdir -p work
%cd -q work
# %% rate
rate = 4
# %% env
%env SCALE=3
# %% unrelated
colour = "red"
# %% write
!echo {rate} $rate > rate.txt
# %% rate
rate = 99
# %% bash
%%bash --out shown
echo "$SCALE"
# %% measure
with celltrail.start_run("places"):
    numbers = [int(word) for word in open("rate.txt").read().split()]
    celltrail.log_metric("total", sum(numbers) * int(shown) * int(os.environ["SCALE"]))
""",
    targets=(Target("places"),),
)
