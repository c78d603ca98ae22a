"""The page of a run that goes on, is replayed, outlives its server, and belongs to another project."""

import subprocess
import sys

import pytest
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

pytestmark = pytest.mark.ui
_SLOW_MS = 60_000
SLOW = """import time
import celltrail
with celltrail.start_run('slow'):
    celltrail.log_metric('loss', 1.0, step=0)
    while not __import__('pathlib').Path('go').exists():
        time.sleep(0.1)
    celltrail.log_metric('loss', 0.5, step=1)"""
OTHER = "import celltrail\nwith celltrail.start_run('elsewhere'):\n    celltrail.log_metric('r2', 0.5 * before)"


def fill(root):
    write_notebook(root / "work.ipynb", "start = 1", SLOW)
    (root / "other").mkdir()
    (root / "other" / "pyproject.toml").touch()
    write_notebook(root / "other" / "train.ipynb", "before = 1", OTHER)
    words = [sys.executable, "-m", "celltrail.cli", "run", "train.ipynb", "-o", "out.ipynb"]
    subprocess.run(words, cwd=root / "other", check=True, capture_output=True, timeout=200)


@pytest.fixture(scope="module")
def lab(new_lab):
    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab, width=1400, height=1000).open("work.ipynb")
    yield page
    page.close()
    page.check()


def view(window):
    return window.page.locator(".ct-Page:visible")


def section(window, title):
    heading = window.page.get_by_role("heading", name=title, exact=True)
    return view(window).locator(".ct-Section").filter(has=heading)


def open_page(window, lab, name, notebook):
    query = {"query": {"limit": 50}}
    found = lab.ask(f"store/search_runs?notebook={notebook}", query)["runs"]
    run_id = next(run["run_id"] for run in found if run["name"] == name)
    window.command("celltrail:open-run", run_id=run_id, notebook=notebook)
    expect(view(window).get_by_role("heading", name=name, level=1)).to_be_visible()
    return run_id


def test_the_page_of_a_running_run_follows_it(window, lab):
    window.page.evaluate(
        """() => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
          void window.jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )
    window.show_trail()
    expect(window.row("slow")).to_be_visible(timeout=_SLOW_MS)
    open_page(window, lab, "slow", "work.ipynb")
    expect(view(window).locator(".ct-Page-head")).to_contain_text("running")
    (lab.root / "go").touch()
    expect(view(window).locator(".ct-Page-head")).to_contain_text("finished", timeout=_SLOW_MS)
    expect(section(window, "Curves").get_by_role("img")).to_be_visible(timeout=_SLOW_MS)
    cells = section(window, "Executed cells")
    expect(cells.locator(".ct-RunCell")).to_have_count(1)


def test_a_cell_of_the_session_becomes_a_run(window, lab):
    open_page(window, lab, "elsewhere", "other/train.ipynb")
    cells = section(window, "Executed cells")
    expect(cells.locator(".ct-RunCell")).to_have_count(2)
    cells.get_by_role("button", name="Keep [1] as a run").click()
    expect(view(window).get_by_role("heading", level=1)).to_contain_text("before = 1")
    expect(view(window).get_by_role("button", name="Let go")).to_be_visible()


def test_a_run_of_another_project_is_shown_and_replayed_on_its_page(window, lab):
    open_page(window, lab, "elsewhere", "other/train.ipynb")
    checklist = section(window, "Reproducibility")
    checklist.get_by_role("button", name="Replay…").click()
    checklist.get_by_role("button", name="Execute 2 cells").click()
    expect(checklist.locator(".ct-Checklist")).to_contain_text("identical", timeout=120_000)
    expect(checklist).not_to_contain_text("not checked")
    checklist.get_by_role("button", name="Show the replayed run").click()
    expect(view(window)).to_contain_text("This run is a replay of")


def test_a_page_outlives_its_server(window, lab):
    run_id = open_page(window, lab, "slow", "work.ipynb")
    port = lab.port
    lab.kill()
    view(window).get_by_role("button", name="Ask the server again").click()
    expect(view(window)).to_contain_text("The server does not answer", timeout=_SLOW_MS)
    expect(section(window, "Metrics")).to_contain_text("loss")
    lab.start(port)
    expect(view(window)).not_to_contain_text("The server does not answer", timeout=_SLOW_MS)
    expect(view(window).locator(".ct-Page-head")).to_contain_text(run_id[:8])
