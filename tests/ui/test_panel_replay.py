"""A run made again from the panel: shown, agreed to, followed, stopped; its verdict stands on the run."""

import json
import subprocess
import sys

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

pytestmark = pytest.mark.ui
ANSWER = (
    "import celltrail\nfactor = 6",
    "factor = 7",
    "with celltrail.start_run('answer'):\n    celltrail.log_metric('value', factor * 6)",
    "unrelated = factor",
)
RANDOM = (
    "import celltrail, numpy as np\nown = np.random.default_rng()",
    "with celltrail.start_run('random'):\n    celltrail.log_metric('drawn', own.random())",
)
SLOW = (
    "import time, celltrail\nfrom pathlib import Path\nslow = Path('slow')",
    "with celltrail.start_run('slow'):\n    time.sleep(120 * slow.exists())\n    celltrail.log_metric('slept', 1)",
)
TOTAL = (
    "import celltrail, random\nrandom.seed(3)",
    "rows = [int(line) for line in open('sales.csv')]",
    "with celltrail.start_run('total'):\n    celltrail.log_metric('total', sum(rows))",
)
_REPLAY_MS = 90_000


@pytest.fixture(scope="module")
def lab(new_lab):
    def fill(root):
        (root / "sales.csv").write_text("1\n2\n", encoding="utf-8")
        (root / "other.csv").write_text("1\n200\n", encoding="utf-8")
        notebooks = (("answer", ANSWER), ("random", RANDOM), ("slow", SLOW), ("total", TOTAL))
        for name, sources in notebooks:
            write_notebook(root / f"{name}.ipynb", *sources)
            words = [sys.executable, "-m", "celltrail.cli", "run", f"{name}.ipynb", "-o", f"out-{name}.ipynb"]
            subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=200)
        (root / "slow").touch()

    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab, height=1300).open()
    page.show_trail()
    page.page.evaluate("() => document.querySelector('#jp-left-stack').style.minWidth = '420px'")
    yield page
    page.close()
    page.check()


def open_run(window, name):
    window.leave_runs()
    window.panel.get_by_role("button", name="Project", exact=True).click()
    window.row(name).last.click()
    expect(window.detail.get_by_role("heading", name=name)).to_be_visible()


def set_theme(window, name, *, is_light):
    window.command("apputils:change-theme", theme=name)
    expect(window.page.locator(f"body[data-jp-theme-light='{str(is_light).lower()}']")).to_have_count(1)


def button(window, name):
    return window.detail.get_by_role("button", name=name)


def test_the_button_shows_what_would_run_and_runs_nothing(window, lab, screenshots):
    open_run(window, "answer")
    button(window, "Replay…").click()
    steps = window.detail.get_by_role("list", name="Cells").first
    expect(steps).to_contain_text("factor = 7")
    expect(steps).not_to_contain_text("unrelated")
    expect(window.detail).to_contain_text("Replay executes code")
    expect(button(window, "Execute 3 cells")).to_be_enabled()
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "replay-agreement", window.panel)
    button(window, "Do not replay").click()
    expect(steps).to_be_hidden()
    assert not (lab.root / ".celltrail/replays").exists()


def test_what_was_agreed_to_runs_and_the_verdict_has_five_items(window, screenshots):
    button(window, "Replay…").click()
    button(window, "Execute 3 cells").click()
    checklist = window.detail.get_by_role("table", name="Checklist")
    expect(checklist).to_be_visible(timeout=_REPLAY_MS)
    expect(checklist.get_by_role("row")).to_have_count(5)
    for name in ("code", "data", "environment", "seed", "hardware"):
        expect(checklist.get_by_role("rowheader", name=name)).to_be_visible()
    report = window.detail.locator(".ct-Report")
    expect(report).to_contain_text("identical")
    expect(report).to_contain_text("metric value")
    expect(report).to_contain_text("42.0")
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "replay-verdict", window.panel)


def test_the_verdict_is_there_after_a_reload_and_leads_to_the_replayed_run(window, lab):
    window.open()
    window.show_trail()
    open_run(window, "answer")
    expect(window.detail.get_by_role("table", name="Checklist")).to_be_visible()
    button(window, "Show the replayed run").click()
    expect(window.detail).to_contain_text("This run is a replay of")
    button(window, "Open the notebook").click()
    expect(window.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")).to_contain_text("factor = 7")
    [copy] = lab.root.glob("replay-*.ipynb")
    assert json.loads(copy.read_text(encoding="utf-8"))["metadata"]["celltrail_replay"]["run_id"]


def test_runs_of_replays_are_left_out_of_the_list_until_they_are_asked_for(window, screenshots):
    window.leave_runs()
    window.panel.get_by_role("button", name="Project", exact=True).click()
    footer = window.panel.locator(".ct-Footer")
    expect(window.row("answer")).to_have_count(1)
    expect(footer).to_contain_text("4 runs")
    footer.get_by_role("button", name="Show 1 of replays").click()
    expect(window.row("answer")).to_have_count(2)
    expect(window.row("answer").filter(has_text="replay of")).to_have_count(1)
    assert serious_violations(window.page, ".ct-Body") == []
    window.picture(screenshots, "replays-listed", window.panel)
    footer.get_by_role("button", name="Leave replays out").click()
    expect(window.row("answer")).to_have_count(1)


def test_a_run_that_comes_out_otherwise_shows_both_values_and_the_first_cell(window, screenshots):
    open_run(window, "random")
    button(window, "Replay…").click()
    button(window, "Execute 2 cells").first.click()
    report = window.detail.locator(".ct-Report")
    expect(report).to_be_visible(timeout=_REPLAY_MS)
    expect(report).to_contain_text("First cell that went another way: [2]")
    expect(report.locator(".ct-Sides").filter(has_text="metric drawn").first).to_contain_text("now")
    set_theme(window, "JupyterLab Dark", is_light=False)
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "replay-differs-dark", window.panel)
    set_theme(window, "JupyterLab Light", is_light=True)


def test_the_environment_and_swaps_are_chosen_and_the_plan_follows(window, screenshots):
    open_run(window, "total")
    button(window, "Replay…").click()
    window.detail.get_by_text("Environment and swaps").press("Enter")
    window.detail.get_by_label("Seed", exact=True).check()
    seed = window.detail.get_by_label("The seed")
    seed.fill("12")
    seed.press("Enter")
    expect(window.detail.locator(".ct-Facts").first).to_contain_text("seed=12")
    window.detail.get_by_label("Data", exact=True).check()
    window.detail.get_by_label("Which data").select_option("sales.csv")
    other = window.detail.get_by_label("The file that stands for sales.csv")
    other.fill("nowhere.csv")
    other.press("Enter")
    expect(window.detail.get_by_role("alert")).to_contain_text("there is no file")
    expect(button(window, "Execute 3 cells")).to_have_count(0)
    other.fill("other.csv")
    other.press("Enter")
    expect(window.detail.locator(".ct-Facts").first).to_contain_text("other.csv")
    window.detail.get_by_label("Seed", exact=True).uncheck()
    expect(window.detail.locator(".ct-Facts").first).not_to_contain_text("seed=12")
    expect(window.detail.get_by_label("Environment: the present one")).to_be_enabled()
    expect(button(window, "Execute 3 cells")).to_be_enabled()
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "replay-conditions", window.panel)
    set_theme(window, "JupyterLab Dark", is_light=False)
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "replay-conditions-dark", window.panel)
    set_theme(window, "JupyterLab Light", is_light=True)


def test_a_swap_shows_what_it_does_to_each_metric_and_is_no_verdict(window, screenshots):
    button(window, "Execute 3 cells").click()
    effect = window.detail.get_by_role("table", name="Metrics with the swap")
    expect(effect).to_be_visible(timeout=_REPLAY_MS)
    expect(effect.get_by_role("row", name="total")).to_contain_text("+198")
    expect(window.detail.locator(".ct-Report")).to_contain_text("1 of 1 metrics change")
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "replay-swapped", window.panel)
    button(window, "Replay…").click()
    window.detail.get_by_text("Environment and swaps").press("Enter")
    window.detail.get_by_label("one made with the recorded packages").check()
    expect(window.detail.get_by_label("Environment: the present one")).to_be_disabled()
    button(window, "Do not replay").click()


def test_a_cell_that_made_no_run_is_kept_from_its_menu_and_let_go_again(window, screenshots):
    window.open("random.ipynb")
    window.show_trail()
    window.type_into_cell(0, "\nkept_value = 6 * 7\nkept_value")
    window.run_cell(0)
    window.cell(0).click(button="right")
    window.page.get_by_role("menuitem", name="Keep Cell as Run").click()
    expect(window.detail.get_by_role("heading", name="import celltrail")).to_be_visible()
    expect(button(window, "Replay…")).to_be_enabled()
    window.picture(screenshots, "kept-cell", window.panel)
    button(window, "Let go").click()
    expect(window.detail).to_be_hidden()
    expect(window.panel).to_contain_text("random")
    expect(window.row("import celltrail")).to_have_count(0)


def start_slow(window):
    open_run(window, "slow")
    button(window, "Replay…").click()
    button(window, "Execute 2 cells").first.click()
    expect(window.detail.get_by_role("progressbar")).to_have_attribute(
        "aria-valuetext", "Cell 2 of 2", timeout=_REPLAY_MS
    )


def test_a_replay_goes_on_through_a_reload_and_is_cancelled_by_its_button(window, screenshots):
    start_slow(window)
    window.open()
    window.show_trail()
    open_run(window, "slow")
    expect(window.detail.get_by_role("progressbar")).to_be_visible()
    window.picture(screenshots, "replay-progress", window.panel)
    button(window, "Cancel the replay").click()
    expect(window.detail).to_contain_text("was cancelled: nothing was kept", timeout=_REPLAY_MS)


def test_a_server_that_is_restarted_midway_is_told(window, lab):
    """The last test of the module: its server goes down."""
    start_slow(window)
    lab.kill()
    lab.start(lab.port)
    expect(window.detail).to_contain_text("The server was restarted", timeout=_REPLAY_MS)
