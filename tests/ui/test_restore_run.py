"""What a run executed, put back in a real JupyterLab: looked through first, into cells or a new notebook, undone."""

import json
import subprocess
import sys

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

from journal_writing import Trail

pytestmark = pytest.mark.ui
SOURCES = (
    "import celltrail\nfactor = 6",
    "factor = 7",
    "with celltrail.start_run('answer'):\n    celltrail.log_metric('value', factor * 6)",
    "print('aside')",
)
_SLOW_MS = 30_000
_SOURCES = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(each => each.model.sharedModel.getSource())"


def fill(root):
    write_notebook(root / "work.ipynb", *SOURCES)
    words = [sys.executable, "-m", "celltrail.cli", "run", "work.ipynb", "-o", "out.ipynb"]
    subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=200)
    trail = Trail(root / ".celltrail", "scripts.ipynb")
    trail.run("by-script")
    cell = trail.cell("fit()", "gone")
    trail.run("of-deleted-notebook", execution_id=cell)
    trail.writer.close()


@pytest.fixture(scope="module")
def lab(new_lab):
    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    """One window: the tests of this module are one working day, in order."""
    page = LabPage(browser, lab, width=1440).open("work.ipynb")
    page.show_trail()
    yield page
    page.close()
    page.check()


def view(window):
    return window.page.locator(".ct-Restore:visible")


def button(window, name):
    return view(window).get_by_role("button", name=name)


def open_restore(window, name="answer"):
    window.leave_runs()
    window.panel.get_by_role("button", name="Project", exact=True).click()
    window.row(name).last.click()
    window.detail.get_by_role("button", name="Restore…").click()
    expect(view(window)).to_be_visible()


def show(window, text):
    """Bring a tab of the main area to the front."""
    window.page.locator("#jp-main-dock-panel .lm-TabBar-tab").filter(has_text=text).first.click()


def edit(window, index, text):
    script = """([index, text]) => window.jupyterapp.shell.currentWidget.content
        .widgets[index].model.sharedModel.setSource(text)"""
    window.page.evaluate(script, [index, text])


def toast(window, text):
    return window.page.locator(".Toastify__toast").filter(has_text=text)


def test_a_notebook_that_says_the_same_needs_nothing(window):
    open_restore(window)
    expect(view(window)).to_contain_text("3 cells say already what was executed")
    expect(button(window, "Into 0 cells of work.ipynb")).to_be_disabled()


def test_what_would_change_is_shown_with_its_difference_and_unexecuted_text_is_confirmed_first(window, screenshots):
    show(window, "work.ipynb")
    edit(window, 1, "factor = 8  # never ran")
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.deleteCell(0)")
    show(window, "Restore answer")
    expect(view(window)).to_contain_text("[1] is inserted")
    expect(view(window)).to_contain_text("The cell gets what [2] executed")
    expect(view(window)).to_contain_text("1 cell has text that was never executed")
    apply = button(window, "Into 2 cells of work.ipynb")
    expect(apply).to_be_disabled()
    assert serious_violations(window.page, ".ct-Restore") == []
    window.picture(screenshots, "restore-light")
    view(window).get_by_role("checkbox").check()
    expect(apply).to_be_enabled()
    apply.click()
    assert window.page.evaluate(_SOURCES) == list(SOURCES)


def test_the_notification_takes_all_of_it_back(window, screenshots):
    window.picture(screenshots, "restore-undo")
    toast(window, "Restored: 1 cell replaced, 1 inserted").get_by_role("button", name="Undo").click()
    assert window.page.evaluate(_SOURCES) == ["factor = 8  # never ran", *SOURCES[2:]]


def test_it_is_one_step_of_the_notebooks_own_undo_too(window):
    show(window, "Restore answer")
    expect(view(window).get_by_role("checkbox")).not_to_be_checked()
    expect(button(window, "Into 2 cells of work.ipynb")).to_be_disabled()
    view(window).get_by_role("checkbox").check()
    button(window, "Into 2 cells of work.ipynb").click()
    assert window.page.evaluate(_SOURCES) == list(SOURCES)
    window.command("notebook:undo-cell-action")
    assert window.page.evaluate(_SOURCES) == ["factor = 8  # never ran", *SOURCES[2:]]


def test_all_that_was_executed_can_be_chosen(window):
    show(window, "Restore answer")
    view(window).get_by_role("radio", name="All that was executed up to it").check()
    expect(view(window)).to_contain_text("[1] is inserted")
    view(window).get_by_role("radio", name="What the run needs").check()
    expect(view(window)).to_contain_text("of 3 executions")


def test_a_new_notebook_is_written_beside_and_never_over_another(window, lab):
    for count in (1, 2):
        show(window, "Restore answer")
        button(window, "Into a new notebook").click()
        expect(window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")).to_contain_text("factor = 7")
        assert len(list(lab.root.glob("restored-*.ipynb"))) == count
    [first, _] = sorted(lab.root.glob("restored-*.ipynb"), key=lambda path: len(path.name))
    notebook = json.loads(first.read_text(encoding="utf-8"))
    assert ["".join(cell["source"]) for cell in notebook["cells"]][1:] == list(SOURCES[:3])


def test_a_notebook_that_is_closed_is_opened_from_the_view(window):
    show(window, "work.ipynb")
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
    window.page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    show(window, "Restore answer")
    button(window, "Open work.ipynb, to restore into its cells").click()
    expect(window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")).to_contain_text("never ran")
    show(window, "Restore answer")
    expect(button(window, "Into 2 cells of work.ipynb")).to_be_visible()


def test_a_notebook_that_is_gone_is_restored_as_a_new_one(window, screenshots):
    open_restore(window, "of-deleted-notebook")
    button(window, "Open scripts.ipynb, to restore into its cells").click()
    expect(toast(window, "cannot be opened from here")).to_be_visible()
    window.command("apputils:change-theme", theme="JupyterLab Dark")
    show(window, "Restore of-deleted")
    expect(window.page.locator("body[data-jp-theme-light='false']")).to_have_count(1)
    show(window, "Restore answer")
    expect(view(window)).to_contain_text("[1] is inserted")
    assert serious_violations(window.page, ".ct-Restore") == []
    window.picture(screenshots, "restore-dark")
    window.command("apputils:change-theme", theme="JupyterLab Light")


def test_a_run_that_no_cell_made_says_why_not(window, screenshots):
    window.leave_runs()
    window.row("by-script").last.click()
    expect(window.detail.get_by_role("button", name="Restore…")).to_be_disabled()
    expect(window.detail).to_contain_text("compared as any other, but cannot be replayed or restored")
    window.picture(screenshots, "restore-empty", window.panel)


def test_a_run_whose_journal_is_gone_is_refused_with_the_reason(window, lab, screenshots):
    """The last test of the module: it takes the journal away."""
    for path in (lab.root / ".celltrail" / "journal").glob("*.ctj"):
        path.unlink()
    show(window, "Restore answer")
    view(window).get_by_role("radio", name="All that was executed up to it").check()
    expect(view(window).get_by_role("alert")).to_contain_text("no journal tells of session")
    assert serious_violations(window.page, ".ct-Restore:not(.lm-mod-hidden)") == []
    window.picture(screenshots, "restore-error", view(window))
