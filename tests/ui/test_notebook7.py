"""celltrail in Notebook 7: badges, panel, history, outputs, and the views that have no main area to open in there."""

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import TOKEN, write_notebook
from playwright.sync_api import expect
from trail_samples import fill_project

pytestmark = pytest.mark.ui
SOURCES = (
    "import celltrail\nalpha = 0.1",
    """\
with celltrail.start_run('seven'):
    celltrail.log_params({'alpha': alpha})
    celltrail.log_metric('mse', alpha / 2)""",
    "celltrail.run_table()",
)


# words of a table that are broken across lines
BROKEN = """table => {
  const found = [];
  const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    for (const { 0: word, index } of node.data.matchAll(/[\\w.-]+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const tops = [...range.getClientRects()].map(each => Math.round(each.top));
      if (new Set(tops).size > 1) { found.push(word); }
    }
  }
  return found;
}"""
OWN_PROBLEM = "Cannot read properties of undefined (reading 'schema')"


def check(page):
    """As everywhere, but for an error of Notebook 7.6 itself, which it shows without celltrail too."""
    assert page.hosts() <= {"127.0.0.1"}
    assert [problem for problem in page.problems if problem != OWN_PROBLEM] == []


@pytest.fixture(scope="module")
def window(new_lab, browser):
    def fill(root):
        write_notebook(root / "seven.ipynb", *SOURCES)
        write_notebook(root / "churn.ipynb", "1")
        fill_project(root)

    lab = new_lab(fill, program="notebook")
    page = LabPage(browser, lab, width=1400)
    page.open_path("notebooks/seven.ipynb")
    yield page
    page.close()
    check(page)


def below(window, kind):
    return window.page.locator(f"#jp-down-stack {kind}, .jp-MainAreaWidget:not(.lm-mod-hidden) > {kind}")


def test_cells_run_and_wear_badges_and_outputs_are_views(window):
    for index in range(3):
        window.run_cell(index)
    expect(window.badge(1)).to_contain_text("mse 0.05000")
    expect(window.cell(2).locator(".jp-OutputArea")).to_contain_text("seven")


def test_a_table_in_a_narrow_notebook_scrolls_and_breaks_no_name(window, screenshots):
    output = window.cell(2).locator(".jp-OutputArea")
    window.page.set_viewport_size({"width": 620, "height": 860})
    table = output.locator(".ct-CellOutput table").first
    expect(table).to_be_visible()
    assert table.evaluate(BROKEN) == []
    scroll = output.locator(".ct-CellOutput-scroll").first
    assert scroll.evaluate("node => node.scrollWidth > node.clientWidth")
    window.picture(screenshots, "notebook7-narrow", output)
    window.page.set_viewport_size({"width": 1400, "height": 860})


def test_a_badge_opens_the_panel_at_its_run(window):
    window.badge(1).click()
    expect(window.detail).to_contain_text("seven")
    window.detail.press("Escape")
    expect(window.row("seven")).to_be_visible()


def test_the_menu_bar_has_the_trail_and_the_table_opens_below_the_notebook(window, screenshots):
    window.page.locator(".lm-MenuBar-itemLabel", has_text="Trail").click()
    window.page.locator(".lm-Menu").get_by_text("Runs Table").click()
    table = below(window, ".ct-Table")
    expect(table.locator(".ct-GridRow.ct-mod-run", has_text="seven")).to_be_visible()
    assert serious_violations(window.page, ".ct-Table") == []
    window.picture(screenshots, "notebook7")


def test_two_runs_of_a_cell_are_compared_below_the_notebook(window, screenshots):
    window.type_into_cell(0, "\nalpha = 10.0")
    for index in range(2):
        window.run_cell(index)
    expect(window.badge(1)).to_have_text("sevenmse 5")
    window.cell(1).click(button="right")
    window.page.locator(".lm-Menu").get_by_text("Compare Last Two Runs of Cell").click()
    causes = below(window, ".ct-Compare").get_by_role("list", name="Likely causes")
    expect(causes.locator("> li").first).to_contain_text("alpha changed 0.1 → 10.0", timeout=60_000)
    window.picture(screenshots, "notebook7-compare")


def test_a_cells_history_opens_beside_the_notebook(window):
    window.cell(0).click(button="right")
    window.page.locator(".lm-Menu").get_by_text("Cell History").click()
    expect(window.page.locator("#celltrail-history .ct-History-list")).to_contain_text("alpha = 0.1")


def test_the_file_list_of_notebook_7_leads_to_the_runs_of_a_notebook(window, browser):
    page = LabPage(browser, window.lab)
    page.page.goto(f"{window.lab.base}tree?token={TOKEN}")
    page.page.locator(".jp-DirListing-item", has_text="churn.ipynb").click(button="right", timeout=60_000)
    page.page.locator(".lm-Menu").get_by_text("Runs of This Notebook").click()
    expect(below(page, ".ct-Table").locator(".ct-GridRow.ct-mod-run").first).to_be_visible()
    page.close()
    check(page)
