"""Cells that may change files otherwise than by opening them are told by their sources, rather too often than not."""

import pytest

from celltrail.execute.replay.unrecorded import _SIGNS

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
