"""Walrus, match, starred arguments and slots of a dataclass that change what they are given."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="walrus, match and starred arguments",
    mess="names are bound inside of expressions and patterns, and a function changes what came by `*` and `**`",
    played=r"""
# %% imports
from dataclasses import dataclass, field
import celltrail
# %% class
@dataclass
class Tally:
    names: list = field(default_factory=list)
    counts: dict = field(default_factory=dict)
# %% data
rows = [["a", 1], ["b", 2], {"name": "c", "count": 5}]
tally, other = Tally(), Tally()
# %% fill
for row in rows:
    match row:
        case [name, count]:
            tally.counts[name] = count
        case {"name": str(name), **rest}:
            tally.names.append((name, rest["count"]))
# %% walrus
if (size := len(tally.counts)) > 1 and (last := tally.names[-1]):
    tally.counts["last"] = last[1]
# %% starred
def extend(*tallies, **extra):
    for one in tallies:
        one.counts |= extra
# %% other
extend(other, x=100)
# %% both
extend(*[tally], y=40)
# %% unrelated
match colour := "red":
    case "red":
        shade = 1
# %% measure
with celltrail.start_run("syntax"):
    celltrail.log_metric("total", sum(tally.counts.values()) + size)
""",
    targets=(Target("syntax"),),
)
