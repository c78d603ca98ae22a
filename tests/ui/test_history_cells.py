"""The history of a cell in a real JupyterLab: looked through, compared, put back with undo, inserted, kept."""

import json

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

from celltrail.records import ErrorInfo, Status
from journal_writing import Trail

pytestmark = pytest.mark.ui
FIRST = "import celltrail\nalpha = 0.1\nbeta = 2"
SECOND = "import celltrail\nalpha = 0.2\nbeta = 2"
UNSAVED = "# an idea that never ran"
_SLOW_MS = 30_000


def fill(root):
    write_notebook(root / "work.ipynb", FIRST, "print('unchanged')", "celltrail.log_metric('score', alpha)")
    write_notebook(root / "many.ipynb", "x = 0", "y = 0")
    write_notebook(root / "fixed.ipynb", "x = 0")
    notebook = json.loads((root / "fixed.ipynb").read_text())
    notebook["cells"][0]["metadata"]["editable"] = False
    (root / "fixed.ipynb").write_text(json.dumps(notebook))
    trail = Trail(root / ".celltrail", "many.ipynb")
    for number in range(2000):
        trail.cell(f"x = {number}\n" + "y = 1\n" * 30, "cell-0")
    trail.cell("z = 1\n" + "# " + "m" * 1_000_000, "cell-1")
    trail.cell("boom()", "cell-1", status=Status.FAILED, error=ErrorInfo("NameError", "boom", ""))
    trail.writer.close()
    fixed = Trail(root / ".celltrail", "fixed.ipynb")
    fixed.cell("x = 1", "cell-0")
    fixed.writer.close()


@pytest.fixture(scope="module")
def lab(new_lab):
    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    """One window with one kernel: the tests of this module are one working day, in order."""
    page = LabPage(browser, lab, width=1440).open("work.ipynb")
    yield page
    page.close()
    page.check()


def view(window):
    return window.page.locator("#celltrail-history")


def rows(window):
    return view(window).get_by_role("option")


def button(window, name):
    return view(window).get_by_role("button", name=name, exact=True)


def text_of(window, index):
    script = "i => window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.getSource()"
    return window.page.evaluate(script, index)


def write_cell(window, index, text):
    """Replace a cell's text at the keyboard."""
    window.cell(index).locator(".cm-content").click()
    window.page.keyboard.press("Control+a")
    window.page.keyboard.press("Delete")
    window.page.keyboard.insert_text(text)


def open_history(window, index):
    window.cell(index).hover()
    window.cell(index).get_by_role("button", name="History of this cell").click()
    expect(view(window)).to_be_visible()


def toast(window, text):
    return window.page.locator(".Toastify__toast").filter(has_text=text)


def press_undo(window, text):
    toast(window, text).get_by_role("button", name="Undo").click()


def test_a_cell_that_never_ran_says_so(window, screenshots):
    open_history(window, 0)
    expect(view(window)).to_contain_text("Not executed yet")
    assert serious_violations(window.page, "#celltrail-history", ".jp-Notebook .ct-HistoryControl") == []
    window.picture(screenshots, "history-empty", view(window))


def test_one_execution_is_listed_live_and_is_what_the_cell_says(window, screenshots):
    window.run_cell(0)
    expect(rows(window)).to_have_count(1, timeout=_SLOW_MS)
    expect(view(window)).to_contain_text("the same code")
    expect(button(window, "Restore")).to_be_disabled()
    window.picture(screenshots, "history-one", view(window))


def test_executions_are_compared_with_the_cell_now_and_with_the_next_one(window, screenshots):
    window.run_cell(2)
    write_cell(window, 0, SECOND)
    window.run_cell(0)
    expect(rows(window)).to_have_count(2, timeout=_SLOW_MS)
    rows(window).last.click()
    expect(view(window)).to_contain_text("1 line added, 1 removed")
    expect(view(window).locator(".cm-deletedChunk")).to_contain_text("0.1")
    view(window).get_by_role("radio", name="the next execution").check()
    expect(view(window).locator(".cm-deletedChunk")).to_contain_text("0.1")
    view(window).get_by_role("radio", name="the cell now").check()
    assert serious_violations(window.page, "#celltrail-history") == []
    window.picture(screenshots, "history-light")


def test_a_restore_is_one_step_of_undo_in_the_cell(window):
    button(window, "Restore").click()
    expect(view(window)).to_contain_text("the same code")
    assert text_of(window, 0) == FIRST
    window.cell(0).locator(".cm-content").click()
    window.page.keyboard.press("Control+z")
    assert text_of(window, 0) == SECOND
    window.page.keyboard.press("Control+Shift+z")
    assert text_of(window, 0) == FIRST


def test_text_that_never_ran_is_kept_in_the_undo_history_and_brought_back_by_the_notification(window, screenshots):
    write_cell(window, 0, UNSAVED)
    rows(window).first.click()
    button(window, "Restore").click()
    expect(toast(window, "was never executed")).to_be_visible()
    window.picture(screenshots, "history-undo")
    assert text_of(window, 0) == SECOND
    press_undo(window, "was never executed")
    window.page.wait_for_function(
        "text => window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.getSource() === text",
        arg=UNSAVED,
    )


def test_a_source_is_inserted_below_and_taken_out_again(window):
    count = window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").count()
    button(window, "Insert below").click()
    cells = window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")
    expect(cells).to_have_count(count + 1)
    assert text_of(window, 1) == SECOND
    press_undo(window, "Inserted below the cell")
    expect(cells).to_have_count(count)


def test_an_earlier_execution_becomes_a_run_and_the_row_shows_its_metric(window):
    rows(window).last.click()
    button(window, "Keep as run").click()
    expect(window.detail).to_be_visible()
    expect(button(window, "Show run")).to_be_visible(timeout=_SLOW_MS)
    open_history(window, 2)
    expect(rows(window)).to_contain_text("score 0.1000", timeout=_SLOW_MS)


def test_the_keyboard_alone_opens_looks_through_and_restores(window):
    window.cell(0).locator(".cm-content").click()
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Alt+Shift+H")
    expect(view(window).get_by_role("listbox")).to_be_focused()
    window.page.keyboard.press("End")
    expect(rows(window).last).to_have_attribute("aria-selected", "true")
    expect(button(window, "Restore")).to_be_enabled()
    button(window, "Restore").press("Enter")
    window.page.wait_for_function(
        "text => window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel.getSource() === text",
        arg=FIRST,
    )


def test_the_menu_of_a_cell_and_the_control_at_the_keyboard_open_it_too(window):
    window.cell(2).click(button="right")
    window.page.get_by_role("menuitem", name="Cell History").click()
    expect(rows(window)).to_have_count(1)
    control = window.cell(0).get_by_role("button", name="History of this cell")
    control.focus()
    window.page.keyboard.press("Enter")
    expect(rows(window)).to_have_count(2)


def test_a_cell_that_is_deleted_meanwhile_can_only_be_inserted_again(window):
    open_history(window, 0)
    rows(window).last.click()
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.deleteCell(0)")
    expect(view(window)).to_contain_text("This cell is no longer in the notebook")
    expect(button(window, "Restore")).to_be_disabled()
    button(window, "Insert below").click()
    expect(toast(window, "the cell itself is gone")).to_be_visible()


def test_the_history_follows_a_renamed_notebook(window):
    open_history(window, 1)
    expect(rows(window)).to_have_count(1)
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.rename('renamed.ipynb')")
    expect(view(window)).to_contain_text("renamed.ipynb")
    expect(rows(window)).to_have_count(1, timeout=_SLOW_MS)
    expect(window.badge(1)).to_be_visible()


def test_a_closed_notebook_leaves_what_can_be_copied(window):
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    expect(view(window)).to_contain_text("The notebook is not open")
    expect(button(window, "Restore")).to_be_disabled()
    expect(button(window, "Copy")).to_be_enabled()


def test_two_thousand_executions_come_page_by_page(window, screenshots):
    window.open("many.ipynb")
    open_history(window, 0)
    expect(view(window)).to_contain_text("2,000 executions")
    expect(rows(window)).to_have_count(100)
    button(window, "Show older: 1,900 more").click()
    expect(rows(window)).to_have_count(200)
    rows(window).nth(150).click()
    expect(view(window)).to_contain_text("1 line added, 32 removed")
    window.command("apputils:change-theme", theme="JupyterLab Dark")
    expect(window.page.locator("body[data-jp-theme-light='false']")).to_have_count(1)
    assert serious_violations(window.page, "#celltrail-history") == []
    window.picture(screenshots, "history-many-dark")
    window.command("apputils:change-theme", theme="JupyterLab Light")


def test_a_source_of_a_megabyte_is_compared_and_put_back_whole(window):
    open_history(window, 1)
    rows(window).last.click()
    expect(view(window)).to_contain_text("1 line added, 2 removed")
    button(window, "Restore").click()
    expect(view(window)).to_contain_text("the same code")
    assert len(text_of(window, 1)) == 1_000_008


def test_a_cell_that_may_not_be_edited_is_left_as_it_is(window):
    window.open("fixed.ipynb")
    open_history(window, 0)
    expect(view(window)).to_contain_text("This cell is not editable")
    expect(button(window, "Restore")).to_be_disabled()
    expect(button(window, "Insert below")).to_be_enabled()


def test_a_server_that_is_gone_is_told_and_its_return_is_seen(window, lab, screenshots):
    """The last test of the module: its server goes down."""
    lab.kill()
    ask = "() => document.querySelector('#celltrail-history .ct-IconButton').click()"
    window.page.evaluate(ask)  # the Lab's own dialog may stand above it by now
    expect(view(window).get_by_role("alert")).to_contain_text("does not answer")
    window.picture(screenshots, "history-error", view(window))
    lab.start(lab.port)
    window.page.evaluate(ask)
    expect(view(window).get_by_role("alert")).to_be_hidden(timeout=_SLOW_MS)
    expect(rows(window)).to_have_count(1)
