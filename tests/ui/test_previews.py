"""What artifacts, models and sample predictions look like, and that none of them can do harm."""

import http.server
import pathlib
import re
import threading

import pytest
from accessibility import serious_violations
from lab_page import LabPage
from playwright.sync_api import expect
from preview_samples import files, fill_files, fill_models

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def trap():
    """An address where somebody listens: what comes is kept in `asked`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_):
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    server.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def runs():
    return {}


@pytest.fixture(scope="module")
def window(new_lab, browser, trap, runs):
    def fill(root):
        runs["files"] = fill_files(root, trap.address)
        runs["models"] = fill_models(root)

    page = LabPage(browser, new_lab(fill), width=1500, height=1400).open()
    yield page
    page.close()
    page.check()


@pytest.fixture
def page(window, runs):
    """The page of the run with the files."""
    return shown(window, runs["files"])


def shown(window, run_id):
    window.command("celltrail:open-run", run_id=run_id)
    found = window.page.locator(".ct-Page:visible")
    expect(found.locator(".ct-Artifact").first).to_be_visible()
    return found


def row(page, path):
    return page.locator(".ct-Artifact").filter(has_text=re.compile(f"^{re.escape(path)}"))


def unfold(page, path):
    """The artifact, unfolded at the keyboard."""
    found = row(page, path)
    if found.locator("details[open]").count() == 0:
        found.locator("summary").press("Enter")
    expect(found.get_by_text("Loading…")).to_have_count(0)
    return found


def themed(window, theme):
    window.command("apputils:change-theme", theme=theme)
    light = "true" if theme.endswith("Light") else "false"
    expect(window.page.locator(f"body[data-jp-theme-light='{light}']")).to_be_attached()


def test_pictures_are_drawn_and_a_hostile_one_does_nothing(page, window, trap):
    for path in ("plots/importance.png", "plots/dot.gif", "plots/dot.webp", "plots/hostile.svg"):
        picture = row(page, path).get_by_role("img")
        expect(picture).to_be_visible()
        window.page.wait_for_function("node => node.naturalWidth > 0", arg=picture.element_handle())
    expect(row(page, "plots/broken.png")).to_be_visible()
    assert window.page.evaluate("() => window.harmed") is None
    assert trap.asked == []


def test_a_hostile_page_is_shown_and_runs_nothing_and_asks_nobody(page, window, trap, screenshots):
    answered = []
    window.page.on("requestfinished", lambda request: answered.append(request.url))
    report = unfold(page, "report.html")
    frame = report.locator("iframe")
    assert frame.get_attribute("sandbox") == ""
    inner = frame.content_frame.locator("iframe").content_frame
    expect(inner.get_by_role("heading", name="Quarterly report")).to_be_visible()
    expect(inner.get_by_text("42")).to_be_visible()
    assert inner.locator("script, base, link, meta[http-equiv], iframe, object, embed").count() == 0
    for target in ("#send", "#out", "#top", "#script", "button[form]"):
        inner.locator(target).dispatch_event("click")
        inner.locator(target).click(force=True)
    inner.locator("input").press("Enter")
    window.page.wait_for_timeout(1_500)
    expect(inner.get_by_role("heading", name="Quarterly report")).to_be_visible()
    assert window.page.evaluate("() => window.harmed") is None
    assert trap.asked == []
    assert [url for url in answered if url.startswith(trap.address)] == []
    assert inner.locator("[src], [srcset], [poster], [background], [href], [action], [onload], [onerror]").count() == 0
    expect(report).to_contain_text("Its 3 scripts are not run here")
    window.picture(screenshots, "preview-page", report)
    unfolded(report)


def test_the_sandbox_alone_would_hold_as_would_its_policy(window, trap):
    """The page as it is, behind the frame of our own only: nothing was taken out of it."""
    hostile = files(trap.address)["report.html"][0].decode()
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; frame-src 'none'"
    outer = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><iframe sandbox="" id="in"></iframe>'
    window.page.evaluate(
        """([outer, hostile]) => {
          const frame = document.createElement('iframe');
          frame.setAttribute('sandbox', '');
          const made = new DOMParser().parseFromString(outer, 'text/html');
          made.getElementById('in').setAttribute('srcdoc', hostile);
          frame.srcdoc = made.documentElement.outerHTML;
          frame.className = 'trial';
          document.body.append(frame);
        }""",
        [outer, hostile],
    )
    inner = window.page.locator("iframe.trial").content_frame.locator("iframe").content_frame
    expect(inner.get_by_role("heading", name="Quarterly report")).to_be_visible()
    inner.locator("#send").dispatch_event("click")
    inner.locator("#out").dispatch_event("click")
    window.page.wait_for_timeout(1_500)
    window.page.evaluate("() => document.querySelector('iframe.trial').remove()")
    assert window.page.evaluate("() => window.harmed") is None
    assert trap.asked == []


def unfolded(found):
    """Fold it again."""
    found.locator("summary").first.press("Enter")


def test_a_table_has_its_types_and_leads_to_more_rows_and_columns(page, window, screenshots):
    table = unfold(page, "customers.parquet")
    expect(table.get_by_role("columnheader").filter(has_text="region 🌍")).to_contain_text("VARCHAR")
    expect(table).to_contain_text("The first 100 of 250 rows; 5 columns")
    expect(table.get_by_role("cell", name="missing").first).to_be_visible()
    assert serious_violations(window.page, ".ct-Artifact") == []
    window.picture(screenshots, "preview-table", table)
    table.get_by_role("button", name="Show 1,000 rows").press("Enter")
    expect(table).to_contain_text("250 rows; 5 columns")
    expect(table.locator("tbody tr")).to_have_count(250)
    unfolded(table)
    wide = unfold(page, "wide.parquet")
    expect(wide).to_contain_text("columns 1 to 50 of 130")
    wide.get_by_role("button", name="Columns after").click()
    wide.get_by_role("button", name="Columns after").click()
    expect(wide).to_contain_text("columns 101 to 130 of 130")
    expect(wide.get_by_role("columnheader").first).to_contain_text("f100")
    wide.get_by_role("button", name="Columns before").click()
    expect(wide.get_by_role("columnheader").first).to_contain_text("f50")
    unfolded(wide)


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("scores.csv", ["row 99", "The first 100 of 1,200 rows; 2 columns", "types are guessed"]),
        ("events.jsonl", ["object", '{"x": [1]}', "missing", "2 rows"]),
        ("config.json", ['"lr": 0.1']),
        ("notes.md", ["It works. 🎉"]),
        ("log.txt", ["The first 200 kB of 430 KB"]),
        ("empty.txt", ["The file is empty."]),
        ("plan.ipynb", ["Fit, then look.", "hello", "[image/png]"]),
        ("paper.pdf", ["A PDF: download it to read it."]),
        ("weights.bin", ["application/octet-stream, 1.0 KB", "Its first 256 bytes:", "0040  40 41 42", "@ABC"]),
        ("broken.csv", ["cannot be shown as what it seems to be", "quotation mark", '"3,4']),
        ("broken.parquet", ["cannot be shown as what it seems to be", "magic bytes", "Its first 256 bytes:"]),
        ("gone.txt", ["not in this store", ".celltrail/blobs/", "celltrail import", "replay the run"]),
        ("changed.txt", ["damaged", "digests differ", "To get it back"]),
    ],
)
def test_each_file_is_shown_as_what_it_is_or_says_why_not(page, window, path, texts, screenshots):
    found = unfold(page, path)
    for text in texts:
        expect(found).to_contain_text(text)
    assert serious_violations(window.page, ".ct-Artifact details[open]") == []
    if path in {"gone.txt", "broken.csv", "empty.txt"}:
        window.picture(screenshots, f"preview-{path.partition('.')[0]}", found)
    unfolded(found)


def test_every_artifact_is_downloaded_as_it_is(page, window, trap):
    content = files(trap.address)["weights.bin"][0]
    for path in ("weights.bin", "report.html"):
        with window.page.expect_download() as download:
            row(page, path).get_by_role("button", name=f"Download {path}").click()
        assert download.value.suggested_filename == path
        with pathlib.Path(download.value.path()).open("rb") as file:
            assert file.read() == files(trap.address)[path][0]
    assert len(content) == 1024
    row(page, "gone.txt").get_by_role("button", name="Download gone.txt").click()
    expect(row(page, "gone.txt").get_by_role("alert")).to_contain_text("blake3:")


def test_a_models_card_says_what_it_is_and_how_it_is_loaded(window, runs, screenshots):
    page = shown(window, runs["models"])
    forest = page.get_by_role("article", name="forest", exact=True)
    for text in (
        "skops: loading it makes types that skops does not know",
        "sklearn.ensemble._forest.RandomForestClassifier",
    ):
        expect(forest).to_contain_text(text)
    for text in (
        "max_depth=2",
        "accuracy 0.9125",
        "models.ipynb",
        "cell [1]",
        "scikit-learn",
        "sklearn.tree._tree.Tree",
    ):
        expect(forest).to_contain_text(text)
    expect(forest.get_by_role("row", name="income float64")).to_be_visible()
    expect(forest.get_by_role("row", name="predict_proba float64")).to_be_visible()
    code = forest.get_by_label("Code that loads forest", exact=True)
    trusted = 'trusted=["sklearn.tree._tree.Tree"]'
    expect(code).to_contain_text(f'celltrail.load_model("{runs["models"]}", "forest", {trusted})')
    pickled = page.get_by_role("article", name="by-pickle", exact=True)
    expect(pickled).to_contain_text("pickle: loading it runs whatever code is in it")
    expect(pickled.get_by_label("Code that loads by-pickle", exact=True)).to_contain_text("trusted=True")
    gone = page.get_by_role("article", name="gone", exact=True)
    expect(gone).to_contain_text("It was not kept: it was gone when its cell ended")
    expect(gone.get_by_text("Kept by")).to_have_count(0)
    assert gone.get_by_label("Code that loads gone", exact=True).count() == 0
    forest.get_by_text("Example of what it takes").click()
    expect(forest.get_by_role("region", name="forest.example.parquet").locator("tbody tr")).to_have_count(5)
    window.picture(screenshots, "preview-model", forest)
    assert serious_violations(window.page, ".ct-Models") == []


def test_sample_predictions_stand_beside_their_rows_and_the_truth(window, runs, screenshots):
    page = shown(window, runs["models"])
    for name in ("forest", "ridge", "by-pickle"):
        page.get_by_role("article", name=name, exact=True).get_by_text("100 sample predictions").click()
    forest = page.get_by_role("article", name="forest", exact=True)
    expect(forest).to_contain_text("On 100 of the 240 rows that it was fitted on")
    confusion = forest.get_by_role("region", name="Truth against prediction")
    counts = [int(text) if text != "·" else 0 for text in confusion.locator("td").all_inner_texts()[1:]]
    assert sum(counts) == 100
    expect(forest).to_contain_text(f"{counts[0] + counts[3]} of 100 predictions are right")
    said = forest.get_by_role("region", name="Sample predictions of forest")
    assert said.get_by_role("columnheader").all_inner_texts() == [
        "predict",
        "truth",
        "predict_proba 0",
        "predict_proba 1",
        "age",
        "income",
    ]
    ridge = page.get_by_role("article", name="ridge", exact=True)
    expect(ridge.get_by_role("img", name=re.compile("Prediction against truth, 100 rows"))).to_be_visible()
    expect(ridge.locator("circle")).to_have_count(100)
    plain = page.get_by_role("article", name="by-pickle", exact=True)
    expect(plain).to_contain_text("What is true of them was not recorded")
    assert plain.locator("circle").count() == 0
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        themed(window, theme)
        assert serious_violations(window.page, ".ct-Models", ".ct-Artifacts") == []
        window.picture(screenshots, f"preview-predictions-{theme.split()[1].lower()}", ridge)
    window.picture(screenshots, "preview-classes", forest)


def test_the_panel_has_the_same_in_its_narrow_column(window, runs, screenshots):
    window.show_trail()
    for name in ("models", "files"):
        window.command("celltrail:show-run", run_id=runs[name])
        expect(window.detail.locator(".ct-Artifact").first).to_be_visible()
    unfold(window.detail, "customers.parquet")
    unfold(window.detail, "gone.txt")
    unfold(window.detail, "weights.bin")
    expect(window.detail.get_by_text("The first 100 of 250 rows")).to_be_visible()
    width = "node => node.scrollWidth - node.clientWidth"
    assert window.detail.locator(".ct-Detail-content").evaluate(width) <= 0
    assert serious_violations(window.page, ".ct-Detail") == []
    window.picture(screenshots, "preview-panel", window.panel)
