"""A replay removes nothing of the user's: cells that remove files, or have a shell do it, run in a folder apart."""

import sqlite3
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project

from celltrail.fingerprint.files import FileDigests

REMOVES = """
rows = len(open('in.csv').readlines())
os.remove('in.csv')
shutil.rmtree('out', ignore_errors=True)
os.makedirs('out')
open('out/new.txt', 'w').write('new')
!rm -f notes.txt
with celltrail.start_run('removes'):
    celltrail.log_metric('rows', rows)
"""
MODULE = """%%writefile factor.py
FACTOR = 2
"""
USES = """
import factor
with celltrail.start_run('module'):
    celltrail.log_metric('factor', factor.FACTOR)
"""


def test_what_replayed_cells_remove_or_overwrite_unseen_is_never_the_user_s(tmp_path: Path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "in.csv").write_text("a\n1\n", encoding="utf-8")
    kernel = NotebookKernel(tmp_path)
    for source in ("import celltrail, os, shutil", REMOVES, MODULE, USES):
        kernel.run(source)
    kernel.shutdown()
    mine = {"in.csv": "a\n1\n", "out/precious.txt": "mine", "notes.txt": "my own", "factor.py": "FACTOR = 3  # mine\n"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = Project(tmp_path)
    for name in ("removes", "module"):
        code, report = project.replay(project.run_named(name))
        assert (code, report["status"]) == (0, "identical")
        assert report["plan"]["is_apart"]
        assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in mine} == mine


CLEANER = """
import os, shutil

def tidy(folder):
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    os.rmdir(folder)

def empty(path):
    with open(path, 'w'):
        pass
"""
CALLS_A_MODULE = """
rows = len(open('in.csv').readlines())
cleaner.tidy('out')
with celltrail.start_run('tidies'):
    celltrail.log_metric('rows', rows)
"""
NAMES_IT_FROM_THE_ROOT = """
cleaner.tidy({folder!r})
with celltrail.start_run('absolute'):
    celltrail.log_metric('rows', 1)
"""
SWALLOWS = """
try:
    cleaner.empty({path!r})
except Exception as error:
    print('never mind')
with celltrail.start_run('swallows'):
    celltrail.log_metric('rows', 1)
"""


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory) -> Project:
    """Runs whose cells remove and overwrite files by an imported module; the user has such files again."""
    folder = tmp_path_factory.mktemp("cleaned")
    (folder / "pyproject.toml").touch()
    (folder / "in.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "cleaner.py").write_text(CLEANER, encoding="utf-8")
    (folder / "out").mkdir()
    (folder / "elsewhere").mkdir()
    kernel = NotebookKernel(folder)
    absolute, other = str(folder / "elsewhere"), str(folder / "other.py")
    for source in (
        "import celltrail, cleaner, os",
        CALLS_A_MODULE,
        SWALLOWS.format(path=other),
        NAMES_IT_FROM_THE_ROOT.format(folder=absolute),
    ):
        kernel.run(source)
    kernel.shutdown()
    (folder / "other.py").write_text("mine", encoding="utf-8")
    for path in ("out/precious.txt", "elsewhere/precious.txt"):
        (folder / path).parent.mkdir()
        (folder / path).write_text("mine", encoding="utf-8")
    return Project(folder)


def test_what_an_imported_module_removes_is_refused_and_done_on_a_copy(cleaned):
    code, report = cleaned.replay(cleaned.run_named("tidies"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    in_place, apart = report["attempts"]
    assert any("precious.txt is not removed" in note for note in in_place["notes"])
    assert apart["notes"] == []
    assert report["plan"]["is_apart"]
    assert not report["was_widened"]
    assert (cleaned.folder / "out" / "precious.txt").read_text(encoding="utf-8") == "mine"


def test_what_a_module_removes_by_an_absolute_path_is_refused_and_said_in_the_verdict(cleaned):
    code, report = cleaned.replay(cleaned.run_named("absolute"))
    assert (code, report["status"]) == (2, "cannot")
    assert "ReplayRefusedError: a replay leaves your files alone:" in report["reason"]
    assert "precious.txt is not removed" in report["reason"]
    assert (cleaned.folder / "elsewhere" / "precious.txt").read_text(encoding="utf-8") == "mine"


def test_a_refusal_that_a_cell_swallows_is_told_all_the_same(cleaned):
    code, report = cleaned.replay(cleaned.run_named("swallows"))
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    assert any("other.py is not overwritten" in note for note in report["attempts"][-1]["notes"])
    assert (cleaned.folder / "other.py").read_text(encoding="utf-8") == "mine"


LOOKS = """
import os, pandas as pd, sqlite3
from celltrail.errors import ReplayRefusedError
if os.path.exists('marker'):
    os.remove('marker')
    with open('large.bin', 'r+b') as file:
        file.write(b'new')
    pd.DataFrame({'a': [1]}).to_parquet('large.parquet')
    with open('folder/large.bin', 'wb') as file:
        file.write(b'new')
    try:
        sqlite3.connect('large.db').execute('insert into t values (2)')
    except ReplayRefusedError as error:
        print(error)
with celltrail.start_run('looks'):
    celltrail.log_metric('size', 1)
"""


def test_what_a_replay_writes_into_large_files_of_the_user_s_never_reaches_them(tmp_path: Path):
    (tmp_path / "pyproject.toml").touch()
    kernel = NotebookKernel(tmp_path)
    kernel.run("import celltrail")
    kernel.run(LOOKS)
    kernel.shutdown()
    (tmp_path / "folder").mkdir()
    names = ("large.bin", "large.parquet", "folder/large.bin", "large.db")
    with sqlite3.connect(tmp_path / "large.db") as database:
        database.execute("create table t as select zeroblob(2097152) as a")
    database.close()
    for name in names[:-1]:
        (tmp_path / name).write_bytes(b"0" * (2 << 20))
    (tmp_path / "marker").touch()
    before = [FileDigests().digest(tmp_path / name) for name in names]
    project = Project(tmp_path)
    code, report = project.replay(project.run_named("looks"))
    assert [FileDigests().digest(tmp_path / name) for name in names] == before
    assert (tmp_path / "marker").exists()
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    [attempt] = report["attempts"]
    assert ["large.db is not changed" in note for note in attempt["notes"]] == [True]
