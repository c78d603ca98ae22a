"""Runs that a view may trip over: in every view each shows something true and useful, in one window and in two."""

import re

import pytest
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

from celltrail import clock
from journal_writing import Trail
from odd_runs import WIDE, fill_odd
from tiny_language import install_tiny, write_tiny

pytestmark = pytest.mark.ui
_SLOW_MS = 60_000


@pytest.fixture(scope="module")
def made():
    """The ids of the runs by name."""
    return {}


@pytest.fixture(scope="module")
def lab(new_lab, made):
    def fill(root):
        write_notebook(root / "odd.ipynb", "plain = 1", "bare = 1", "wider = 9")
        write_notebook(root / "long.ipynb", "import celltrail, time\ncelltrail.log_metric('early', 1)\ntime.sleep(6)")
        write_tiny(root / "tiny.ipynb", "olleh")
        install_tiny(root.parent / "home" / "data")
        made.update(fill_odd(root))

    return new_lab(fill, extensions=("jupyterlab-plotly",))


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab, width=1500, height=1100).open("odd.ipynb")
    page.show_trail()
    yield page
    page.close()
    page.check()


@pytest.fixture
def page_of(window, made):
    """Open the page of a run."""

    def show(name):
        window.command("celltrail:open-run", run_id=made[name], notebook="odd.ipynb")
        view = window.page.locator(".ct-Page:visible")
        expect(view.get_by_role("heading", name=name, level=1)).to_be_visible(timeout=_SLOW_MS)
        return view

    return show


@pytest.fixture
def compared(window, made):
    """Compare runs."""

    def show(*names):
        window.command("celltrail:compare", run_ids=[made[name] for name in names], notebook="odd.ipynb")
        view = window.page.locator(".ct-Compare:visible")
        expect(view.locator(".ct-Compare-section").first).to_be_visible(timeout=_SLOW_MS)
        return view

    return show


def section(view, title):
    return view.locator(".ct-Section, .ct-Compare-section").filter(
        has=view.page.get_by_role("heading", name=title, exact=True)
    )


def test_runs_without_a_metric_are_listed_opened_and_compared_by_what_they_have(window, page_of, compared):
    expect(window.row("bare")).to_have_attribute("aria-label", re.compile("^bare alpha=2, finished, cell 2, 2.0 ms"))
    view = page_of("bare")
    expect(section(view, "Metrics")).to_contain_text("No metric belongs to this run")
    expect(section(view, "Parameters")).to_contain_text("alpha")
    expect(section(view, "Executed cells")).to_contain_text("bare = 1")
    view = compared("plain", "bare")
    expect(view).to_contain_text("none of the runs has a metric")
    expect(section(view, "Parameters")).to_contain_text("alpha")
    expect(view.get_by_role("list", name="Likely causes")).to_contain_text("alpha changed 1 → 2")
    expect(section(view, "Charts")).to_contain_text("there is nothing to draw")


def test_twelve_thousand_metrics_are_shown_a_few_at_a_time_and_counted(page_of, compared):
    view = page_of("wide")
    expect(section(view, "Metrics").locator(".ct-Metric")).to_have_count(50)
    section(view, "Metrics").get_by_role("button", name="Show 500 more of 11,950").click()
    expect(section(view, "Metrics").locator(".ct-Metric")).to_have_count(550)
    view = compared("wide", "wider")
    metrics = section(view, "Metrics")
    expect(metrics.locator("tbody tr")).to_have_count(100)
    metrics.get_by_role("button", name=f"Show 500 more of {WIDE - 101:,}").click()
    expect(metrics.locator("tbody tr")).to_have_count(600)
    expect(view.get_by_role("list", name="Likely causes")).to_contain_text("alpha changed 7 → 9", timeout=_SLOW_MS)


def test_values_that_are_no_numbers_are_counted_and_those_between_them_are_seen(window, page_of, compared):
    expect(window.row("lost")).to_contain_text("NaN")
    view = page_of("lost")
    expect(section(view, "Metrics")).to_contain_text("5 values, none is a number")
    expect(section(view, "Curves")).to_contain_text("None of its 5 values is a finite number.")
    view = page_of("broken")
    expect(section(view, "Metrics")).to_contain_text("5 values, \N{MINUS SIGN}∞ to ∞")
    curve = section(view, "Curves")
    expect(curve).to_contain_text("3 of its 5 values are not finite: they are gaps.")
    expect(curve.locator(".ct-Plot-dot")).to_have_count(2)
    row = section(compared("lost", "broken"), "Metrics").get_by_role("row").last
    expect(row.get_by_role("cell")).to_have_text(["NaN", "1"])


def test_steps_that_came_out_of_order_are_drawn_in_their_order(page_of):
    view = page_of("zigzag")
    expect(section(view, "Metrics")).to_contain_text("7 values, 0.5000 to 1")
    path = section(view, "Curves").locator(".ct-Plot-line").get_attribute("d")
    points = [tuple(map(float, point.split())) for point in re.findall(r"[ML]([\d.]+ [\d.]+)", path)]
    assert len(points) == 7
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert points[-1][1] == max(y for _, y in points), "the value of the last step, 0.5, is the lowest"


def test_a_megabyte_is_cut_says_so_and_two_of_them_are_told_apart(page_of, compared):
    parameters = section(page_of("lost"), "Parameters")
    expect(parameters.get_by_role("button", name="Show all 1,000,000 characters")).to_be_visible()
    view = compared("lost", "broken")
    cells = section(view, "Parameters").locator("tbody td")
    expect(cells).to_have_text(
        [re.compile(r"^… x+ \(1,000,000 characters\)$"), re.compile(r"^… x+z \(1,000,000 characters\)$")]
    )
    causes = view.get_by_role("list", name="Likely causes")
    expect(causes).to_contain_text(re.compile(r"blob changed … x+ \(.*\) → … x+z \(1,000,000 characters\)"))
    assert len(view.inner_html()) < 100_000


def test_runs_of_two_notebooks_are_compared_with_a_note(compared):
    view = compared("zigzag", "stray")
    expect(view).to_contain_text("the runs come from 2 notebooks: odd.ipynb, gone/stray.ipynb")
    expect(section(view, "Metrics")).to_contain_text("0.4000")
    expect(section(view, "Code")).to_contain_text("only in the second run")


def test_a_run_of_a_deleted_notebook_has_its_cells_and_can_be_restored(page_of):
    view = page_of("stray")
    expect(section(view, "Executed cells")).to_contain_text("The notebook is not where it ran")
    expect(section(view, "Executed cells")).to_contain_text("model = Ridge(alpha=4).fit(X, y)")
    view.get_by_role("button", name="Go to cell").click()
    expect(view.locator(".ct-Page-head .ct-Note")).to_contain_text("gone/stray.ipynb cannot be opened from here")
    expect(view.get_by_role("button", name="Restore…")).to_be_enabled()


def test_an_artifact_whose_content_is_gone_says_how_to_get_it_back(page_of):
    artifacts = section(page_of("stray"), "Artifacts")
    expect(artifacts).to_contain_text("Its content is not in this store")
    expect(artifacts).to_contain_text("celltrail import")


def test_a_kernel_of_another_language_works_as_ever_and_is_said_to_leave_no_trail(lab, visit):
    page = visit(lab, "tiny.ipynb")
    page.show_trail()
    status = page.page.locator(".ct-Status-button")
    expect(status).to_have_text("Trail: Python only")
    expect(status).to_have_attribute("title", re.compile("its kernel runs tiny"))
    page.run_cell(0)
    expect(page.cell(0).locator(".jp-OutputArea-output")).to_have_text("hello")
    page.panel.get_by_role("button", name="Notebook", exact=True).click()
    expect(page.panel).to_contain_text("The cells of this notebook leave no trail")
    expect(page.panel).to_contain_text("Its kernel runs tiny, and celltrail records Python.")
    page.panel.get_by_role("button", name="Show the whole project").click()
    expect(page.row("zigzag")).to_be_visible()
    page.command("docmanager:open", path="odd.ipynb")
    expect(status).to_have_text("Trail: on")


def test_a_notebook_that_is_renamed_while_its_cell_runs_keeps_the_run(lab, visit):
    page = visit(lab, "long.ipynb")
    page.show_trail()
    page.command("notebook:run-cell")
    expect(page.row("early")).to_contain_text("[1]")
    page.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.rename('longer.ipynb')")
    expect(page.page.locator(".jp-mod-current .lm-TabBar-tabLabel").first).to_be_visible()
    expect(page.row("early")).to_have_attribute("aria-label", re.compile("finished"), timeout=_SLOW_MS)
    expect(page.badge(0)).to_contain_text("early")
    assert not (lab.root / "long.ipynb").exists()
    found = lab.ask("store/search_runs", {"query": {"search": "early"}})["runs"]
    assert {run["notebook_path"] for run in found if run["name"] == "cell"} == {"longer.ipynb"}


def test_two_windows_show_the_same_and_what_one_changes_the_other_sees(lab, window, visit, made):
    second = visit(lab, "odd.ipynb")
    second.show_trail()
    expect(second.row("plain")).to_be_visible()
    trail = Trail(lab.root / ".celltrail", "odd.ipynb", at=clock.now())
    trail.run("fresh", execution_id=trail.cell("fresh = 1", "cell-0"))
    trail.writer.sync()
    window.command("docmanager:open", path="odd.ipynb")
    for page in (window, second):
        expect(page.row("fresh")).to_be_visible(timeout=_SLOW_MS)
        expect(page.badge(0)).to_contain_text("fresh")
    window.command("celltrail:open-run", run_id=made["plain"], notebook="odd.ipynb")
    window.page.locator(".ct-Page:visible").get_by_role("button", name="Archive").click()
    for page in (window, second):
        expect(page.row("plain")).to_have_count(0)
