"""DuckLake, run for real by DuckDB 1.5.5 and its extension's wheel in an environment of their own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project, item

from celltrail.journal import events
from celltrail.records import SourceUse

REQUIRED = ("duckdb==1.5.5", "duckdb-extension-ducklake==1.5.5")  # the extension is built for one version
ATTACH = """
import celltrail, duckdb
lake = duckdb.connect()
lake.execute("LOAD {extension!r}")
lake.execute("ATTACH 'ducklake:meta.ducklake' AS sales (DATA_PATH 'files/')")
"""
CELLS = {
    "execute": "whole = lake.execute('SELECT sum(x) FROM sales.t').fetchall()[0][0]",
    "asked": "first = lake.execute('SELECT sum(x) FROM sales.t AT (VERSION => 2)').fetchall()[0][0]",
    "use": "lake.execute('USE sales')\nused = lake.sql('SELECT sum(x) FROM t').fetchall()[0][0]",
    "pending": "lake.execute('FROM range(3)'); lake.sql('SELECT 1 FROM sales.t'); pending = len(lake.fetchall())",
    "none": "lake.execute('USE memory')\nnothing = lake.execute('SELECT 1').fetchall()",
}
NAMES = ["whole", "first", "used", "pending"]


@pytest.fixture(scope="module")
def environment() -> Path:
    """The folder that `make setup` puts DuckDB 1.5.5 into, filled here where somebody runs the tests without it."""
    folder = Path(sys.prefix) / "ducklake"
    if not (folder / "duckdb_extension_ducklake").is_dir():
        words = ("-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *REQUIRED)
        subprocess.run([sys.executable, *words], check=True)
    return folder


class Lake:
    """A lake that grows, and a session that read it."""

    def __init__(self, folder: Path, environment: Path) -> None:
        self.folder = folder
        self.environment = environment
        version = REQUIRED[0].rpartition("=")[2]
        place = f"duckdb_extension_ducklake/extensions/v{version}/ducklake.duckdb_extension"
        self.attach = ATTACH.format(extension=str(environment / place))
        self.run("lake.execute('CREATE TABLE sales.t (x DOUBLE)')")
        self.run("lake.execute('INSERT INTO sales.t VALUES (1)')")
        self.run("lake.execute('INSERT INTO sales.t VALUES (2)')")
        kernel = NotebookKernel(folder, PYTHONPATH=str(environment))
        kernel.run(self.attach)
        self.uses: dict[str, list[SourceUse]] = {}
        for name, source in CELLS.items():
            reply = kernel.run(source)
            assert reply.status == "ok", reply.shown()
            self.uses[name] = [use for use in kernel.finished(reply).sources if use.kind == "ducklake"]
        names = f"{{name: float(globals()[name]) for name in {NAMES}}}"
        kernel.run(f"with celltrail.start_run('sums'): celltrail.log_metrics({names})")
        self.failures = kernel.of_type(events.CaptureFailed)
        kernel.shutdown()
        self.run("lake.execute('INSERT INTO sales.t VALUES (100)')")

    def run(self, source: str) -> None:
        """Do something to the lake in a process of its own."""
        code = f"import sys\nsys.path.insert(0, {str(self.environment)!r})\n{self.attach}{source}"
        subprocess.run([sys.executable, "-c", code], cwd=self.folder, check=True)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    (folder / "pyproject.toml").touch()
    return Lake(folder, environment)


def said(uses: list[SourceUse]) -> list[tuple[str, str, str, bool]]:
    return [(use.uri, use.mode, use.version, use.is_asked) for use in uses]


def test_a_query_on_a_lake_is_told_with_the_snapshot_that_it_saw(lake: Lake) -> None:
    assert said(lake.uses["execute"]) == [("meta.ducklake", "read", "3", False)]
    assert said(lake.uses["asked"]) == [("meta.ducklake", "read", "2", True)]
    assert said(lake.uses["use"]) == [("meta.ducklake", "read", "3", False)]
    assert said(lake.uses["none"]) == []
    assert lake.failures == []


def test_a_replay_reads_the_recorded_snapshot_and_nobody_s_results_are_disturbed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(lake.environment))
    project = Project(lake.folder)
    code, report = project.replay(project.run_named("sums"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    values = {one["name"]: one["after"] for one in report["results"]}
    assert [values[f"metric {name}"] for name in NAMES] == ["3.0", "1.0", "3.0", "3.0"]
    assert "1 versioned source" in item(report, "data")["note"]


def test_an_expired_snapshot_is_gone(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.run("lake.execute(\"CREATE TABLE done AS SELECT 1 FROM ducklake_expire_snapshots('sales', versions => [3])\")")
    monkeypatch.setenv("PYTHONPATH", str(lake.environment))
    project = Project(lake.folder)
    code, report = project.replay(project.run_named("sums"))
    assert (code, report["status"]) == (2, "cannot")
    assert re.search(r"the version 3 of ducklake meta\.ducklake is gone: the lake does not have", report["reason"])
