"""What the Trail panel shows of a store, and how it is used: by mouse, by keyboard, by a screen reader."""

import json
import re

import duckdb
import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect
from trail_samples import fill_hostile, fill_project, hostile_names

pytestmark = pytest.mark.ui
SOURCES = (
    "import pandas as pd",
    "Ridge(alpha=0.5).fit(X_train, y_train)",
    "model = Lasso(alpha=-1)\nmodel.fit(X_train, y_train)",
    "for depth in range(2, 7):\n    fit(depth)",
    "search.fit(X_train, y_train)",
    "forest = RandomForestClassifier(n_estimators=300, random_state=42)\nforest.fit(X_train, y_train)\n",
    "model.fit(X)",
    "boost.fit(X_train, y_train)",
)


@pytest.fixture(scope="module")
def lab(new_lab):
    """One server with a project of its own in each folder: full, empty, hostile, and one from the future."""

    def fill(root):
        write_notebook(root / "churn.ipynb", *SOURCES)
        lab_ids.update(fill_project(root))
        for name in ("empty", "hostile", "newer"):
            (root / name).mkdir()
            (root / name / "pyproject.toml").touch()
            write_notebook(root / name / "a.ipynb", "1")
        fill_hostile(root / "hostile")
        fill_project(root / "newer", "a.ipynb")

    lab_ids: dict[str, str] = {}
    lab = new_lab(fill)
    lab.ids = lab_ids
    return lab


@pytest.fixture(scope="module")
def window(lab, browser):
    """One window on the full project, for all tests that only look."""
    page = LabPage(browser, lab).open("churn.ipynb")
    page.show_trail()
    yield page
    page.close()
    page.check()


@pytest.fixture
def trail(window):
    """The panel as it opens: the notebook's runs, no search, nothing unfolded that was not before."""
    window.rest()
    return window


@pytest.fixture
def own_trail(lab, visit):
    """A window of the test's own, whose notebook it may change."""
    page = visit(lab, "churn.ipynb")
    page.show_trail()
    expect(page.rows.first).to_be_visible()
    return page


def test_the_list_tells_state_name_cell_metric_and_duration_newest_first(trail, screenshots):
    first = trail.rows.nth(0)
    expect(first).to_contain_text("GradientBoostingClassifier")
    expect(first).to_contain_text("[7] · running")
    expect(first.get_by_title("running", exact=True)).to_be_visible()
    forest = trail.row("RandomForestClassifier")
    expect(forest).to_contain_text("[5] · 3.")
    expect(forest.locator(".ct-Row-value")).to_have_text(re.compile(r"0\.\d{4}"))
    assert "KMeans" not in trail.list.inner_text()
    names = [name.split("\n")[0] for name in trail.rows.all_inner_texts()]
    assert names.index("Lasso") == len(names) - 2
    assert names[-1] == "Ridge"
    expect(trail.panel.locator(".ct-Footer")).to_have_text("11 runs")
    trail.picture(screenshots, "panel-live")


def test_the_project_switch_lists_every_notebook(trail):
    trail.panel.get_by_role("button", name="Project", exact=True).click()
    expect(trail.row("KMeans")).to_contain_text("explore")
    expect(trail.panel.locator(".ct-Footer")).to_have_text("12 runs")


def test_a_search_unfolds_its_candidates_and_a_loop_folds_into_its_newest_run(trail):
    trail.row("GridSearchCV").locator(".ct-Expander").click()
    candidates = trail.panel.locator(".ct-mod-child")
    expect(candidates).to_have_count(6)
    expect(candidates.nth(0)).to_contain_text("C=0.001")
    expect(trail.row("GridSearchCV")).to_have_attribute("aria-expanded", "true")
    expect(candidates.nth(0)).to_have_attribute("aria-level", "2")
    loop = trail.row("DecisionTreeClassifier")
    expect(loop).to_have_count(5)
    loop.first.locator(".ct-Expander").click()
    expect(loop).to_have_count(1)
    expect(loop).to_contain_text("\u00d75")


def test_runs_of_a_loop_show_what_differs_and_are_summed_up(trail):
    loop = trail.row("DecisionTreeClassifier")
    told = [row.locator(".ct-Row-differs").inner_text() for row in loop.all()]
    assert told == [f"max_depth={depth}" for depth in (6, 5, 4, 3, 2)]
    loop.first.click()
    section = trail.detail.locator(".ct-Section", has_text="Runs of this loop")
    expect(section).to_contain_text("0.7800 ± 0.02828")
    expect(section).to_contain_text("mean and standard deviation of 5 runs, 0.7400 to 0.8200")


def test_a_run_that_ended_well_in_a_cell_that_failed_says_so(trail):
    ridge = trail.row("Ridge")
    expect(ridge.locator(".ct-Row-problem")).to_have_text("cell failed: ValueError")
    expect(ridge.get_by_title("finished", exact=True)).to_be_visible()
    expect(trail.badge(1)).to_contain_text("cell failed: ValueError")
    expect(trail.badge(1)).to_have_accessible_name(
        re.compile("Ridge alpha=0.5: finished, r2 .*, cell failed: ValueError")
    )
    ridge.click()
    expect(trail.detail).to_contain_text("The run ended well, but later: cell failed: ValueError")


def test_metrics_of_no_single_run_are_found_below_the_list(trail):
    unclear = trail.panel.locator(".ct-Unclear")
    unclear.get_by_text("1 metric has several candidate runs").click()
    expect(unclear).to_contain_text("log_loss")
    unclear.get_by_role("button", name="RandomForestClassifier n_estimators=300").click()
    expect(trail.detail.get_by_role("heading", name="RandomForestClassifier")).to_be_visible()
    expect(trail.detail).to_contain_text("Could be this run")
    trail.detail.press("Escape")
    unclear.locator("summary").click()


def test_the_search_box_finds_by_name_and_by_parameter(trail):
    box = trail.panel.get_by_role("searchbox", name="Search runs")
    box.fill("forest")
    expect(trail.rows).to_have_count(1)
    expect(trail.rows).to_contain_text("RandomForestClassifier")
    box.fill("no such thing")
    expect(trail.panel.get_by_text("No run matches")).to_be_visible()
    trail.panel.get_by_role("button", name="Clear the search").click()
    expect(trail.row("Ridge")).to_be_visible()


def test_a_filter_expression_selects_by_metric_and_says_where_it_is_wrong(trail):
    trail.panel.get_by_role("button", name="Filter expression").click()
    box = trail.panel.get_by_role("searchbox", name="Filter runs by an expression")
    box.fill("metrics.accuracy > 0.81")
    expect(trail.panel.locator(".ct-Footer")).to_have_text("2 runs")
    box.fill("metrics.accuracy >> 1")
    alert = trail.panel.get_by_role("alert")
    expect(alert).to_contain_text("This filter cannot be read")
    expect(alert.locator("pre")).to_contain_text("^")
    box.fill("")
    expect(trail.row("Ridge")).to_be_visible()


def test_the_detail_tells_where_every_number_comes_from(trail, screenshots):
    trail.row("RandomForestClassifier").click()
    detail = trail.detail
    expect(detail.get_by_role("heading", name="RandomForestClassifier")).to_be_visible()
    expect(detail).to_contain_text("finished · 3.")
    metrics = detail.locator(".ct-Metric")
    accuracy = metrics.filter(has_text="accuracy")
    expect(accuracy).to_contain_text("0.9139")
    expect(accuracy).to_contain_text("on X_test · measured on its own prediction")
    expect(metrics.filter(has_text="divergence")).to_contain_text("NaN")
    expect(metrics.filter(has_text="oob_error").get_by_role("img")).to_have_accessible_name("oob_error over 30 values")
    expect(metrics.filter(has_text="log_loss")).to_contain_text("two models gave equal predictions")
    trail.picture(screenshots, "panel-detail")
    origins = detail.locator(".ct-Params tbody tr")
    expect(origins.filter(has_text="n_estimators").first).to_have_text(re.compile("n_estimators300model"))
    expect(origins.filter(has_text="test_size")).to_contain_text("variable")
    expect(detail.get_by_text("4 defaults")).to_be_visible()
    expect(origins.filter(has_text="criterion")).not_to_be_visible()
    detail.get_by_text("4 defaults").click()
    expect(origins.filter(has_text="criterion")).to_be_visible()
    data = detail.locator(".ct-Dataset")
    expect(data.filter(has_text="X_train")).to_contain_text("dataframe · 1,438 \u00d7 3 · 148 KB · data/customers.csv")
    expect(data.filter(has_text="X_train").locator("code").first).to_have_text("5d1c09e2a7")
    expect(detail.get_by_role("img", name="plots/importance.png")).to_be_visible()
    expect(detail).to_contain_text("uncommitted")
    expect(detail.get_by_label("Executed source")).to_contain_text("n_estimators=300")


def test_the_detail_tells_what_the_run_took_of_the_machine_and_which_versions_it_read(trail):
    trail.row("RandomForestClassifier").click()
    sections = trail.detail.locator(".ct-Section")
    resources = sections.filter(has=trail.page.get_by_role("heading", name="Resources", exact=True))
    expect(resources).to_contain_text("184 % (12 % to 398 %)")
    expect(resources).to_contain_text("mean (lowest to highest) of 31 samples")
    expect(resources).to_contain_text("GPU 1: NVIDIA A10G")
    sources = sections.filter(has=trail.page.get_by_role("heading", name="Sources", exact=True))
    expect(sources).to_contain_text("version 17, named by the code")
    expect(sources).to_contain_text("1,438 rows")


def test_packages_seed_and_hardware_are_folded_and_searchable(trail):
    trail.row("RandomForestClassifier").click()
    for section in ("Seed", "Environment", "Hardware"):
        trail.detail.get_by_role("heading", name=section).click()
    expect(trail.detail).to_contain_text("numpy.random.seed(0)")
    expect(trail.detail).to_contain_text("Intel Xeon")
    trail.detail.get_by_text("6 packages").click()
    trail.detail.get_by_role("searchbox", name="Search packages").fill("SCI")
    expect(trail.detail.get_by_role("list", name="Packages").locator("li")).to_have_count(2)


def test_an_artifact_is_downloaded_as_it_is(trail):
    trail.row("RandomForestClassifier").click()
    with trail.page.expect_download() as download:
        trail.detail.get_by_role("button", name="Download plots/importance.png").click()
    assert download.value.suggested_filename == "importance.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_failed_run_shows_its_error_and_traceback(trail):
    trail.row("Lasso").click()
    expect(trail.detail).to_contain_text("InvalidParameterError: The 'alpha' parameter of Lasso must be")
    trail.detail.locator("summary", has_text="Traceback").click()
    expect(trail.detail.get_by_label("Traceback", exact=True)).to_contain_text("----> 2 model.fit(X_train, y_train)")


def test_a_candidate_leads_to_its_search_and_back(trail):
    trail.row("GridSearchCV").click()
    trail.detail.get_by_role("button", name=re.compile("^C=10,")).click()
    expect(trail.detail.get_by_role("heading", name="C=10")).to_be_visible()
    trail.detail.get_by_role("button", name="Candidate of a search").click()
    expect(trail.detail.get_by_role("heading", name="GridSearchCV")).to_be_visible()
    for heading in ("C=10", "GridSearchCV"):
        trail.detail.get_by_role("button", name="Back").click()
        expect(trail.detail.get_by_role("heading", name=heading)).to_be_visible()
    trail.page.keyboard.press("Escape")
    expect(trail.list).to_be_visible()


def test_the_run_id_and_digests_are_copied_in_full(trail, lab):
    trail.context.grant_permissions(["clipboard-read", "clipboard-write"])
    trail.row("RandomForestClassifier").click()
    trail.detail.get_by_role("button", name="Copy the run id").click()
    assert trail.page.evaluate("() => navigator.clipboard.readText()") == lab.ids["forest"]


def test_go_to_cell_selects_the_cell(trail):
    trail.row("RandomForestClassifier").click()
    trail.detail.get_by_role("button", name="Go to cell").click()
    expect(trail.cell(5)).to_have_class(re.compile("jp-mod-active"))


def test_go_to_cell_opens_a_closed_notebook_and_says_when_the_cell_is_gone(own_trail):
    own_trail.command("docmanager:save")
    own_trail.command("application:close")
    expect(own_trail.page.locator(".jp-NotebookPanel")).to_have_count(0)
    own_trail.row("Ridge").click()
    own_trail.detail.get_by_role("button", name="Go to cell").click()
    expect(own_trail.cell(1)).to_have_class(re.compile("jp-mod-active"), timeout=30_000)
    own_trail.command("notebook:delete-cell")
    own_trail.detail.get_by_role("button", name="Go to cell").click()
    expect(own_trail.detail).to_contain_text("This cell is no longer in churn.ipynb.")


def test_a_notebook_that_is_gone_is_said_to_be(trail):
    trail.panel.get_by_role("button", name="Project", exact=True).click()
    trail.row("KMeans").click()
    trail.detail.get_by_role("button", name="Go to cell").click()
    expect(trail.detail).to_contain_text("notes/explore.ipynb cannot be opened from here.")


def test_everything_can_be_reached_by_the_keyboard_alone(trail):
    box = trail.panel.get_by_role("searchbox", name="Search runs")
    box.focus()
    press = trail.page.keyboard.press

    def active():
        id_ = trail.list.get_attribute("aria-activedescendant")
        return trail.panel.locator(f"#{id_}").get_attribute("aria-label")

    press("ArrowDown")
    expect(trail.list).to_be_focused()
    assert active().startswith("GradientBoostingClassifier lr=0.05, running, cell 7, val_loss 0.02")
    press("End")
    assert active().startswith("Ridge alpha=0.5, finished, cell failed: ValueError, cell 1, r2 0.4120, ")
    press("Home")
    for _ in range(3):
        press("ArrowDown")
    assert active().startswith("GridSearchCV, finished, cell 4, best_score 0.8712, 41.7 s, ")
    assert active().endswith("6 candidates")
    press("ArrowRight")
    expect(trail.panel.locator(".ct-mod-child")).to_have_count(6)
    press("ArrowDown")
    assert active().startswith("C=0.001")
    press("ArrowLeft")
    press("ArrowLeft")
    expect(trail.panel.locator(".ct-mod-child")).to_have_count(0)
    press("Enter")
    expect(trail.detail.get_by_role("heading", name="GridSearchCV")).to_be_visible()
    press("Escape")
    expect(trail.list).to_be_focused()
    assert active().startswith("GridSearchCV")


def test_a_badge_tells_the_last_run_and_opens_it(trail):
    expect(trail.badge(0)).to_have_count(0)
    expect(trail.badge(5)).to_contain_text("RandomForestClassifier")
    expect(trail.badge(3)).to_contain_text("5 runs")
    expect(trail.badge(2)).to_have_accessible_name(re.compile("Show in Trail: Lasso alpha=-1: failed"))
    trail.badge(5).click()
    expect(trail.detail.get_by_role("heading", name="RandomForestClassifier")).to_be_visible()


def test_a_badge_is_stale_while_the_code_differs_from_what_ran(own_trail, screenshots):
    expect(own_trail.badge(1)).to_contain_text("Ridge")
    own_trail.type_into_cell(1, " # tuned")
    expect(own_trail.badge(1)).to_contain_text("code changed")
    own_trail.picture(screenshots, "badge", own_trail.page.locator(".jp-NotebookPanel"))
    for _ in " # tuned":
        own_trail.page.keyboard.press("Backspace")
    expect(own_trail.badge(1)).not_to_contain_text("code changed")
    expect(own_trail.badge(5)).not_to_contain_text("code changed")


def test_badges_follow_cells_that_are_moved_split_and_deleted(own_trail):
    expect(own_trail.badge(5)).to_contain_text("RandomForestClassifier")
    active = "i => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i; }"
    own_trail.page.evaluate(active, 5)
    own_trail.command("notebook:move-cell-up")
    expect(own_trail.badge(4)).to_contain_text("RandomForestClassifier")
    expect(own_trail.badge(5)).to_contain_text("GridSearchCV")
    own_trail.page.evaluate(active, 4)
    own_trail.command("notebook:delete-cell")
    expect(own_trail.badge(4)).to_contain_text("GridSearchCV")
    own_trail.cell(3).locator(".cm-content").click()
    own_trail.page.keyboard.press("Control+Home")
    own_trail.page.keyboard.press("ArrowDown")
    own_trail.command("notebook:split-cell-at-cursor")
    expect(own_trail.page.locator(".jp-NotebookPanel .jp-Cell .ct-Badge", has_text="5 runs")).to_have_count(1)
    expect(own_trail.page.locator(".ct-Badge", has_text="5 runs")).to_contain_text("code changed")


def test_the_setting_takes_the_badges_away_and_brings_them_back(own_trail):
    expect(own_trail.badge(5)).to_be_visible()
    own_trail.command("settingeditor:open", query="Trail")
    box = own_trail.page.get_by_role("checkbox", name="Badges on cells")
    for is_on in (False, True):
        box.set_checked(is_on)
        own_trail.page.locator(".lm-TabBar-tab", has_text="churn.ipynb").click()
        expect(own_trail.page.locator(".jp-NotebookPanel .ct-Badge").first).to_be_visible(visible=is_on)
        own_trail.command("settingeditor:open", query="Trail")


def test_an_empty_project_says_what_to_do(lab, visit, screenshots):
    page = visit(lab, "empty/a.ipynb")
    page.show_trail()
    expect(page.panel).to_contain_text("No runs in this notebook yet")
    expect(page.panel).to_contain_text("Run a cell that fits a model and it appears here")
    assert serious_violations(page.page, "#celltrail-trail") == []
    page.picture(screenshots, "panel-empty")


def test_a_store_from_a_newer_celltrail_is_an_error_that_says_what_to_do(lab, visit, screenshots):
    store = lab.root / "newer" / ".celltrail"
    connection = duckdb.connect(str(store / "store.duckdb"))
    connection.execute("CREATE TABLE meta (schema_version INTEGER, duckdb_version VARCHAR)")
    connection.execute("INSERT INTO meta VALUES (999, 'v9.9.9')")
    connection.close()
    page = visit(lab, "newer/a.ipynb")
    page.show_trail()
    alert = page.panel.get_by_role("alert")
    expect(alert).to_contain_text("The trail cannot be read")
    expect(alert).to_contain_text("pip install -U celltrail")
    expect(page.panel.get_by_role("button", name="Try again")).to_be_enabled()
    assert serious_violations(page.page, "#celltrail-trail") == []
    page.picture(screenshots, "panel-error")


def test_a_hostile_name_is_only_ever_text(lab, visit):
    page = visit(lab, "hostile/a.ipynb")
    page.show_trail()
    page.panel.get_by_role("button", name="Project", exact=True).click()
    names = hostile_names()
    expect(page.rows).to_have_count(len(names))
    for position in range(len(names)):
        page.rows.nth(position).hover()
        page.rows.nth(position).click()
        expect(page.detail.locator(".ct-Params")).to_be_visible()
        page.open_sections()
        page.detail.get_by_role("button", name="Go to cell").click()
        width = page.detail.evaluate("node => [node.scrollWidth, node.clientWidth]")
        assert width[0] <= width[1], names[-1 - position][:40]
        page.detail.press("Escape")
        expect(page.list).to_be_visible()
    assert page.page.evaluate("() => window.harmed") is None
    assert page.panel.locator("script, iframe, object, embed").count() == 0


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_axe_finds_nothing_serious_in_list_detail_badges_and_status_bar(trail, theme, screenshots):
    trail.command("apputils:change-theme", theme=theme)
    trail.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)
    trail.row("GridSearchCV").locator(".ct-Expander").click()
    expect(trail.panel.locator(".ct-mod-child")).to_have_count(6)
    trail.list.focus()
    assert serious_violations(trail.page, "#celltrail-trail", ".ct-Badge", ".ct-Status") == []
    if theme == "JupyterLab Dark":
        trail.picture(screenshots, "panel-dark")
    trail.row("RandomForestClassifier").click()
    expect(trail.detail.locator(".ct-Params").first).to_be_visible()
    trail.open_sections()
    assert serious_violations(trail.page, "#celltrail-trail") == []
    trail.page.keyboard.press("Escape")
    trail.row("Lasso").click()
    expect(trail.detail.locator(".ct-Error")).to_be_visible()
    assert serious_violations(trail.page, "#celltrail-trail") == []


def test_the_commands_are_in_the_palette_and_say_what_they_take(trail):
    described = trail.page.evaluate(
        """async () => {
          const found = {};
          for (const id of window.jupyterapp.commands.listCommands().filter(each => each.startsWith('celltrail:'))) {
            found[id] = (await window.jupyterapp.commands.describedBy(id)).args;
          }
          return found;
        }"""
    )
    assert set(described) == {
        "celltrail:open",
        "celltrail:open-run",
        "celltrail:open-run-link",
        "celltrail:show-run",
        "celltrail:toggle-tracking",
        "celltrail:refresh",
        "celltrail:go-to-cell",
        "celltrail:keep-cell",
        "celltrail:compare",
        "celltrail:compare-cell",
        "celltrail:compare-marked",
        "celltrail:copy-run-id",
        "celltrail:copy-run-link",
        "celltrail:documentation",
        "celltrail:keys",
        "celltrail:notebook-runs",
        "celltrail:open-link",
        "celltrail:open-table",
        "celltrail:cell-history",
        "celltrail:restore-run",
    }
    assert all(schema["type"] == "object" for schema in described.values()), json.dumps(described)
    trail.command("apputils:activate-command-palette")
    trail.page.locator(".lm-CommandPalette-input").fill("trail")
    expect(trail.page.locator(".lm-CommandPalette-item", has_text="Show Trail")).to_be_visible()
