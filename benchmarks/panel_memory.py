"""What the Trail panel and the runs table hold of a browser's memory after an hour of live runs.

    python benchmarks/panel_memory.py
    python benchmarks/panel_memory.py --runs 200 --seconds 20 --json panel_memory.json

A real JupyterLab in a real Chromium, with the panel and a table that draws a metric over its steps, both open. An
hour's runs, each with ten parameters and three metrics of thirty steps, are written one by one to a journal in a
few minutes. The JavaScript heap is read after its garbage was collected, and compared with that of the same JupyterLab
without celltrail. `refreshes` says how often the page asked for its rows meanwhile: what leaks does so by asking.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from in_browser import Seen, lab_and_browser, report

from celltrail import clock
from celltrail.config import ensure_store_folder

MB = 1e6
STEPS = 30
VIEW = {
    "columns": [
        {"source": "attributes", "key": "start_time", "width": 110},
        {"source": "metrics", "key": "loss", "width": 104},
        {"source": "course", "key": "loss", "width": 96},
        {"source": "params", "key": "p0", "width": 112},
    ]
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a page holds after its garbage was collected."""

    heap_mb: float
    nodes: int
    listeners: int


def held(page) -> Held:
    """What the page holds now."""
    session = page.context.new_cdp_session(page.page)
    session.send("HeapProfiler.enable")
    session.send("Performance.enable")
    for _ in range(3):  # finalizers run after the first, and free more
        session.send("HeapProfiler.collectGarbage")
        page.page.wait_for_timeout(300)
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return Held(heap / MB, int(metrics["Nodes"]), int(metrics["JSEventListeners"]))


def write_runs(store: Path, runs: int, seconds: float) -> None:
    """Write an hour's runs in some seconds, each by itself."""
    from journal_writing import Trail

    trail = Trail(store, "notebooks/live.ipynb", at=clock.now())
    began = time.monotonic()
    for number in range(runs):
        params = {f"p{key}": number * key for key in range(10)}
        run_id = trail.run("Ridge", execution_id=trail.cell(f"fit({number})", f"cell-{number % 20}"), params=params)
        for key in ("loss", "rmse", "r2"):
            trail.metric(run_id, key, *(1 / (1 + step + number % 7) for step in range(STEPS)))
        trail.writer.sync()
        time.sleep(max(0.0, began + (number + 1) * seconds / runs - time.monotonic()))
    trail.end()


def with_celltrail(root: Path, home: Path, *, runs: int, seconds: float) -> tuple[Held, Held, int]:
    """What the page holds at first and after the runs, and how often it asked for rows."""
    from lab_page import LabPage

    ensure_store_folder(root / ".celltrail")
    with lab_and_browser(root, home) as (lab, browser):
        page = LabPage(browser, lab).open()
        page.show_trail()
        page.panel.get_by_role("button", name="Project", exact=True).click()
        page.command("celltrail:open-table", view=VIEW)
        write_runs(root / ".celltrail", 20, 2)
        page.page.locator(".ct-GridRow .ct-Spark").first.wait_for()
        page.rows.first.wait_for()
        first = held(page)
        before = len(page.requested)
        write_runs(root / ".celltrail", runs, seconds)
        page.page.locator(".ct-Table-foot", has_text=f"{runs + 20:,} runs").wait_for(timeout=120_000)
        page.page.wait_for_timeout(4000)
        refreshes = sum("search_runs" in url for url in page.requested[before:])
        return first, held(page), refreshes


def without_celltrail(root: Path, home: Path) -> Held:
    """What the same JupyterLab holds without our extension."""
    from lab_page import LabPage

    with lab_and_browser(root, home, extensions=None) as (lab, browser):
        page = LabPage(browser, lab).open()
        page.page.wait_for_timeout(4000)
        return held(page)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        (root / "pyproject.toml").touch()
        bare = without_celltrail(root, Path(folder) / "bare")
        first, last, refreshes = with_celltrail(root, Path(folder) / "home", runs=options.runs, seconds=options.seconds)
    print(f"{'':24} {'heap':>9} {'nodes':>7} {'listeners':>9}")
    for name, seen in (("without celltrail", bare), ("with 20 runs", first), (f"after {options.runs:,} more", last)):
        print(f"{name:24} {seen.heap_mb:6.1f} MB {seen.nodes:7} {seen.listeners:9}")
    peer = f"{last.heap_mb - first.heap_mb:.1f} MB of it came with the runs, in {refreshes:,} refreshes"
    name = f"memory of panel and table after {options.runs:,} live runs"
    report([Seen(name, "<= 60 MB", last.heap_mb - bare.heap_mb, "MB", peer)], options.json)


if __name__ == "__main__":
    main()
