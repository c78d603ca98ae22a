"""How soon the Trail panel shows 100,000 runs, and whether scrolling through them shows a blank.

    python benchmarks/panel.py
    python benchmarks/panel.py --runs 5000 --json panel.json

A real JupyterLab in a real Chromium, headless, on a store of 100,000 runs with 40 keys each. Wall time: this is what a
person waits. `open` is from the click on the panel's tab to the first run in view, on a window that was just loaded;
`project` from the click on the switch from one notebook to all runs; `jump` from a scroll to anywhere to a view full
of runs.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from big_store import make_big_store
from in_browser import Seen, lab_and_browser, report

from celltrail.config import ensure_store_folder

JUMPS = 40
OPENINGS = 5
FRAMES = 200


def measure(runs: int) -> dict[str, list[float]]:
    """Milliseconds by what was done, and the shares of frames that were blank or waited, in per cent."""
    from lab_process import write_notebook

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        (root / "notebooks").mkdir(parents=True)
        (root / "pyproject.toml").touch()
        write_notebook(root / "notebooks" / "part_03.ipynb", "1")
        ensure_store_folder(root / ".celltrail")
        make_big_store(root / ".celltrail", runs=runs)
        with lab_and_browser(root, Path(folder) / "home") as (lab, browser):
            times = [_open(browser, lab, runs) for _ in range(OPENINGS)]
            return {
                "open": [opened for opened, _, _ in times],
                "project": [switched for _, switched, _ in times],
                **_scroll(times[-1][2].page),
            }


def _open(browser, lab, runs: int) -> tuple:
    from lab_page import LabPage

    page = LabPage(browser, lab).open("notebooks/part_03.ipynb")
    opened = _until_filled(page, page.show_trail)
    switch = page.panel.get_by_role("button", name="Project", exact=True)
    switched = _until_filled(page, switch.click, page.panel.locator(".ct-Footer", has_text=f"{runs:,} runs"))
    return opened, switched, page


def _scroll(page) -> dict[str, list[float]]:
    from scrolling import jump, roll

    rng = random.Random(0)
    jumps = [jump(page, rng.random()) for _ in range(JUMPS)]
    jump(page, 0)
    rolled = roll(page, pixels=400, frames=FRAMES)
    blank = sum(seen["blank"] > 1 for seen in jumps) + rolled["blank"]
    return {
        "jump": [seen["ms"] for seen in jumps],
        "blank": [100 * blank / (JUMPS + FRAMES)],
        "waiting": [100 * rolled["pending"] / FRAMES],
    }


def _until_filled(page, act, then=None) -> float:
    began = time.perf_counter()
    act()
    (then or page.rows.first).wait_for()
    page.rows.first.wait_for()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = measure(options.runs)
    promises = [
        Seen(
            f"panel opens on {options.runs:,} runs", "<= 1,000 ms", max(found["open"] + found["project"]), "ms, slowest"
        ),
        Seen("panel switches to all of them", "<= 1,000 ms", statistics.median(found["project"]), "ms"),
        Seen("a jump in the list is filled", "<= 1,000 ms", statistics.median(found["jump"]), "ms"),
        Seen("the slowest of the jumps", "<= 1,000 ms", max(found["jump"]), "ms"),
        Seen("frames with a blank while scrolling", "0 %", found["blank"][0], "%"),
        Seen("frames with a row that waits", "as few as can be", found["waiting"][0], "%"),
    ]
    report(promises, options.json)


if __name__ == "__main__":
    main()
