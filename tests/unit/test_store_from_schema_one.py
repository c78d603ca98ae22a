"""A store that the first schema made is brought up to date with its data, and answers as one that was made now."""

from contextlib import closing
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from celltrail.errors import StoreError
from celltrail.records import DatasetRole, DatasetVersion, FileUse
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetQuery
from celltrail.store.open import open_store
from celltrail.store.runs import CellExecution, RunDetail
from celltrail.store.schema import FILE_NAME
from journal_writing import Trail

FIRST = (files("celltrail.store") / "migrations" / "0001_first_tables.sql").read_text(encoding="utf-8")
TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'first' AND table_name <> 'meta'"
COLUMNS = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'first' AND table_name = ?"


def as_the_first_schema_had_it(store: Path) -> None:
    """Make the store's file anew by the first schema, with what that had room for."""
    now, first = store / FILE_NAME, store / "first.duckdb"
    with duckdb.connect(first, config={"storage_compatibility_version": "v1.5.0"}) as made:
        made.execute("CREATE TABLE meta (schema_version INTEGER NOT NULL, duckdb_version VARCHAR NOT NULL)")
        made.execute(FIRST)
        made.execute("INSERT INTO meta VALUES (1, '')")
        made.execute(f"ATTACH '{now}' AS later (READ_ONLY)")
        for (table,) in made.execute(TABLES).fetchall():
            columns = ", ".join(name for (name,) in made.execute(COLUMNS, [table]).fetchall())
            made.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM later.{table}")  # noqa: S608 - names of tables
    first.replace(now)


def answers(store: Store, run_id: str) -> tuple[RunDetail, tuple[CellExecution, ...], object, object, object]:
    return (
        store.get_run(run_id),
        store.list_executions("analysis.ipynb"),
        store.list_datasets(),
        store.list_dataset_versions(DatasetQuery("sales.csv")),
        store.metric_history(run_id, "mse"),
    )


def asked(folder: Path, run_id: str) -> tuple[object, ...]:
    store = open_store(folder)
    try:
        return answers(store, run_id)
    finally:
        store.close()


def test_a_store_of_the_first_schema_answers_as_one_that_was_made_now(tmp_path: Path):
    trail = Trail(tmp_path / ".celltrail")
    cell = trail.cell("fit()", files=(FileUse("sales.csv", "read", "blake3:" + "a" * 64, 3),))
    run_id = trail.run(execution_id=cell, params={"alpha": 0.1}, metrics={"mse": 0.5})
    trail.dataset(run_id, DatasetVersion("xxh3-128:1", "DataFrame", 3), DatasetRole.TRAIN, "X")
    before = asked(tmp_path / ".celltrail", run_id)
    as_the_first_schema_had_it(tmp_path / ".celltrail")
    assert asked(tmp_path / ".celltrail", run_id) == before
    after = trail.run(execution_id=trail.cell("fit()"), metrics={"mse": 0.25})
    trail.end()
    detail = asked(tmp_path / ".celltrail", after)[0]
    assert isinstance(detail, RunDetail)
    assert [metric.value for metric in detail.metrics] == [0.25]


def test_a_store_whose_tables_are_not_what_they_should_be_says_what_to_do(tmp_path: Path):
    Trail(tmp_path / ".celltrail").end()
    open_store(tmp_path / ".celltrail").close()
    with duckdb.connect(tmp_path / ".celltrail" / FILE_NAME) as made:
        made.execute("ALTER TABLE session DROP COLUMN notebook_path")
    with (
        closing(open_store(tmp_path / ".celltrail")) as store,
        pytest.raises(StoreError, match="run `celltrail doctor`"),
    ):
        store.list_datasets()
