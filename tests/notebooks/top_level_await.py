"""Cells that wait at their top level, and a task that one cell starts and another one awaits."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="top-level await",
    mess="a task started in one cell changes a list while another cell runs",
    played=r"""
# %% imports
import asyncio
import celltrail
# %% task
found = []
async def fill(count):
    for number in range(count):
        await asyncio.sleep(0)
        found.append(number * 1.5)
    return len(found)
task = asyncio.ensure_future(fill(6))
# %% unrelated
colour = "blue"
# %% wait
count = await task
# %% measure
with celltrail.start_run("awaited"):
    celltrail.log_metric("total", sum(found) + count)
""",
    targets=(Target("awaited"),),
)
