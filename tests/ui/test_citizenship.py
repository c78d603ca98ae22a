"""What JupyterLab's users expect of an extension: menus, keys, help, and links to a run."""

import re

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect
from trail_samples import fill_project

pytestmark = pytest.mark.ui
DIALOG = ".jp-Dialog"


@pytest.fixture(scope="module")
def lab(new_lab):
    def fill(root):
        write_notebook(root / "churn.ipynb", "1", "2", "3")
        fill_project(root)

    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab).open("churn.ipynb")
    yield page
    page.close()
    page.check()


def menu(window):
    return window.page.locator(".lm-Menu").last


def in_front(window):
    return window.page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden) > .ct-Table")


def open_table(window):
    window.command("celltrail:open-table")
    expect(in_front(window).locator(".ct-GridRow.ct-mod-run").first).to_be_visible()
    return in_front(window)


def test_the_menu_bar_has_a_menu_with_every_view(window, screenshots):
    window.page.locator(".lm-MenuBar-itemLabel", has_text="Trail").click()
    labels = menu(window).locator(".lm-Menu-itemLabel")
    for label in ("Show Trail", "Runs Table", "Cell History", "Keys of the Trail", "celltrail Documentation"):
        expect(labels.filter(has_text=label)).to_be_visible()
    window.picture(screenshots, "menu")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Escape")


def test_every_command_of_the_palette_has_words_and_stands_in_one_category(window):
    described = window.page.evaluate(
        """() => window.jupyterapp.commands.listCommands().filter(id => id.startsWith('celltrail:')).map(id =>
        [id, window.jupyterapp.commands.label(id), window.jupyterapp.commands.caption(id)])"""
    )
    assert len(described) > 15
    links = {"celltrail:open-link", "celltrail:open-run-link"}  # of addresses, not of people
    assert [row[0] for row in described if not (row[1] and row[2]) and row[0] not in links] == []
    window.page.keyboard.press("Control+Shift+c")
    heads = window.page.locator(".lm-CommandPalette-header")
    expect(heads.filter(has_text=re.compile("^trail$", re.IGNORECASE))).to_have_count(1)
    assert heads.filter(has_text=re.compile("celltrail", re.IGNORECASE)).count() == 0
    window.page.keyboard.press("Escape")


def test_a_notebooks_tab_file_and_cell_lead_to_its_runs(window):
    page = window.page
    page.locator(".lm-TabBar-tab[data-type='document-title']", has_text="churn").click(button="right")
    menu(window).get_by_text("Runs of This Notebook").click()
    expect(page.locator(".lm-TabBar-tabLabel", has_text="Runs of churn.ipynb")).to_be_visible()
    page.locator(".jp-DirListing-item", has_text="churn.ipynb").click(button="right")
    expect(menu(window).get_by_text("Runs of This Notebook")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".jp-DirListing-item", has_text="pyproject.toml").click(button="right")
    expect(menu(window).get_by_text("Rename")).to_be_visible()
    expect(menu(window).get_by_text("Runs of This Notebook")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator(".lm-TabBar-tab[data-type='document-title']", has_text="churn").click()
    window.cell(1).click(button="right")
    for label in ("Cell History", "Keep Cell as Run", "Compare Last Two Runs of Cell"):
        expect(menu(window).get_by_text(label)).to_be_visible()
    page.keyboard.press("Escape")


def test_a_rows_menu_is_about_that_run_by_mouse_and_by_keyboard(window, screenshots):
    table = open_table(window)
    table.locator(".ct-GridRow.ct-mod-run", has_text="RandomForest").click(button="right")
    window.picture(screenshots, "menu-row")
    menu(window).get_by_text("Show Run in Trail").click()
    expect(window.detail).to_contain_text("RandomForestClassifier")
    grid = table.get_by_role("treegrid")
    grid.focus()
    grid.press("Control+End")
    window.page.keyboard.press("ContextMenu")
    menu(window).get_by_text("Show Run in Trail").click()
    expect(window.detail).to_contain_text("KMeans")


def test_marked_runs_are_compared_by_one_key_and_too_few_are_told(window):
    table = open_table(window)
    grid = table.get_by_role("treegrid")
    grid.focus()
    grid.press("Escape")
    grid.press("c")
    expect(window.page.locator(".Toastify__toast", has_text="Mark two to 20 runs first")).to_be_visible()
    grid.press("Control+Home")
    grid.press(" ")
    grid.press("ArrowDown")
    grid.press(" ")
    grid.press("c")
    comparison = window.page.locator(".ct-Compare:visible")
    expect(comparison.get_by_role("heading", name="2 runs")).to_be_visible(timeout=60_000)


def test_a_question_mark_shows_the_keys_of_the_view_and_leads_to_its_page(window, screenshots):
    table = open_table(window)
    table.get_by_role("treegrid").focus()
    window.page.keyboard.press("?")
    dialog = window.page.locator(DIALOG)
    expect(dialog.get_by_role("table", name="Runs table")).to_contain_text("Star the run")
    expect(dialog.get_by_role("table", name="Everywhere")).to_contain_text("Alt+Shift+R")
    assert serious_violations(window.page, ".jp-Dialog-content") == []
    window.picture(screenshots, "help-keys")
    dialog.get_by_role("button", name="Documentation: Runs table").click()
    docs = window.page.locator(".ct-Docs:visible")
    expect(docs.get_by_role("heading", name="The runs table")).to_be_visible()
    docs.get_by_role("navigation").get_by_role("link", name="The Trail panel").click()
    expect(docs.get_by_role("heading", name="Badges")).to_be_attached()
    docs.locator(".ct-Docs-page").get_by_role("link", name="making it again").click()
    expect(docs.locator("a[aria-current='page']")).to_have_text("Replay")
    assert serious_violations(window.page, ".ct-Docs") == []
    window.picture(screenshots, "help-documentation")


def test_a_question_mark_that_is_typed_stays_one(window):
    box = open_table(window).get_by_role("combobox", name="Filter runs")
    box.click()
    window.page.keyboard.press("?")
    expect(window.page.locator(DIALOG)).to_have_count(0)
    expect(box).to_have_value("?")
    box.fill("")


def test_an_address_shows_a_run_to_whoever_opens_it(window, lab, visit):
    query = {"filter": "attributes.estimator LIKE '%Forest%'"}
    run_id = lab.ask("store/search_runs", {"query": query})["runs"][0]["run_id"]
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.command("celltrail:copy-run-link", run_id=run_id)
    link = window.page.evaluate("() => navigator.clipboard.readText()")
    assert run_id in link
    other = visit(lab)
    other.page.goto(link)
    expect(other.page.locator(".ct-Page:visible")).to_contain_text("RandomForestClassifier", timeout=60_000)
