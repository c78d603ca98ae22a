"""A script that a cell runs, and that another cell edits."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="%run of a script",
    mess="`%run` brings names from a script; the script is written by a cell and written again between two runs",
    files={"settings.py": "alpha = 0.5\nrate = alpha * 3\n"},
    played=r"""
# %% run
%run settings.py
# %% measure
import celltrail
with celltrail.start_run("from the script"):
    celltrail.log_metric("rate", rate)
# %% write
%%writefile settings.py
alpha = 2.0
rate = alpha + 1
# %% unrelated
shown = "settings"
# %% run again
# %% measure again
""",
    targets=(
        Target("from the script", Right.DIFFERS, "", "settings.py"),
        Target("from the script", Right.FULL, turn=1),
    ),
)
