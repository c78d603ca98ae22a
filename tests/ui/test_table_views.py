"""The runs table as a person uses it: order, filter, columns, groups, tags, archive, views; by mouse and keyboard."""

import json
import re

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect
from trail_samples import fill_hostile, fill_project

from celltrail import clock
from celltrail.config import ensure_store_folder
from journal_writing import Trail

pytestmark = pytest.mark.ui


def fill_wide(root):
    """Runs with 12,000 metrics, with none, with NaN alone, and with a parameter and a tag of a megabyte."""
    store = root / ".celltrail"
    ensure_store_folder(store)
    trail = Trail(store, "a.ipynb", at=clock.now() - 10**9)
    wide = trail.run("wide", is_finished=False)
    for number in range(12_000):
        trail.metric(wide, f"metric_{number:05d}", number / 7)
    trail.run("bare")
    lost = trail.run("lost", params={"blob": "x" * 1_000_000}, tags={"essay": "y" * 1_000_000})
    trail.metric(lost, "metric_00000", *[float("nan")] * 5)
    trail.writer.sync()


@pytest.fixture(scope="module")
def lab(new_lab):
    """One server with a full project, and an empty, a hostile and a wide one in folders of their own."""

    def fill(root):
        write_notebook(root / "churn.ipynb", "1")
        fill_project(root)
        for name in ("empty", "hostile", "wide"):
            (root / name).mkdir()
            (root / name / "pyproject.toml").touch()
        fill_hostile(root / "hostile")
        fill_wide(root / "wide")

    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    """One window for all tests: what each needs is a table of its own, not a JupyterLab."""
    page = LabPage(browser, lab).open()
    yield page
    page.close()
    page.check()


@pytest.fixture(scope="module")
def other(lab, browser):
    """A second window on the same server."""
    page = LabPage(browser, lab).open()
    yield page
    page.close()
    page.check()


@pytest.fixture
def table(window):
    """The window with the project's table in front, as it is at first."""
    return opened(window)


def opened(page, notebook=""):
    """Close what is there, and open a table of a project."""
    page.command("application:close-all")
    page.command("celltrail:open-table", notebook=notebook)
    expect(in_front(page)).to_have_count(1)
    if not notebook:
        expect(runs(page).first).to_be_visible()
    return page


def in_front(page):
    return page.page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden) > .ct-Table")


def runs(page):
    return in_front(page).locator(".ct-GridRow.ct-mod-run")


def names(page):
    return [row.locator(".ct-Cell-link").inner_text().split()[0] for row in runs(page).all()]


def grid(page):
    return in_front(page).get_by_role("treegrid")


def filter_box(page):
    return in_front(page).get_by_role("combobox", name="Filter runs")


def foot(page):
    return in_front(page).locator(".ct-Table-foot")


def test_the_panels_button_opens_what_the_panel_lists(window, screenshots):
    page = window
    page.command("docmanager:open", path="churn.ipynb")
    page.show_trail()
    expect(page.panel.locator(".ct-Footer")).to_contain_text("11 runs")
    page.panel.get_by_role("button", name="Open as table").click()
    expect(foot(page)).to_contain_text("11 runs")
    expect(page.page.locator(".lm-TabBar-tabLabel", has_text="Runs of churn.ipynb")).to_be_visible()
    page.panel.get_by_role("button", name="Project", exact=True).click()
    page.panel.get_by_role("button", name="Open as table").click()
    expect(foot(page)).to_contain_text("12 runs")
    assert serious_violations(page.page, ".jp-MainAreaWidget:not(.lm-mod-hidden) > .ct-Table") == []
    page.picture(screenshots, "table")
    page.command("apputils:change-theme", theme="JupyterLab Dark")
    expect(page.page.locator("body[data-jp-theme-light='false']")).to_be_attached()
    assert serious_violations(page.page, ".jp-MainAreaWidget:not(.lm-mod-hidden) > .ct-Table") == []
    page.picture(screenshots, "table-dark")
    page.command("apputils:change-theme", theme="JupyterLab Light")
    page.page.evaluate("() => Promise.all([...window.jupyterapp.shell.widgets('main')].map(w => w.context?.save()))")


def test_a_head_orders_best_is_marked_and_the_menu_says_which_way_is_better(table):
    head = in_front(table).get_by_role("columnheader", name="accuracy")
    best = in_front(table).locator(".ct-mod-best")
    expect(best.filter(has_text="0.9139")).to_be_visible()
    head.locator(".ct-Head-button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(runs(table).first).to_contain_text("0.7400")
    head.locator(".ct-Head-button").click()
    expect(runs(table).first).to_contain_text("0.9139")
    head.locator(".ct-Head-button").press("Alt+ArrowDown")
    table.page.get_by_role("menuitem", name="Lower Is Better").click()
    expect(best.filter(has_text="0.7400")).to_be_visible()
    head.locator(".ct-Head-button").click()
    expect(runs(table).first).to_contain_text("GradientBoostingClassifier")


def test_the_filter_proposes_what_may_come_and_marks_what_cannot_be_read(table, screenshots):
    box = filter_box(table)
    box.press_sequentially("metrics.acc")
    expect(box).to_have_attribute("aria-expanded", "true")  # the store's keys may come after the first letters
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("metrics.accuracy ")
    box.press_sequentially("> 0.8")
    expect(foot(table)).to_have_text("2 runs")
    box.fill("metrics.accuracy > 0.8 and parms.alpha = 1")
    expect(in_front(table).locator(".ct-Mistake mark")).to_have_text("p")
    expect(in_front(table).locator(".ct-Mistake")).to_contain_text("expected metrics, params, tags or attributes")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert serious_violations(table.page, ".jp-MainAreaWidget:not(.lm-mod-hidden) > .ct-Table") == []
    box.press("Escape")
    table.picture(screenshots, "table-error")
    expect(runs(table)).to_have_count(2)
    box.fill("")
    expect(foot(table)).to_have_text("12 runs")
    in_front(table).get_by_role("searchbox").fill("nothing has this")
    expect(in_front(table)).to_contain_text("No run matches")
    in_front(table).get_by_role("button", name="Show all runs").click()
    expect(foot(table)).to_have_text("12 runs")


def test_columns_are_added_moved_widened_drawn_and_restored_after_a_reload(table):
    front = in_front(table)
    front.get_by_role("button", name="Columns", exact=True).click()
    front.get_by_role("searchbox", name="Search columns").fill("oob")
    front.get_by_role("button", name="Add oob_error").last.click()
    front.get_by_role("button", name="Close", exact=True).click()
    grid(table).focus()
    grid(table).press("End")
    expect(front.locator(".ct-Cell .ct-Spark path")).to_have_attribute("d", re.compile("^M.*L"))
    head = front.get_by_role("columnheader", name="oob_error").locator(".ct-Head-button")
    head.press("Shift+ArrowRight")
    for _ in range(20):
        head.press("Alt+ArrowLeft")
    order = front.locator(".ct-Head .ct-Head-name")
    grid(table).press("Home")
    expect(order.nth(1)).to_have_text("oob_error")
    width = front.get_by_role("columnheader", name="oob_error").bounding_box()["width"]
    assert 108 <= width <= 120
    first = front.get_by_role("columnheader", name="Started").bounding_box()
    target = front.get_by_role("columnheader", name="oob_error").bounding_box()
    mouse = table.page.mouse
    mouse.move(first["x"] + 20, first["y"] + 20)
    mouse.down()
    mouse.move(target["x"] + 30, target["y"] + 20, steps=5)
    mouse.up()
    expect(order.nth(1)).to_have_text("Started")
    table.page.wait_for_timeout(1500)  # JupyterLab keeps its layout a second after a change
    table.page.goto(f"{table.lab.base}lab")
    expect(front.locator(".ct-Head .ct-Head-name").nth(2)).to_have_text("oob_error", timeout=60_000)


def test_groups_tell_how_many_and_the_best_and_open_to_their_runs(table):
    in_front(table).get_by_label("Group by").fill("attributes.name")
    trees = in_front(table).locator(".ct-GridRow.ct-mod-group", has_text="DecisionTreeClassifier")
    expect(trees.locator(".ct-Chip")).to_have_text("5")
    expect(trees).to_contain_text("0.8200")
    expect(foot(table)).to_contain_text("groups")
    trees.click()
    expect(runs(table)).to_have_count(5)
    expect(trees).to_have_attribute("aria-expanded", "true")
    grid(table).focus()
    grid(table).press("Home")
    grid(table).press("ArrowLeft")
    expect(runs(table)).to_have_count(0)
    assert serious_violations(table.page, ".jp-MainAreaWidget:not(.lm-mod-hidden) > .ct-Table") == []
    in_front(table).get_by_label("Group by").fill("")
    expect(runs(table)).to_have_count(12)


def test_a_tag_is_edited_where_it_stands_and_another_window_sees_it(table, other):
    opened(other)
    front = in_front(table)
    forest = runs(table).filter(has_text="RandomForestClassifier")
    forest.locator(".ct-Cell-link").hover()
    forest.get_by_role("gridcell", name="baseline").dblclick()
    editor = front.get_by_role("textbox", name="Tag stage")
    editor.fill("<b>final</b>")
    editor.press("Enter")
    for page in (table, other):
        row = runs(page).filter(has_text="RandomForestClassifier")
        expect(row.get_by_role("gridcell", name="<b>final</b>")).to_be_attached()
    cell = forest.get_by_role("gridcell", name="<b>final</b>")
    cell.click()
    grid(table).press("F2")
    editor.fill("baseline")
    editor.press("Enter")
    expect(forest.get_by_role("gridcell", name="baseline")).to_be_attached()


def test_marked_runs_are_starred_and_archived_and_undo_brings_them_back(table):
    front = in_front(table)
    grid(table).focus()
    for key in ("Control+Home", "ArrowDown", " ", "Shift+ArrowDown"):
        table.page.keyboard.press(key)
    marks = front.get_by_role("toolbar", name="Selected runs")
    expect(marks).to_contain_text("2 selected")
    marks.get_by_role("button", name="Star", exact=True).click()
    expect(front.locator(".ct-Star.ct-mod-on")).to_have_count(2)
    front.get_by_role("button", name="Only starred runs").click()
    expect(foot(table)).to_have_text("2 runs")
    front.get_by_role("button", name="Only starred runs").click()
    expect(foot(table)).to_have_text("12 runs")
    grid(table).focus()
    table.page.keyboard.press("Control+a")
    expect(marks).to_contain_text("12 selected")
    table.page.keyboard.press("Escape")
    expect(marks).to_have_count(0)
    runs(table).first.get_by_role("checkbox").check()
    marks.get_by_role("button", name="Archive").click()
    expect(foot(table)).to_have_text("11 runs")
    front.get_by_label("Which runs to list").select_option("archived")
    expect(runs(table)).to_have_count(1)
    expect(runs(table).first).to_contain_text("archived")
    front.get_by_label("Which runs to list").select_option("active")
    table.page.get_by_role("button", name="Undo").click()
    expect(foot(table)).to_have_text("12 runs")


def test_compare_is_offered_where_there_is_a_view_for_it(table):
    runs(table).nth(0).get_by_role("checkbox").check()
    runs(table).nth(1).get_by_role("checkbox").check()
    has = table.page.evaluate("() => window.jupyterapp.commands.hasCommand('celltrail:compare')")
    expect(in_front(table).get_by_role("button", name="Compare")).to_have_count(1 if has else 0)


def test_a_view_is_saved_for_the_project_shown_by_an_address_and_deleted(table, other):
    front = in_front(table)
    filter_box(table).fill("metrics.accuracy > 0.75")
    expect(foot(table)).to_have_text("5 runs")
    filter_box(table).press("Escape")
    front.get_by_role("button", name="Views").click()
    table.page.get_by_role("menuitem", name="Save View…").click()
    table.page.locator(".jp-Dialog input").fill("good trees")
    table.page.locator(".jp-Dialog").get_by_role("button", name="Save").click()
    expect(table.page.locator(".jp-Dialog")).to_have_count(0)
    opened(other)
    expect(foot(other)).to_have_text("12 runs")
    in_front(other).get_by_role("button", name="Views").click()
    other.page.get_by_role("menuitem", name="good trees", exact=True).click()
    expect(foot(other)).to_have_text("5 runs")
    link = json.dumps({"notebook": "", "view": {"filter": "metrics.accuracy > 0.8"}})
    other.page.goto(f"{other.lab.base}lab?reset&celltrail-table={link}")
    expect(foot(other)).to_have_text("2 runs", timeout=60_000)
    front.get_by_role("button", name="Views").click()
    table.page.get_by_role("menuitem", name="Delete View “good trees”…").click()
    table.page.locator(".jp-Dialog").get_by_role("button", name="Cancel").click()
    front.get_by_role("button", name="Views").click()
    table.page.get_by_role("menuitem", name="Delete View “good trees”…").click()
    table.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    expect(table.page.locator(".jp-Dialog")).to_have_count(0)
    front.get_by_role("button", name="Views").click()
    expect(table.page.get_by_role("menuitem", name="Save View…")).to_be_visible()
    expect(table.page.get_by_role("menuitem", name="good trees")).to_have_count(0)
    table.page.keyboard.press("Escape")
    table.lab.ask("store/fold", {})  # the deletion is in the journal, and the store may not have read it yet
    views = table.lab.ask("store/list_views", {})
    assert [view["name"] for view in views] == []


def test_a_metric_is_drawn_over_its_steps_by_the_menu_of_its_head(table):
    front = in_front(table)
    front.get_by_role("button", name="Columns", exact=True).click()
    front.get_by_role("searchbox", name="Search columns").fill("oob")
    front.get_by_role("button", name="Add oob_error").first.click()
    front.get_by_role("button", name="Close", exact=True).click()
    grid(table).focus()
    grid(table).press("End")
    heads = front.get_by_role("columnheader", name="oob_error")
    expect(heads.last).to_be_visible()
    before = heads.count()
    heads.last.locator(".ct-Head-button").press("Alt+ArrowDown")
    table.page.get_by_role("menuitem", name="Draw over Steps").click()
    expect(heads).to_have_count(before + 1)
    grid(table).press("End")
    spark = front.locator(".ct-Cell .ct-Spark")
    expect(spark).to_have_count(1)
    expect(spark).to_have_attribute("aria-label", re.compile("^oob_error over [0-9]+ values$"))
    accuracy = front.get_by_role("columnheader", name="accuracy").locator(".ct-Head-button")
    grid(table).press("Home")
    accuracy.press("Alt+ArrowDown")
    expect(table.page.get_by_role("menuitem", name="Draw over Steps")).to_have_class(re.compile("lm-mod-disabled"))
    table.page.keyboard.press("Escape")


def test_marked_runs_are_tagged_together_and_the_tag_is_taken_off_again(table):
    front = in_front(table)
    marks = front.get_by_role("toolbar", name="Selected runs")
    dialog = table.page.locator(".jp-Dialog")
    for index in (0, 2, 3):
        runs(table).nth(index).get_by_role("checkbox").check()
    for text, count in (("review=<b>yes</b> = sure", 3), ("review", 0)):
        marks.get_by_role("button", name="Tag…").click()
        expect(dialog).to_contain_text("Tag 3 runs")
        dialog.locator("input").fill(text)
        dialog.get_by_role("button", name="Tag", exact=True).click()
        grid(table).focus()
        grid(table).press("End")
        expect(front.get_by_role("columnheader", name="review")).to_be_visible()
        expect(front.get_by_role("gridcell", name="<b>yes</b> = sure", exact=True)).to_have_count(count)
    expect(marks).to_contain_text("3 selected")


def test_enter_opens_the_page_of_the_run(table):
    grid(table).focus()
    grid(table).press("Control+Home")
    grid(table).press("Enter")
    page = table.page.locator(".ct-Page:visible")
    expect(page.get_by_role("heading", level=1)).to_contain_text("GradientBoostingClassifier")
    table.page.keyboard.press("Control+Shift+[")


def test_the_launcher_has_a_card_for_it(window, screenshots):
    window.command("application:close-all")  # JupyterLab opens a launcher by itself where nothing is left
    window.page.locator(".jp-LauncherCard[title^='Show the runs of the project']:visible").click()
    expect(foot(window)).to_have_text("12 runs")
    in_front(window).get_by_role("searchbox", name="Search runs").fill("KMeans")
    expect(foot(window)).to_have_text("1 run")
    window.picture(screenshots, "table-one")


def test_an_empty_project_says_what_to_do(window, screenshots):
    page = opened(window, "empty/a.ipynb")
    expect(in_front(page)).to_contain_text("No runs yet")
    page.picture(screenshots, "table-empty")


def test_names_that_want_to_do_harm_are_only_text(window):
    page = opened(window, "hostile/a.ipynb")
    expect(runs(page)).to_have_count(11)
    in_front(page).get_by_role("button", name="Columns", exact=True).click()
    in_front(page).get_by_label("Group by").fill("attributes.name")
    expect(in_front(page).locator(".ct-mod-group")).to_have_count(11)
    assert page.page.evaluate("() => window.harmed") is None


def test_twelve_thousand_metrics_a_megabyte_and_nan_alone_are_shown_truly(window):
    page = opened(window, "wide/a.ipynb")
    expect(runs(page)).to_have_count(3)
    front = in_front(page)
    lost = runs(page).filter(has_text="lost")
    expect(lost.get_by_role("gridcell", name="NaN")).to_be_attached()
    for start in ("xxx", "yyy"):
        cut = lost.locator(f"[title^='{start}'][title$=' characters)']")
        expect(cut).to_have_attribute("title", re.compile(r"^\w{200}… \([\d,]+ characters\)$"))
    assert len(page.page.content()) < 3_000_000
    front.get_by_role("button", name="Columns", exact=True).click()
    assert front.locator(".ct-Chooser-offer").count() <= 100
    expect(front.locator(".ct-Chooser-note").last).to_contain_text("type to find the others")
    front.get_by_role("searchbox", name="Search columns").fill("metric_09999")
    front.get_by_role("button", name="Add metric_09999").click()
    grid(page).focus()
    grid(page).press("End")
    expect(runs(page).filter(has_text="wide").get_by_role("gridcell", name="1428")).to_be_attached()


def test_a_table_outlives_its_server(table, lab):
    lab.kill()
    expect(in_front(table).locator(".ct-Note")).to_contain_text("does not answer", timeout=60_000)
    expect(runs(table)).to_have_count(12)
    lab.start(lab.port)
    expect(in_front(table).locator(".ct-Note")).to_have_count(0, timeout=60_000)
    trail = Trail(lab.root / ".celltrail", "churn.ipynb", at=clock.now())
    trail.run("Afterwards")
    trail.writer.sync()
    expect(runs(table).filter(has_text="Afterwards")).to_be_visible(timeout=60_000)
