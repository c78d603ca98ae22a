"""A replay removes nothing of the user's: cells that remove files, or have a shell do it, run in a folder apart."""

from pathlib import Path

from notebook_kernel import NotebookKernel
from replayed_project import Project

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
