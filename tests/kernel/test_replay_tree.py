"""A replay finds code and data as they were recorded, in a folder of its own, and the user's files stay as they are."""

import subprocess

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, item
from written_notebooks import celltrail

TOTAL = """
df.to_csv('out.csv')
with celltrail.start_run('sum'):
    celltrail.log_metric('total', float(df.b.sum() * features.FACTOR))
"""
ABSOLUTE = """
with celltrail.start_run('absolute'):
    celltrail.log_metric('rows', len(open({path!r}).readlines()))
"""
THEN, NOW = "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,40\n5,6\n"


def git(folder, *words):
    named = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """Runs on code that was not committed and data that was; both were changed and committed afterwards."""
    folder = tmp_path_factory.mktemp("versions")
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("home\n", encoding="utf-8")
    (folder / "sales.csv").write_text(THEN, encoding="utf-8")
    (folder / "features.py").write_text("FACTOR = 1\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    (folder / "features.py").write_text("FACTOR = 3\n", encoding="utf-8")
    kernel = NotebookKernel(folder)
    for source in (
        "import celltrail, features, pandas as pd, random",
        "df = pd.read_csv('sales.csv')",
        TOTAL,
        ABSOLUTE.format(path=str(folder / "sales.csv")),
    ):
        kernel.run(source)
    kernel.shutdown()
    (folder / "sales.csv").write_text(NOW, encoding="utf-8")
    (folder / "features.py").write_text("FACTOR = 100\n", encoding="utf-8")
    (folder / "out.csv").write_text("mine", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "two")
    return Project(folder)


def results(report):
    return {one["name"]: (one["before"], one["after"]) for one in report["results"]}


def test_changed_code_and_data_are_found_as_recorded_and_the_user_s_files_stay(project):
    code, report = project.replay(project.run_named("sum"))
    assert (code, report["status"]) == (0, "identical")
    assert results(report)["metric total"] == ("18.0", "18.0")
    assert [one["note"] for one in item(report, "data")["findings"]] == ["changed since: its recorded content was used"]
    assert [(one["name"], one["note"]) for one in item(report, "code")["findings"]] == [
        ("features.py", "changed since: its recorded content was used")
    ]
    assert git(project.folder, "status", "--porcelain") == ""
    assert (project.folder / "out.csv").read_text(encoding="utf-8") == "mine"
    assert [one["put_back"] for one in report["attempts"]] == [[]], "there was nothing to put back"
    assert not list((project.folder / ".celltrail" / "replays").rglob("tree"))


def test_what_will_be_found_as_recorded_is_said_before(project):
    said = celltrail("replay", project.run_named("sum"), "--dry-run", folder=project.folder)
    assert f"in a copy of {project.folder}" in said.out.replace("\n", "")
    assert "data: sales.csv changed since: its recorded content is used" in said.out
    assert "code: features.py changed since: its recorded content is used" in said.out


def test_a_path_that_leads_into_the_project_from_the_root_is_not_redirected_and_that_is_said(project):
    code, report = project.replay(project.run_named("absolute"))
    assert (code, report["status"]) == (1, "differs")
    assert any("by its absolute path" in note for note in report["plan"]["notes"])
    [finding] = item(report, "data")["findings"]
    assert (finding["name"], finding["status"]) == ("sales.csv", "differs")
    assert "data differs" in report["reason"]


def test_data_that_is_gone_is_found_as_recorded(project):
    (project.folder / "sales.csv").unlink()
    code, report = project.replay(project.run_named("sum"))
    git(project.folder, "checkout", "sales.csv")
    assert (code, report["status"]) == (0, "identical")
    assert report["plan"]["missing"] == []
    assert item(report, "data")["findings"][0]["note"] == "is not there any more: its recorded content was used"
