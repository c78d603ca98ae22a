"""Delta and Iceberg tables: each read is told with its version, and a replay reads that version or says it is gone."""

import json
import shutil
from pathlib import Path

import pytest
from deltalake import DeltaTable
from notebook_kernel import NotebookKernel
from replayed_project import Project, item
from table_sources import CATALOG, append_delta, append_iceberg
from written_notebooks import celltrail

from celltrail.journal import events
from celltrail.records import SourceUse

CELLS = {
    "polars": "latest = pl.read_delta('sales')['x'].sum()",
    "deltalake": "table = DeltaTable('sales'); direct = table.to_pandas()['x'].sum()",
    "asked": "asked = DeltaTable('sales', version=0).to_pandas()['x'].sum()",
    "loaded": "table.load_as_version(0)\nloaded = table.to_pandas()['x'].sum()",
    "other": "other = pl.scan_delta('elsewhere/sales').collect()['x'].sum()",
    "scan": "scanned = t.scan().to_arrow()['x'].to_numpy().sum()",
    "snapshot": "first = t.scan(snapshot_id=t.history()[0].snapshot_id).to_pandas()['x'].sum()",
    "branch": "branch = t.scan().use_ref('dev').to_arrow()['x'].to_numpy().sum()",
    "polars iceberg": "lazy = pl.scan_iceberg(t).collect()['x'].sum()",
    "written": "write_deltalake('mine', pl.DataFrame({'x': [5.0]}), mode='append')\nmine = pl.read_delta('mine')",
}
LOGGED = "with celltrail.start_run('sums'): celltrail.log_metrics({name: float(globals()[name]) for name in %r})"
NAMES = ["latest", "direct", "asked", "loaded", "other", "scanned", "first", "branch", "lazy"]


class Recorded:
    """A session on versioned tables, and what was appended to each of them afterwards."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        append_delta(folder / "sales", 1.0)
        append_delta(folder / "sales", 2.0)
        append_delta(folder / "elsewhere" / "sales", 100.0)
        append_iceberg(folder, 10.0)
        table = append_iceberg(folder, 20.0)
        self.snapshots = [str(one.snapshot_id) for one in table.history()]
        table.manage_snapshots().create_branch(int(self.snapshots[0]), "dev").commit()
        kernel = NotebookKernel(folder)
        kernel.run(
            "import celltrail, polars as pl\nfrom deltalake import DeltaTable, write_deltalake\n"
            + CATALOG.format(folder=str(folder))
            + "\nt = catalog.load_table('db.sales')"
        )
        self.uses: dict[str, tuple[SourceUse, ...]] = {}
        for name, source in CELLS.items():
            reply = kernel.run(source)
            assert reply.status == "ok", reply.shown()
            self.uses[name] = kernel.finished(reply).sources
        self.failed = kernel.run("DeltaTable('no/such/table')").shown()[-1]
        kernel.run(LOGGED % NAMES)
        kernel.run("with celltrail.start_run('one'): celltrail.log_metric('latest', float(latest))")
        kernel.run("with celltrail.start_run('ice'): celltrail.log_metric('scanned', float(scanned))")
        self.failures = kernel.of_type(events.CaptureFailed)
        kernel.shutdown()
        append_delta(folder / "sales", 4.0)
        append_delta(folder / "elsewhere" / "sales", 400.0)
        append_iceberg(folder, 40.0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "pyproject.toml").touch()
    return Recorded(folder)


def said(uses: tuple[SourceUse, ...]) -> list[tuple[str, str, str, str, bool]]:
    return [(use.kind, use.uri, use.mode, use.version, use.is_asked) for use in uses]


def test_a_delta_table_is_told_with_the_version_that_was_read(recorded: Recorded) -> None:
    assert said(recorded.uses["polars"]) == [("delta", "sales", "read", "1", False)]
    assert said(recorded.uses["deltalake"]) == [("delta", "sales", "read", "1", False)]
    assert said(recorded.uses["asked"]) == [("delta", "sales", "read", "0", True)]
    assert said(recorded.uses["loaded"]) == [("delta", "sales", "read", "0", True)]
    assert recorded.failures == []


def test_the_library_s_own_error_is_the_user_s_and_nothing_of_ours_stands_in_it(recorded: Recorded) -> None:
    kind, (name, _, traceback) = recorded.failed
    assert (kind, name) == ("error", "TableNotFoundError")
    assert "celltrail" not in traceback


def test_two_tables_of_one_name_are_two_sources(recorded: Recorded) -> None:
    assert said(recorded.uses["other"]) == [("delta", "elsewhere/sales", "read", "0", False)]


def test_a_written_table_is_told_with_its_new_version_and_not_as_read(recorded: Recorded) -> None:
    assert said(recorded.uses["written"]) == [
        ("delta", "mine", "write", "0", False),
        ("delta", "mine", "read", "0", False),
    ]


def test_an_iceberg_table_is_told_with_the_snapshot_that_was_read(recorded: Recorded) -> None:
    first, last = recorded.snapshots
    place = "warehouse/db/sales"
    assert said(recorded.uses["scan"]) == [("iceberg", place, "read", last, False)]
    assert said(recorded.uses["snapshot"]) == [("iceberg", place, "read", first, True)]
    assert said(recorded.uses["branch"]) == [("iceberg", f"{place}?ref=dev", "read", first, False)]
    assert said(recorded.uses["polars iceberg"]) == [("iceberg", place, "read", last, False)]


def test_a_replay_reads_each_table_at_the_version_that_was_recorded(recorded: Recorded) -> None:
    code, report = recorded.project.replay(recorded.project.run_named("sums"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    values = {one["name"]: one["after"] for one in report["results"]}
    assert [values[f"metric {name}"] for name in NAMES] == [
        "3.0", "3.0", "1.0", "1.0", "100.0", "30.0", "10.0", "10.0", "30.0",
    ]  # fmt: skip
    assert DeltaTable(str(recorded.project.folder / "mine")).version() == 0, "the replay wrote a table of its own"
    assert "4 versioned sources" in item(report, "data")["note"]


def test_the_versions_of_a_table_are_a_log_with_the_runs_that_used_them(recorded: Recorded) -> None:
    out = celltrail("data", "log", "sales", "--json", folder=recorded.project.folder).out
    assert {entry["dataset"]["version"] for entry in json.loads(out)} >= {"0", "1"}
    assert recorded.project.run_named("one") in out


def test_a_vacuumed_version_is_gone_and_never_replaced_by_the_latest(recorded: Recorded) -> None:
    folder = recorded.project.folder
    kept = folder / "kept"
    shutil.copytree(folder / "sales", kept)
    table = DeltaTable(str(folder / "sales"))
    table.optimize.compact()
    table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    try:
        code, report = recorded.project.replay(recorded.project.run_named("one"))
    finally:
        shutil.rmtree(folder / "sales")
        kept.rename(folder / "sales")
    assert (code, report["status"]) == (2, "cannot")
    assert "the version 1 of delta sales is gone: " in report["reason"]
    assert "removed (vacuum)" in report["reason"]
    assert item(report, "data")["status"] == "cannot"


def test_a_table_that_was_made_anew_does_not_have_the_version(recorded: Recorded) -> None:
    folder = recorded.project.folder
    (folder / "sales").rename(folder / "aside")
    append_delta(folder / "sales", 999.0)
    try:
        code, report = recorded.project.replay(recorded.project.run_named("one"))
    finally:
        shutil.rmtree(folder / "sales")
        (folder / "aside").rename(folder / "sales")
    assert (code, report["status"]) == (2, "cannot")
    assert "the version 1 of delta sales is gone: " in report["reason"]
    assert not [one for one in report["results"] if one["after"] == "999.0"]


def test_an_expired_snapshot_is_gone(recorded: Recorded) -> None:
    table = append_iceberg(recorded.project.folder, 80.0)
    table.maintenance.expire_snapshots().by_id(int(recorded.snapshots[1])).commit()
    code, report = recorded.project.replay(recorded.project.run_named("ice"))
    assert (code, report["status"]) == (2, "cannot")
    gone = f"the version {recorded.snapshots[1]} of iceberg warehouse/db/sales is gone: the table does not have that"
    assert gone in report["reason"]
