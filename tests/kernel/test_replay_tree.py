"""A replay finds code and data as they were recorded, in a folder of its own, and the user's files stay as they are."""

import random
import subprocess

import numpy as np
import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, item, tags
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
DRAWN = """
own = random.Random(SEED)
with celltrail.start_run('drawn'):
    celltrail.log_metrics({'own': own.random(), 'global': random.random(), 'numpy': float(np.random.random())})
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
        "import numpy as np\nSEED = 42",
        DRAWN,
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


def swapped(project, name, *words):
    """The changes of metrics, by name, and the report."""
    code, report = project.replay(project.run_named(name), *(part for word in words for part in ("--swap", word)))
    assert code == 0
    return {one["name"]: (one["before"], one["after"]) for one in report["changes"]}, report


def test_the_present_data_in_place_of_the_recorded_shows_what_they_do(project):
    changes, report = swapped(project, "sum", "data")
    assert changes == {"metric total": (18.0, 144.0)}
    assert report["changes"][0]["difference"] == 126.0
    assert report["reason"] == "with data swapped 1 of 1 metrics change: total 18 → 144 (+126)"
    assert item(report, "data")["status"] == "differs"
    assert item(report, "code")["status"] == "identical", "the code is the recorded one"
    assert report["doubts"] == []


def test_the_present_code_in_place_of_the_recorded_shows_what_it_does(project):
    changes, report = swapped(project, "sum", "code")
    assert changes == {"metric total": (18.0, 600.0)}
    assert item(report, "code")["status"] == "differs"
    assert item(report, "data")["status"] == "identical"


def test_another_file_in_place_of_one_shows_what_it_does(project, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,1\n", encoding="utf-8")
    changes, report = swapped(project, "sum", f"data:sales.csv={tmp_path / 'other.csv'}")
    assert changes == {"metric total": (18.0, 3.0)}
    assert "other.csv was used" in item(report, "data")["findings"][0]["note"]
    assert (project.folder / "sales.csv").read_text(encoding="utf-8") == NOW


@pytest.fixture(scope="module")
def reseeded(project):
    return swapped(project, "drawn", "seed=7")


def test_another_seed_takes_the_place_of_those_in_cells_and_of_the_generators(reseeded):
    changes, report = reseeded
    expected = random.Random(7).random()
    assert changes["metric own"][1] == expected
    assert changes["metric global"][1] == expected
    assert changes["metric numpy"][1] == np.random.RandomState(7).random()
    assert "seed 7 in place of [5] SEED=42" in report["plan"]["notes"]
    assert (item(report, "seed")["status"], item(report, "seed")["note"]) == (
        "differs",
        "seed 7 in place of what was recorded",
    )
    assert "the run was not replayed identical as it was recorded" in report["doubts"][0]


def test_a_swapped_replay_is_no_verdict_on_the_run(project, reseeded):
    run_id, report = project.run_named("drawn"), reseeded[1]
    assert "celltrail.replay" not in tags(project.shown(run_id))
    again = project.shown(report["replayed_run_id"])
    assert tags(again)["celltrail.replay.swap"] == "seed=7"
    assert tags(again)["celltrail.replay.of"] == run_id
    assert "celltrail.replay" not in tags(again)
    assert any(one["path"].endswith("-swapped.json") for one in project.shown(run_id)["artifacts"])


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("luck", "names no cause; it takes code, data, environment, seed"),
        ("seed=x", "a seed is a whole number"),
        ("code=old", "is swapped for what is there now"),
        ("data:none.csv", "the cells read no such file: sales.csv"),
        ("data:sales.csv=nowhere.csv", "there is no file"),
    ],
)
def test_a_swap_that_cannot_be_is_refused(project, word, said):
    done = celltrail("replay", project.run_named("sum"), "--swap", word, folder=project.folder)
    assert done.code == 2
    assert said in done.err
