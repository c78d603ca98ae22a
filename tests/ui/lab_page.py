"""What a person does in JupyterLab, for the tests of the panel."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lab_process import TOKEN, LabProcess
from playwright.sync_api import Browser, Locator, Page, expect

_WAIT_MS = 60_000
_IDLE = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  return panel?.sessionContext?.session?.kernel?.status === 'idle' && panel.context.isReady;
}"""


class LabPage:
    """One browser window; it keeps every address that was asked for and every error of the page."""

    def __init__(self, browser: Browser, lab: LabProcess, *, width: int = 1280, height: int = 860) -> None:
        self.lab = lab
        self.context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.requested: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("websocket", lambda socket: self.requested.append(socket.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def close(self) -> None:
        self.context.close()

    def open(self, notebook: str = "") -> "LabPage":
        """Open JupyterLab, with a notebook in front where one is named, and wait for its kernel."""
        return self.open_path(f"lab/tree/{notebook}" if notebook else "lab", has_kernel=bool(notebook))

    def open_path(self, path: str, *, has_kernel: bool = True) -> "LabPage":
        """Open an address of JupyterLab or Notebook 7, and wait for the kernel of what it shows."""
        self.page.goto(f"{self.lab.base}{path}?reset&token={TOKEN}")
        self.page.wait_for_function("() => window.jupyterapp !== undefined", timeout=_WAIT_MS)
        self.page.wait_for_function("() => window.jupyterapp.restored.then(() => true)", timeout=_WAIT_MS)
        if has_kernel:
            self.page.wait_for_function(_IDLE, timeout=_WAIT_MS)
        return self

    def command(self, name: str, **arguments: Any) -> Any:
        """Run one of JupyterLab's commands."""
        script = "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)"
        return self.page.evaluate(script, [name, arguments])

    def show_trail(self) -> Locator:
        """Open the panel as a person does, by its tab."""
        tab = self.page.locator(".jp-SideBar .lm-TabBar-tab[data-id='celltrail-trail']")
        if tab.get_attribute("aria-selected") != "true":
            tab.click()
        expect(self.panel).to_be_visible()
        return self.panel

    @property
    def panel(self) -> Locator:
        return self.page.locator("#celltrail-trail")

    @property
    def rows(self) -> Locator:
        return self.panel.locator(".ct-Row.ct-mod-run, .ct-Row.ct-mod-child")

    def row(self, text: str) -> Locator:
        return self.rows.filter(has_text=text)

    @property
    def list(self) -> Locator:
        return self.panel.get_by_role("treegrid")

    @property
    def detail(self) -> Locator:
        return self.panel.locator(".ct-Detail")

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell").nth(index)

    def badge(self, index: int) -> Locator:
        return self.cell(index).locator(".ct-Badge")

    def run_cell(self, index: int) -> None:
        """Run one cell and wait until the kernel is done with it."""
        select = "i => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i; }"
        self.page.evaluate(select, index)
        self.command("notebook:run-cell")
        self.page.wait_for_function(_IDLE, timeout=_WAIT_MS)

    def type_into_cell(self, index: int, text: str) -> None:
        """Add text at the end of a cell, at the keyboard."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)

    def leave_runs(self) -> None:
        """Go back to the panel's list from whatever runs are open over it."""
        while self.detail.count():
            self.detail.wait_for()  # for a frame of a change of theme JupyterLab hides all of itself
            self.detail.press("Escape")

    def rest(self) -> None:
        """Put the panel back as it opens."""
        self.leave_runs()
        filters = self.panel.get_by_role("button", name="Filter expression")
        self.panel.get_by_role("searchbox").fill("")
        if filters.get_attribute("aria-pressed") == "true":
            filters.click()
        self.panel.get_by_role("button", name="Notebook", exact=True).click()
        self.list.press("Home")
        for row in self.panel.locator(".ct-Row.ct-mod-run[aria-expanded]").all():
            is_search = row.locator(".ct-Chip").inner_text().isdecimal()
            if (row.get_attribute("aria-expanded") == "true") is is_search:
                row.locator(".ct-Expander").click()
        expect(self.rows.first).to_be_visible()

    def open_sections(self) -> None:
        """Unfold all that a run's detail folds."""
        self.page.evaluate(
            "() => document.querySelectorAll('.ct-Detail details').forEach(each => { each.open = true; })"
        )

    def check(self) -> None:
        """No page failed, and none asked another machine."""
        assert self.hosts() <= {"127.0.0.1"}
        assert not self.problems, self.problems

    def hosts(self) -> set[str]:
        """All machines that were asked."""
        return {urlsplit(url).hostname or "" for url in self.requested if not url.startswith(("data:", "blob:"))}

    def picture(self, folder: Path | None, name: str, target: Locator | None = None) -> None:
        """Keep a picture where the run of the tests asks for pictures."""
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        self.page.mouse.move(900, 700)
        (target or self.page).screenshot(path=folder / f"{name}.png", animations="disabled")
