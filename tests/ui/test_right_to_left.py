"""Every view in a page that is read from right to left, and for a reader who wants nothing to move."""

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect
from trail_samples import fill_project

pytestmark = pytest.mark.ui
# parts of a view that stick out at its sides, but for those that scroll
OUTSIDE = """selector => {
  const view = document.querySelector(selector);
  const frame = view.getBoundingClientRect();
  const scrolls = node => {
    for (let each = node.parentElement; each !== null && each !== view.parentElement; each = each.parentElement) {
      if (getComputedStyle(each).overflowX !== 'visible') { return true; }
    }
    return false;
  };
  return [...view.querySelectorAll('*')].filter(node => {
    const { left, right, width } = node.getBoundingClientRect();
    return width > 0 && (left < frame.left - 2 || right > frame.right + 2) && !scrolls(node);
  }).map(node => node.outerHTML.slice(0, 120));
}"""
MOVING = """() => document.getAnimations().filter(each => each.playState === 'running' &&
  each.effect.target?.closest('[class*="ct-"]') !== null).map(each => each.effect.target.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def lab(new_lab):
    def fill(root):
        write_notebook(root / "churn.ipynb", "1", "2", "3")
        fill_project(root)

    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab).open("churn.ipynb")
    page.page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    yield page
    page.close()
    page.check()


def ids(lab):
    found = lab.ask("store/search_runs", {"query": {"filter": "attributes.status = 'finished'", "limit": 2}})
    return [run["run_id"] for run in found["runs"]]


def check(window, selector, screenshots, name):
    expect(window.page.locator(selector)).to_be_visible(timeout=60_000)
    assert window.page.evaluate(MOVING) == []
    assert window.page.evaluate(OUTSIDE, selector) == []
    assert serious_violations(window.page, selector) == []
    window.picture(screenshots, name)


def test_the_panel_and_a_run_in_it(window, screenshots):
    window.show_trail()
    expect(window.rows.first).to_be_visible()
    check(window, "#celltrail-trail", screenshots, "rtl-panel")
    window.row("RandomForest").click()
    expect(window.detail.locator(".ct-Params").first).to_be_visible()
    check(window, "#celltrail-trail", screenshots, "rtl-panel-detail")
    window.detail.press("Escape")


def test_the_table(window, screenshots):
    window.command("celltrail:open-table")
    expect(window.page.locator(".ct-GridRow.ct-mod-run").first).to_be_visible()
    check(window, ".ct-Table", screenshots, "rtl-table")


def test_the_comparison(window, lab, screenshots):
    window.command("celltrail:compare", run_ids=ids(lab), notebook="churn.ipynb")
    expect(window.page.locator(".ct-Compare-section").first).to_be_visible(timeout=60_000)
    check(window, ".ct-Compare", screenshots, "rtl-compare")


def test_the_page_of_a_run(window, lab, screenshots):
    window.command("celltrail:open-run", run_id=ids(lab)[0], notebook="churn.ipynb")
    expect(window.page.locator(".ct-Page h1").first).to_be_visible(timeout=60_000)
    ticks = window.page.locator(".ct-Page .ct-Plot text").all()
    frame = window.page.locator(".ct-Page .ct-Plot svg").first.bounding_box()
    boxes = [tick.bounding_box() for tick in ticks]
    assert all(frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"] for box in boxes)
    check(window, ".ct-Page", screenshots, "rtl-page")


def test_the_history_of_a_cell(window, screenshots):
    window.command("docmanager:open", path="churn.ipynb")
    window.cell(1).hover()
    window.cell(1).get_by_role("button", name="History of this cell").click()
    history = window.page.locator("#celltrail-history")
    expect(history.get_by_role("option").first).to_be_visible(timeout=60_000)
    history.get_by_role("option").first.click()
    expect(history.locator(".cm-content").first).to_be_visible()
    check(window, "#celltrail-history", screenshots, "rtl-history")


def test_the_restore_of_a_run(window, lab, screenshots):
    window.command("celltrail:restore-run", run_id=ids(lab)[0], notebook="churn.ipynb")
    expect(window.page.locator(".ct-Restore .cm-content").first).to_be_visible(timeout=60_000)
    code = window.page.locator(".ct-Restore .cm-content")
    assert set(code.evaluate_all("all => all.map(each => getComputedStyle(each).direction)")) == {"ltr"}
    check(window, ".ct-Restore", screenshots, "rtl-restore")


def test_the_documentation(window, screenshots):
    window.command("celltrail:documentation", page="table")
    expect(window.page.locator(".ct-Docs h1")).to_be_visible()
    check(window, ".ct-Docs", screenshots, "rtl-documentation")


def test_nothing_moves_for_a_reader_who_wants_that_and_a_running_run_does_otherwise(window):
    expect(window.rows.filter(has_text="GradientBoosting")).to_be_visible()
    assert window.page.evaluate(MOVING) == []
    window.page.emulate_media(reduced_motion="no-preference")
    assert window.page.evaluate(MOVING) != []
    window.page.emulate_media(reduced_motion="reduce")
    assert window.page.evaluate(MOVING) == []
