"""The table on 100,000 runs: what is in view is there, wherever the reader scrolls, and nothing else is."""

import re
import runpy
from pathlib import Path

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from playwright.sync_api import expect
from scrolling import jump, roll

from celltrail import clock
from celltrail.config import ensure_store_folder
from journal_writing import Trail

pytestmark = [pytest.mark.ui, pytest.mark.slow]
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
GRID = ".ct-Grid"
ROW = ".ct-GridRow"
HEAD = 40  # pixels of the heads, which stand above the first row


@pytest.fixture(scope="module")
def window(new_lab, browser):
    def fill(root):
        ensure_store_folder(root / ".celltrail")
        runpy.run_path(str(BENCHMARKS / "big_store.py"))["make_big_store"](root / ".celltrail", runs=100_000)

    page = LabPage(browser, new_lab(fill)).open()
    page.command("celltrail:open-table")
    expect(page.page.locator(".ct-Table-foot")).to_have_text("100,000 runs", timeout=30_000)
    yield page
    page.close()
    page.check()


def test_the_dom_holds_what_is_in_view(window, screenshots):
    grid = window.page.get_by_role("treegrid", name="Runs").last
    expect(grid).to_have_attribute("aria-rowcount", "100001")
    expect(grid.locator(".ct-mod-run").first).to_be_visible()
    assert grid.locator(ROW).count() < 60
    assert grid.locator(".ct-Cell").count() < 60 * 18
    assert serious_violations(window.page, ".ct-Table") == []
    window.picture(screenshots, "table-100k")


@pytest.mark.parametrize("fraction", [0.5, 0.123, 1.0, 0.0])
def test_a_jump_fills_the_view_with_runs(window, fraction):
    seen = jump(window.page, fraction, list_=GRID, row=ROW)
    assert seen["blank"] <= HEAD + 1
    assert seen["rest"] == 0
    assert seen["shown"] > 10


def test_steady_scrolling_shows_no_blank_pixel(window):
    assert roll(window.page, pixels=400, frames=60, list_=GRID, row=ROW)["blank"] == 0


def test_new_runs_do_not_move_what_the_reader_looks_at(window):
    jump(window.page, 0.3, list_=GRID, row=ROW)
    top = """() => {
      const box = document.querySelector('.ct-Grid-head').getBoundingClientRect();
      const row = [...document.querySelectorAll('.ct-GridRow.ct-mod-run')]
        .map(each => [each.getBoundingClientRect().top - box.bottom, each.innerText])
        .filter(([y]) => y >= 30).sort((a, b) => a[0] - b[0])[0];
      return [Math.round(row[0]), row[1]];
    }"""
    before = window.page.evaluate(top)
    trail = Trail(window.lab.root / ".celltrail", "notebooks/part_03.ipynb", at=clock.now())
    for number in range(7):
        trail.run(f"New{number}", execution_id=trail.cell("1", "cell-1"))
    trail.writer.sync()
    expect(window.page.locator(".ct-Table-foot")).to_have_text("100,007 runs", timeout=30_000)
    window.page.wait_for_function(
        "() => document.querySelectorAll('.ct-GridRow.ct-mod-pending').length === 0", timeout=20_000
    )
    assert window.page.evaluate(top) == before


def test_an_order_a_filter_and_groups_are_the_servers_work(window):
    front = window.page.locator(".ct-Table")
    front.get_by_role("columnheader", name="m00").locator(".ct-Head-button").click()
    expect(front.get_by_role("columnheader", name="m00")).to_have_attribute("aria-sort", "ascending")
    front.get_by_role("combobox", name="Filter runs").fill("params.model = 'Ridge'")
    expect(front.locator(".ct-Table-foot")).to_have_text("20,000 runs", timeout=20_000)
    front.get_by_label("Group by").fill("tags.team")
    expect(front.locator(".ct-mod-group")).to_have_count(4, timeout=20_000)
    front.locator(".ct-mod-group").nth(1).click()
    expect(front.locator(".ct-mod-run").first).to_contain_text(re.compile("Ridge"), timeout=20_000)
