"""`celltrail.run_table`, `compare` and `lineage` in a real notebook: they sort, filter and lead to their runs."""

import json

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from lab_process import write_notebook
from playwright.sync_api import expect

pytestmark = pytest.mark.ui
FITS = """
for alpha in (0.1, 1.0, 10.0, 50.0, 100.0, 200.0, 300.0, 400.0, 500.0, 1000.0):
    model = Ridge(alpha=alpha).fit(X, y)
    mean_absolute_error(y, model.predict(X))
"""
CELLS = (
    """
import celltrail, numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
X = np.arange(40.0).reshape(20, 2)
y = X[:, 0] ** 2
""",
    FITS,
    "runs = celltrail.run_table()\nruns",
    "celltrail.compare(runs.run_ids[0], runs.run_ids[-1])",
    "celltrail.lineage(runs.run_ids[0])",
    "celltrail.run_table('metrics.none > 1')",
)


@pytest.fixture(scope="module")
def window(new_lab, browser):
    lab = new_lab(lambda root: write_notebook(root / "ridges.ipynb", *CELLS))
    page = LabPage(browser, lab, height=1500).open("ridges.ipynb")
    for index in range(len(CELLS)):
        page.run_cell(index)
    page.command("docmanager:save")
    yield page
    page.close()
    page.check()


def output(window, index):
    found = window.cell(index).locator(".ct-CellOutput")
    found.scroll_into_view_if_needed()
    return found


def column(table, place):
    return [cell.inner_text() for cell in table.locator(f"tbody tr td:nth-child({place})").all()]


def test_a_table_of_runs_sorts_by_number_and_filters(window, screenshots):
    shown = output(window, 2)
    expect(shown.locator("tbody tr")).to_have_count(10)
    window.picture(screenshots, "output-runs", window.cell(2))
    expect(shown.locator(".ct-CellOutput-title")).to_have_text("10 runs")
    head = shown.get_by_role("button", name="alpha", exact=True)
    expect(head).to_be_visible()
    metric = shown.get_by_role("button", name="mean_absolute_error_X", exact=True)
    metric.click()
    values = [float(text.replace("✓", "").strip()) for text in column(shown, 2)]
    assert values == sorted(values)
    metric.click()
    assert [float(text.replace("✓", "").strip()) for text in column(shown, 2)] == sorted(values, reverse=True)
    assert "✓" in column(shown, 2)[-1]
    assert "✓" not in column(shown, 2)[0]
    shown.get_by_role("button", name="alpha", exact=True).click()
    assert [float(text) for text in column(shown, 3)] == [0.1, 1, 10, 50, 100, 200, 300, 400, 500, 1000]
    box = shown.get_by_role("searchbox")
    box.fill("alpha=50.0")
    expect(shown.locator("tbody tr")).to_have_count(1)
    box.fill("no such run")
    expect(shown).to_contain_text("No row has these words.")
    box.fill("")
    assert serious_violations(window.page, ".ct-CellOutput") == []


def test_a_comparison_says_first_why_the_runs_differ(window, screenshots):
    shown = output(window, 3)
    expect(shown.locator(".ct-CellOutput-summary")).to_contain_text("alpha")
    first = shown.locator("details").nth(1)
    expect(first.locator("summary")).to_contain_text("why does")
    expect(first.locator("tbody tr").first).to_contain_text("alpha")
    window.picture(screenshots, "output-compare", window.cell(3))


def test_a_lineage_has_the_cells_that_the_run_needs_with_their_sources(window, screenshots):
    shown = output(window, 4)
    expect(shown.locator("details").first.locator("tbody tr")).to_have_count(2)
    source = shown.locator("details").nth(1)
    expect(source.locator("pre")).to_be_hidden()
    source.locator("summary").click()
    expect(source.locator("pre")).to_contain_text("import celltrail, numpy as np")
    window.picture(screenshots, "output-lineage", window.cell(4))


def test_no_run_is_told_as_such_with_what_to_do(window, screenshots):
    expect(output(window, 5)).to_contain_text("No run matches")
    expect(output(window, 5).locator("table")).to_have_count(0)
    window.picture(screenshots, "output-empty", window.cell(5))


def test_the_name_of_a_run_leads_to_it_in_the_panel(window):
    output(window, 2).locator(".ct-CellOutput-run").first.click()
    expect(window.detail).to_be_visible()
    expect(window.detail.get_by_role("heading", name="Ridge")).to_be_visible()


def test_the_saved_notebook_has_the_same_for_front_ends_without_celltrail(window):
    saved = json.loads((window.lab.root / "ridges.ipynb").read_text())
    data = saved["cells"][2]["outputs"][0]["data"]
    assert set(data) == {"application/vnd.celltrail.view+json", "text/html", "text/plain"}
    html = "".join(data["text/html"])
    assert html.count("<tr>") == 11
    assert "<script" not in html
    assert "style=" not in html
    assert "10 runs" in "".join(data["text/plain"])


def test_a_dark_theme_shows_them_as_readable(window, screenshots):
    window.command("apputils:change-theme", theme="JupyterLab Dark")
    window.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    expect(output(window, 3)).to_be_visible()
    assert serious_violations(window.page, ".ct-CellOutput") == []
    window.picture(screenshots, "output-compare-dark", window.cell(3))
