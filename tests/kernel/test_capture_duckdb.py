"""What DuckDB reads and writes in a cell: files that queries name, databases, and its own looks at Python variables."""

import pytest
from notebook_kernel import NotebookKernel

MEMORY = "duckdb:///:memory:"
PREPARE = """
import duckdb, pandas as pd
frame = pd.DataFrame({"a": [1, 2, 3]})
for name in ("in.parquet", "p 1.parquet", "p 2.parquet"): frame.to_parquet(name)
frame.to_csv("it's.csv", index=False); frame.to_csv("in.csv", index=False)
def held():
    con = duckdb.connect("held.duckdb"); con.execute("CREATE OR REPLACE TABLE t AS FROM 'in.csv'"); con.close()
held()
"""
READ_FILES = {
    "duckdb.sql(\"FROM 'in.parquet'\").df()": ["in.parquet"],
    "duckdb.query(\"SELECT * FROM read_parquet('p *.parquet')\").fetchall()": ["p 1.parquet", "p 2.parquet"],
    "duckdb.sql(\"FROM read_parquet(['p 1.parquet', 'p 2.parquet']) -- 'in.csv'\").pl()": [
        "p 1.parquet",
        "p 2.parquet",
    ],
    "duckdb.sql('FROM \"in.csv\"').fetchall()": ["in.csv"],
    "duckdb.execute(\"SELECT count(*) FROM 'it''s.csv'\").fetchall()": ["it's.csv"],
    "duckdb.execute('SELECT * FROM read_csv(?)', ['in.csv']).df()": ["in.csv"],
    "duckdb.read_parquet('in.parquet').filter('a > 1').df()": ["in.parquet"],
    "duckdb.read_csv('in.csv').fetchall()": ["in.csv"],
    "duckdb.connect().execute(\"FROM 'in.csv'\").fetchall()": ["in.csv"],
    "duckdb.connect().read_csv('in.csv').fetchall()": ["in.csv"],
    "duckdb.connect().sql(\"FROM 'in.csv'\").arrow()": ["in.csv"],
}


@pytest.fixture(scope="module")
def prepared(kernel: NotebookKernel) -> NotebookKernel:
    reply = kernel.run(PREPARE)
    assert reply.status == "ok", reply.shown()
    return kernel


@pytest.mark.parametrize("call", READ_FILES)
def test_the_files_that_a_query_names_are_among_the_files_of_the_cell(prepared: NotebookKernel, call: str) -> None:
    found = [(file.path, file.mode) for file in prepared.files_of(f"_ = {call}")]
    assert found == [(path, "read") for path in READ_FILES[call]]


def test_a_query_is_kept_with_the_rows_of_its_result(prepared: NotebookKernel) -> None:
    finished = prepared.finished(prepared.run("rel = duckdb.sql('SELECT * FROM frame WHERE a > 1')\nrows = rel.df()"))
    assert [(use.uri, use.kind, use.mode, use.query, use.rows) for use in finished.sources] == [
        (MEMORY, "sql", "read", "SELECT * FROM frame WHERE a > 1", 2)
    ]
    finished = prepared.finished(prepared.run("con = duckdb.connect()\nlen(con.execute('FROM range(7)').fetchall())"))
    assert [(use.query, use.rows) for use in finished.sources] == [("FROM range(7)", 7)]


def test_a_relation_is_read_by_the_cell_that_fetches_it(prepared: NotebookKernel) -> None:
    prepared.run("lazy = duckdb.sql(\"FROM 'in.csv'\").filter('a > 1')")
    finished = prepared.finished(prepared.run("kept = lazy.df()"))
    assert [file.path for file in finished.files] == ["in.csv"]


def test_a_database_is_told_by_its_path_and_by_whether_it_was_written(prepared: NotebookKernel) -> None:
    code = "con = duckdb.connect('held.duckdb')\ncon.sql('FROM t').fetchall()\n"
    code += "con.cursor().execute('INSERT INTO t VALUES (9)')"
    finished = prepared.finished(prepared.run(code))
    assert [(use.uri, use.mode, use.rows) for use in finished.sources] == [
        ("duckdb:///held.duckdb", "read", 3),
        ("duckdb:///held.duckdb", "write", None),
    ]
    finished = prepared.finished(prepared.run("con.execute(\"COPY t TO 'out.parquet'\"); con.close()"))
    assert [(file.path, file.mode) for file in finished.files] == [("out.parquet", "write")]
    assert [use.mode for use in finished.sources] == ["read"]


def test_queries_find_the_variables_of_their_caller_as_without_us(prepared: NotebookKernel) -> None:
    code = """
def inside():
    local = frame.head(2)
    con = duckdb.connect()
    found = [duckdb.sql("FROM local").fetchall(), duckdb.execute("FROM local").fetchall()]
    found += [con.execute("FROM local").fetchall(), con.sql("FROM local").fetchall()]
    found.append(con.query("FROM frame").fetchall())
    return [len(rows) for rows in found]
print(inside(), "__celltrail_call__" in globals())
"""
    assert prepared.run(code).stream() == "[2, 2, 2, 2, 3] False\n"


def test_errors_look_as_without_us(prepared: NotebookKernel) -> None:
    code = "import traceback\nfor call in (duckdb.sql, duckdb.execute, duckdb.connect().execute):\n"
    code += (
        "    try: call('SELEC 1')\n    except Exception as error: print(type(error).__name__); traceback.print_exc()"
    )
    reply = prepared.run(code)
    assert reply.stream() == "ParserException\n" * 3
    assert "celltrail" not in reply.stream("stderr")


def test_a_loop_of_inserts_keeps_the_first_texts_only(prepared: NotebookKernel) -> None:
    code = "con = duckdb.connect(); con.execute('CREATE TABLE n (a INT)')\n"
    code += (
        "for i in range(40): con.execute(f'INSERT INTO n VALUES ({i})')\ncon.execute('SELECT max(a) FROM n').fetchall()"
    )
    sources = prepared.finished(prepared.run(code)).sources
    assert [use.mode for use in sources] == ["write"] * 21 + ["read"]
    assert (sources[20].query, sources[20].note) == ("", "the texts of its first 20 writes are kept")


def test_what_is_asked_of_an_attached_database_is_told_as_asked_of_it(prepared: NotebookKernel) -> None:
    code = "con = duckdb.connect(); con.execute(\"ATTACH 'other.duckdb' AS o\")\n"
    code += "con.execute('CREATE OR REPLACE TABLE o.t AS SELECT 1 AS a')"
    finished = prepared.finished(prepared.run(code))
    assert ("duckdb:///other.duckdb", "write") in {(use.uri, use.mode) for use in finished.sources}
    assert finished.files == ()
    prepared.run("con.close()")
    reading = "duckdb.execute(\"ATTACH 'other.duckdb' AS o (READ_ONLY)\"); duckdb.sql('FROM o.t').fetchall()"
    finished = prepared.finished(prepared.run(reading))
    assert ("duckdb:///other.duckdb", "read") in {(use.uri, use.mode) for use in finished.sources}
