"""The page of one run: everything captured, the cells with what the run needs marked, notes, tags, the checklist."""

import json
import re
import subprocess
import sys

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

pytestmark = pytest.mark.ui
TRAIN = """\
with celltrail.start_run('training') as run:
    model = Ridge(alpha=alpha).fit(X, y)
    celltrail.log_params(dict(alpha=alpha, long='x' * 1_000_000))
    celltrail.set_tag('team', 'blue')
    for step in range(60):
        celltrail.log_metric('loss', 1 / (step + 1), step=step)
    open('card.md', 'w').write('# made by hand')
    celltrail.log_artifact('card.md')
    end = time.monotonic() + 1.2
    while time.monotonic() < end: sum(n * n for n in range(2000))"""
CELLS = (
    "import time\nimport numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\nimport celltrail",
    "pd.DataFrame(dict(age=range(300), income=np.arange(300) * 37 % 90)).to_csv('train.csv', index=False)",
    "df = pd.read_csv('train.csv')\nX, y = df[['age', 'income']], df['age'] * 2 + df['income']",
    "unused = [n for n in range(10)]\nprint('nothing needs this')",
    "alpha = 0.5",
    TRAIN,
)
PLAIN = ("import celltrail\nwith celltrail.start_run('plain') as run:\n    celltrail.log_params(dict(alpha=1))",)


def fill(root):
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name, cells in (("train", CELLS), ("gone", PLAIN)):
        write_notebook(root / f"{name}.ipynb", *cells)
        words = [sys.executable, "-m", "celltrail.cli", "run", f"{name}.ipynb", "-o", f"out-{name}.ipynb"]
        subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=200)
    (root / "gone.ipynb").unlink()
    (root / "out-gone.ipynb").unlink()


@pytest.fixture(scope="module")
def lab(new_lab):
    return new_lab(fill)


@pytest.fixture(scope="module")
def window(lab, browser):
    page = LabPage(browser, lab, width=1500, height=1100).open()
    yield page
    page.close()
    page.check()


def run_id(lab, name):
    found = lab.ask("store/search_runs", {"query": {"limit": 50}})["runs"]
    return next(run["run_id"] for run in found if run["name"] == name)


def view(window):
    return window.page.locator(".ct-Page:visible")


def section(window, title):
    return view(window).locator(".ct-Section").filter(has=window.page.get_by_role("heading", name=title, exact=True))


def show(window, lab, name):
    window.command("celltrail:open-run", run_id=run_id(lab, name), notebook="train.ipynb")
    expect(view(window).get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_page_tells_what_was_captured_and_marks_what_the_run_needs(window, lab, screenshots):
    show(window, lab, "training")
    head = view(window).locator(".ct-Page-head")
    expect(head).to_contain_text("train.ipynb")
    expect(section(window, "Metrics")).to_contain_text("loss")
    expect(section(window, "Parameters")).to_contain_text("Show all 6,0")
    cells = section(window, "Executed cells").locator(".ct-RunCell")
    expect(cells).to_have_count(5)
    expect(cells.last).to_contain_text("this run")
    expect(cells.last.locator("pre [class*='ͼ']").first).to_be_visible()  # coloured as JupyterLab colours code
    section(window, "Executed cells").get_by_role("button", name="All before it: 6").click()
    expect(cells).to_have_count(6)
    expect(cells.nth(3)).to_contain_text("not needed")
    checklist = section(window, "Reproducibility").locator(".ct-Checklist tr")
    expect(checklist).to_have_count(5)
    expect(checklist.first).to_contain_text("not checked")
    assert serious_violations(window.page, ".ct-Page") == []
    window.picture(screenshots, "run-page", view(window))


def test_curves_and_the_use_of_the_machine_are_drawn_without_plotly(window, lab, screenshots):
    show(window, lab, "training")
    curves = section(window, "Curves")
    expect(curves.get_by_role("img", name="loss over 60 values, from 0.01667 to 1")).to_be_visible()
    curves.get_by_role("combobox", name="Over").select_option("time")
    expect(curves.locator(".ct-Plot-line")).to_have_count(1)
    resources = section(window, "Resources")
    expect(resources.locator(".ct-Page-figure")).to_have_count(2)  # no graphics card here
    expect(resources.locator(".ct-Plot-band.ct-mod-marked")).not_to_have_count(0)
    resources.get_by_text("As a table").click()
    expect(resources.get_by_role("row").filter(has_text="[6]")).to_contain_text("%")
    resources.scroll_into_view_if_needed()
    window.picture(screenshots, "run-page-resources", resources)


def test_a_note_that_somebody_else_wrote_asks_no_machine_and_commands_nothing(window, lab):
    """A store may come from anybody: a picture in a note would tell its owner who reads it, and when."""
    text = (
        "# Read me\n\n![a chart](http://tracker.example/pixel.png)\n\n"
        '<div style="background-image: url(http://tracker.example/style.png)">styled</div>\n\n'
        '<button data-commandlinker-command="filebrowser:toggle-main">Press</button>'
    )
    run = run_id(lab, "plain")
    lab.ask("edit", {"run_ids": [run], "note": text})
    lab.ask("store/fold", {})
    window.requested.clear()
    show(window, lab, "plain")
    notes = section(window, "Notes")
    expect(notes.get_by_role("heading", name="Read me")).to_be_visible()
    expect(notes.get_by_role("link", name="a chart")).to_have_attribute("href", "http://tracker.example/pixel.png")
    expect(notes.locator("img, [data-commandlinker-command], [style*='url']")).to_have_count(0)
    assert window.hosts() <= {"127.0.0.1"}
    lab.ask("edit", {"run_ids": [run], "note": ""})


def test_a_curve_is_smoothed_saved_and_copied_as_a_cell(window, lab, screenshots, tmp_path):
    show(window, lab, "training")
    curves = section(window, "Curves")
    curves.get_by_role("combobox", name="Over").select_option("step")
    curves.get_by_role("combobox", name="Smoothing").select_option("0.9")
    expect(curves.get_by_role("img", name="loss over 60 values, from 0.01667 to 1, smoothed")).to_be_visible()
    expect(curves.locator(".ct-Plot-behind .ct-Plot-line")).to_have_count(1)  # what was logged stays in sight
    window.picture(screenshots, "run-page-curves", curves)
    for kind, magic in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with window.page.expect_download() as waiting:
            curves.get_by_role("button", name=f"Save loss as {kind}").press("Enter")
        assert waiting.value.suggested_filename == f"loss.{kind.lower()}"
        saved = tmp_path / f"loss.{kind.lower()}"
        waiting.value.save_as(saved)
        assert saved.read_bytes().startswith(magic)
    assert "stroke: rgb" in (tmp_path / "loss.svg").read_text()  # it needs no style sheet of ours
    window.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    curves.get_by_role("button", name="Copy loss as a cell").press("Enter")
    cell = f"celltrail.plot_runs(['{run_id(lab, 'training')}'], 'curves', metric='loss', axis='step', smoothing=0.9)"
    window.page.wait_for_function(
        "text => navigator.clipboard.readText().then(found => found.endsWith(text))", arg=cell
    )
    curves.get_by_role("combobox", name="Smoothing").select_option("0")
    expect(curves.locator(".ct-Plot-behind")).to_have_count(0)


def test_a_question_mark_shows_the_keys_of_the_page(window, lab):
    show(window, lab, "training")
    view(window).get_by_role("button", name="Compare…").focus()
    window.page.keyboard.press("?")
    dialog = window.page.get_by_role("dialog")
    expect(dialog.get_by_role("table", name="Run page")).to_contain_text("In a note: keep it")
    expect(dialog.get_by_role("button", name="Documentation: Run page")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_note_is_written_in_place_and_drawn_without_trust(window, lab, screenshots):
    show(window, lab, "training")
    notes = section(window, "Notes")
    notes.get_by_role("button", name="Write a note").press("Enter")
    text = '# Kept\n\n*best* so far <img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>'
    notes.get_by_role("textbox", name="Note in Markdown").fill(text)
    notes.get_by_role("button", name="Preview").click()
    expect(notes.get_by_role("heading", name="Kept")).to_be_visible()
    notes.get_by_role("button", name="Keep the note").click()
    expect(notes.get_by_role("button", name="Edit the note")).to_be_focused()
    expect(notes.locator("em")).to_have_text("best")
    expect(notes.locator("script")).to_have_count(0)
    assert window.page.evaluate("() => window.hacked === undefined")
    assert serious_violations(window.page, ".ct-Page") == []
    notes.get_by_role("button", name="Edit the note").click()
    notes.get_by_role("textbox", name="Note in Markdown").fill("second thoughts")
    notes.get_by_role("textbox", name="Note in Markdown").press("Control+Enter")
    expect(notes.locator(".ct-NoteText")).to_have_text("second thoughts")
    notes.get_by_text("Earlier notes").click()
    expect(notes.locator(".ct-PastNote")).to_contain_text("best")
    window.picture(screenshots, "run-page-note", notes)
    notes.get_by_role("button", name="Put back").click()
    expect(notes.locator("em")).to_have_text("best")


def test_tags_and_the_star_are_changed_where_they_stand(window, lab):
    show(window, lab, "training")
    tags = section(window, "Tags")
    tags.get_by_role("textbox", name="Tag team").fill("red")
    tags.get_by_role("textbox", name="Tag team").press("Enter")
    tags.get_by_role("textbox", name="Name of a new tag").fill("stage")
    tags.get_by_role("textbox", name="Value of a new tag").fill("draft")
    tags.get_by_role("button", name="Add").click()
    expect(tags.get_by_role("textbox", name="Tag stage")).to_have_value("draft")
    expect(tags.get_by_role("textbox", name="Tag team")).to_have_value("red")
    tags.get_by_role("button", name="Take off the tag stage").click()
    expect(tags.get_by_role("textbox", name="Tag stage")).to_have_count(0)
    star = view(window).get_by_role("button", name="Star this run")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")


def test_a_run_with_little_says_what_it_lacks(window, lab, screenshots):
    show(window, lab, "plain")
    expect(section(window, "Metrics")).to_contain_text("Score its model in any cell, or log a number within it")
    expect(section(window, "Resources")).to_contain_text(re.compile("nothing was sampled|too short to be sampled"))
    expect(section(window, "Executed cells")).to_contain_text("The notebook is not where it ran")
    view(window).get_by_role("button", name="Go to cell").click()
    expect(view(window).locator(".ct-Page-head .ct-Note")).to_contain_text("cannot be opened from here. Restore…")
    expect(section(window, "Tags")).to_contain_text("0")
    window.picture(screenshots, "run-page-plain", view(window))


def test_an_unknown_run_says_so_and_offers_to_ask_again(window, screenshots):
    window.command("celltrail:open-run", run_id="ffffffff", notebook="train.ipynb")
    expect(view(window).get_by_role("alert").first).to_contain_text("ffffffff")
    expect(view(window).get_by_role("button", name="Try again")).to_be_visible()
    assert serious_violations(window.page, ".ct-Page:not(.lm-mod-hidden)") == []
    window.picture(screenshots, "run-page-error", view(window))
    view(window).get_by_role("button", name="Choose from all runs").click()
    expect(window.page.locator(".ct-Table:visible .ct-GridRow.ct-mod-run").first).to_be_visible()


def test_what_was_folded_stays_folded_and_the_page_comes_back_after_a_reload(window, lab):
    show(window, lab, "training")
    code = section(window, "Code")
    code.locator("summary").first.click()
    expect(code.locator(".ct-Section-body")).to_be_hidden()
    window.page.wait_for_timeout(1500)  # JupyterLab saves its layout a second after it changed
    window.page.goto(f"{lab.base}lab")
    window.page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
    show(window, lab, "training")
    expect(window.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").filter(has_text="training")).to_have_count(1)
    expect(section(window, "Code").locator(".ct-Section-body")).to_be_hidden()
    section(window, "Code").locator("summary").first.click()


def test_an_address_opens_the_page_and_it_is_clean_in_the_dark(window, lab, screenshots):
    link = json.dumps({"notebook": "train.ipynb", "run_id": run_id(lab, "training")})
    window.page.goto(f"{lab.base}lab?reset&celltrail-run={link}")
    expect(view(window).get_by_role("heading", name="training", level=1)).to_be_visible(timeout=60_000)
    window.command("apputils:change-theme", theme="JupyterLab Dark")
    expect(window.page.locator("body[data-jp-theme-light='false']")).to_have_count(1)
    expect(section(window, "Executed cells").locator(".ct-RunCell")).to_have_count(5)
    assert serious_violations(window.page, ".ct-Page") == []
    window.picture(screenshots, "run-page-dark", view(window))
    window.command("apputils:change-theme", theme="JupyterLab Light")
    expect(window.page.locator("body[data-jp-theme-light='true']")).to_have_count(1)


def test_the_page_is_reached_from_the_panel_and_compares_with_a_chosen_run(window, lab):
    window.open()
    window.show_trail()
    window.panel.get_by_role("button", name="Project", exact=True).click()
    window.row("training").first.click()
    window.detail.get_by_role("button", name=re.compile("Open the run.s page")).click()
    expect(view(window).get_by_role("heading", name="training", level=1)).to_be_visible()
    view(window).get_by_role("button", name="Compare…").click()
    dialog = window.page.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option(index=0)
    dialog.get_by_role("button", name="Compare").click()
    expect(window.page.locator(".ct-Compare:visible")).to_be_visible()
