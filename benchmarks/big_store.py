"""Makes a store of 100,000 runs with 40 keys each, for benchmarks and for tests of the panel, in a few seconds.

    python benchmarks/big_store.py FOLDER                # FOLDER/.celltrail
    python benchmarks/big_store.py FOLDER --runs 5000

The rows go into the tables as columns, through the store's own connection: folding that many journals takes minutes.
"""

# ruff: noqa: S608, E501 - the statements are made of this file's own names and numbers, and read better unbroken

import argparse
import time
from pathlib import Path

import duckdb
import numpy as np

from celltrail.store.owner import Ownership
from celltrail.store.schema import connect

MODELS = ("Ridge", "Lasso", "RandomForestRegressor", "HistGradientBoostingRegressor", "SVR")
STATES = ("finished", "finished", "finished", "finished", "failed", "interrupted", "killed")
TEAMS = ("churn", "pricing", "fraud", "demand")
START = 1_750_000_000_000_000
NOTEBOOKS = 20
RUNS_PER_CELL = 4


def make_big_store(store_folder: Path, *, runs: int = 100_000, keys: int = 40, seed: int = 0) -> None:
    """Fill the store in `store_folder`, which must be empty.

    Half of the keys are metrics m00 ... with one value each, half are parameters: p00 ... numbers, `model` a text; one
    tag, `team`. Run number i has the id of i in hexadecimal, hashed; notebooks are notebooks/part_00.ipynb ...

    Raises:
        RuntimeError: Another process owns the store.
    """
    ownership = Ownership.take(store_folder)
    if ownership is None:
        raise RuntimeError(f"{store_folder} is in use")
    try:
        with connect(store_folder) as connection:
            _fill_trail(connection, runs)
            _fill_values(connection, runs, keys, np.random.default_rng(seed))
            connection.execute("CHECKPOINT")
    finally:
        ownership.release()


def _fill_trail(connection: duckdb.DuckDBPyConnection, runs: int) -> None:
    models, states = list(MODELS), list(STATES)
    connection.execute(
        f"""INSERT INTO session SELECT md5('s' || i), '0000000000000000', true, false, 'finished', {START}, {START},
            printf('notebooks/part_%02d.ipynb', i), md5('k' || i), 'jupyter', '3.11.9', '', '', '[]', ''
            FROM range({NOTEBOOKS}) t(i)"""
    )
    connection.execute(
        f"""INSERT INTO cell_execution SELECT md5('e' || i), '0000000000000000', true, false, md5('s' || i % {NOTEBOOKS}),
            'cell-' || (i // {NOTEBOOKS} % 50), i // {NOTEBOOKS} + 1, 'finished', {START} + i * 4000000,
            {START} + i * 4000000 + 3900000, 3.9, 3.5, 300000000, 'model.fit(X_train, y_train)', 0, 27, '[]', NULL,
            '["X_train","model","y_train"]', '[]', '[]', '[]', '[]', '[]', false
            FROM range({-(-runs // RUNS_PER_CELL)}) t(i)"""
    )
    connection.execute(
        f"""INSERT INTO run SELECT i + 1, md5(i::VARCHAR), '0000000000000000', true, false,
            md5('s' || (i // {RUNS_PER_CELL}) % {NOTEBOOKS}), md5('e' || i // {RUNS_PER_CELL}),
            CASE WHEN i + 1 = {runs} THEN 'running' ELSE list_extract(?::VARCHAR[], (i % {len(states)} + 1)::INT) END,
            {START} + i * 1000000, CASE WHEN i + 1 < {runs} THEN {START} + i * 1000000 + i % 900000 END,
            CASE WHEN i + 1 < {runs} THEN i % 900000 / 1e6 END,
            list_extract(?::VARCHAR[], (i % {len(models)} + 1)::INT), 0, 'model', 'fit', '', '',
            'sklearn.' || list_extract(?::VARCHAR[], (i % {len(models)} + 1)::INT), '', '', '', NULL,
            CASE WHEN i % {len(states)} = 4 THEN '{{"name":"ValueError","message":"Input X contains NaN."}}' END, 200000000
            FROM range({runs}) t(i)""",
        [states, models, models],
    )
    connection.execute(
        "UPDATE session SET status = 'running', ended_at = NULL"
        " WHERE session_id = (SELECT session_id FROM run WHERE status = 'running')"
    )


def _fill_values(connection: duckdb.DuckDBPyConnection, runs: int, keys: int, rng: np.random.Generator) -> None:
    metrics = keys // 2
    params = keys - metrics
    names = [f"m{i:02d}" for i in range(metrics)] + [f"p{i:02d}" for i in range(params - 1)] + ["model", "team"]
    connection.execute("INSERT INTO key SELECT unnest(range(1, ?)), unnest(?::VARCHAR[])", [len(names) + 1, names])
    run = np.repeat(np.arange(1, runs + 1, dtype=np.int32), metrics)
    key = np.tile(np.arange(1, metrics + 1, dtype=np.int32), runs)
    values = rng.gamma(2.0, 0.5, runs * metrics)
    _insert(
        connection,
        {"n": np.arange(1, len(run) + 1, dtype=np.int32), "run": run, "key": key, "value": values},
        f"""INSERT INTO series SELECT n, '0000000000000000', n, run, key, 'same-object', '', 'X_test', '', '' FROM incoming;
        INSERT INTO metric SELECT n, 0, {START} + run::BIGINT * 1000000, value FROM incoming;
        INSERT INTO metric_last SELECT n, run, key, true, 0, {START} + run::BIGINT * 1000000, value, 1, value,
            value FROM incoming;
        INSERT INTO key_metric SELECT run, 'm00', value, 0, {START} + run::BIGINT * 1000000, 1, value, value, 'same-object',
            'X_test', '', '', '' FROM incoming WHERE key = 1""",
    )
    run = np.repeat(np.arange(1, runs + 1, dtype=np.int32), params - 1)
    key = np.tile(np.arange(metrics + 1, metrics + params, dtype=np.int32), runs)
    numbers = np.round(rng.gamma(2.0, 0.5, len(run)), 2)
    _insert(
        connection,
        {"run": run, "key": key, "number": numbers},
        f"""INSERT INTO param SELECT run, key, {START}, number::VARCHAR, number, 'number', 'estimator', '', key % 2 = 0
        FROM incoming""",
    )
    connection.execute(
        f"INSERT INTO param SELECT run_no, {metrics + params}, {START}, name, NULL, 'text', 'estimator', '', false FROM run"
    )
    connection.execute(
        f"INSERT INTO tag SELECT run_no, {metrics + params + 1}, {START},"
        f" list_extract(?::VARCHAR[], (run_no % {len(TEAMS)} + 1)::INT) FROM run",
        [list(TEAMS)],
    )
    # As folds leave them: run by run.
    connection.execute(
        "CREATE TEMP TABLE laid AS FROM param ORDER BY run_no, key_no; DELETE FROM param;"
        "INSERT INTO param FROM laid; DROP TABLE laid"
    )


def _insert(connection: duckdb.DuckDBPyConnection, columns: dict[str, np.ndarray], sql: str) -> None:
    connection.register("incoming", columns)
    connection.execute(sql)
    connection.unregister("incoming")


def main() -> None:
    """Make it and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=40)
    options = parser.parse_args()
    start = time.perf_counter()
    store = options.folder / ".celltrail"
    make_big_store(store, runs=options.runs, keys=options.keys)
    print(f"{options.runs:,} runs with {options.keys} keys each in {store}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
