"""`celltrail replay --all`: each run once, a JUnit file that CI systems read, and the exit code of the worst."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, tags
from written_notebooks import celltrail

from journal_writing import Trail

HOSTILE = "</testcase> & \x01\x1b[31m ]]>"
LOOP = """
for number in range(3):
    with celltrail.start_run(f'loop {number}'):
        celltrail.log_metric('half', number / 2)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """Three runs of one cell, one that depends on the clock and has a hostile name, and one of a script."""
    folder = tmp_path_factory.mktemp("nightly")
    (folder / "pyproject.toml").touch()
    kernel = NotebookKernel(folder)
    kernel.run("import celltrail, time")
    kernel.run(LOOP)
    kernel.run(f"with celltrail.start_run({HOSTILE!r}):\n    celltrail.log_metric('at', time.time())")
    kernel.shutdown()
    script = Trail(folder / ".celltrail", notebook="train.py")
    script.run("of a script", metrics={"m": 1.0})
    script.end()
    return Project(folder)


@pytest.fixture(scope="module")
def nightly(project):
    """What the command printed, and its JUnit file."""
    said = celltrail("replay", "--all", "--at-once", "2", "--junit", "out/replays.xml", folder=project.folder)
    return said, ET.parse(project.folder / "out" / "replays.xml").getroot()  # noqa: S314 - it is our own


def test_each_run_is_replayed_and_its_verdict_kept(nightly, project):
    said, _ = nightly
    assert said.code == 1, said.err
    assert "replays 5 runs of 2 notebooks" in said.out
    assert "5 runs in" in said.out
    assert "1 differs, 3 identical, 1 skipped" in said.out
    for number in range(3):
        shown = project.shown(project.run_named(f"loop {number}"))
        assert tags(shown)["celltrail.replay"] == "identical"


def test_runs_of_one_cell_share_one_execution(nightly, project):
    reports = [
        json.loads((project.folder / ".celltrail" / "blobs" / digest[7:9] / digest[9:]).read_text(encoding="utf-8"))
        for number in range(3)
        for digest in [project.shown(project.run_named(f"loop {number}"))["artifacts"][0]["digest"]]
    ]
    assert len({report["attempts"][0]["notebook"] for report in reports}) == 1
    assert len({report["replayed_run_id"] for report in reports}) == 3


def test_the_junit_file_says_passed_failed_and_skipped(nightly):
    [suite] = nightly[1].findall("testsuite")
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "0", "skipped": "1"}
    cases = {case.get("name").partition(" [")[0]: case for case in suite.findall("testcase")}
    assert cases["loop 1 number=1"].find("failure") is None
    assert "no cell of its session made it" in cases["of a script"].find("skipped").get("message")
    [failed] = [case.find("failure") for case in suite.findall("testcase") if case.find("failure") is not None]
    assert "the clock" in failed.get("message")
    assert "first divergent cell: [3]" in failed.text
    assert "metric at: " in failed.text
    assert " then, " in failed.text


def test_a_hostile_name_breaks_neither_the_file_nor_the_terminal(nightly, project):
    said, root = nightly
    assert "\x1b" not in said.out
    assert any(case.get("name").startswith("</testcase> & \\x01\\x1b") for case in root.iter("testcase"))
    assert b"\x01" not in (project.folder / "out" / "replays.xml").read_bytes()


def test_replays_are_not_replayed_and_a_filter_chooses(nightly, project):
    said = celltrail("replay", "--all", "--dry-run", folder=project.folder)
    assert "replays 5 runs" in said.out
    said = celltrail("replay", "--all", "-f", "name LIKE 'loop%'", "--limit", "2", "--dry-run", folder=project.folder)
    assert "replays 2 runs of 1 notebook" in said.out
    said = celltrail("replay", "--all", "-f", "name = 'none'", folder=project.folder)
    assert (said.code, said.out.partition(":")[0]) == (0, "No run to replay")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a run"),
        (("3f2a", "--all"), "name one run, or give --all"),
        (("3f2a", "--junit", "x.xml"), "go with --all"),
        (("--all", "--since", "yesterday"), "use 7d, 12h, 2w or a date"),
    ],
)
def test_words_that_do_not_go_together_are_refused(nightly, project, words, said):
    done = celltrail("replay", *words, folder=project.folder)
    assert done.code == 2
    assert said in done.err.replace("\n", " ")


def test_runs_of_a_time_are_chosen_by_an_age_or_a_date(nightly, project):
    for since, count in (("1d", 4), ("2020-01-01", 5), ("2999-01-01", 0)):
        said = celltrail("replay", "--all", "--since", since, "--dry-run", folder=project.folder)
        assert (f"replays {count} runs" in said.out) == bool(count), since
    assert Path(project.folder / "out").is_dir()
