"""A real JupyterLab in a real Chromium, headless, for the benchmarks of what a person sees; and their table."""

import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "ui")]


@dataclass(frozen=True, slots=True)
class Seen:
    """One promise, and what was seen of it."""

    name: str
    promise: str
    measured: float
    unit: str
    peer: str = ""


@contextlib.contextmanager
def lab_and_browser(root: Path, home: Path, **how: Any) -> Iterator[tuple[Any, Any]]:
    """A JupyterLab on a project's folder, and a browser that is no window yet; `how` as `LabProcess` takes it."""
    from lab_process import CHROMIUM_FLAGS, LabProcess, chromium_path
    from playwright.sync_api import sync_playwright

    lab = LabProcess(root, home, **how)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
            yield lab, browser
            browser.close()
    finally:
        lab.stop()


def report(promises: Sequence[Seen], path: Path | None) -> None:
    """Print a table of promises, and keep it as JSON where a path is given."""
    for one in promises:
        print(f"{one.name:60} {one.promise:>18} {one.measured:10.1f} {one.unit:14} {one.peer}")
    if path:
        rows = [
            {
                "name": one.name,
                "promise": one.promise,
                "measured": round(one.measured, 1),
                "unit": one.unit,
                "peer": one.peer,
            }
            for one in promises
        ]
        path.write_text(json.dumps(rows), encoding="utf-8")
