"""A file that stays open over several cells."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="file that stays open over cells",
    mess="what cells write stands in a buffer; the file on the disk changes when another cell closes it",
    is_tidied=True,
    played=r"""
# %% imports
import celltrail
# %% open
out = open("lines.txt", "w")
other = open("other.txt", "w")
# %% write
for number in range(3):
    print(number * 2, file=out)
# %% other
other.write("nothing")
other.close()
# %% again
out.write("70\n")
# %% unrelated
colour = "red"
# %% let_go
del out
# %% read
total = sum(int(line) for line in open("lines.txt"))
# %% measure
with celltrail.start_run("lines"):
    celltrail.log_metric("total", total)
""",
    targets=(Target("lines"),),
)
