"""From JupyterLab's start page to "why do these two differ" with the keyboard alone: no click, no script."""

import subprocess
import sys

import pytest
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

pytestmark = pytest.mark.ui
CELLS = (
    "import celltrail",
    "learning_rate = {rate}",
    """\
with celltrail.start_run('{name}'):
    celltrail.log_params(dict(learning_rate=learning_rate))
    celltrail.log_metric('mse', learning_rate / 2)""",
)
# what has the focus: whose it is, and whether it can be seen
FOCUS = """() => {
  const node = document.activeElement;
  const drawn = [node, ...node.querySelectorAll('.ct-mod-active')].some(each => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  });
  const view = node.closest('.ct-Table, .ct-Compare, #celltrail-trail, .ct-Page');
  const name = node.getAttribute('aria-label') ?? node.textContent;
  return { view: view === null ? '' : view.className, drawn, name };
}"""


def fill(root):
    for name, rate in (("slow", 0.1), ("fast", 10.0)):
        cells = [cell.replace("{rate}", str(rate)).replace("{name}", name) for cell in CELLS]
        write_notebook(root / "train.ipynb", *cells)
        words = [sys.executable, "-m", "celltrail.cli", "run", "train.ipynb", "-o", f"out-{name}.ipynb"]
        subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=200)


@pytest.fixture(scope="module")
def window(new_lab, browser):
    page = LabPage(browser, new_lab(fill)).open()
    yield page
    page.close()
    page.check()


def press(window, *keys):
    for key in keys:
        window.page.keyboard.press(key)


def focus_in(window, view):
    """The focus is in a view, and is seen there."""
    window.page.wait_for_function(f"() => document.activeElement.closest('{view}') !== null")
    focus = window.page.evaluate(FOCUS)
    assert focus["drawn"], focus
    return focus["name"]


def tab_to(window, view, name):
    """Go on with Tab until a control of a view has the focus; each on the way is in the view and seen."""
    for _ in range(40):
        press(window, "Tab")
        if name in (focus_in(window, view) or ""):
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


def open_by_palette(window, words):
    press(window, "Control+Shift+c")
    expect(window.page.locator(".lm-CommandPalette-input")).to_be_focused()
    window.page.keyboard.type(words)
    expect(window.page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text(words)
    press(window, "Enter")


@pytest.mark.parametrize("door", ["key", "palette"])
def test_from_the_start_page_to_why_two_runs_differ(window, door):
    if door == "key":
        press(window, "Alt+Shift+r")
    else:
        open_by_palette(window, "Runs Table")
    expect(window.page.locator(".ct-Table:visible .ct-GridRow.ct-mod-run")).to_have_count(2)
    focus_in(window, ".ct-Table")
    press(window, "Escape", "End", "ArrowLeft", "Control+End", "Space", "ArrowUp", "Space")
    focus_in(window, ".ct-Table")
    expect(window.page.locator(".ct-Table:visible .ct-mod-selected")).to_have_count(2)
    press(window, "c")
    focus_in(window, ".ct-Compare")
    causes = window.page.locator(".ct-Compare:visible").get_by_role("list", name="Likely causes")
    expect(causes.locator("> li").first).to_contain_text("learning_rate changed 0.1 → 10.0", timeout=60_000)
    tab_to(window, ".ct-Compare", "Prove it…")
    press(window, "Alt+Shift+r")


def test_the_panel_walks_as_far(window):
    press(window, "Alt+Shift+p")
    focus_in(window, "#celltrail-trail")
    press(window, "Home", "Space", "ArrowDown", "Space", "c")
    focus_in(window, ".ct-Compare")
    expect(window.page.locator(".ct-Compare:visible").get_by_role("heading", name="2 runs")).to_be_visible()


def test_a_run_is_read_and_left_by_the_keyboard(window):
    press(window, "Alt+Shift+p")
    focus_in(window, "#celltrail-trail")
    press(window, "Home", "Enter")
    expect(window.detail.get_by_role("button", name="Replay…")).to_be_visible()
    tab_to(window, "#celltrail-trail", "Replay…")
    press(window, "Escape")
    expect(window.list).to_be_focused()
