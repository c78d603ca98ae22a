"""lakeFS and Nessie through their own clients, against servers that speak the documented interface."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from catalog_servers import LakeFS, Nessie, served
from notebook_kernel import NotebookKernel
from replayed_project import Project, item

from celltrail.journal import events
from celltrail.records import SourceUse

CONNECT = """
import celltrail, lakefs, pynessie
from lakefs.client import Client
from pynessie.model import ContentKey
lake = lakefs.Repository("data", client=Client(host={lakefs!r}, username="me", password="s3cret"))
catalog = pynessie.init(config_dict={{"endpoint": {nessie!r} + "/api/v1"}})
def size(reference, path):
    with reference.object(path).reader("r", pre_sign=False) as file:
        return len(file.read())
"""
CELLS = {
    "branch": "branch = size(lake.branch('main'), 'a.csv')",
    "commit": "commit = size(lake.ref({commit!r}), 'a.csv')",
    "loop": "loop = sum(size(lake.branch('main'), f'many/{{n}}.csv') for n in range(5))",
    "table": "table = catalog.get_content('main', ContentKey(['db', 'sales'])).snapshot_id",
    "asked": "asked = catalog.get_content('main', ContentKey(['db', 'sales']), {hash!r}).snapshot_id",
    "keys": "keys = len(catalog.list_keys('main').entries)",
}
NAMES = ["branch", "commit", "loop", "table", "asked", "keys"]


@dataclass
class Recorded:
    """A session on both catalogs, which went on afterwards."""

    project: Project
    lakefs: LakeFS = field(default_factory=LakeFS)
    nessie: Nessie = field(default_factory=Nessie)
    commits: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    uses: dict[str, list[SourceUse]] = field(default_factory=dict)
    questions: int = 0

    def record(self, lakefs: str, nessie: str) -> None:
        many = {f"many/{n}.csv": b"12" for n in range(5)}
        self.commits = [self.lakefs.commit({"a.csv": b"1"}), self.lakefs.commit({"a.csv": b"333", **many})]
        self.hashes = [self.nessie.commit({"db.sales": 1}), self.nessie.commit({"db.sales": 2, "db.more": 7})]
        kernel = NotebookKernel(self.project.folder)
        kernel.run(CONNECT.format(lakefs=lakefs, nessie=nessie))
        for name, source in CELLS.items():
            self.lakefs.asked.clear()
            reply = kernel.run(source.format(commit=self.commits[0], hash=self.hashes[0]))
            assert reply.status == "ok", reply.shown()
            self.uses[name] = list(kernel.finished(reply).sources)
            self.questions = len(self.lakefs.asked) if name == "loop" else self.questions
        names = f"{{name: float(globals()[name]) for name in {NAMES}}}"
        kernel.run(f"with celltrail.start_run('sums'): celltrail.log_metrics({names})")
        kernel.run("with celltrail.start_run('lake'): celltrail.log_metric('branch', branch)")
        kernel.run("with celltrail.start_run('nessie'): celltrail.log_metric('table', table)")
        self.lakefs.staged = {"b.csv": b"staged"}
        reply = kernel.run("staged = size(lake.branch('main'), 'b.csv')")
        self.uses["staged"] = list(kernel.finished(reply).sources)
        assert kernel.of_type(events.CaptureFailed) == []
        kernel.shutdown()
        self.lakefs.commit({"a.csv": b"4444444", "many/0.csv": b""})
        self.nessie.commit({"db.sales": 99, "db.new": 1})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    folder = tmp_path_factory.mktemp("catalogs")
    (folder / "pyproject.toml").touch()
    found = Recorded(Project(folder))
    with served(found.lakefs) as lakefs, served(found.nessie) as nessie:
        found.record(lakefs, nessie)
        yield found


def said(uses: list[SourceUse], kind: str) -> list[tuple[str, str, bool]]:
    return [
        (use.uri.partition("/api/v1/")[2] or use.uri, use.version, use.is_asked) for use in uses if use.kind == kind
    ]


def test_an_object_of_a_branch_is_told_with_the_commit_that_the_branch_is_at(recorded: Recorded) -> None:
    first, second = recorded.commits
    assert said(recorded.uses["branch"], "lakefs") == [("lakefs://data/main/a.csv", second, False)]
    assert said(recorded.uses["commit"], "lakefs") == [(f"lakefs://data/{first}/a.csv", first, True)]


def test_a_loop_over_objects_asks_for_the_commit_once(recorded: Recorded) -> None:
    assert len(said(recorded.uses["loop"], "lakefs")) == 5
    assert recorded.questions == 5 + 2, "five objects, the commit, and whether the branch has changes"


def test_uncommitted_changes_of_a_branch_are_said(recorded: Recorded) -> None:
    [use] = [use for use in recorded.uses["staged"] if use.kind == "lakefs"]
    assert "uncommitted changes" in use.note


def test_contents_of_a_catalog_are_told_with_the_hash_of_the_branch(recorded: Recorded) -> None:
    first, second = recorded.hashes
    assert said(recorded.uses["table"], "nessie") == [("main/db.sales", second, False)]
    assert said(recorded.uses["asked"], "nessie") == [("main/db.sales", first, True)]
    assert said(recorded.uses["keys"], "nessie") == [("main", second, False)]


def test_a_replay_reads_the_recorded_commits(recorded: Recorded) -> None:
    code, report = recorded.project.replay(recorded.project.run_named("sums"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    values = {one["name"]: one["after"] for one in report["results"]}
    assert [values[f"metric {name}"] for name in NAMES] == ["3.0", "1.0", "10.0", "2.0", "1.0", "2.0"]
    assert "versioned sources" in item(report, "data")["note"]


def test_a_commit_or_a_hash_that_is_not_there_any_more_is_gone(recorded: Recorded) -> None:
    del recorded.nessie.commits[recorded.hashes[1]]
    _is_gone(recorded, "nessie", f"the version {recorded.hashes[1]} of nessie ")
    recorded.lakefs.commits[recorded.commits[1]] = {}
    _is_gone(
        recorded, "lake", f"the version {recorded.commits[1]} of lakefs lakefs://data/main/a.csv is gone: lakeFS has"
    )


def _is_gone(recorded: Recorded, run: str, said: str) -> None:
    code, report = recorded.project.replay(recorded.project.run_named(run))
    assert (code, report["status"]) == (2, "cannot")
    assert said in report["reason"]
    assert " is gone: " in report["reason"]
