"""Why a badge is stale, in a real JupyterLab: out of order and deleted sources, seen as the notebook is edited."""

import re

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

from journal_writing import Trail

pytestmark = pytest.mark.ui
SOURCES = ("rows = load()", "table = clean(rows)", "model = fit(table)", "print(1)")


def fill(root):
    write_notebook(root / "work.ipynb", *SOURCES)
    trail = Trail(root / ".celltrail", "work.ipynb")
    trail.cell(SOURCES[0], "cell-0", names_written=("rows",))
    trail.cell(SOURCES[1], "cell-1", names_read=("rows",), names_written=("table",))
    fit = trail.cell(SOURCES[2], "cell-2", names_read=("table",), names_written=("model",))
    trail.run("Ridge", execution_id=fit, metrics={"r2": 0.5})
    trail.writer.close()


@pytest.fixture(scope="module")
def window(new_lab, browser):
    page = LabPage(browser, new_lab(fill)).open("work.ipynb")
    yield page
    page.close()
    page.check()


def change(window, what):
    window.page.evaluate(f"() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.{what}")


def test_a_notebook_that_shows_what_ran_has_a_badge_without_a_reason(window):
    expect(window.badge(2)).to_contain_text("r2 0.5000")
    expect(window.badge(2)).not_to_have_class(re.compile("ct-mod-stale"))


def test_a_cell_that_now_stands_below_its_reader_is_out_of_order_two_cells_on(window):
    change(window, "moveCell(0, 3)")
    badge = window.badge(1)
    expect(badge).to_contain_text("out of order")
    words = r"Executed out of order: \[2\] used rows of \[1\], whose cell stands below, \d"
    expect(badge).to_have_accessible_name(re.compile(words))
    change(window, "moveCell(3, 0)")
    expect(window.badge(2)).not_to_contain_text("out of order")


def test_a_deleted_cell_is_named_with_what_it_produced_and_gone_when_it_comes_back(window, screenshots):
    change(window, "deleteCell(0)")
    badge = window.badge(1)
    expect(badge).to_contain_text("deleted source")
    words = r"Produced by a deleted cell: \[2\] used rows of \[1\], whose cell is no longer in the notebook, \d"
    expect(badge).to_have_accessible_name(re.compile(words))
    assert serious_violations(window.page, ".ct-BadgeLine") == []
    window.picture(screenshots, "badge-deleted-source")
    change(window, "insertCell(0, {cell_type: 'code', source: 'rows = load()', metadata: {}})")
    expect(window.badge(2)).not_to_contain_text("deleted source")
