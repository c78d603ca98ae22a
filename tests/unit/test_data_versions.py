"""`celltrail data`: the versions of a dataset over time, how two of them differ, and one that is written back."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from journal_samples import HOSTILE

from celltrail import codec
from celltrail.cli.app import group
from celltrail.config import Settings
from celltrail.datasets.diff import UnknownKeyError, diff_versions
from celltrail.datasets.restore import TargetExistsError, UnsafeListingError, UnsafeTargetError, restore_version
from celltrail.datasets.versions import DatasetNotFoundError, find_version, versions_of
from celltrail.errors import VersionGoneError
from celltrail.fingerprint.data import fingerprint
from celltrail.fingerprint.files import FileDigests, digest_bytes
from celltrail.fingerprint.folders import FolderFile, list_folder
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import DatasetRole, DatasetVersion, FileUse, SourceUse
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetEntry
from celltrail.store.open import open_store
from journal_writing import START, Trail

CSV = "application/octet-stream"
CONTENTS = ("id,a,b\n1,1,x\n2,2,y\n3,,z\n", "id,a,b\n1,1,x\n2,9,y\n3,,z\n", "id,a,b\n1,1,x\n2,9,y\n3,,z\n4,4,w\n")


class Kept:
    """A project whose file `data/sales.csv`, named `sales`, was used in three versions, the first two kept."""

    def __init__(self, root: Path) -> None:
        (root / "pyproject.toml").touch()
        (root / "data").mkdir()
        self.settings = Settings(root, root / ".celltrail")
        self.blobs = BlobStore(self.settings.store)
        self.trail = Trail(self.settings.store)
        self.digests = [digest_bytes(text.encode()) for text in CONTENTS]
        self.runs = [self.use(text, is_kept=number < 2) for number, text in enumerate(CONTENTS)]
        (root / "data" / "sales.csv").write_text("id,a,b\n")
        self._store: Store | None = None

    def use(self, text: str, *, is_kept: bool) -> str:
        """A cell names the file and reads it, and a run uses it; the run's id."""
        data = text.encode()
        version = DatasetVersion(digest_bytes(data), "file", size_bytes=len(data), source="data/sales.csv")
        cell = self.trail.cell(files=(FileUse("data/sales.csv", "read", version.digest, len(data)),))
        self.trail.writer.append(events.DatasetNamed(cell, self.trail.tick(), "sales", version))
        if is_kept:
            blob, size = self.blobs.put_bytes(data)
            kept = events.ContentKept(self.trail.tick(), version.digest, "data/sales.csv", blob, size, CSV)
            self.trail.writer.append(kept)
        run_id = self.trail.run("Ridge", execution_id=cell)
        self.trail.dataset(run_id, version, DatasetRole.INPUT, "sales")
        return run_id

    @property
    def store(self) -> Store:
        if self._store is None:
            self.trail.end()
            self._store = open_store(self.settings.store)
        return self._store

    def entry(self, asked: str) -> DatasetEntry:
        return find_version(self.store, asked)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None


@pytest.fixture
def kept(tmp_path):
    found = Kept(tmp_path)
    yield found
    found.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """For questions only, with a dataset of each hostile name."""
    found = Kept(tmp_path_factory.mktemp("shared"))
    for number, name in enumerate(HOSTILE):
        version = DatasetVersion(f"xxh3-128:{number:032x}", "dataframe", 3, 2)
        found.trail.writer.append(events.DatasetNamed("", START - 1, name, version))
    yield found
    found.close()


def test_a_replay_makes_no_older_version_the_latest(kept):
    notebook = kept.settings.root / ".celltrail/replays/3f2a-now.ipynb"
    again = Trail(kept.settings.store, notebook=str(notebook), at=kept.trail.tick())
    kept.trail.end()
    kept.trail = again
    kept.use(CONTENTS[0], is_kept=False)
    assert kept.entry("sales").dataset.digest == kept.digests[2]
    assert kept.entry("sales@previous").dataset.digest == kept.digests[1]
    assert [one.latest_digest for one in kept.store.list_datasets(9) if one.name == "sales"] == [kept.digests[2]]


def test_what_only_a_replay_used_is_listed_where_it_is_asked_for_and_says_so(kept):
    again = Trail(kept.settings.store, notebook=".celltrail/replays/3f2a-now.ipynb", at=kept.trail.tick())
    kept.trail.end()
    kept.trail = again
    kept.use("swapped\n", is_kept=False)
    replayed = digest_bytes(b"swapped\n")
    assert kept.digests[:3] == [one.dataset.digest for one in reversed(versions_of(kept.store, "sales"))]
    found = versions_of(kept.store, "sales", with_replays=True)
    assert [(one.dataset.digest, one.is_replayed) for one in found[:2]] == [(replayed, True), (kept.digests[2], False)]
    assert found[0].replay_ids == found[0].run_ids
    assert kept.entry(replayed[:20]).dataset.digest == replayed
    assert kept.entry("sales").dataset.digest == kept.digests[2]
    [listed] = [one for one in kept.store.list_datasets(9) if one.name == "sales"]
    assert (listed.version_count, listed.run_count) == (3, 3)


def test_a_dataset_of_replays_alone_is_said_to_be_one(kept):
    kept.trail.end()
    kept.trail = Trail(kept.settings.store, notebook=".celltrail/replays/3f2a-now.ipynb", at=kept.trail.tick())
    kept.trail.cell(files=(FileUse("only.csv", "read", "blake3:1", 1),))
    with pytest.raises(DatasetNotFoundError, match="was used by replays only"):
        versions_of(kept.store, "only.csv")
    assert len(versions_of(kept.store, "only.csv", with_replays=True)) == 1


def test_versions_are_listed_by_name_and_by_path_with_the_runs_that_used_them(kept):
    for name in ("sales", "data/sales.csv"):
        found = versions_of(kept.store, name)
        assert [one.dataset.digest for one in found] == list(reversed(kept.digests))
        assert [one.run_ids for one in found] == [(run,) for run in reversed(kept.runs)]
        assert [one.name for one in found] == ["sales"] * 3
        assert [bool(one.blob) for one in found] == [False, True, True]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("sales", 2),
        ("data/sales.csv", 2),
        ("sales@latest", 2),
        ("sales@previous", 1),
        ("sales@{digest}", 0),
        ("{digest}", 0),
        ("{digits}", 0),
        ("sales@{run}", 0),
        ("sales@2023-11-14", 2),
        ("sales@2023-11-14T22:13:20.004000", 0),
    ],
)
def test_a_version_is_meant_by_name_order_digest_run_or_time(shared, asked, number):
    digest = shared.digests[0][:20]
    words = asked.format(digest=digest, digits=digest.partition(":")[2], run=shared.runs[0][:12])
    assert shared.entry(words).dataset.digest == shared.digests[number]


def test_a_version_id_of_the_source_is_a_version_and_two_tables_of_one_name_are_kept_apart(kept):
    for uri, version in (("a/sales_table", "3"), ("b/sales_table", "3"), ("a/sales_table", "4")):
        kept.trail.cell(sources=(SourceUse(uri, "delta", "read", version),))
    assert kept.entry("a/sales_table@3").dataset.version == "3"
    assert [one.dataset.version for one in versions_of(kept.store, "a/sales_table")] == ["4", "3"]
    assert kept.entry("a/sales_table@3").dataset.digest != kept.entry("b/sales_table@3").dataset.digest


@pytest.mark.parametrize(
    "asked", ["nothing", "sales@nothing", "sales@", "@", "", "sales@1999-01-01", "' OR 1=1 --", "ffff"]
)
def test_what_is_no_version_is_said_to_be_none(shared, asked):
    with pytest.raises(DatasetNotFoundError, match=r"is no (version of a )?dataset"):
        shared.entry(asked)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_name_is_a_name(shared, number):
    digest = f"xxh3-128:{number:032x}"
    found = [one for one in shared.store.list_datasets() if digest == one.latest_digest]
    assert len(found) == 1
    assert shared.entry(found[0].name).dataset.digest == digest


def test_cells_of_before_the_table_of_uses_are_read_into_it_by_the_migration(tmp_path):
    import duckdb

    from celltrail.store.schema import _migrations, connect

    (tmp_path / "s").mkdir()
    with duckdb.connect(tmp_path / "s" / "store.duckdb", config={"storage_compatibility_version": "v1.5.0"}) as old:
        old.execute("CREATE TABLE meta (schema_version INTEGER NOT NULL, duckdb_version VARCHAR NOT NULL)")
        for number in (1, 2):
            old.execute(_migrations()[number])
        old.execute("INSERT INTO meta VALUES (1, ''), (2, '')")
        columns = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'cell_execution'"
        for (name,) in old.execute(columns).fetchall():
            old.execute(f"ALTER TABLE cell_execution ALTER COLUMN {name} DROP NOT NULL")
        files = codec.dumps((FileUse("a.csv", "read", "blake3:1", 3), FileUse("b.csv", "write"))).decode()
        old.execute("INSERT INTO cell_execution (execution_id, started_at, files_json) VALUES ('e', 5, ?)", [files])
    with connect(tmp_path / "s") as now:
        rows = now.execute("SELECT used_at, source, mode, digest, size_bytes FROM data_use ORDER BY source").fetchall()
    assert rows == [(5, "a.csv", "read", "blake3:1", 3), (5, "b.csv", "write", "", None)]


def test_rows_of_one_count_are_compared_by_their_place(kept):
    diff = diff_versions(kept.settings, kept.entry(kept.digests[0]), kept.entry(kept.digests[1]))
    assert {one.name: (one.change, one.changed_values) for one in diff.columns} == {
        "id": ("same", 0), "a": ("changed", 1), "b": ("same", 0),
    }  # fmt: skip
    assert (diff.rows_before, diff.rows_after, diff.is_same) == (3, 3, False)


def test_rows_of_another_count_are_compared_as_a_set_or_by_a_key(kept):
    (kept.settings.root / "data" / "sales.csv").write_bytes(CONTENTS[2].encode())
    diff = diff_versions(kept.settings, kept.entry(kept.digests[0]), kept.entry(kept.digests[2]))
    assert (diff.rows_only_before, diff.rows_only_after) == (1, 2)
    assert all(one.changed_values is None for one in diff.columns)
    by_key = diff_versions(kept.settings, kept.entry(kept.digests[0]), kept.entry(kept.digests[2]), key="id")
    assert (by_key.rows_only_before, by_key.rows_only_after) == (0, 1)
    assert {one.name: one.changed_values for one in by_key.columns} == {"id": None, "a": 1, "b": 0}
    with pytest.raises(UnknownKeyError, match="there is none; the columns are id, a, b"):
        diff_versions(kept.settings, kept.entry(kept.digests[0]), kept.entry(kept.digests[1]), key="no")


def test_equal_digests_are_the_same_and_a_gone_content_leaves_the_columns_unknown(kept):
    assert diff_versions(kept.settings, kept.entry("sales@previous"), kept.entry("sales@previous")).is_same
    diff = diff_versions(kept.settings, kept.entry("sales@previous"), kept.entry("sales"))
    assert (diff.is_same, diff.columns) == (False, ())
    assert "is gone: neither celltrail, nor DVC's cache, nor git keeps it" in diff.notes[0]


def table(**columns: list) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("before", "after", "change", "count"),
    [
        (table(x=[1.0, np.nan]), table(x=[1.0, np.nan]), "same", 0),
        (table(x=[1.0, np.nan]), table(x=[1.0, 0.0]), "changed", 1),
        (table(x=[1, 2]), table(x=[1.0, 2.0]), "retyped", 0),
        (table(x=["a", None]), table(x=["a", "b"]), "changed", 1),
        (table(x=[True, False]), table(x=[True, True]), "changed", 1),
        (table(x=pd.to_datetime(["2026-01-01", None])), table(x=pd.to_datetime(["2026-01-02", None])), "changed", 1),
        (table(x=pd.Categorical(["a", "b"])), table(x=pd.Categorical(["a", "c"])), "retyped", 1),
        (table(x=[[1], [2]]), table(x=[[1], [3]]), "changed", 1),
    ],
)
def test_changed_values_are_counted_for_every_type_of_column(kept, before, after, change, count):
    sides = []
    for name, frame in (("before", before), ("after", after)):
        version = fingerprint(frame)
        target = io.BytesIO()
        frame.to_parquet(target)
        blob, size = kept.blobs.put_bytes(target.getvalue())
        kept.trail.writer.append(
            events.DatasetNamed("", kept.trail.tick(), name, version),
            events.ContentKept(kept.trail.tick(), version.digest, "", blob, size, "application/vnd.apache.parquet"),
        )
        sides.append(version)
    diff = diff_versions(kept.settings, kept.entry("before"), kept.entry("after"))
    if change == "same":
        assert diff.is_same
        return
    assert [(one.name, one.changed_values) for one in diff.columns] == [("x", count)]
    if diff.columns[0].change != "changed":
        assert diff.columns[0].change == change


def test_a_kept_version_is_written_back_and_over_nothing_without_force(kept):
    output = kept.settings.root / "then.csv"
    entry = kept.entry("sales@previous")
    assert restore_version(kept.settings, entry, output).kept_in == "celltrail's store"
    assert output.read_text() == CONTENTS[1]
    assert restore_version(kept.settings, entry, output).was_there
    with pytest.raises(TargetExistsError, match="is there already: name another place with --output"):
        restore_version(kept.settings, entry, None)
    assert (kept.settings.root / "data" / "sales.csv").read_text() == "id,a,b\n"
    restore_version(kept.settings, entry, None, force=True)
    assert (kept.settings.root / "data" / "sales.csv").read_text() == CONTENTS[1]


def test_a_version_that_is_gone_is_said_to_be_gone_and_nothing_is_written(kept):
    output = kept.settings.root / "then.csv"
    with pytest.raises(VersionGoneError, match="of sales is gone: neither celltrail, nor DVC's cache, nor git"):
        restore_version(kept.settings, kept.entry("sales"), output)
    blob = kept.blobs.path(kept.digests[0])
    blob.chmod(0o644)
    blob.write_text("damaged")
    with pytest.raises(VersionGoneError, match="it was kept, and the blob is not there any more or is damaged"):
        restore_version(kept.settings, kept.entry(kept.digests[0]), output)
    assert not output.exists()


@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_version_is_not_written_outside_of_the_project_because_the_trail_says_so(kept, is_absolute):
    outside = kept.settings.root.parent / f"{kept.settings.root.name}.conf"
    source = str(outside) if is_absolute else f"data/../../{outside.name}"
    digest, size = kept.blobs.put_bytes(b"evil")
    version = DatasetVersion(digest, "file", source=source, size_bytes=size)
    kept.trail.writer.append(
        events.DatasetNamed("", kept.trail.tick(), "startup", version),
        events.ContentKept(kept.trail.tick(), digest, source, digest, size, CSV),
    )
    with pytest.raises(UnsafeTargetError, match=r"outside of the project.*name a place with --output"):
        restore_version(kept.settings, kept.entry("startup"), None)
    assert not outside.exists()
    restore_version(kept.settings, kept.entry("startup"), outside)
    assert outside.read_bytes() == b"evil"


def folder_of(kept: Kept, *files: FolderFile) -> DatasetEntry:
    packed = codec.dumps(files)
    blob, size = kept.blobs.put_bytes(packed)
    version = DatasetVersion(blob, "folder", source="images", size_bytes=3)
    kept.trail.writer.append(
        events.DatasetNamed("", kept.trail.tick(), "images", version),
        events.ContentKept(kept.trail.tick(), blob, "images", blob, size, "application/vnd.celltrail.folder+json"),
    )
    return kept.entry("images")


def test_a_kept_folder_is_written_back_whole_in_place_of_what_is_there(kept):
    one, two = (kept.blobs.put_bytes(text)[0] for text in (b"1", b"22"))
    entry = folder_of(kept, FolderFile("deep/one.txt", one, 1), FolderFile("two.txt", two, 2))
    target = kept.settings.root / "images"
    restore_version(kept.settings, entry, None)
    (target / "two.txt").write_text("other")
    (target / "three.txt").write_text("new")
    restore_version(kept.settings, entry, None, force=True)
    found = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    assert found == ["deep/one.txt", "two.txt"]
    assert (target / "two.txt").read_bytes() == b"22"
    kept.blobs.path(two).unlink()
    (target / "two.txt").write_text("other")
    with pytest.raises(VersionGoneError, match=r"1 of its 2 files are not kept any more, 'two\.txt' for one"):
        restore_version(kept.settings, entry, kept.settings.root / "again")
    assert not (kept.settings.root / "again").exists()


@pytest.mark.parametrize(
    "path", ["../evil.txt", "/evil.txt", "a/../../evil.txt", "C:/evil.txt", "a\\..\\evil", "", "a\0b"]
)
def test_a_kept_folder_cannot_lead_out_of_its_place(kept, path):
    entry = folder_of(kept, FolderFile(path, kept.blobs.put_bytes(b"1")[0], 1))
    with pytest.raises(UnsafeListingError, match="leads out of it: nothing was written"):
        restore_version(kept.settings, entry, kept.settings.root / "out" / "images")
    assert not list(kept.settings.root.rglob("evil*"))


def test_a_kept_folder_never_takes_the_place_of_a_repository_or_a_trail(kept):
    entry = folder_of(kept, FolderFile("one.txt", kept.blobs.put_bytes(b"1")[0], 1))
    with pytest.raises(UnsafeTargetError, match="holds a repository or a trail"):
        restore_version(kept.settings, entry, kept.settings.root, force=True)
    assert (kept.settings.root / "pyproject.toml").exists()


def test_folders_are_compared_file_by_file(kept):
    one, two, three = (kept.blobs.put_bytes(text)[0] for text in (b"1", b"22", b"333"))
    before = folder_of(
        kept, FolderFile("gone.txt", one, 1), FolderFile("other.txt", two, 2), FolderFile("s.txt", one, 1)
    )
    kept.close()
    kept.trail = Trail(kept.settings.store, at=kept.trail.at)
    after = folder_of(
        kept, FolderFile("new.txt", one, 1), FolderFile("other.txt", three, 3), FolderFile("s.txt", one, 1)
    )
    diff = diff_versions(kept.settings, before, after)
    assert [(file.path, file.change, file.before_bytes, file.after_bytes) for file in diff.files] == [
        ("gone.txt", "removed", 1, None), ("new.txt", "added", None, 1), ("other.txt", "changed", 2, 3),
    ]  # fmt: skip


def test_a_folder_that_is_unchanged_is_written_elsewhere_from_itself(kept):
    folder = kept.settings.root / "raw"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "one.txt").write_text("1")
    listing = list_folder(str(folder), FileDigests(), budget_bytes=1 << 20)
    version = DatasetVersion(listing.digest, "folder", source="raw", size_bytes=1)
    kept.trail.writer.append(events.DatasetNamed("", kept.trail.tick(), "raw", version))
    restore_version(kept.settings, kept.entry("raw"), kept.settings.root / "copy")
    assert (kept.settings.root / "copy" / "deep" / "one.txt").read_text() == "1"
    (folder / "deep" / "one.txt").write_text("2")
    with pytest.raises(VersionGoneError, match="of raw is gone"):
        restore_version(kept.settings, kept.entry("raw"), kept.settings.root / "again")


def test_a_list_of_a_folder_that_is_none_is_said_and_nothing_is_written(kept):
    blob, size = kept.blobs.put_bytes(b"{]")
    version = DatasetVersion(blob, "folder", source="images", size_bytes=size)
    kept.trail.writer.append(events.DatasetNamed("", kept.trail.tick(), "images", version))
    with pytest.raises(VersionGoneError, match="what is kept of it is no list of files"):
        restore_version(kept.settings, kept.entry("images"), kept.settings.root / "out")
    assert not (kept.settings.root / "out").exists()


def test_a_pickle_is_never_read_to_compare_it(kept):
    data = io.BytesIO()
    np.save(data, np.array([{1}], dtype=object), allow_pickle=True)
    blob, size = kept.blobs.put_bytes(data.getvalue())
    version = DatasetVersion(blob, "file", source="data/objects.npy", size_bytes=size)
    kept.trail.writer.append(events.DatasetNamed("", kept.trail.tick(), "objects", version))
    diff = diff_versions(kept.settings, kept.entry("objects"), kept.entry("sales@previous"))
    assert "objects cannot be read as a table" in diff.notes[0]


def command(kept: Kept, *words: str) -> int:
    kept.store.fold()
    kept.close()
    return group.main(["data", *words, "--project", str(kept.settings.root)], standalone_mode=False)


def test_the_commands_print_tables_and_json(kept, capsys):
    assert kept.store is not None
    assert command(kept) == 0
    assert "sales" in capsys.readouterr().out
    kept._store = open_store(kept.settings.store)
    assert command(kept, "log", "sales", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["dataset"]["digest"] for one in listed] == list(reversed(kept.digests))
    kept._store = open_store(kept.settings.store)
    assert command(kept, "log", "sales") == 0
    out = capsys.readouterr().out
    assert out.count("blake3:") == 4
    assert "has changed since" in out
    kept._store = open_store(kept.settings.store)
    assert command(kept, "diff", "--of", "sales", kept.runs[0][:12], "previous") == 1
    out = capsys.readouterr().out
    assert "a" in out
    assert "2 of 3 columns are the same" in out


def test_the_tables_fit_into_a_narrow_terminal(kept, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "79")
    for words in ([], ["log", "sales"]):
        assert command(kept, *words) == 0
        out = capsys.readouterr().out
        assert "…" not in out
        assert kept.digests[2][:19] in out
        kept._store = open_store(kept.settings.store)
    assert kept.runs[0][:8] in out
