"""The panel on 100,000 runs: it shows what is in view and nothing else, and what is in view is never blank."""

import re
import runpy
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


@pytest.fixture(scope="module")
def window(new_lab, browser):
    def fill(root):
        store = root / ".celltrail"
        ensure_store_folder(store)
        runpy.run_path(str(BENCHMARKS / "big_store.py"))["make_big_store"](store, runs=100_000)
        (root / "notebooks").mkdir()
        write_notebook(root / "notebooks" / "part_03.ipynb", *["1"] * 1000)

    lab = new_lab(fill)
    page = LabPage(browser, lab).open("notebooks/part_03.ipynb")
    page.show_trail()
    page.panel.get_by_role("button", name="Project", exact=True).click()
    expect(page.panel.locator(".ct-Footer")).to_have_text("100,000 runs", timeout=30_000)
    yield page
    page.close()
    page.check()


def test_the_dom_holds_what_is_in_view(window, screenshots):
    expect(window.list).to_have_attribute("aria-rowcount", "100000")
    assert window.panel.locator(".ct-Row").count() < 60
    assert serious_violations(window.page, "#celltrail-trail") == []
    window.picture(screenshots, "panel-100k")


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


@pytest.mark.parametrize("fraction", [0.5, 0.123, 0.999, 1.0, 0.0])
def test_a_jump_fills_the_view_with_runs(window, fraction):
    seen = jump(window.page, fraction)
    assert seen["blank"] <= 1
    assert seen["rest"] == 0
    assert seen["shown"] > 10
    assert re.search(r"Ridge|Lasso|Forest|Boosting|SVR", window.rows.first.inner_text())


def test_steady_scrolling_shows_no_blank_pixel(window):
    seen = roll(window.page, pixels=600, frames=60)
    assert seen["blank"] == 0


def test_the_end_key_reaches_the_oldest_run_and_home_the_newest(window):
    window.list.focus()
    for key, index in (("End", "100000"), ("Home", "1")):
        window.list.press(key)
        row = window.panel.locator(f".ct-Row[aria-rowindex='{index}']")
        expect(row).to_be_visible()
        expect(row.locator(".ct-Row-name")).to_be_visible(timeout=20_000)
        expect(row).to_have_attribute("aria-selected", "true")


def test_new_runs_do_not_move_what_the_reader_looks_at(window):
    jump(window.page, 0.3)
    top = """() => {
      const box = document.querySelector('.ct-List').getBoundingClientRect();
      const row = [...document.querySelectorAll('.ct-Row')]
        .map(each => [each.getBoundingClientRect().top - box.top, each.querySelector('.ct-Row-name').title])
        .filter(([y]) => y >= 0).sort((a, b) => a[0] - b[0])[0];
      return [Math.round(row[0]), row[1]];
    }"""
    before = window.page.evaluate(top)
    trail = Trail(window.lab.root / ".celltrail", "notebooks/part_03.ipynb", at=clock.now())
    for number in range(7):
        trail.run(f"New{number}", execution_id=trail.cell("1", "cell-1"))
    trail.writer.sync()
    expect(window.panel.locator(".ct-Footer")).to_have_text("100,007 runs", timeout=30_000)
    window.page.wait_for_function(
        "() => document.querySelectorAll('.ct-Row.ct-mod-pending').length === 0", timeout=20_000
    )
    assert window.page.evaluate(top) == before
    window.list.focus()
    window.list.press("Home")
    expect(window.row("New6")).to_be_visible()


def test_a_search_over_all_of_them_finds_the_few(window):
    window.panel.get_by_role("searchbox").fill("New3")
    expect(window.rows).to_have_count(1, timeout=30_000)
    window.panel.get_by_role("searchbox").fill("")
    expect(window.panel.locator(".ct-Footer")).to_have_text("100,007 runs", timeout=30_000)
