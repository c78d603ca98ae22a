"""The page of one run: everything captured, the cells with what the run needs marked, notes, tags, the checklist."""

import subprocess
import sys

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

pytestmark = pytest.mark.ui
TRAIN = """\
with celltrail.start_run('training') as run:
    model = Ridge(alpha=alpha).fit(X, y)
    celltrail.log_params(dict(alpha=alpha, long='x' * 1_000_000))
    celltrail.set_tag('team', 'blue')
    for step in range(60):
        celltrail.log_metric('loss', 1 / (step + 1), step=step)
    open('card.md', 'w').write('# made by hand')
    celltrail.log_artifact('card.md')
    end = time.monotonic() + 1.2
    while time.monotonic() < end: sum(n * n for n in range(2000))"""
CELLS = (
    "import time\nimport numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\nimport celltrail",
    "pd.DataFrame(dict(age=range(300), income=np.arange(300) * 37 % 90)).to_csv('train.csv', index=False)",
    "df = pd.read_csv('train.csv')\nX, y = df[['age', 'income']], df['age'] * 2 + df['income']",
    "unused = [n for n in range(10)]\nprint('nothing needs this')",
    "alpha = 0.5",
    TRAIN,
)
PLAIN = ("import celltrail\nwith celltrail.start_run('plain') as run:\n    celltrail.log_params(dict(alpha=1))",)


def fill(root):
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name, cells in (("train", CELLS), ("gone", PLAIN)):
        write_notebook(root / f"{name}.ipynb", *cells)
        words = [sys.executable, "-m", "celltrail.cli", "run", f"{name}.ipynb", "-o", f"out-{name}.ipynb"]
        subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=200)
    (root / "gone.ipynb").unlink()
    (root / "out-gone.ipynb").unlink()


@pytest.fixture(scope="module")
def lab(new_lab):
    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab, width=1500, height=1100).open()
    yield page
    page.close()
    page.check()


def run_id(lab, name):
    found = lab.ask("store/search_runs", {"query": {"limit": 50}})["runs"]
    return next(run["run_id"] for run in found if run["name"] == name)


def view(window):
    return window.page.locator(".ct-Page:visible")


def section(window, title):
    return view(window).locator(".ct-Section").filter(has=window.page.get_by_role("heading", name=title, exact=True))


def show(window, lab, name):
    window.command("celltrail:open-run", run_id=run_id(lab, name), notebook="train.ipynb")
    expect(view(window).get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_page_tells_what_was_captured_and_marks_what_the_run_needs(window, lab, screenshots):
    show(window, lab, "training")
    head = view(window).locator(".ct-Page-head")
    expect(head).to_contain_text("train.ipynb")
    expect(section(window, "Metrics")).to_contain_text("loss")
    expect(section(window, "Parameters")).to_contain_text("Show all 6,0")
    cells = section(window, "Executed cells").locator(".ct-RunCell")
    expect(cells).to_have_count(5)
    expect(cells.last).to_contain_text("this run")
    expect(cells.last.locator("pre [class*='ͼ']").first).to_be_visible()  # coloured as JupyterLab colours code
    section(window, "Executed cells").get_by_role("button", name="All before it: 6").click()
    expect(cells).to_have_count(6)
    expect(cells.nth(3)).to_contain_text("not needed")
    checklist = section(window, "Reproducibility").locator(".ct-Checklist tr")
    expect(checklist).to_have_count(5)
    expect(checklist.first).to_contain_text("not checked")
    assert serious_violations(window.page, ".ct-Page") == []
    window.picture(screenshots, "run-page", view(window))
