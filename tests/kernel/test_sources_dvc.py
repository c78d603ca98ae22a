"""Data under DVC: a read is told with the md5 or the commit, and a replay reads that, or says that it is gone."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, item

from celltrail.journal import events
from celltrail.records import SourceUse

THEN, NOW = "x\n1\n2\n", "x\n100\n"
CELLS = {
    "tree": "tree = pd.read_csv('data/sales.csv').x.sum()",
    "folder": "folder = sum(len(open(f'data/many/{n}.txt').read()) for n in (1, 2))",
    "changed": "changed = pd.read_csv('data/changed.csv').x.sum()",
    "head": "head = pd.read_csv(io.StringIO(dvc.api.read('data/sales.csv', rev='HEAD'))).x.sum()",
    "branch": (
        "with dvc.api.open('data/sales.csv', repo={root!r}, rev='main') as file: branch = pd.read_csv(file).x.sum()"
    ),
    "system": (
        "with dvc.api.DVCFileSystem({root!r}, rev='main').open('data/sales.csv', 'r') as file:\n"
        "    system = pd.read_csv(file).x.sum()"
    ),
}
NAMES = ["tree", "folder", "head", "branch", "system"]


def run(folder: Path, *words: str) -> str:
    environment = {**os.environ, "DVC_NO_ANALYTICS": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(words, cwd=folder, check=True, capture_output=True, encoding="utf-8", env=environment)
    return done.stdout.strip()


def dvc(folder: Path, *words: str) -> None:
    run(folder, sys.executable, "-m", "dvc", *words)


def commit(folder: Path) -> str:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    run(folder, "git", "add", "--all")
    run(folder, "git", *who, "commit", "--quiet", "--message", "data")
    return run(folder, "git", "rev-parse", "HEAD")


class Recorded:
    """A session on a repository with data under DVC, which changed afterwards."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        run(folder, "git", "init", "--quiet", "--initial-branch=main")
        dvc(folder, "init", "--quiet")
        (folder / ".gitignore").write_text("/home\n", encoding="utf-8")
        (folder / "data" / "many").mkdir(parents=True)
        for name, text in (("sales.csv", THEN), ("changed.csv", THEN), ("many/1.txt", "1"), ("many/2.txt", "22")):
            (folder / "data" / name).write_text(text, encoding="utf-8")
        dvc(folder, "add", "--quiet", "data/sales.csv", "data/changed.csv", "data/many")
        self.commit = commit(folder)
        (folder / "data" / "changed.csv").unlink()
        (folder / "data" / "changed.csv").write_text(NOW, encoding="utf-8")
        kernel = NotebookKernel(folder)
        kernel.run("import celltrail, io, pandas as pd, dvc.api")
        self.uses: dict[str, list[SourceUse]] = {}
        for name, source in CELLS.items():
            reply = kernel.run(source.replace("{root!r}", repr(str(folder))))
            assert reply.status == "ok", reply.shown()
            self.uses[name] = list(kernel.finished(reply).sources)
        kernel.run(
            f"with celltrail.start_run('sums'): celltrail.log_metrics({{n: float(globals()[n]) for n in {NAMES}}})"
        )
        kernel.run("with celltrail.start_run('one'): celltrail.log_metric('branch', float(branch))")
        self.failures = kernel.of_type(events.CaptureFailed)
        kernel.shutdown()
        (folder / "data" / "sales.csv").write_text(NOW, encoding="utf-8")
        dvc(folder, "add", "--quiet", "data/sales.csv")
        commit(folder)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return Recorded(tmp_path_factory.mktemp("dvc"))


def said(uses: list[SourceUse]) -> list[tuple[str, str, str, bool]]:
    return [(use.kind, use.uri, use.version, use.is_asked) for use in uses]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def test_a_tracked_file_in_the_working_tree_is_told_with_its_md5(recorded: Recorded) -> None:
    assert said(recorded.uses["tree"]) == [("dvc", "data/sales.csv", md5(THEN), False)]
    assert recorded.failures == []


def test_a_file_in_a_tracked_folder_is_told_with_the_folder_s_md5(recorded: Recorded) -> None:
    versions = {use.version for use in recorded.uses["folder"]}
    assert [use.uri for use in recorded.uses["folder"]] == ["data/many/1.txt", "data/many/2.txt"]
    assert len(versions) == 1
    assert versions.pop().endswith(".dir")


def test_a_file_that_changed_since_it_was_added_has_no_version_and_says_why(recorded: Recorded) -> None:
    [use] = recorded.uses["changed"]
    assert (use.version, use.note) == ("", "it is not what changed.csv.dvc says: changed since `dvc add`")


def test_what_dvc_reads_at_a_revision_is_told_with_the_commit(recorded: Recorded) -> None:
    assert said(recorded.uses["head"]) == [("dvc", ".@HEAD//data/sales.csv", recorded.commit, False)]
    assert said(recorded.uses["branch"]) == [("dvc", ".@main//data/sales.csv", recorded.commit, False)]
    assert said(recorded.uses["system"]) == [("dvc", ".@main//data/sales.csv", recorded.commit, False)]


def test_a_replay_reads_the_recorded_commit_and_the_recorded_content(recorded: Recorded) -> None:
    code, report = recorded.project.replay(recorded.project.run_named("sums"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    values = {one["name"]: one["after"] for one in report["results"]}
    assert [values[f"metric {name}"] for name in NAMES] == ["3.0"] * 5
    assert "2 versioned sources" in item(report, "data")["note"]


def test_a_version_whose_cache_was_emptied_is_gone(recorded: Recorded) -> None:
    folder = recorded.project.folder
    shutil.rmtree(folder / ".dvc" / "cache" / "files" / "md5" / md5(THEN)[:2])
    code, report = recorded.project.replay(recorded.project.run_named("one"))
    assert (code, report["status"]) == (2, "cannot")
    gone = rf"the version {recorded.commit} of dvc \.@(?:main|HEAD)//data/sales\.csv is gone: neither DVC's cache nor"
    assert re.search(gone, report["reason"])
