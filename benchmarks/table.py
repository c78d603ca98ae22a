"""How soon the runs table shows 100,000 runs with 40 keys, and whether scrolling through them shows a blank.

    python benchmarks/table.py
    python benchmarks/table.py --runs 5000 --json table.json

The pages are asked of the store itself: CPU time of all threads, median, 50 rows with the nine columns that the table
chooses. `paint` is wall time in a real JupyterLab in a real Chromium, from the command to the first run in view, on a
window that was just loaded. Frames are counted while the grid is scrolled by 400 pixels each.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from big_store import make_big_store
from page import timings

from celltrail.config import ensure_store_folder
from celltrail.store.base import RunQuery
from celltrail.store.open import open_store

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / "ui")]

KEYS = (*(f"metrics.m0{i}" for i in range(4)), "params.model", *(f"params.p0{i}" for i in range(3)), "tags.team")
QUERIES = {
    "newest first": RunQuery(limit=50, keys=KEYS),
    "ordered by a metric": RunQuery(limit=50, keys=KEYS, order_by=("metrics.m07 DESC",)),
    "filtered and ordered": RunQuery(
        limit=50, keys=KEYS, filter="metrics.m03 < 0.5 and params.model = 'Ridge'", order_by=("metrics.m07",)
    ),
}
OPENINGS = 3
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
    from lab_process import CHROMIUM_FLAGS, LabProcess, chromium_path
    from playwright.sync_api import sync_playwright
    from scrolling import roll

    lab = LabProcess(root, home)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        paints = []
        try:
            for _ in range(OPENINGS):
                page = LabPage(browser, lab).open()
                began = time.perf_counter()
                page.command("celltrail:open-table")
                page.page.locator(".ct-GridRow.ct-mod-run").first.wait_for()
                paints.append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            seen = roll(page.page, pixels=400, frames=FRAMES, list_=".ct-Grid", row=".ct-GridRow")
            seen["rate"] = FRAMES / (time.perf_counter() - began)
        finally:
            browser.close()
            lab.stop()
    return paints, seen


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
        (f"table page of {options.runs:,} runs: {name}", "<= 50 ms", ms, "ms CPU") for name, ms in pages.items()
    ]
    promises += [
        ("table's first paint", "<= 300 ms", statistics.median(paints), "ms"),
        ("frames with a blank while the table scrolls", "0 %", 100 * seen["blank"] / FRAMES, "%"),
        ("frames a second while the table scrolls", ">= 30", seen["rate"], "/s"),
    ]
    for name, promise, measured, unit in promises:
        print(f"{name:60} {promise:>10} {measured:10.1f} {unit}")
    if options.json:
        rows = [
            {"name": name, "promise": promise, "measured": round(measured, 1), "unit": unit, "peer": ""}
            for name, promise, measured, unit in promises
        ]
        options.json.write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
