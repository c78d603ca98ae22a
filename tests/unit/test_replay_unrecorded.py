"""Cells that may change files otherwise than by opening them are told by their sources, rather too often than not."""

import pytest

from celltrail.execute.replay.session import read_session
from celltrail.execute.replay.unrecorded import _SIGNS, written_databases, written_elsewhere
from celltrail.records import SourceUse
from journal_writing import Trail

CHANGES = (
    "os.remove('a')",
    "Path('a').unlink()",
    "shutil.rmtree(out)",
    "from shutil import move",
    "path.rename(other)",
    "path.replace(Path('b'))",
    "!mv a b",
    "names = !ls",
    "%%bash\nrm a",
    "%%writefile m.py\nx = 1",
    "open('m.py', 'w').write('')",
    "Path('m.py').write_text('')",
    "subprocess.run(['rm', 'a'])",
)
LEAVES = (
    "'a'.replace('a', 'b')",
    "df.rename(columns={'a': 'b'})",
    "df.rename({'a': 'b'}, axis=1)",
    "x != 3",
    "open('a.csv', 'w').write('')",
    "names.remove(3)",
    "%matplotlib inline",
    "now.replace(hour=0)",
)


@pytest.mark.parametrize("source", CHANGES)
def test_a_cell_that_may_remove_or_write_unseen_is_told(source):
    assert _SIGNS.search(source)


@pytest.mark.parametrize("source", LEAVES)
def test_a_cell_whose_files_are_recorded_is_not_told(source):
    assert not _SIGNS.search(source)


def test_databases_that_cells_write_are_named_as_files_or_as_what_lies_elsewhere(tmp_path):
    trail = Trail(tmp_path / ".celltrail")
    uses = (
        SourceUse("sqlite:///data/shop.db", "sql", "write"),
        SourceUse("duckdb:////far/away.duckdb", "sql", "write"),
        SourceUse("duckdb:///:memory:", "sql", "write"),
        SourceUse("sqlite:///read.db", "sql", "read"),
        SourceUse("postgresql://ann@db/shop", "sql", "write"),
        SourceUse("https://api/orders", "http", "write"),
    )
    trail.cell("write()", sources=uses)
    trail.end()
    executions = read_session(tmp_path / ".celltrail", trail.session_id).executions
    assert written_databases(executions) == ("data/shop.db", "/far/away.duckdb")
    assert [one.partition(" ")[0] for one in written_elsewhere(executions)] == [
        "postgresql://ann@db/shop",
        "https://api/orders",
    ]
