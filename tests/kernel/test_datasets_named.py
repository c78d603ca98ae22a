"""`celltrail.dataset` in a real kernel: names stand with runs, contents are kept, and what is not kept is said."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from notebook_kernel import NotebookKernel

from celltrail import codec
from celltrail.fingerprint.data import fingerprint
from celltrail.fingerprint.files import digest_bytes
from celltrail.fingerprint.folders import FolderFile
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import DatasetRole


@pytest.fixture(scope="module", autouse=True)
def prepared(kernel: NotebookKernel) -> None:
    (kernel.folder / "data").mkdir()
    (kernel.folder / "data" / "sales.csv").write_text("a,b\n1,2\n3,4\n5,6\n")
    assert kernel.run("import celltrail, pandas as pd, numpy as np").status == "ok"


def named(kernel: NotebookKernel, name: str) -> events.DatasetNamed:
    return kernel.wait_for(events.DatasetNamed, lambda event: event.name == name)


def kept(kernel: NotebookKernel, digest: str) -> events.ContentKept:
    return kernel.wait_for(events.ContentKept, lambda event: event.digest == digest)


def inputs_of(kernel: NotebookKernel, run: events.RunStarted, name: str) -> events.DatasetUsed:
    return kernel.wait_for(
        events.DatasetUsed,
        lambda event: (event.run_id, event.role, event.name) == (run.run_id, DatasetRole.INPUT, name),
    )


def test_a_named_file_stands_with_every_run_that_came_of_it_under_that_name(kernel: NotebookKernel) -> None:
    kernel.run("frame = pd.read_csv(celltrail.dataset('sales', 'data/sales.csv'))")
    reply = kernel.run("celltrail.log_metric('rows', len(frame))")
    digest = digest_bytes((kernel.folder / "data" / "sales.csv").read_bytes())
    assert inputs_of(kernel, kernel.runs_of(reply)[0], "sales").digest == digest
    found = named(kernel, "sales").dataset
    assert (found.kind, found.source, found.digest) == ("file", "data/sales.csv", digest)


def test_a_named_frame_is_given_back_itself_and_stands_with_runs_that_use_it(kernel: NotebookKernel) -> None:
    reply = kernel.run("given = pd.DataFrame({'x': [1.0, 2.0]})\nprint(celltrail.dataset('points', given) is given)")
    assert reply.stream() == "True\n"
    used = kernel.run("celltrail.log_metric('x', given.x.sum())")
    version = fingerprint(pd.DataFrame({"x": [1.0, 2.0]}))
    assert version is not None
    assert inputs_of(kernel, kernel.runs_of(used)[0], "points").digest == version.digest


def test_a_name_alone_gives_what_it_was_given_before(kernel: NotebookKernel) -> None:
    kernel.run("celltrail.dataset('again', 'data/sales.csv')")
    assert kernel.run("celltrail.dataset('again')").result() == "'data/sales.csv'"
    failed = kernel.run("celltrail.dataset('never')")
    assert (failed.shown()[-1][0], failed.shown()[-1][1][0]) == ("error", "CelltrailError")
    assert "give its path, URI or data too" in failed.shown()[-1][1][1]


def test_a_name_keeps_no_memory_in_use_that_nobody_else_holds(kernel: NotebookKernel) -> None:
    code = "import weakref\nheld = celltrail.dataset('held', np.arange(10.0))\nseen = weakref.ref(held)\n"
    assert kernel.run(f"{code}print(celltrail.dataset('held') is held)").stream() == "True\n"
    reply = kernel.run("del held\nprint(seen())\ncelltrail.dataset('held')")
    assert reply.stream() == "None\n"
    assert reply.reply["ename"] == "CelltrailError"
    assert "the dataset 'held' is gone: nothing else holds it any more" in reply.reply["evalue"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("celltrail.dataset(3, 'a.csv')", "the dataset's name is 3: give text"),
        ("celltrail.dataset('  ', 'a.csv')", "name is empty"),
        ("celltrail.dataset('x', object())", "got a object: give a path"),
    ],
)
def test_what_cannot_be_named_is_the_callers_mistake(kernel: NotebookKernel, call: str, said: str) -> None:
    failed = kernel.run(call)
    assert said in failed.shown()[-1][1][1]


def test_hostile_names_and_paths_are_kept_as_they_are(kernel: NotebookKernel) -> None:
    name = "a'); DROP TABLE run; --\x1b[31m\ud800 \u202e@latest"
    kernel.run(f"celltrail.dataset({name!r}, 'data/../../../etc/passwd\\0x')\ncelltrail.dataset('gone', 'no/such.csv')")
    assert named(kernel, "gone").note == "there is no such file or folder"
    names = [event.name for event in kernel.of_type(events.DatasetNamed)]
    assert any(one.startswith("a'); DROP TABLE run; --\x1b[31m") for one in names)


def test_the_password_of_a_uri_is_not_kept(kernel: NotebookKernel) -> None:
    kernel.run(
        "uri = celltrail.dataset('db', 'postgresql://me:s3cret@host/db?password=hush', keep=True)\nassert 's3' in uri"
    )
    found = named(kernel, "db").dataset
    assert "s3cret" not in found.source
    assert "hush" not in found.source
    said = kernel.wait_for(events.ContentKept, lambda event: event.source == found.source)
    assert (said.blob, said.note) == ("", "not kept: what a URI leads to is not fetched")


def test_a_kept_file_is_a_blob_under_its_own_digest(kernel: NotebookKernel) -> None:
    kernel.run("celltrail.dataset('kept sales', 'data/sales.csv', keep=True)")
    content = (kernel.folder / "data" / "sales.csv").read_bytes()
    said = kept(kernel, digest_bytes(content))
    assert said.blob == said.digest
    assert BlobStore(kernel.folder / ".celltrail").read(said.blob) == content


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("pd.DataFrame({'x': [1, None, 3], 'when': pd.to_datetime(['2026-01-01'] * 3)})", pd.read_parquet),
        ("__import__('polars').DataFrame({'x': [1, None, 3]})", pd.read_parquet),
        ("__import__('pyarrow').table({'x': [1, None, 3]})", pd.read_parquet),
    ],
)
def test_a_kept_frame_is_the_one_of_the_call_whatever_the_cell_does_next(
    kernel: NotebookKernel, source: str, read: Callable[..., pd.DataFrame]
) -> None:
    name = f"kept {source[:20]}"
    kernel.run(
        f"thing = celltrail.dataset({name!r}, {source}, keep=True)\nif hasattr(thing, 'loc'): thing.loc[:, 'x'] = 99"
    )
    said = kept(kernel, named(kernel, name).dataset.digest)
    assert said.media_type == "application/vnd.apache.parquet"
    back = read(io.BytesIO(BlobStore(kernel.folder / ".celltrail").read(said.blob)))
    assert back["x"].fillna(0).tolist() == [1, 0, 3]


def test_an_array_of_objects_is_not_kept_because_only_code_could_read_it(kernel: NotebookKernel) -> None:
    kernel.run("celltrail.dataset('objects', np.array([{1}, {2}], dtype=object), keep=True)")
    said = kept(kernel, named(kernel, "objects").dataset.digest)
    assert said.blob == ""
    assert "without code" in said.note


def test_a_kept_folder_is_its_list_and_its_files(kernel: NotebookKernel) -> None:
    folder = kernel.folder / "images"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "one.txt").write_text("1")
    (folder / "two.txt").write_text("22")
    kernel.run("celltrail.dataset('images', 'images', keep=True)")
    said = kept(kernel, named(kernel, "images").dataset.digest)
    blobs = BlobStore(kernel.folder / ".celltrail")
    files = codec.loads(tuple[FolderFile, ...], blobs.read(said.blob))
    assert [(file.path, blobs.read(file.digest)) for file in files] == [("deep/one.txt", b"1"), ("two.txt", b"22")]


def test_small_inputs_are_kept_by_the_setting_and_the_budget_is_said(
    new_kernel: Callable[..., NotebookKernel], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.celltrail]\nkeep_inputs_bytes = 100\nkeep_budget_bytes = 150\n")
    for name, size in (("a.txt", 100), ("b.txt", 100), ("large.txt", 101)):
        (tmp_path / name).write_text(name[0] * size)
    kernel = new_kernel(tmp_path)
    kernel.run("for name in ('a.txt', 'b.txt', 'large.txt'): open(name).read()")
    first = kept(kernel, digest_bytes(b"a" * 100))
    second = kept(kernel, digest_bytes(b"b" * 100))
    assert first.blob == first.digest
    assert second.blob == ""
    assert second.note == "not kept: 100 bytes, and 50 of the session's 150 bytes are left (keep_budget_bytes)"
    kernel.run("1")
    assert len(kernel.of_type(events.ContentKept)) == 2


def test_nothing_is_kept_unasked(kernel: NotebookKernel) -> None:
    (kernel.folder / "unasked.txt").write_text("unasked")
    kernel.run("open('unasked.txt').read()")
    kernel.run("1")
    assert digest_bytes(b"unasked") not in {event.digest for event in kernel.of_type(events.ContentKept)}
