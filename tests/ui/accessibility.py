"""Deque's axe, run inside the page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def serious_violations(page: Page, *selectors: str) -> list[str]:
    """What axe finds serious or critical in parts of the page, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=_AXE)
    found: dict[str, Any] = page.evaluate(
        "selectors => axe.run({include: selectors.map(each => [each])}, {resultTypes: ['violations']})",
        list(selectors),
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
