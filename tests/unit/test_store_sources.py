"""A store that was made before sources were kept is brought up to date: its earlier cells have none."""

from importlib.resources import files

import duckdb

from celltrail.store.schema import connect

FIRST = files("celltrail.store") / "migrations" / "0001_first_tables.sql"


def test_cells_of_an_older_store_have_no_sources(tmp_path):
    with duckdb.connect(tmp_path / "store.duckdb", config={"storage_compatibility_version": "v1.5.0"}) as old:
        old.execute("CREATE TABLE meta (schema_version INTEGER NOT NULL, duckdb_version VARCHAR NOT NULL)")
        old.execute(FIRST.read_text(encoding="utf-8"))
        old.execute("INSERT INTO meta VALUES (1, '')")
        columns = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'cell_execution'"
        for (name,) in old.execute(columns).fetchall():
            old.execute(f"ALTER TABLE cell_execution ALTER COLUMN {name} DROP NOT NULL")
        old.execute("INSERT INTO cell_execution (execution_id, files_json) VALUES ('e', '[]')")
    with connect(tmp_path) as now:
        assert now.execute("SELECT sources_json FROM cell_execution").fetchall() == [("[]",)]
