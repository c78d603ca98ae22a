"""Runs side by side: marked in the panel, compared in the main area, with the causes, the code and the charts."""

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
IMPORTS = """\
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
import matplotlib
matplotlib.use('agg')
import matplotlib.pyplot as plt
import celltrail"""
FIT = """\
model = Ridge(alpha=alpha, solver='{solver}')
model.fit(X_train, y[:200])
with celltrail.start_run('{name}') as run:
    celltrail.log_params(dict(alpha=alpha, solver='{solver}'))
    celltrail.log_metric('mse', mean_squared_error(y[200:], model.predict(X_test)))
    for step in range(60):
        celltrail.log_metric('loss', 1 / (step + 1) + alpha / 100, step=step)
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.plot([alpha, 2, 3])
    celltrail.log_figure(figure, 'curve.png')"""
CELLS = (
    IMPORTS,
    "df = pd.read_csv('train.csv')",
    "alpha = {alpha}",
    "X, y = df[['age', 'income']], df['target']\nX_train, X_test = X[:200], X[200:]",
    FIT,
    "print('{name}')",
)
RUNS = (("first", 0.1, "auto"), ("second", 10.0, "auto"), ("third", 100.0, "cholesky"))


def write_data(root, factor):
    rows = [f"{n % 60 + 18},{20000 + n * 37 % 9000 * (factor if n < 120 else 1)},{n % 17}" for n in range(300)]
    (root / "train.csv").write_text("age,income,target\n" + "\n".join(rows) + "\n")


def commit(root):
    for words in (["add", "train.csv"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "data"]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def fill(root):
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for place, (name, alpha, solver) in enumerate(RUNS):
        write_data(root, 1 + place)
        commit(root)
        cells = [
            cell.replace("{alpha}", str(alpha)).replace("{solver}", solver).replace("{name}", name) for cell in CELLS
        ]
        write_notebook(root / "train.ipynb", *cells)
        words = [sys.executable, "-m", "celltrail.cli", "run", "train.ipynb", "-o", f"out-{name}.ipynb"]
        subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=200)
    trail = Trail(root / ".celltrail", "twins.ipynb")
    trail.run("one twin")
    trail.run("other twin")
    trail.writer.close()


@pytest.fixture(scope="module")
def lab(new_lab):
    return new_lab(fill, extensions=("jupyterlab-plotly",))


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab, width=1500, height=1100).open()
    page.show_trail()
    page.panel.get_by_role("button", name="Project", exact=True).click()
    expect(page.row("first")).not_to_have_count(0)
    yield page
    page.close()
    page.check()


def ids(lab, *names):
    found = lab.ask("store/search_runs", {"query": {"limit": 50}})["runs"]
    by_name = {run["name"]: run["run_id"] for run in found}
    return [by_name[name] for name in names]


def view(window):
    return window.page.locator(".ct-Compare:visible")


def section(window, title):
    return (
        view(window)
        .locator(".ct-Compare-section")
        .filter(has=window.page.get_by_role("heading", name=title, exact=True))
    )


def compare(window, lab, *names):
    window.command("celltrail:compare", run_ids=ids(lab, *names), notebook="train.ipynb")
    expect(view(window).get_by_role("list", name="Likely causes")).to_be_visible()


def test_runs_are_marked_by_the_keyboard_alone_and_compared(window, screenshots):
    window.list.focus()
    window.list.press("Home")
    marked = window.panel.get_by_role("group", name="Marked runs")
    for _ in range(12):
        active = window.panel.locator(".ct-Row.ct-mod-active")
        if any(name in active.inner_text() for name in ("second", "first")):
            window.list.press(" ")
        window.list.press("ArrowDown")
    expect(marked).to_contain_text("2 marked")
    assert serious_violations(window.page, "#celltrail-trail") == []
    window.picture(screenshots, "compare-marked", window.panel)
    marked.get_by_role("button", name="Compare").press("Enter")
    expect(view(window).get_by_role("heading", name="2 runs")).to_be_visible()
    # the server imports pandas for its first comparison of contents
    expect(view(window).get_by_role("list", name="Likely causes")).to_be_visible(timeout=60_000)
    marked.get_by_role("button", name="Clear").press("Enter")
    expect(marked).to_be_hidden()


def test_why_they_differ_is_ranked_with_its_evidence(window, lab, screenshots):
    compare(window, lab, "first", "second")
    causes = view(window).get_by_role("list", name="Likely causes").locator("> li")
    expect(causes.first).to_contain_text("alpha changed 0.1 → 10.0")
    expect(causes.first).to_contain_text("set in cell [3]: -alpha = 0.1; +alpha = 10.0")
    expect(causes.filter(has_text="column income: 1")).to_contain_text("of 300 values differ")
    metrics = section(window, "Metrics")
    expect(metrics).to_contain_text("mse")
    assert serious_violations(window.page, ".ct-Compare") == []
    window.picture(screenshots, "compare-two", view(window))


def test_the_comparison_is_saved_as_a_page_that_reads_without_scripts(window, lab, screenshots, tmp_path):
    compare(window, lab, "first", "second")
    with window.page.expect_download() as waiting:
        view(window).get_by_role("button", name="Save as HTML").press("Enter")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "comparison.html"
    context = window.page.context.browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_text("2 runs compared; the first is the baseline").first).to_be_visible()
    expect(page.get_by_role("cell", name="alpha changed 0.1 → 10.0")).to_be_visible()
    if screenshots is not None:
        page.screenshot(path=screenshots / "compare-saved.png", full_page=True)
    context.close()


def test_code_is_shown_cell_by_cell_and_what_is_the_same_is_folded(window, lab, screenshots):
    compare(window, lab, "first", "second")
    code = section(window, "Code")
    pair = code.locator(".ct-CellPair").first
    expect(pair.locator(".cm-merge-a")).to_contain_text("alpha = 0.1")
    expect(pair.locator(".cm-merge-b")).to_contain_text("alpha = 10.0")
    expect(code).to_contain_text("cells are the same")
    data = section(window, "Data")
    expect(data.get_by_role("row").filter(has_text="income").first).to_contain_text("changed")
    same = section(window, "The same in all")
    same.get_by_text("packages").click()
    expect(same).to_contain_text("numpy")
    code.scroll_into_view_if_needed()
    window.picture(screenshots, "compare-code", code)


def test_pictures_stand_side_by_side(window, lab, screenshots):
    compare(window, lab, "first", "second", "third")
    outputs = section(window, "Outputs")
    expect(outputs.locator("img")).to_have_count(3)
    window.picture(screenshots, "compare-outputs", outputs)


def test_every_chart_is_drawn_without_the_network_and_copied_as_a_cell(window, lab, screenshots):
    compare(window, lab, "first", "second", "third")
    charts = section(window, "Charts")
    for name in ("Scatter", "Curves", "Boxes", "Parallel coordinates"):
        charts.get_by_role("button", name=name).click()
        expect(charts.get_by_role("group", name=f"{name} of 3 runs")).to_be_visible()
        expect(charts.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        window.picture(screenshots, f"compare-{name.split()[0].lower()}", charts)
    charts.get_by_role("button", name="Curves").click()
    charts.get_by_label("Smoothing").select_option("0.9")
    expect(charts.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    with window.page.expect_download() as download:
        charts.get_by_role("button", name="Save as SVG").click()
    assert download.value.suggested_filename.endswith(".svg")
    assert b"<svg" in download.value.path().read_bytes()[:200]
    charts.get_by_role("button", name="Copy as a cell").click()
    buttons = charts.locator(".modebar-btn").evaluate_all("all => all.map(each => each.dataset.title ?? '')")
    assert not [title for title in buttons if "Share" in title]  # plotly's own would upload the chart
    assert buttons
    assert serious_violations(window.page, ".ct-Compare") == []


def test_many_runs_choose_which_pair_is_explained_and_shown_in_the_dark(window, lab, screenshots):
    compare(window, lab, "first", "second", "third")
    chosen = section(window, "Why do they differ?").get_by_label("Run")
    chosen.select_option(index=1)
    causes = view(window).get_by_role("list", name="Likely causes")
    expect(causes).to_contain_text("alpha changed 0.1 → 100.0")
    window.command("apputils:change-theme", theme="JupyterLab Dark")
    expect(window.page.locator("body[data-jp-theme-light='false']")).to_have_count(1)
    assert serious_violations(window.page, ".ct-Compare") == []
    window.picture(screenshots, "compare-many-dark", view(window))
    window.command("apputils:change-theme", theme="JupyterLab Light")
    expect(window.page.locator("body[data-jp-theme-light='true']")).to_have_count(1)


def test_runs_that_differ_in_nothing_say_so(window, lab, screenshots):
    window.command("celltrail:compare", run_ids=ids(lab, "one twin", "other twin"), notebook="train.ipynb")
    expect(view(window)).to_contain_text("Nothing that is recorded differs")
    expect(view(window)).to_contain_text("No metric differs.")
    expect(view(window).get_by_text("none of the runs has a record of the packages")).to_have_count(1)
    assert serious_violations(window.page, ".ct-Compare:not(.lm-mod-hidden)") == []
    window.picture(screenshots, "compare-empty", view(window))


def test_what_cannot_be_compared_says_why(window, lab, screenshots):
    for run_ids, said in (
        (ids(lab, "first") * 2, "give two or more different runs"),
        ([*ids(lab, "first"), "ffffffff"], "ffffffff"),
        ([f"{n:08x}" for n in range(21)], "21 runs are too many"),
    ):
        window.command("celltrail:compare", run_ids=run_ids, notebook="train.ipynb")
        expect(view(window).get_by_role("alert")).to_contain_text(said)
    window.picture(screenshots, "compare-error", view(window))
    view(window).get_by_role("button", name="Choose from all runs").click()
    expect(window.page.locator(".ct-Table:visible .ct-GridRow.ct-mod-run").first).to_be_visible()


def test_the_comparison_comes_back_after_a_reload(window, lab):
    compare(window, lab, "first", "third")
    window.page.wait_for_timeout(1500)  # JupyterLab saves its layout a second after it changed
    window.page.goto(f"{lab.base}lab")
    window.page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
    tabs = window.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").filter(has_text="Compare")
    expect(tabs).not_to_have_count(0)
    layout = json.dumps(lab.ask("store/search_runs", {"query": {"limit": 1}})["total"])
    assert int(layout) >= 3


def test_a_cause_is_proven_by_a_replay_with_that_one_swapped(window, lab, screenshots):
    window.open()
    compare(window, lab, "first", "second")
    section(window, "Why do they differ?").get_by_label("Metric").select_option("mse")
    cause = view(window).get_by_role("list", name="Likely causes").locator("> li").filter(has_text="alpha changed")
    cause.get_by_role("button", name="Prove it…").click()
    steps = cause.get_by_role("list", name="Cells")
    expect(steps).to_contain_text("alpha = 10.0", timeout=30_000)
    assert serious_violations(window.page, ".ct-Compare") == []
    window.picture(screenshots, "compare-prove", view(window))
    cause.get_by_role("button", name="Execute").click()
    proved = view(window).get_by_role("list", name="Likely causes").locator("> li").filter(has_text="of the difference")
    expect(proved).to_contain_text("alpha changed", timeout=120_000)
    window.picture(screenshots, "compare-proven", view(window))
