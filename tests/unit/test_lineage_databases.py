"""What a slice knows of databases: who changes what they hold, what waits to be fetched, that rows share nothing."""

import random
import re

import numpy as np
import pytest
from lineage_programs import execution, played, sliced, told

from celltrail.records import SourceUse
from celltrail.runs.lineage import backward_slice, stale_set
from messy_notebook import named

CON = "import duckdb\ncon = duckdb.connect()"
MAKE = "con.execute('CREATE TABLE t (a INT)')"
MORE = "con.execute('INSERT INTO t VALUES (1)')"
ASK = "con.sql('SELECT * FROM t').df()"
LITE = "import sqlite3\ncon = sqlite3.connect(':memory:')"
SQL = "import sqlalchemy as sa\nengine = sa.create_engine('sqlite://')"


def asked(source: str, *queries: str, mode: str = "read") -> object:
    """A cell that was seen to run these statements in memory."""
    uses = tuple(SourceUse("duckdb:///:memory:", "sql", mode, query=query) for query in queries)
    return source, {"sources": uses}


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        # rows that were fetched share nothing, with the connection or with each other
        ((CON, MAKE, f"a = {ASK}", f"b = {ASK}", "b['k'] = 1", "a.pop('k')", "a"), [1, 2, 3, 6, 7]),
        ((CON, MAKE, f"a = {ASK}", MORE, "a"), [1, 2, 3, 5]),
        ((CON, MAKE, f"a = {ASK}", MORE, f"b = {ASK}"), [1, 2, 4, 5]),
        ((CON, MAKE, "a = con.sql('FROM t').fetchnumpy()", "a['x'] = 1", "con.sql('FROM t').fetchone()"), [1, 2, 5]),
        (("import duckdb", "duckdb.sql('CREATE TABLE t (a INT)')", "x = duckdb.sql('FROM t').df()", "x = 1",
          "duckdb.query('FROM t').fetchall()"), [1, 2, 5]),
        (("from duckdb import sql", "sql('CREATE TABLE t (a INT)')", "x = sql('FROM t').df()", "sql('FROM t').df()"),
          [1, 2, 4]),
        # statements that are not known, or do more than their first word says
        ((CON, MAKE, "con.execute(text)", ASK), [1, 2, 3, 4]),
        ((CON, MAKE, "con.sql(f'SELECT {x}').df()", ASK), [1, 2, 3, 4]),
        ((CON, MAKE, asked("con.sql(f'SELECT {x}').df()", "SELECT 7"), ASK), [1, 2, 4]),
        ((CON, MAKE, asked("con.execute(f'{x} INTO t')", "INSERT INTO t", mode="write"), ASK), [1, 2, 3, 4]),
        ((CON, MAKE, asked("con.sql(f'SELECT {x} FROM t')", "SELECT 7 FROM u"), ASK), [1, 2, 3, 4]),
        ((CON, MAKE, "con.sql(\"SELECT nextval('s')\").df()", ASK), [1, 2, 3, 4]),
        ((CON, MAKE, "con.execute('SET threads = 1')", "con.sql('EXPLAIN ANALYZE DELETE FROM t')", ASK),
          [1, 2, 3, 4, 5]),
        ((CON, MAKE, "con.begin()", "con.rollback()", ASK), [1, 2, 3, 4, 5]),
        ((CON, MAKE, "q = 'SELECT 1'", "con.sql(q).df()", ASK), [1, 2, 5]),
        # relations ask when their rows are wanted
        ((CON, MAKE, "r = con.sql('FROM t')", "s = r.filter('a > 1').limit(2)", "r.show()", "s.df()"), [1, 2, 3, 4, 6]),
        ((CON, MAKE, "r = con.sql('FROM t')", MORE, "r.df()"), [1, 2, 3, 4, 5]),
        ((CON, MAKE, "con.sql('FROM t').create('u')", "con.sql('FROM t').df()", "con.sql('FROM u').df()"),
          [1, 2, 3, 5]),
        ((CON, "import pandas as pd\nd = pd.DataFrame()", "r = con.sql('FROM d')", "d['k'] = 1", "r.df()"),
          [1, 2, 3, 4, 5]),
        # what databases were given
        ((CON, "import pandas as pd\nd = pd.DataFrame()", "con.register('v', d)", "d['k'] = 1", "x = 1",
          "con.sql('FROM v').df()"), [1, 2, 3, 4, 6]),
        ((CON, "import pandas as pd\nd = pd.DataFrame()", "con.sql('CREATE VIEW v AS FROM d')", "d = pd.DataFrame()",
          "x = 1", "con.sql('FROM v').df()"), [1, 2, 3, 4, 6]),
        ((CON, "seen = []", "def f(x):\n    seen.append(x)\n    return x", "con.create_function('f', f)", "x = 1",
          "con.sql('SELECT f(1)').df()", "seen"), [1, 2, 3, 4, 6, 7]),
        # rows that wait to be fetched
        ((CON, MAKE, "con.execute('FROM t')", "x = 1", "con.fetchall()"), [1, 2, 3, 5]),
        ((CON, MAKE, "con.execute('FROM t')", "con.execute('SELECT 2')", "con.fetchall()"), [1, 2, 4, 5]),
        ((CON, MAKE, "con.execute('FROM t')", "con.fetchall()", "con.execute('SELECT 2').df()", "con.sql('SELECT 1')"),
          [1, 2, 5, 6]),
        ((CON, MAKE, "con.execute('FROM t')", "con.fetchone()", "con.fetchone()"), [1, 2, 3, 4, 5]),
        # connections
        ((CON, MAKE, "con = duckdb.connect()", MAKE, ASK), [1, 3, 4, 5]),
        ((CON, MAKE, "other = duckdb.connect()", "other.sql('DROP TABLE t')", ASK), [1, 2, 5]),
        ((CON, MAKE, "other = con.cursor()", "other.sql('DROP TABLE t')", ASK), [1, 2, 3, 4, 5]),
        (("import duckdb\na = duckdb.connect('x.db')", "a.sql('DROP TABLE t')", "b = duckdb.connect('x.db')",
          "b.sql('FROM t').df()"), [1, 2, 3, 4]),
        (("import duckdb", "with duckdb.connect() as con:\n    con.sql('SELECT 1').df()", "x = 1",
          "duckdb.sql('SELECT 1').df()"), [1, 4]),
        ((CON, MAKE, "def load(con, name): return con.sql(name).df()", asked(
          "load(con, 'FROM t')", "FROM t"), ASK), [1, 2, 5]),
        ((CON, MAKE, "from other import fill", "fill(con)", ASK), [1, 2, 3, 4, 5]),
        (("import duckdb", "from other import fill", "fill()", "duckdb.sql('FROM t').df()"), [1, 2, 3, 4]),
        ((CON, MAKE, "exec(x)", ASK), [1, 2, 3, 4]),
        # files
        ((CON, "con.execute(\"COPY t TO 'x.csv'\")", "con.sql(\"FROM 'x.csv'\").df()"), [1, 2, 3]),
        ((CON, MAKE, "import pandas as pd", "pd.read_parquet('y.parquet')"), [3, 4]),
        ((CON, "con.execute(\"ATTACH 'x.db' AS x\")", "con.execute('CREATE TABLE x.t (a INT)')", "import pandas as pd",
          "pd.read_parquet('y.parquet')"), [1, 2, 3, 4, 5]),
        # sqlite3: each cursor has its own rows
        ((LITE, MAKE, "a = con.execute('SELECT 1')", "b = con.execute('SELECT 2')", "next(b)", "a.fetchone()"),
          [1, 2, 3, 6]),
        ((LITE, MAKE, "c = con.cursor()", "c.execute('SELECT * FROM t')", "x = list(c)",
          "list(con.execute('SELECT 1'))"),
          [1, 2, 6]),
        ((LITE, MAKE, "rows = list(con.execute('SELECT * FROM t'))", MORE, "rows"), [1, 2, 3, 5]),
        ((LITE, MAKE, "with con:\n    con.execute('DELETE FROM t')", "x = 1",
          "[r for r in con.execute('SELECT * FROM t')]"),
          [1, 2, 3, 5]),
        ((LITE, "seen = []", "con.row_factory = lambda c, row: seen.append(row)",
          "con.execute('SELECT 1').fetchall()", "seen"), [1, 2, 3, 4, 5]),
        # SQLAlchemy and pandas
        ((SQL, "with engine.begin() as con:\n    con.execute(sa.text('CREATE TABLE t (a INT)'))",
          "with engine.connect() as con:\n    con.execute(sa.text('SELECT 1')).fetchall()",
          "with engine.connect() as con:\n    rows = con.execute(sa.text('SELECT * FROM t')).all()", "rows"),
          [1, 2, 4, 5]),
        ((LITE, "import pandas as pd", MAKE, "a = pd.read_sql('SELECT * FROM t', con)", "a['k'] = 1",
          "pd.read_sql('SELECT * FROM t', con)"), [1, 2, 3, 6]),
        ((LITE, "import pandas as pd\nd = pd.DataFrame()", "d.to_sql('t', con)", "d.head()",
          "pd.read_sql_query('SELECT * FROM t', con)"), [1, 2, 3, 5]),
        ((LITE, "import pandas as pd\nd = pd.DataFrame()", "d.to_sql('t', con)", "d"), [2, 4]),
        ((LITE, "import pandas as pd", "pd.read_sql('INSERT INTO t VALUES (1) RETURNING a', con)",
          "pd.read_sql('SELECT * FROM t', con)"), [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_databases_and_their_rows(cells, needed):
    assert sliced(*cells) == needed


def test_a_database_in_memory_that_code_which_is_not_known_used_may_be_any():
    write = SourceUse("duckdb:///:memory:", "sql", "write", query="INSERT INTO t VALUES (1)")
    known = [CON, MAKE, ("from other import fill\nfill()", {"sources": (write,)}), ASK]
    assert sliced(*known) == [1, 2, 3, 4]


def test_an_ordinary_report_over_a_table_needs_its_own_question_and_no_other():
    cells = [step.source for step in named("duckdb_report").steps()]
    history = [told(place, cell) for place, cell in enumerate(cells, 1)]
    slices = {
        place: [step.execution.execution_count for step in backward_slice(history, {f"e{place}"}).steps]
        for place in (5, 6, 12, 13, 15)
    }
    assert slices == {
        5: [1, 2, 3, 5],
        6: [1, 2, 3, 5, 6],
        12: [1, 2, 3, 9, 11, 12],
        13: [1, 2, 3, 9, 11, 13],
        15: [1, 2, 3, 9, 11, 13, 14, 15],
    }
    stale = {
        place: [step.execution.execution_count for step in stale_set(history, f"e{place}")] for place in (4, 7, 9, 13)
    }
    assert stale == {4: [], 7: [8], 9: [10, 11, 12, 13, 14, 15], 13: [14, 15]}


def test_what_a_database_holds_is_called_so():
    history = [execution(place, cell) for place, cell in enumerate((CON, MAKE, ASK), 1)]
    found = backward_slice(history, {"e3"}).steps
    assert found[1].reasons == ("changes the tables of duckdb, used by [3]",)


_TABLES = ("t", "u")
_LINES = [
    "con.execute('INSERT INTO T VALUES (N)')", "con.execute('DELETE FROM T WHERE a = N')",
    "con.execute('UPDATE T SET a = a + N')", "x = con.execute('SELECT sum(a) FROM T').fetchall()",
    "y = con.sql('SELECT count(*) + N FROM T').fetchall()", "x.append(y)", "r = con.sql('SELECT a FROM T')",
    "r = r.filter('a > N')", "y = r.fetchall()", "x = len(y)", "con.execute('SELECT a + N FROM T')",
    "y = con.fetchone()", "z = con.fetchall()", "d = pd.DataFrame({'a': [N, 2]})", "d.loc[0, 'a'] = N",
    "y = con.sql('SELECT sum(a) FROM d').fetchall()", "con.execute('CREATE OR REPLACE VIEW v AS SELECT * FROM d')",
    "x = con.sql('SELECT * FROM v').fetchall()", "con.register('w', d)",
    "x = con.sql('SELECT sum(a) FROM w').fetchall()",
    "con.execute(f'INSERT INTO T SELECT {N}')", "con.sql('SELECT a FROM T').to_table('made')",
    "con.execute('DROP TABLE IF EXISTS made')", "x = con.sql('SELECT count(*) FROM made').fetchall()",
    "other = con.cursor()", "other.execute('INSERT INTO T VALUES (N)')",
    "y = other.execute('SELECT a FROM T').fetchall()",
    "def f(n): return con.sql('SELECT count(*) FROM T').fetchall() + [n]", "x = f(N)", "con.begin()", "con.rollback()",
    "y = [row for row in lite.execute('SELECT a FROM T')]", "lite.execute('INSERT INTO T VALUES (N)')",
    "cursor = lite.execute('SELECT a FROM T ORDER BY a')", "z = next(cursor)", "x = list(cursor)",
    "d.to_sql('T', lite, if_exists='append', index=False)", "d = pd.read_sql('SELECT a FROM T', lite)",
    "y = d['a'].sum()", "x = con.sql('FROM T').df()", "x['a'] = N", "z = x", "con = duckdb.connect()\nTABLES",
    "duckdb.sql('CREATE OR REPLACE TABLE own AS SELECT N AS a')", "z = duckdb.sql('SELECT a FROM own').fetchall()",
]  # fmt: skip
_MAKE = "\n".join(f"con.execute('CREATE TABLE {one} (a INT)')" for one in _TABLES)
_HEAD = f"""import duckdb, sqlite3, pandas as pd
con, lite = duckdb.connect(), sqlite3.connect(':memory:')
duckdb.execute('DROP TABLE IF EXISTS own')
{_MAKE}
{_MAKE.replace("con.", "lite.")}"""


def _filled(hole, rng):
    return {"T": rng.choice(_TABLES), "N": str(rng.randint(0, 6)), "TABLES": _MAKE}[hole]


def _program(seed):
    rng = random.Random(seed)
    lines = [re.sub(r"\bT\b|\bN\b|TABLES", lambda hole: _filled(hole[0], rng), rng.choice(_LINES)) for _ in range(18)]
    tried = [
        f"try:\n    {line.replace(chr(10), '; ')}\nexcept Exception:\n    pass" if rng.random() < 0.1 else line
        for line in lines
    ]
    shown = rng.choice(["x", "y", "z", "con.sql('SELECT sum(a) FROM t').fetchall()", "x, y"])
    return [
        _HEAD,
        "x, y, z, d = [], [], [], pd.DataFrame({'a': [1]})",
        *tried,
        f"result = {shown}\nresult = str(result)",
    ]


def test_a_slice_comes_to_the_same_answers_as_the_full_history():
    shares = []
    for seed in range(60):
        cells = _program(seed)
        whole = played(cells)
        found = backward_slice(whole.history, {whole.history[-1].execution_id})
        again = played([step.execution.source for step in found.steps])
        assert again.space.get("result") == whole.space.get("result"), f"program {seed}"
        shares.append(len(found.steps) / len(cells))
    assert np.mean(shares) < 0.85
