"""The panel and the table on 100,000 runs: they show what is in view and nothing else, and what is in view is there."""

import re
import runpy
from dataclasses import dataclass
from pathlib import Path

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect
from scrolling import jump, roll

from celltrail import clock
from celltrail.config import ensure_store_folder
from journal_writing import Trail

pytestmark = [pytest.mark.ui, pytest.mark.slow]
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@dataclass(frozen=True)
class View:
    """One list of runs, by its parts' classes."""

    whole: str
    list: str
    row: str
    foot: str
    heads: int  # pixels of what stands above the first row, within the list
    run: str = ".ct-mod-run"

    @property
    def where(self) -> dict[str, str]:
        return {"list_": self.list, "row": self.row}


PANEL = View("#celltrail-trail", ".ct-List", ".ct-Row", "#celltrail-trail .ct-Footer", 0)
TABLE = View(".ct-Table", ".ct-Grid", ".ct-GridRow", ".ct-Table-foot", 40)
BOTH = pytest.mark.parametrize("view", [PANEL, TABLE], ids=["panel", "table"])


@pytest.fixture(scope="module")
def lab(new_lab):
    def fill(root):
        ensure_store_folder(root / ".celltrail")
        runpy.run_path(str(BENCHMARKS / "big_store.py"))["make_big_store"](root / ".celltrail", runs=100_000)
        (root / "notebooks").mkdir()
        write_notebook(root / "notebooks" / "part_03.ipynb", *["1"] * 1000)

    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    """A window with the panel beside a notebook of 1,000 cells."""
    page = LabPage(browser, lab).open("notebooks/part_03.ipynb")
    page.show_trail()
    page.panel.get_by_role("button", name="Project", exact=True).click()
    expect(page.page.locator(PANEL.foot)).to_have_text("100,000 runs", timeout=30_000)
    yield page
    page.close()
    page.check()


@pytest.fixture(scope="module")
def beside(lab, browser):
    """A window with the table."""
    page = LabPage(browser, lab).open()
    page.command("celltrail:open-table")
    expect(page.page.locator(TABLE.foot)).to_have_text("100,000 runs", timeout=30_000)
    yield page
    page.close()
    page.check()


@pytest.fixture
def page(request, view):
    """The window with the view."""
    return request.getfixturevalue("window" if view is PANEL else "beside")


@BOTH
def test_the_dom_holds_what_is_in_view(page, view, screenshots):
    expect(page.page.locator(f"{view.list} {view.row}{view.run}").first).to_be_visible()
    count = 100_000 if view is PANEL else 100_001  # with the heads
    expect(page.page.locator(view.list)).to_have_attribute("aria-rowcount", str(count))
    assert page.page.locator(f"{view.list} {view.row}").count() < 60
    assert page.page.locator(f"{view.list} .ct-Cell").count() < 60 * 18
    assert serious_violations(page.page, view.whole) == []
    page.picture(screenshots, "panel-100k" if view is PANEL else "table-100k")


def test_the_badges_of_a_notebook_of_1000_cells_are_one_question(window):
    asked = [url for url in window.requested if "list_badges" in url]
    assert 1 <= len(asked) <= 2
    expect(window.badge(0)).to_contain_text("4 runs")
    in_view = window.page.locator(".jp-NotebookPanel .ct-Badge").count()
    assert 10 < in_view <= 50
    for _ in range(30):
        window.type_into_cell(0, "#")
    expect(window.badge(0)).to_contain_text("code changed")
    assert len([url for url in window.requested if "list_badges" in url]) == len(asked)


@BOTH
@pytest.mark.parametrize("fraction", [0.5, 0.123, 0.999, 1.0, 0.0])
def test_a_jump_fills_the_view_with_runs(page, view, fraction):
    seen = jump(page.page, fraction, **view.where)
    assert seen["blank"] <= view.heads + 1
    assert seen["rest"] == 0
    assert seen["shown"] > 10
    first = page.page.locator(f"{view.list} {view.row}{view.run}").first.inner_text()
    assert re.search(r"Ridge|Lasso|Forest|Boosting|SVR", first)


@BOTH
def test_steady_scrolling_shows_no_blank_pixel(page, view):
    seen = roll(page.page, pixels=600 if view is PANEL else 400, frames=60, **view.where)
    assert seen["blank"] == 0


def test_the_end_key_reaches_the_oldest_run_and_home_the_newest(window):
    window.list.focus()
    for key, index in (("End", "100000"), ("Home", "1")):
        window.list.press(key)
        row = window.panel.locator(f".ct-Row[aria-rowindex='{index}']")
        expect(row).to_be_visible()
        expect(row.locator(".ct-Row-name")).to_be_visible(timeout=20_000)
        expect(row).to_have_attribute("aria-selected", "true")


FIRST_IN_VIEW = """([list, row, heads]) => {
  const top = document.querySelector(list).getBoundingClientRect().top + heads;
  const found = [...document.querySelectorAll(`${list} ${row}.ct-mod-run`)]
    .map(each => [each.getBoundingClientRect().top - top, each.querySelector('.ct-Row-name, .ct-Cell-link').title])
    .filter(([y]) => y >= 0).sort((a, b) => a[0] - b[0])[0];
  return [Math.round(found[0]), found[1]];
}"""


def test_new_runs_do_not_move_what_the_reader_looks_at(window, beside):
    both = ((PANEL, window), (TABLE, beside))
    for view, page in both:
        jump(page.page, 0.3, **view.where)
    places = [page.page.evaluate(FIRST_IN_VIEW, [view.list, view.row, view.heads]) for view, page in both]
    trail = Trail(window.lab.root / ".celltrail", "notebooks/part_03.ipynb", at=clock.now())
    for number in range(7):
        trail.run(f"New{number}", execution_id=trail.cell("1", "cell-1"))
    trail.writer.sync()
    for (view, page), before in zip(both, places, strict=True):
        expect(page.page.locator(view.foot)).to_have_text("100,007 runs", timeout=30_000)
        page.page.wait_for_function(
            "row => document.querySelectorAll(`${row}.ct-mod-pending`).length === 0", arg=view.row, timeout=20_000
        )
        assert page.page.evaluate(FIRST_IN_VIEW, [view.list, view.row, view.heads]) == before
    window.list.focus()
    window.list.press("Home")
    expect(window.row("New6")).to_be_visible()


def test_a_search_over_all_of_them_finds_the_few(window):
    window.panel.get_by_role("searchbox").fill("New3")
    expect(window.rows).to_have_count(1, timeout=30_000)
    window.panel.get_by_role("searchbox").fill("")
    expect(window.panel.locator(".ct-Footer")).to_have_text("100,007 runs", timeout=30_000)


def test_the_page_of_a_run_with_twenty_metrics_has_a_curve_for_none_and_every_value(beside, lab, screenshots):
    [run] = lab.ask("store/search_runs", {"query": {"limit": 1, "filter": "params.model = 'Ridge'"}})["runs"]
    beside.command("celltrail:open-run", run_id=run["run_id"])
    page = beside.page.locator(".ct-Page:visible")
    expect(page.locator(".ct-Metric")).to_have_count(20, timeout=20_000)
    assert serious_violations(beside.page, ".ct-Page") == []
    beside.picture(screenshots, "run-page-many")
    beside.command("celltrail:open-table")


def test_an_order_a_filter_and_groups_are_the_servers_work(beside):
    front = beside.page.locator(".ct-Table")
    front.get_by_role("columnheader", name="m00").locator(".ct-Head-button").click()
    expect(front.get_by_role("columnheader", name="m00")).to_have_attribute("aria-sort", "ascending")
    front.get_by_role("combobox", name="Filter runs").fill("params.model = 'Ridge'")
    expect(front.locator(".ct-Table-foot")).to_have_text("20,000 runs", timeout=20_000)
    front.get_by_label("Group by").fill("tags.team")
    expect(front.locator(".ct-mod-group")).to_have_count(4, timeout=20_000)
    front.locator(".ct-mod-group").nth(1).click()
    expect(front.locator(".ct-mod-run").first).to_contain_text(re.compile("Ridge"), timeout=20_000)
