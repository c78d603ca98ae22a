"""A replay writes no database of the user's a second time: a file is copied, and another is named before."""

import sqlite3
from pathlib import Path

from notebook_kernel import NotebookKernel
from replayed_project import Project

SETUP = """
import celltrail, sqlite3
shop = sqlite3.connect('shop.db')
"""
INSERTS = """
shop.execute('INSERT INTO orders VALUES (2)')
shop.commit()
with celltrail.start_run('orders'):
    celltrail.log_metric('sum', shop.execute('SELECT sum(amount) FROM orders WHERE amount = 2').fetchone()[0] / 2)
"""


def test_a_database_that_cells_write_is_copied_also_where_it_is_large(tmp_path: Path):
    (tmp_path / "pyproject.toml").touch()
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("CREATE TABLE orders (amount)")
        shop.execute("CREATE TABLE filling AS SELECT zeroblob(2000000) AS bytes")
    shop.close()
    kernel = NotebookKernel(tmp_path)
    for source in (SETUP, INSERTS):
        assert kernel.run(source).status == "ok"
    kernel.shutdown()
    before = (tmp_path / "shop.db").read_bytes()
    project = Project(tmp_path)
    _, report = project.replay(project.run_named("orders"))
    assert report["attempts"][-1]["replayed_run_id"]
    assert report["plan"]["is_apart"]
    assert report["plan"]["writes"] == ["shop.db"]
    assert (tmp_path / "shop.db").read_bytes() == before
