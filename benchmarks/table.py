"""How soon the runs table shows 100,000 runs with 40 keys, and whether scrolling through them shows a blank.

    python benchmarks/table.py
    python benchmarks/table.py --runs 5000 --json table.json

The pages are asked of the store itself: CPU time of all threads, median, 50 rows with the nine columns that the table
chooses. The first paint is wall time in a real JupyterLab in a real Chromium, from the command to the first run in
view, on a window that was just loaded. A frame is the CPU time of the page's main thread while the grid is scrolled by
400 pixels each: 33 ms are the thirty frames a second that are promised.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from big_store import make_big_store
from in_browser import Seen, lab_and_browser, report
from page import timings

from celltrail.config import ensure_store_folder
from celltrail.store.base import RunQuery
from celltrail.store.open import open_store

KEYS = (*(f"metrics.m0{i}" for i in range(4)), "params.model", *(f"params.p0{i}" for i in range(3)), "tags.team")
QUERIES = {
    "newest first": RunQuery(limit=50, keys=KEYS),
    "ordered by a metric": RunQuery(limit=50, keys=KEYS, order_by=("metrics.m07 DESC",)),
    "filtered and ordered": RunQuery(
        limit=50, keys=KEYS, filter="metrics.m03 < 0.5 and params.model = 'Ridge'", order_by=("metrics.m07",)
    ),
}
OPENINGS = 5
# From the command to the frame that shows the first run, in milliseconds.
FIRST_ROW = """() => new Promise(resolve => {
  const began = performance.now();
  const look = () => document.querySelector('.ct-GridRow.ct-mod-run')
    ? resolve(performance.now() - began) : requestAnimationFrame(look);
  void window.jupyterapp.commands.execute('celltrail:open-table');
  look();
})"""
FRAMES = 120


def ask(store_folder: Path) -> dict[str, float]:
    """Milliseconds of CPU by question."""
    store = open_store(store_folder)
    try:
        found = {name: timings(lambda query=query: store.search_runs(query), 30)[2] for name, query in QUERIES.items()}
        groups = RunQuery(keys=KEYS, group_by="params.model")
        found["grouped by a parameter"] = timings(lambda: store.group_runs(groups), 15)[2]
    finally:
        store.close()
    return found


def look(root: Path, home: Path) -> tuple[list[float], dict[str, float]]:
    """Milliseconds to the first run, and what a scroll through the grid showed."""
    from lab_page import LabPage
    from scrolling import roll

    with lab_and_browser(root, home) as (lab, browser):
        paints = []
        for _ in range(OPENINGS):
            page = LabPage(browser, lab).open()
            page.page.wait_for_timeout(1000)  # what a window loads after it was restored is not the table's
            paints.append(page.page.evaluate(FIRST_ROW))
        page.page.wait_for_timeout(2000)
        session = page.context.new_cdp_session(page.page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        cpu, began = _main_thread_ms(session), time.perf_counter()
        seen = roll(page.page, pixels=400, frames=FRAMES, list_=".ct-Grid", row=".ct-GridRow")
        seen["rate"] = FRAMES / (time.perf_counter() - began)
        seen["cpu"] = (_main_thread_ms(session) - cpu) / FRAMES
    return paints, seen


def _main_thread_ms(session) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        (root / "pyproject.toml").touch()
        ensure_store_folder(root / ".celltrail")
        make_big_store(root / ".celltrail", runs=options.runs)
        pages = ask(root / ".celltrail")
        paints, seen = look(root, Path(folder) / "home")
    promises = [
        Seen(f"table page of {options.runs:,} runs: {name}", "<= 50 ms", ms, "ms CPU") for name, ms in pages.items()
    ]
    rate = f"{seen['rate']:.0f} frames a second by the clock"
    promises += [
        Seen("table's first paint", "<= 300 ms", statistics.median(paints), "ms", f"best {min(paints):.0f} ms"),
        Seen("frames with a blank while the table scrolls", "0 %", 100 * seen["blank"] / FRAMES, "%"),
        Seen("a frame while the table scrolls", "<= 33 ms", seen["cpu"], "ms CPU", rate),
    ]
    report(promises, options.json)


if __name__ == "__main__":
    main()
