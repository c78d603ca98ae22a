"""Real JupyterLabs and one real Chromium, shared by the tests of a module."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab_page import LabPage
from lab_process import CHROMIUM_FLAGS, LabProcess, chromium_path
from playwright.sync_api import Browser, expect, sync_playwright

# Two busy cores: an answer may take its time, a wrong one never becomes right by waiting.
expect.set_options(timeout=15_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", help="keep pictures of the panel in this folder (docs/screenshots)")


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures go; None keeps none."""
    folder = request.config.getoption("--screenshots", default=None)
    return Path(folder).absolute() if folder else None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def new_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., LabProcess]]:
    """Start a JupyterLab on a new project; `fill` gets the project's folder before the server sees it."""
    started: list[LabProcess] = []

    def start(fill: Callable[[Path], object] = lambda _: None, **how: Any) -> LabProcess:
        base = tmp_path_factory.mktemp("lab")
        root = base / "project"
        root.mkdir()
        (root / "pyproject.toml").touch()
        fill(root)
        started.append(LabProcess(root, base / "home", **how))
        return started[-1]

    yield start
    for lab in started:
        lab.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., LabPage]]:
    """Open a browser window on a lab; at the end no page may have failed or have asked another machine."""
    opened: list[LabPage] = []

    def open_page(lab: LabProcess, notebook: str = "", **how: int) -> LabPage:
        opened.append(LabPage(browser, lab, **how))
        return opened[-1].open(notebook)

    yield open_page
    for page in opened:
        page.close()
        page.check()
