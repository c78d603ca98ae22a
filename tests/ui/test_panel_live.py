"""From a cell that runs in a real kernel to the panel, the badge and the switch, while everything is alive."""

import re
import time

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

from celltrail import clock
from journal_writing import Trail

pytestmark = pytest.mark.ui
PREPARE = """from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
X, y = make_classification(400, random_state=0)"""
SLOW = """import time
import celltrail
with celltrail.start_run('slow'):
    for step in range(40):
        celltrail.log_metric('loss', 1 / (step + 1), step=step)
        time.sleep(0.1)"""
SOURCES = (
    PREPARE,
    "model = LogisticRegression(C=0.5).fit(X, y)",
    "model.score(X, y)",
    "for depth in (1, 2, 3):\n    DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X, y)",
    "DecisionTreeClassifier(max_depth=-1).fit(X, y)",
    SLOW,
)
_SLOW_MS = 30_000


@pytest.fixture(scope="module")
def lab(new_lab):
    def fill(root):
        write_notebook(root / "work.ipynb", *SOURCES)
        write_notebook(root / "gone.ipynb", *SOURCES)

    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    """One window with one kernel: the tests of this module are one working day, in order."""
    page = LabPage(browser, lab).open("work.ipynb")
    page.show_trail()
    page.run_cell(0)
    yield page
    page.close()
    page.check()


def test_a_fit_appears_without_any_code_added_and_wears_a_badge(window):
    expect(window.panel).to_contain_text("No runs in this notebook yet")
    window.run_cell(1)
    expect(window.row("LogisticRegression")).to_be_visible(timeout=_SLOW_MS)
    expect(window.row("LogisticRegression")).to_contain_text("[2]")
    expect(window.badge(1)).to_contain_text("LogisticRegression", timeout=_SLOW_MS)
    expect(window.badge(1)).not_to_contain_text("changed")


def test_a_metric_of_a_later_cell_lands_on_the_run_while_its_detail_is_open(window):
    window.row("LogisticRegression").click()
    expect(window.detail.locator(".ct-Params tbody tr").filter(has_text="C").first).to_contain_text("0.5")
    window.run_cell(2)
    expect(window.detail.locator(".ct-Metric").first).to_contain_text(re.compile(r"0\.\d"), timeout=_SLOW_MS)
    expect(window.detail).to_contain_text("measured with this model")
    window.detail.press("Escape")


def test_a_loop_of_fits_is_one_group_and_one_badge(window):
    window.run_cell(3)
    trees = window.row("DecisionTreeClassifier")
    expect(trees).to_have_count(3, timeout=_SLOW_MS)
    expect(trees.first).to_contain_text("\u00d73")
    expect(window.badge(3)).to_contain_text("3 runs")


def test_a_fit_that_raises_is_a_failed_run_with_its_error(window):
    window.run_cell(4)
    expect(window.badge(4)).to_have_accessible_name(re.compile("failed"), timeout=_SLOW_MS)
    window.badge(4).click()
    expect(window.detail.locator(".ct-Error")).to_contain_text("max_depth")
    window.detail.press("Escape")


def test_a_badge_is_stale_when_an_input_was_changed_by_another_cell(window):
    window.run_cell(0)
    expect(window.badge(1)).to_contain_text("input changed", timeout=_SLOW_MS)
    expect(window.badge(1)).to_have_accessible_name(re.compile(r"Input changed: X was changed by \[6\], \d"))
    window.run_cell(1)
    expect(window.badge(1)).not_to_contain_text("input changed", timeout=_SLOW_MS)


def test_a_run_is_shown_while_it_runs_and_its_metric_moves(window):
    select = "window.jupyterapp.shell.currentWidget.content.activeCellIndex = 5"
    window.page.evaluate(select)
    window.page.evaluate("void window.jupyterapp.commands.execute('notebook:run-cell')")
    row = window.row("slow")
    expect(row.get_by_title("running", exact=True)).to_be_visible(timeout=_SLOW_MS)
    first = row.locator(".ct-Row-value").inner_text()
    expect(row.locator(".ct-Row-value")).not_to_have_text(first)
    expect(row.get_by_title("finished", exact=True)).to_be_visible(timeout=_SLOW_MS)
    expect(row.locator(".ct-Row-value")).to_have_text("0.02500")


def test_a_screen_reader_hears_of_new_runs_together_and_politely(window):
    voice = window.panel.get_by_role("status").last
    expect(voice).to_have_attribute("aria-live", "polite")
    window.run_cell(3)
    expect(voice).to_contain_text("new run", timeout=_SLOW_MS)


def test_paused_tracking_leaves_no_trail_at_all_until_it_is_resumed(window, lab):
    def count():
        status = lab.ask("store/status?notebook=work.ipynb", {})
        return status["run_count"], status["cell_execution_count"]

    toggle = window.page.locator(".ct-Status-button")
    expect(toggle).to_have_text("Trail: on")
    time.sleep(1)
    before = count()
    toggle.click()
    expect(toggle).to_have_text("Trail: paused")
    expect(window.panel).to_contain_text("Tracking is paused")
    assert serious_violations(window.page, "#celltrail-trail", ".ct-Status") == []
    window.run_cell(1)
    window.run_cell(3)
    time.sleep(2)
    assert count() == before
    window.panel.get_by_role("button", name="Resume", exact=True).click()
    expect(toggle).to_have_text("Trail: on")
    window.run_cell(1)
    deadline = time.monotonic() + 20
    while count()[0] == before[0] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert count()[0] == before[0] + 1


def test_when_the_server_dies_the_last_list_stays_grey_and_comes_back_with_it(window, lab):
    expect(window.rows.first).to_be_visible()
    lab.kill()
    names = window.rows.all_inner_texts()  # of the last answer: the run of the test before may have come just now
    window.panel.get_by_role("button", name="Refresh").click()
    expect(window.panel).to_contain_text("The server does not answer", timeout=_SLOW_MS)
    assert len(window.rows.all_inner_texts()) == len(names)
    expect(window.page.locator(".ct-Status-button")).to_have_text("Trail: no answer")
    lab.start(lab.port)
    expect(window.panel.locator(".ct-Note")).to_have_count(0, timeout=60_000)
    expect(window.rows.first).to_be_visible()
    trail = Trail(lab.root / ".celltrail", "work.ipynb", at=clock.now())
    trail.run("AfterTheRestart", execution_id=trail.cell("1", "cell-1"))
    trail.writer.sync()
    expect(window.row("AfterTheRestart")).to_be_visible(timeout=60_000)
    expect(window.badge(1)).to_contain_text("AfterTheRestart", timeout=60_000)
