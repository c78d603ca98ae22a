"""Runs that a person may really have and a view may trip over, written as kernels write them."""

from pathlib import Path

from celltrail import clock
from celltrail.config import ensure_store_folder
from celltrail.journal import events
from celltrail.records import Status
from journal_writing import Trail

WIDE = 12_000
NAN = float("nan")
ZIGZAG = ((5, 0.5), (1, 0.9), (3, 0.7), (2, 0.8), (4, 0.6), (0, 1.0))
MEGABYTE = 1_000_000


def fill_odd(root: Path, notebook: str = "odd.ipynb") -> dict[str, str]:
    """Write them; the ids of the runs by name.

    `plain` and `bare` have no metric at all, `wide` and `wider` 12,000 of them, `lost` only NaN and a parameter and a
    tag of a megabyte, `broken` infinities among its values, `zigzag` steps that came out of order and one twice;
    `stray` belongs to a notebook that is not there and names an artifact whose content is not there.
    """
    store = root / ".celltrail"
    ensure_store_folder(store)
    trail = Trail(store, notebook, at=clock.now() - 60_000_000)
    made = {"plain": trail.run("plain", execution_id=trail.cell("plain = 1", "cell-0"), params={"alpha": 1})}
    made["bare"] = trail.run("bare", execution_id=trail.cell("bare = 1", "cell-1"), params={"alpha": 2})
    made.update(_wide(Trail(store, notebook, at=clock.now() - 90_000_000)))
    big = {"blob": "x" * MEGABYTE}
    made["lost"] = trail.run("lost", params=big, tags={"essay": "y" * MEGABYTE}, is_finished=False)
    trail.metric(made["lost"], "loss", *[NAN] * 5)
    made["broken"] = trail.run("broken", params={"blob": "x" * (MEGABYTE - 1) + "z"}, is_finished=False)
    trail.metric(made["broken"], "loss", 2.0, float("inf"), NAN, float("-inf"), 1.0)
    made["zigzag"] = trail.run("zigzag", params={"alpha": 3}, is_finished=False)
    for step, value in (*ZIGZAG, (3, 0.65)):
        trail.metric(made["zigzag"], "loss", value, first_step=step)
    for name in ("lost", "broken", "zigzag"):
        trail.writer.append(events.RunFinished(made[name], trail.tick(), Status.FINISHED, None, 0.1))
    trail.end()
    made["stray"] = _stray(store)
    return made


def _wide(trail: Trail) -> dict[str, str]:
    made = {}
    for name, factor in (("wide", 7), ("wider", 9)):
        cell = trail.cell(f"{name} = {factor}", "cell-2")
        made[name] = trail.run(name, execution_id=cell, params={"alpha": factor}, is_finished=False)
        for number in range(WIDE):
            trail.metric(made[name], f"metric_{number:05d}", number / factor)
        trail.writer.append(events.RunFinished(made[name], trail.tick(), Status.FINISHED, None, 0.1))
    trail.end()
    return made


def _stray(store: Path) -> str:
    trail = Trail(store, "gone/stray.ipynb", at=clock.now() - 30_000_000)
    cell = trail.cell("model = Ridge(alpha=4).fit(X, y)", "cell-9")
    run = trail.run("stray", execution_id=cell, params={"alpha": 4}, is_finished=False)
    trail.metric(run, "loss", 0.4)
    trail.writer.append(
        events.ArtifactLogged(run, trail.tick(), "plot.png", "blake3:" + "7" * 64, 812, "image/png", "figure"),
        events.RunFinished(run, trail.tick(), Status.FINISHED, None, 0.1),
    )
    trail.end()
    return run
