"""Which versions a replay's notebook says to read, and what it makes of those that were read."""

import ast

import pytest
from journal_samples import HOSTILE

from celltrail.execute.replay.pinned import compare_versions, made_tables, pinning_cells, version_notes, writes_tables
from celltrail.execute.replay.report import Verdict
from celltrail.records import ErrorInfo, SourceUse, Status
from celltrail.store.runs import CellExecution


def executed(*uses: SourceUse, error: ErrorInfo | None = None) -> CellExecution:
    return CellExecution(
        "e", "s", "n.ipynb", "c", 1, Status.FINISHED, "", 0, 0, 1, 0.0, 0.0, 0, error, (), (), (), (), (), (), (), uses
    )  # fmt: skip


def read(uri: str, version: str, *, is_asked: bool = False, kind: str = "delta", digest: str = "") -> SourceUse:
    return SourceUse(uri, kind, "read", version, is_asked=is_asked, digest=digest)


def wrote(uri: str, version: str) -> SourceUse:
    return SourceUse(uri, "delta", "write", version)


def calls(cell: str) -> list[tuple[str, ...]]:
    """The arguments of the calls in a cell that says versions."""
    found = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Call)]
    assert all(ast.unparse(node.func) == "celltrail.read_recorded" for node in found)
    return [tuple(ast.literal_eval(argument) for argument in node.args) for node in found]


def test_the_first_version_of_each_source_is_said_before_all_cells_and_a_change_before_its_cell():
    cells = pinning_cells([executed(), executed(read("a", "1"), read("b", "7")), executed(read("a", "2"))])
    assert [calls(cell) for cell in cells] == [[("delta", "a", "1"), ("delta", "b", "7")], [], [("delta", "a", "2")]]


def test_what_the_cells_wrote_themselves_and_what_the_code_names_is_left_alone():
    steps = [
        executed(wrote("a", "3"), read("a", "3")),
        executed(read("a", "3")),
        executed(read("b", "1", is_asked=True)),
    ]
    assert pinning_cells(steps) == ("", "", "")


def test_what_a_cell_reads_before_it_writes_is_said():
    [cell] = pinning_cells([executed(read("a", "3"), wrote("a", "4"), read("a", "4"))])
    assert calls(cell) == [("delta", "a", "3")]


def test_files_and_databases_have_no_version_to_be_said():
    uses = (read("a.csv", "md5", kind="dvc", digest="blake3:1"), SourceUse("postgresql://db", "sql", "read", "v"))
    assert pinning_cells([executed(*uses)]) == ("",)
    assert compare_versions([executed(*uses)], []) == ()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_text_in_the_notebook_and_nothing_else(name):
    [cell] = pinning_cells([executed(read(name, name))])
    assert calls(cell) == [("delta", name, name)]
    assert len(ast.parse(cell).body) == 2


def test_tables_that_the_cells_made_are_left_out_and_those_that_they_found_are_not(tmp_path):
    for name in ("made", "found", "read"):
        (tmp_path / name).mkdir()
    steps = [executed(wrote("made", "0"), wrote("found", "5")), executed(read("read", "1"), wrote("read", "0"))]
    assert [one.path for one in made_tables(steps, tmp_path)] == ["made"]
    assert writes_tables(steps)
    assert not writes_tables([executed(read("read", "1"), wrote("s3://bucket/table", "0"))])
    assert version_notes(steps) == ("delta read is read at version 1",)
    [note] = version_notes([executed(wrote("s3://bucket/table", "0"))])
    assert note == "delta s3://bucket/table is not in the project's folder, and the cells write it again"


def test_no_step_says_nothing():
    assert pinning_cells([]) == ()


@pytest.mark.parametrize(
    ("again", "verdict", "note"),
    [
        ([executed(read("a", "1"))], Verdict.IDENTICAL, ""),
        ([executed(read("a", "1"), read("a", "2"))], Verdict.IDENTICAL, ""),
        ([executed(read("a", "2"))], Verdict.DIFFERS, "another version was read"),
        ([executed(read("a", ""))], Verdict.DIFFERS, "another version was read"),
        ([executed()], Verdict.CANNOT, "it was not read again"),
        (
            [executed(error=ErrorInfo("VersionGoneError", "the version 1 of delta a is gone: vacuum"))],
            Verdict.CANNOT,
            "the version 1 of delta a is gone: vacuum",
        ),
    ],
)
def test_versions_that_were_read_again_are_compared(again, verdict, note):
    [found] = compare_versions([executed(read("a", "1"))], again)
    assert (found.name, found.status, found.note) == ("delta a", verdict, note)
