"""Modules of the user's own are known as they were executed: in slices, in replays, and after they were edited."""

import json
from contextlib import closing
from dataclasses import replace

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, item
from written_notebooks import celltrail

from celltrail.config import load_settings
from celltrail.execute.replay.loaded import compare_loaded
from celltrail.execute.replay.plan import plan_replay
from celltrail.execute.replay.report import Verdict
from celltrail.execute.replay.session import read_session
from celltrail.journal.blobs import BlobStore
from celltrail.store.open import open_store

SCALED = "RATE = 1\n\n\ndef scaled(x):\n    return [one * 2 for one in x]\n"
EDITED = SCALED.replace("* 2", "* 3")
LATEST = SCALED.replace("* 2", "* 5")
MEASURE = """
with celltrail.start_run({name!r}):
    celltrail.log_metric('total', float(sum({of})))
"""


def write(folder, text):
    path = folder / "src" / "shop" / "features.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(text, encoding="utf-8")


def record(folder, *cells):
    """A session in `notebooks/`, with the package under `src/`; what is no text edits the module meanwhile."""
    (folder / "pyproject.toml").touch()
    (folder / "notebooks").mkdir()
    write(folder, SCALED)
    kernel = NotebookKernel(folder / "notebooks")
    for cell in cells:
        if isinstance(cell, str):
            reply = kernel.run(cell)
            assert reply.status == "ok", reply.shown()
        else:
            cell(folder)
    kernel.shutdown()
    return Project(folder)


@pytest.fixture(scope="module")
def edited(tmp_path_factory) -> Project:
    """The file is edited after its import, which nobody repeats; a later cell makes an own list."""
    return record(
        tmp_path_factory.mktemp("edited"),
        "import celltrail, sys\nsys.path.insert(0, '../src')",
        "from shop.features import scaled",
        "a, b = [1, 2], [3]",
        lambda folder: write(folder, EDITED),
        "c = scaled(b)",
        "d = scaled(a)",
        MEASURE.format(name="first", of="d"),
        lambda folder: write(folder, LATEST),
    )


@pytest.fixture(scope="module")
def reloaded(tmp_path_factory) -> Project:
    """Autoreload takes over an edit, and so does a reload."""
    return record(
        tmp_path_factory.mktemp("reloaded"),
        "import celltrail, sys\nsys.path.insert(0, '../src')",
        "%load_ext autoreload\n%autoreload 2",
        "from shop import features",
        "before = features.scaled([1, 2])",
        lambda folder: write(folder, EDITED),
        "after = features.scaled([1, 2])",
        "%autoreload 0",
        lambda folder: write(folder, LATEST),
        "import importlib\nlatest = importlib.reload(features).scaled([1, 2])",
        MEASURE.format(name="all", of="before + [10 * x for x in after] + [100 * x for x in latest]"),
    )


def test_a_module_that_was_edited_after_its_import_is_followed_as_it_was_executed(edited):
    """The function changes no argument, so the cell that calls it on something else is not needed."""
    code, report = edited.replay(edited.run_named("first"))
    assert (code, report["status"]) == (0, "identical")
    assert [step["execution_count"] for step in report["plan"]["steps"]] == [1, 2, 3, 5, 6]
    assert report["plan"]["restored"] == ["code: src/shop/features.py changed since: its recorded content is used"]
    [found] = item(report, "code")["findings"]
    assert (found["name"], found["status"]) == ("src/shop/features.py", "identical")


def test_without_its_recorded_content_the_slice_is_large_and_says_why(edited):
    settings = load_settings(edited.folder)
    run_id = edited.run_named("first")
    with closing(open_store(settings.store)) as store:
        detail = store.get_run(run_id)
    session = read_session(settings.store, detail.run.session_id)
    digest = next(one.digest for many in session.modules.values() for one in many if one.name == "shop.features")
    blob = BlobStore(settings.store).path(digest)
    blob.rename(blob.with_suffix(".away"))
    planned = plan_replay(detail, session, settings, is_full=False)
    blob.with_suffix(".away").rename(blob)
    assert len(planned.plan.steps) == 6
    assert any("its recorded source is not in the store any more" in note for note in planned.plan.notes)
    assert [*compare_loaded(planned.loaded, None, ())] == []
    [cannot] = compared_now(planned, session)
    assert (cannot.name, cannot.status) == ("src/shop/features.py", Verdict.CANNOT)


def compared_now(planned, session):
    """As if a replay had executed the file as it is now."""
    now = replace(planned.loaded.at_end["shop.features"], digest="blake3:" + "0" * 64)
    modules = dict.fromkeys(session.modules, (now,))
    return [*compare_loaded(planned.loaded, replace(session, modules=modules), session.executions)]


def test_a_replay_edits_the_module_where_the_session_did(reloaded):
    """10, 2 and 100 times the sums tell each of the three sources."""
    code, report = reloaded.replay(reloaded.run_named("all"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    [metric] = [one for one in report["results"] if one["name"].startswith("metric total")]
    assert float(metric["after"]) == 6 + 10 * 9 + 100 * 15


def test_compare_names_the_function_that_changed_and_proves_it(tmp_path):
    """Two sessions of one notebook: the cells and the data are the same, the module is another."""
    cells = (
        "import celltrail, sys\nsys.path.insert(0, '../src')",
        "from shop.features import scaled",
        "d = scaled([1, 2])",
    )
    project = record(tmp_path, *cells, MEASURE.format(name="first", of="d"))
    write(tmp_path, EDITED)
    kernel = NotebookKernel(tmp_path / "notebooks")
    for cell in (*cells, MEASURE.format(name="second", of="d")):
        kernel.run(cell)
    kernel.shutdown()
    first, second = project.run_named("first"), project.run_named("second")
    said = celltrail("compare", first, second, "--prove", "--json", folder=tmp_path)
    [explained] = json.loads(said.out)["explanations"]
    cause = explained["causes"][0]
    assert cause["title"] == "module src/shop/features.py, function scaled() changed"
    assert cause["evidence"] == ["-    return [one * 2 for one in x]", "+    return [one * 3 for one in x]"]
    assert (cause["standing"], cause["proof"]["share"], cause["proof"]["metric"]) == ("proven", 1.0, 9.0)
