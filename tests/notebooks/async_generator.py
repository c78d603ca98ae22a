"""Asynchronous generators and gathered coroutines at top level."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="asynchronous generators",
    mess="a cell awaits what another one defined; an asynchronous generator is looked through in two cells",
    played=r"""
# %% imports
import asyncio
import celltrail
# %% source
async def ticks(count):
    for number in range(count):
        await asyncio.sleep(0)
        log.append(number)
        yield number * step
# %% state
log, step = [], 3
# %% begin
stream = ticks(6)
first = await anext(stream)
# %% step
step = 5
# %% unrelated
await asyncio.sleep(0)
label = "ticks"
# %% rest
rest = [number async for number in stream]
# %% gather
async def total(numbers):
    return sum(numbers) + len(log)
both = await asyncio.gather(total(rest), total([first]))
# %% measure
with celltrail.start_run("ticks"):
    celltrail.log_metric("first", both[0])
    celltrail.log_metric("second", both[1])
""",
    targets=(Target("ticks"),),
)
