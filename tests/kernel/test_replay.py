"""A run made again from what was executed: the right verdict, and the reason for it, on real kernels."""

import json
from pathlib import Path
from typing import Any

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, item, tags
from written_notebooks import cell, celltrail, write_notebook

from journal_writing import Trail

IMPORTS = """
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
"""
ENTROPY = """
with celltrail.start_run('entropy'):
    celltrail.log_metric('share', own.random())
open('drawn.txt', 'w').write(str(own.random()))
"""
FIT = "model = Ridge(alpha=alpha).fit(df[['x']], df['y'])\nprint(model.coef_)"
TABLE = "x,y\n" + "\n".join(f"{i},{(i * 37) % 11 + i * 0.5}" for i in range(60)) + "\n"


def notebook(report: dict[str, Any]) -> Any:
    return json.loads(Path(report["attempts"][-1]["notebook"]).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def messy(tmp_path_factory) -> Project:
    """Cells that were edited, ran out of order and failed; the last one made the name that they read another thing."""
    folder = tmp_path_factory.mktemp("messy")
    (folder / "pyproject.toml").touch()
    (folder / "data.csv").write_text(TABLE, encoding="utf-8")
    kernel = NotebookKernel(folder)
    for cell_id, source in (
        ("imports", IMPORTS),
        ("read", "df = pd.read_csv('data.csv')"),
        ("set", "alpha = 5.0"),
        ("fit", FIT),
        ("cut", "df = df[df.x > 10]"),
        ("set", "alpha = 0.1"),
        ("fit", FIT),
        ("broken", "df.no_such_column"),
        ("measure", "p = model.predict(df[['x']])\nprint(mean_squared_error(df.y, p))"),
        ("cut", "df = None"),
    ):
        kernel.run(source, cell_id=cell_id)
    kernel.shutdown()
    return Project(folder)


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Project:
    """A session with runs from generators that nobody seeded, and one that rests on a cell that works only once."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "pyproject.toml").touch()
    kernel = NotebookKernel(folder)
    for source in (
        "import random, celltrail",
        "unrelated = 1",
        "with celltrail.start_run('drawn'):\n    celltrail.log_metric('share', random.random())",
        "import numpy as np\nown = np.random.default_rng()",
        ENTROPY,
        "from pathlib import Path\nPath('once').mkdir()\nvalue = 3",
        "with celltrail.start_run('based'):\n    celltrail.log_metric('value', value)",
        "first = np.random.normal()",
        "with celltrail.start_run('second'):\n    celltrail.log_metric('second', np.random.normal() + first)",
        "raise KeyboardInterrupt",
        "6 * 7",
        "with celltrail.start_run('numbered'):\n    celltrail.log_metric('answer', Out[11])",
    ):
        kernel.run(source)
    kernel.shutdown()
    return Project(folder)


@pytest.fixture(scope="module")
def same(messy) -> tuple[str, int, dict[str, Any]]:
    """The replay of the run of the edited fit."""
    run_id = next(run["run_id"] for run in messy.runs() if run["params"]["alpha"] == "0.1")
    return run_id, *messy.replay(run_id)


def test_a_run_of_edited_cells_out_of_order_replays_identical(same):
    _, code, report = same
    assert code == 0
    assert report["status"] == "identical"
    assert {one["name"]: one["status"] for one in report["checklist"]} == dict.fromkeys(
        ("code", "data", "environment", "seed", "hardware"), "identical"
    )
    [metric] = [one for one in report["results"] if one["name"].startswith("metric")]
    assert metric["status"] == "identical"
    assert metric["before"] == metric["after"]
    assert report["first_divergent"] is None


def test_the_notebook_has_the_executed_sources_in_their_order(same, messy):
    run_id, _, report = same
    cells = [one for one in notebook(report)["cells"] if "reasons" in one["metadata"].get("celltrail_replay", {})]
    counts = [one["metadata"]["celltrail_replay"]["execution_count"] for one in cells]
    assert counts == sorted(counts)
    assert 10 not in counts, "what ran after the last cell that the run needs is none of it"
    assert [one["source"] for one in cells].count(FIT) == 1, "the first fit, with another alpha, is another run"
    assert "df.no_such_column" not in [one["source"] for one in cells]
    assert len(counts) == report["attempts"][0]["step_count"] < report["plan"]["total"]
    assert not report["was_widened"]
    ids = {one["id"] for one in cells}
    assert messy.shown(run_id)["run"]["execution_id"] in ids


def test_the_verdict_stands_on_both_runs(same, messy):
    run_id, _, report = same
    again = report["replayed_run_id"]
    first, second = messy.shown(run_id), messy.shown(again)
    assert tags(first)["celltrail.replay"] == "identical"
    assert tags(first)["celltrail.replay.by"] == again
    assert tags(second)["celltrail.replay.of"] == run_id
    assert [one["digest"] for one in first["artifacts"]] == [one["digest"] for one in second["artifacts"]]
    said = celltrail("show", run_id, folder=messy.folder).out
    assert "celltrail.replay " in said
    assert again in said
    found = messy.runs("-f", "tags.`celltrail.replay.of` LIKE '%'")
    assert [run["run_id"] for run in found] == [again]


@pytest.fixture(scope="module")
def changed(same, messy) -> tuple[int, dict[str, Any]]:
    """The same run after one number of its data was edited."""
    (messy.folder / "data.csv").write_text(TABLE.replace("30,25.0", "30,26.0"), encoding="utf-8")
    return messy.replay(same[0])


def test_data_that_changed_since_is_told_with_both_digests(changed, same, messy):
    assert "30,26.0" in (messy.folder / "data.csv").read_text(encoding="utf-8")
    code, report = changed
    assert (code, report["status"]) == (1, "differs")
    assert item(report, "data")["status"] == "differs"
    [finding] = item(report, "data")["findings"]
    assert finding["name"] == "data.csv"
    assert finding["before"] != finding["after"]
    assert finding["before"].startswith("blake3:")
    assert finding["after"].startswith("blake3:")
    assert report["first_divergent"]["label"] == "df = pd.read_csv('data.csv')"
    assert "data.csv" in report["first_divergent"]["what"]
    assert "data differs" in report["reason"]
    [metric] = [one for one in report["results"] if one["name"].startswith("metric")]
    assert metric["status"] == "differs"
    assert float(metric["before"]) != float(metric["after"])


def test_data_that_is_gone_cannot_be_replayed_and_nothing_is_run(changed, same, messy):
    (messy.folder / "data.csv").unlink()
    before = len(messy.runs("--replays"))
    code, report = messy.replay(same[0])
    assert (code, report["status"]) == (2, "cannot")
    assert "data.csv" in report["reason"]
    assert item(report, "data")["status"] == "cannot"
    assert report["replayed_run_id"] == ""
    assert len(messy.runs("--replays")) == before
    assert tags(messy.shown(same[0]))["celltrail.replay"] == "cannot"


@pytest.mark.parametrize("name", ["drawn", "second"])
def test_global_generators_that_nobody_seeded_are_put_back(odd, name):
    """Also the second of a pair of normal numbers, which numpy makes two at a time."""
    code, report = odd.replay(odd.run_named(name))
    assert (code, report["status"]) == (0, "identical")
    assert item(report, "seed")["status"] == "identical"
    assert not report["was_widened"]


def test_a_generator_of_its_own_without_a_seed_cannot_be_put_back_and_is_named(odd):
    written = (odd.folder / "drawn.txt").read_text(encoding="utf-8")
    code, report = odd.replay(odd.run_named("entropy"))
    assert (code, report["status"]) == (2, "cannot")
    assert "default_rng" in report["reason"]
    assert item(report, "seed")["status"] == "cannot"
    [metric] = [one for one in report["results"] if one["name"] == "metric share"]
    assert metric["status"] == "differs"
    assert report["first_divergent"]["execution_count"] == 5
    assert report["first_divergent"]["what"] == "metric share"
    assert [one["put_back"] for one in report["attempts"]] == [["drawn.txt"]] * 2
    assert (odd.folder / "drawn.txt").read_text(encoding="utf-8") == written, "the check changes nothing"
    assert report["was_widened"]
    assert [one["is_full"] for one in report["attempts"]] == [False, True]
    assert report["replayed_run_id"] not in {run["run_id"] for run in odd.runs()}, "replays are left out of lists"
    assert odd.shown(report["replayed_run_id"])["run"]["replay_of"] == odd.run_named("entropy")


def test_a_state_that_is_gone_is_named(odd):
    for blob in (odd.folder / ".celltrail" / "blobs").rglob("*"):
        if blob.is_file() and b'"python"' in blob.read_bytes()[:200]:
            blob.unlink()
    code, report = odd.replay(odd.run_named("drawn"), "--full")
    assert (code, report["status"]) == (2, "cannot")
    assert "the state of python's global generator was not kept" in report["reason"]
    assert [one["is_full"] for one in report["attempts"]] == [True]


def test_going_on_after_a_failure_each_cell_has_the_number_that_it_had(odd):
    """`Out[11]` is right, though an interrupted cell before it is left out, and cells that do not matter fail now."""
    code, report = odd.replay(odd.run_named("numbered"), "--full", "--keep-going")
    assert (code, report["status"]) == (0, "identical")
    assert [one["after"] for one in report["results"] if one["name"] == "metric answer"] == ["42.0"]
    assert any("[10] was interrupted" in note for note in report["plan"]["notes"])
    executed = json.loads(Path(report["attempts"][0]["output"]).read_text(encoding="utf-8"))
    assert executed["cells"][-1]["execution_count"] == 12


def test_a_cell_that_fails_now_is_named_with_its_error(odd):
    said = celltrail("replay", odd.run_named("based"), "--full", folder=odd.folder)
    assert said.code == 2
    assert "cell [6] fails now: FileExistsError" in said.out
    lines = said.out.splitlines()
    assert lines.index("first divergent cell") + 1 == next(
        i for i, x in enumerate(lines) if "[6] from pathlib" in x and i
    )
    assert "verdict: cannot" in said.out
    assert tags(odd.shown(odd.run_named("based")))["celltrail.replay"] == "cannot"


def test_papermill_parameters_and_the_working_directory_come_back(tmp_path):
    source = (
        "import celltrail, os\nwith celltrail.start_run('given'):\n    celltrail.log_metric('doubled', alpha * 2)\n"
    )
    path = write_notebook(
        tmp_path / "train.ipynb",
        cell("alpha = 1.0\npassword: int = 0", "parameters"),
        cell(source + "    open('made', 'w').close()"),
    )
    (tmp_path / "elsewhere").mkdir()
    said = celltrail(
        "run", path.name, "-p", "alpha", "0.25", "-p", "password", "4321", "--cwd", "elsewhere", folder=tmp_path
    )
    assert said.code == 0, said.err
    made = tmp_path / "elsewhere" / "made"
    made.unlink()
    project = Project(tmp_path)
    code, report = project.replay(project.run_named("given"))
    assert (code, report["status"]) == (0, "identical")
    assert report["plan"]["writes"] == ["elsewhere/made"]
    assert made.exists()
    [param] = [one for one in project.shown(report["replayed_run_id"])["params"] if one["key"] == "alpha"]
    assert (param["value"], param["origin"]) == ("0.25", "notebook")
    kept = [one["value"] for one in project.shown(project.run_named("given"))["params"] if one["key"] == "password"]
    assert kept == ["***"], "and the replay is the same without it"


def test_nothing_of_a_store_runs_before_it_is_asked_to(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    trail = Trail(tmp_path / ".celltrail")
    hostile = trail.cell("# \x1b[31mharmless\nopen('ran', 'w').close()")
    run_id = trail.run("../../evil", execution_id=hostile, run_id="../../" + "e" * 26, metrics={"m": 1.0})
    trail.end()
    ran = tmp_path / "ran"
    for words in (("runs",), ("show", run_id), ("doctor",), ("replay", run_id, "--dry-run")):
        said = celltrail(*words, folder=tmp_path)
        assert "\x1b" not in said.out
        assert not ran.exists(), words
    said = celltrail("replay", run_id, "--dry-run", folder=tmp_path)
    assert said.code == 0
    assert "executes 1 of 1 cells" in said.out
    assert "open('ran', 'w').close()" in said.out
    said = celltrail("replay", run_id, folder=tmp_path)
    assert ran.exists(), "and then it does run"
    assert said.out.index("executes 1 of 1 cells") < said.out.index("[1/1] cell 1")
    assert said.code == 2
    assert "made no such run" in said.out
    written = list(tmp_path.rglob("*.ipynb"))
    assert {one.parent for one in written} == {tmp_path / ".celltrail" / "replays"}


def test_a_replay_that_is_stopped_concludes_nothing(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    trail = Trail(tmp_path / ".celltrail")
    run_id = trail.run(execution_id=trail.cell("import time; time.sleep(60)"), metrics={"m": 1.0})
    trail.end()
    said = celltrail("replay", run_id, "--cell-timeout", "1", folder=tmp_path)
    assert said.code == 2
    assert "the replay was stopped: the cell was still running when 1 s was over" in said.out
    assert "nothing is kept of this" in said.out
    assert "first divergent" not in said.out
    assert "celltrail.replay" not in celltrail("show", run_id, folder=tmp_path).out


def test_a_run_that_is_not_there_is_an_error(odd):
    said = celltrail("replay", "ffffffffffff", folder=odd.folder)
    assert said.code == 2, "1 would say that it differs"
    assert "matches no run" in said.err
    said = celltrail("replay", odd.run_named("drawn"), "--kernel", "nope", folder=odd.folder)
    assert said.code == 2
    assert "there is no kernel 'nope' here" in said.err


def test_help_shows_examples_and_exit_codes(odd):
    said = celltrail("replay", "--help", folder=odd.folder)
    assert "celltrail replay 3f2a --dry-run" in said.out
    assert "0 identical or within tolerance, 1 differs, 2 cannot" in said.out


def test_what_other_cells_miss_does_not_hide_what_the_run_s_own_cells_show(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "other.txt").write_text("x", encoding="utf-8")
    kernel = NotebookKernel(tmp_path)
    kernel.run("import celltrail, numpy as np")
    kernel.run("other = open('other.txt').read()")
    kernel.run("with celltrail.start_run('own') as r:\n    celltrail.log_metric('m', np.random.default_rng().random())")
    kernel.shutdown()
    (tmp_path / "other.txt").unlink()
    project = Project(tmp_path)
    _, report = project.replay(project.run_named("own"))
    assert "default_rng" in report["reason"]
    assert "other.txt" not in report["reason"]
    assert not report["was_widened"]


def test_what_was_switched_off_and_on_again_is_recorded_in_the_replay(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    kernel = NotebookKernel(tmp_path)
    kernel.run("import celltrail\nbase = 2")
    kernel.run("other = 1\n%track off")
    kernel.run("z = 1")
    kernel.run("%track on")
    kernel.run("with celltrail.start_run('after'):\n    celltrail.log_metric('m', base * 3)")
    kernel.shutdown()
    project = Project(tmp_path)
    for words in ((), ("--full",)):
        code, report = project.replay(project.run_named("after"), *words)
        assert (code, report["status"]) == (0, "identical"), report["reason"]
