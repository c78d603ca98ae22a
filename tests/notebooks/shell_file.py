"""A file that a shell line makes."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="shell lines that make a file",
    mess="`!` lines write a file, a cell reads it; another line captures what a command prints",
    played=r"""
# %% make
!printf '3\n4\n9\n' > counts.txt
!printf '5\n' >> counts.txt
# %% unrelated
colours = ["red", "blue"]
# %% read
with open("counts.txt") as file:
    counts = [int(line) for line in file]
# %% captured
words = !echo one two three
# %% measure
import celltrail
with celltrail.start_run("from the shell"):
    celltrail.log_metric("total", sum(counts))
    celltrail.log_metric("words", len(words[0].split()))
""",
    is_tidied=True,
    targets=(Target("from the shell"),),
)
