"""What a reader does to learn why two runs differ: in MLflow's UI and in celltrail's, step by step, as one picture.

    python benchmarks/why_differ.py --peers FOLDER [--write]

One training of a notebook twice: the second time one row of the input is another, the split has another seed, and
one cell has other code. Both tools record it by themselves (`mlflow.autolog()` in FOLDER/mlflow; celltrail in a
headless run of the notebook). Then Chromium goes through each tool's own pages as a person does, a picture and a count
per step, and what the pages say is searched for the three causes. `--write` keeps picture and counts in docs/.
"""

import argparse
import base64
import contextlib
import html
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / "ui")]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "side-by-side.md"
PICTURE = ROOT / "docs" / "screenshots" / "why-differ.png"
START, END = "<!-- why differ: start -->", "<!-- why differ: end -->"
CELLS = (
    """\
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split""",
    "people = pd.read_csv('people.csv')",
    "people['wealth'] = {wealth}",
    "seed = {seed}",
    "X_train, X_test, y_train, y_test = train_test_split(people[['age', 'wealth']], people.spend, random_state=seed)",
    "model = Ridge(alpha=1.0).fit(X_train, y_train)",
    "mse = mean_squared_error(y_test, model.predict(X_test))",
)
VERSIONS = (  # (name, what the second time changed)
    ("before", {"wealth": "people.income / people.age", "seed": "0"}),
    ("after", {"wealth": "np.log(people.income)", "seed": "1"}),
)
CAUSES = {  # what differs, and the words of which a page must have one to tell it
    "the changed value in `people.csv`": ("column income",),
    "the seed of the split": ("seed",),
    "the code of the cell": ("np.log",),
}
MLFLOW = """
import sys, warnings, logging
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import mlflow
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("spend")
mlflow.autolog(silent=True)
names = {"__name__": "__main__"}
for source in sys.argv[1:]:
    exec(source, names)
"""


@dataclass
class Walk:
    """One reader's way: what was done, what was seen, and what the pages said."""

    tool: str
    folder: Path
    steps: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def step(self, page: Page, what: str, act: Callable[[], object]) -> None:
        """Do one thing as a person does, and keep what is then seen."""
        act()
        page.wait_for_timeout(1500)
        self.steps.append(what)
        self.pictures.append(self.folder / f"{self.tool.split()[0]}-{len(self.steps)}.png")
        page.mouse.move(1270, 850)
        page.screenshot(path=self.pictures[-1])
        self.texts.append(page.inner_text("body"))

    def tells(self, cause: str) -> bool:
        """Whether a page told a cause."""
        return any(word in text for text in self.texts for word in CAUSES[cause])


def cells_of(values: dict[str, str]) -> list[str]:
    """The notebook's cells in one version."""
    return [cell.replace("{wealth}", values["wealth"]).replace("{seed}", values["seed"]) for cell in CELLS]


def write_data(folder: Path, version: str) -> None:
    """The input; the second time one number in one row is another."""
    rows = [(n % 60 + 18, 20_000 + n * 37 % 9_000, n % 17 + n % 60 / 10) for n in range(600)]
    if version == "after":
        rows[400] = (rows[400][0], 2_000_000, rows[400][2])
    lines = [f"{age},{income},{spend}" for age, income, spend in rows]
    (folder / "people.csv").write_text("\n".join(["age,income,spend", *lines, ""]), encoding="utf-8")


@contextlib.contextmanager
def server(words: list[str], folder: Path, address: str) -> Iterator[None]:
    """A server of ours for as long as it is asked."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline:
                with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                    break
                time.sleep(0.3)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# --- the two ways --------------------------------------------------------------------------------------------------


def in_mlflow(folder: Path, browser: Browser, home: Path) -> Walk:
    """Experiment, two ticks, Compare; then the parts of the page, and the data of each run."""
    for version, values in VERSIONS:
        write_data(folder, version)
        subprocess.run([home / "bin" / "python", "-c", MLFLOW, *cells_of(values)], cwd=folder, check=True)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = [str(home / "bin" / "mlflow"), "server", "--backend-store-uri", "sqlite:///mlflow.db"]
    walk = Walk("MLflow", folder)
    with server([*words, "--host", "127.0.0.1", "--port", str(port)], folder, f"{address}/health"):
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"{address}/#/experiments")
        page.get_by_role("link", name="spend").first.wait_for(timeout=60_000)
        walk.step(page, "Open the experiment and its training runs", lambda: to_runs(page, address))
        walk.step(page, "Tick both runs", page.get_by_label("Select all runs").click)
        walk.step(page, "Press Compare", lambda: to_comparison(page))
        switches = page.get_by_text("Show diff only")
        walk.step(page, "Parameters, Show diff only: none differs", lambda: show(switches.first))
        walk.step(page, "Metrics: how much they differ", lambda: show(switches.nth(1)))
        data = page.get_by_test_id("open-dataset-drawer")
        walk.step(page, "Back to the runs: data of the first, a digest", lambda: to_data(page, address, data.first))
        walk.step(page, "Data of the second: another digest", lambda: to_data(page, address, data.nth(2)))
        page.close()
    return walk


def to_runs(page: Page, address: str) -> None:
    page.goto(f"{address}/#/experiments/1/runs")
    page.get_by_label("Select all runs").wait_for(timeout=30_000)
    close = page.get_by_role("button", name="Close")
    if close.count():
        close.first.click()  # the assistant beside the runs


def to_comparison(page: Page) -> None:
    page.get_by_role("button", name="Compare").first.click()
    page.get_by_text("Show diff only").first.wait_for(timeout=30_000)


def to_data(page: Page, address: str, data: Locator) -> None:
    to_runs(page, address)
    page.reload()
    data.wait_for(timeout=30_000)
    data.click()
    page.get_by_text("Data details for").wait_for(timeout=30_000)


def show(switch: Locator) -> None:
    switch.scroll_into_view_if_needed()
    switch.click()


def in_celltrail(folder: Path, browser: Browser) -> Walk:
    """The table, both runs, one key."""
    from lab_page import LabPage
    from lab_process import LabProcess, write_notebook

    root = folder / "project"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for version, values in VERSIONS:
        write_data(root, version)
        write_notebook(root / "train.ipynb", *cells_of(values))
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
        for words in (["add", "people.csv"], ["commit", "-qm", version]):
            subprocess.run([*git, *words], cwd=root, check=True)
        run = [sys.executable, "-m", "celltrail.cli", "run", "train.ipynb", "-o", f"out-{version}.ipynb"]
        subprocess.run(run, cwd=root, check=True, capture_output=True)
    lab = LabProcess(root, folder / "home")
    walk = Walk("celltrail", folder)
    try:
        window = LabPage(browser, lab).open()
        page = window.page
        keys = page.keyboard
        rows = page.locator(".ct-GridRow.ct-mod-run")
        walk.step(page, "Alt+Shift+R: the runs table", lambda: (keys.press("Alt+Shift+r"), rows.nth(1).wait_for()))
        walk.step(page, "Ctrl+A: both runs", lambda: keys.press("Control+a"))
        causes = page.get_by_role("list", name="Likely causes")
        walk.step(page, "C: why they differ", lambda: (keys.press("c"), causes.wait_for(timeout=90_000)))
        window.close()
    finally:
        lab.stop()
    return walk


# --- the picture and the table -------------------------------------------------------------------------------------

LOOK = """
body { font: 15px sans-serif; margin: 20px; width: 1720px; color: #222; }
h2 { margin: 18px 0 8px; } .way { display: flex; flex-wrap: wrap; gap: 12px; }
figure { margin: 0; width: 418px; } img { width: 100%; border: 1px solid #bbb; } figcaption { padding: 3px 0 6px; }
.wide { width: 848px; } ul { margin: 4px 0; }
"""


def draw(walks: list[Walk], browser: Browser, path: Path) -> None:
    """Both ways as one picture."""
    parts = []
    for walk in walks:
        figures = []
        for number, (step, picture) in enumerate(zip(walk.steps, walk.pictures, strict=True), 1):
            data = base64.b64encode(picture.read_bytes()).decode()
            is_answer = walk.tool == "celltrail" and number == len(walk.steps)
            figures.append(
                f'<figure class="{"wide" if is_answer else ""}"><figcaption><b>{number}</b> {html.escape(step)}'
                f'</figcaption><img src="data:image/png;base64,{data}"></figure>'
            )
        told = "".join(
            f"<li>{html.escape(cause.replace('`', ''))}: {'told' if walk.tells(cause) else 'not told'}</li>"
            for cause in CAUSES
        )
        title = f"{walk.tool}: {len(walk.steps)} steps"
        parts.append(f'<h2>{title}</h2><div class="way">{"".join(figures)}</div><ul>{told}</ul>')
    page = browser.new_page(viewport={"width": 1760, "height": 900})
    page.set_content(f"<style>{LOOK}</style>{''.join(parts)}")
    page.screenshot(path=path, full_page=True)
    page.close()


def table(walks: list[Walk]) -> str:
    """The counts, and what each told."""
    lines = [f"| | {' | '.join(walk.tool for walk in walks)} |", "| --- |" + " --- |" * len(walks)]
    lines.append(f"| steps from the start page | {' | '.join(str(len(walk.steps)) for walk in walks)} |")
    lines += [f"| {cause} | {' | '.join(_told(walk.tells(cause)) for walk in walks)} |" for cause in CAUSES]
    return "\n".join(lines)


def _told(fact: object) -> str:
    return "told" if fact else "not told"


def main() -> None:
    from lab_process import CHROMIUM_FLAGS, chromium_path

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {PICTURE.name} and the table in docs/")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        folders = [Path(name).resolve() / tool for tool in ("mlflow", "celltrail")]
        for folder in folders:
            folder.mkdir()
            (folder / ".celltrail").mkdir()  # a project of its own
        walks = [
            in_mlflow(folders[0], browser, (arguments.peers / "mlflow").resolve()),
            in_celltrail(folders[1], browser),
        ]
        text = table(walks)
        print(text)
        draw(walks, browser, PICTURE if arguments.write else folders[0] / "why-differ.png")
        browser.close()
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(START)
        PAGE.write_text(f"{before}{START}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
