"""What the text of a query says: whether it reads or writes, and which files it names."""

import pytest

from celltrail.capture.readers.sql_text import files_of, modes_of


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("SELECT * FROM t", {"read"}),
        ("  from t select a", {"read"}),
        ("-- INSERT INTO x\nSELECT 'DELETE FROM t; DROP'", {"read"}),
        ("WITH a AS (SELECT 1) SELECT * FROM a", {"read"}),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", {"write"}),
        ("EXPLAIN DELETE FROM t", {"read"}),
        ("insert into t values (1)", {"write"}),
        ("INSERT INTO t VALUES ('a;b'); SELECT 1", {"read", "write"}),
        ("CREATE TABLE t AS SELECT 1", {"write"}),
        ("SELECT a INTO b FROM c", {"write"}),
        ("COPY t TO 'a.csv'", {"read"}),
        ("COPY t FROM 'a.csv'", {"write"}),
        ("BEGIN", set()),
        ("PRAGMA table_info('t')", set()),
        ("SET threads = 1; COMMIT;", set()),
        ("", set()),
        ("/* nothing */ ;;", set()),
    ],
)
def test_a_statement_reads_or_writes_its_database(text, modes):
    assert modes_of(text) == modes


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("FROM 'a.csv'", [("a.csv", "read")]),
        ("SELECT 'x' AS y FROM read_parquet(['a/*.parquet', 's3://b/c--d.parquet'])",
         [("a/*.parquet", "read"), ("s3://b/c--d.parquet", "read")]),
        ("COPY (SELECT * FROM \"in.csv\") TO 'out.parquet' (FORMAT parquet)",
         [("in.csv", "read"), ("out.parquet", "write")]),
        ("EXPORT DATABASE 'folder/x'", [("folder/x", "write")]),
        ("FROM 'it''s.csv'", [("it's.csv", "read")]),
        ("SELECT 1 -- FROM 'a.csv'", []),
        ("SELECT 'plain', \"column\"", []),
    ],
)  # fmt: skip
def test_the_files_that_a_query_names_are_found_in_its_text(text, files):
    assert [(one.path, one.mode) for one in files_of(text)] == files
