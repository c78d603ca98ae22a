"""Generators that feed each other, over several cells."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="pipeline of generators",
    mess="three generators in a row; cells take from the last and from the middle, and it matters when",
    played=r"""
# %% imports
import celltrail
# %% source
seen = []
def numbers(count):
    for number in range(count):
        seen.append(number)
        yield number * scale
# %% scale
scale = 2
# %% pipeline
source = numbers(20)
odd = (number + 1 for number in source)
pairs = zip(odd, odd)
# %% take
first = next(pairs)
# %% middle
skipped = next(odd)
# %% scale
scale = 100
# %% unrelated
words = (word for word in "a b c".split())
next(words)
# %% rest
rest = [a - b for a, b in pairs][:3]
# %% measure
with celltrail.start_run("pipeline"):
    celltrail.log_metric("rest", sum(rest) + sum(first) + skipped)
    celltrail.log_metric("seen", len(seen))
""",
    targets=(Target("pipeline"),),
)
