"""What it costs to see a read: time added to one call of each kind of reader, and to the import of each library.

    python benchmarks/readers.py [--json FILE]

Inside one cell each call is made two hundred times with the recorder there and without, in turns, each time as if it
were the first of its cell; the quickest of each counts, for what disturbs only adds. The digest of a file is made after
the cell, and once while the file stays the same: it is not in it. The second table is what is installed when a library
is imported.
"""

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

from tracked_shell import tracked_shell

PROMISE_US = 500.0
REPEATS = 200
PREPARE = """
import sqlite3, numpy as np, pandas as pd, polars as pl, pyarrow.parquet as pq, duckdb
frame = pd.DataFrame({"a": np.arange(10_000), "b": np.arange(10_000) / 3})
frame.to_parquet("in.parquet"); frame.to_csv("in.csv", index=False)
con = sqlite3.connect("shop.db"); frame.head(100).to_sql("sales", con, index=False, if_exists="replace"); con.commit()
memory = duckdb.connect(); memory.execute("CREATE TABLE t AS FROM range(100)")
lazy, rows = pl.scan_parquet("in.parquet"), pl.DataFrame({"a": [1, 5]})
"""
READS = {
    "pandas.read_parquet": "pd.read_parquet('in.parquet')",
    "pyarrow.parquet.read_table": "pq.read_table('in.parquet')",
    "polars.read_parquet": "pl.read_parquet('in.parquet')",
    "polars lazy.collect": "lazy.collect()",
    "polars eager, nothing read": "rows.filter(pl.col('a') > 3)",
    "duckdb.sql over a file": "duckdb.sql(\"FROM 'in.parquet'\").df()",
    "duckdb table, execute": "memory.execute('SELECT 1 FROM t').fetchall()",
    "pandas.read_sql, 100 rows": "pd.read_sql('SELECT * FROM sales', con)",
    "sqlite3 execute, 100 rows": "con.execute('SELECT * FROM sales').fetchall()",
    "sqlite3 insert": "con.execute('INSERT INTO sales VALUES (?, ?)', (1, 2.0))",
}
LIBRARIES = ("sqlite3", "pandas", "pyarrow", "pyarrow.parquet", "polars", "duckdb", "sklearn.datasets")


PROBE = """
import time
from celltrail.capture import active
def probe(call, repeats):
    recorder, best = active.recorder, {}
    cell = recorder.current_cell()
    for turn in range(2 * repeats):
        active.recorder = recorder if turn % 2 else None
        for told in (cell.files.modes, cell.sources, cell.told):
            told.clear()
        started = time.perf_counter_ns()
        call()
        took = time.perf_counter_ns() - started
        best[turn % 2] = min(took, best.get(turn % 2, took))
    active.recorder = recorder
    return best[0] / 1e3, (best[1] - best[0]) / 1e3
"""


def measure_reads(shell: object) -> dict[str, tuple[float, float]]:
    """Microseconds of one call without capture, and what capture adds to it."""
    shell.run_cell(PROBE)
    found = {}
    for name, call in READS.items():
        shell.run_cell(f"measured = probe(lambda: {call}, {REPEATS})", store_history=True)
        found[name] = shell.user_ns["measured"]
    return found


def measure_imports() -> dict[str, float]:
    """Milliseconds to put our functions in place in each library, the first time in a process."""
    from celltrail.capture.readers.entries import Installed
    from celltrail.capture.readers.watch import LIBRARIES as OURS

    found = {}
    for name in LIBRARIES:
        module = importlib.import_module(name)
        started = time.process_time_ns()
        Installed(importlib.import_module(f"celltrail.capture.readers.{OURS[name]}").entries(module)).remove()
        found[name] = (time.process_time_ns() - started) / 1e6
    return found


def measure() -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    imports = measure_imports()
    with tracked_shell(PREPARE) as (shell, _):
        return measure_reads(shell), imports


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    reads, imports = measure()
    for name, (alone, added) in reads.items():
        print(f"{name:30} {alone:9.1f} us, added {added:7.1f} us ({added / alone:6.1%})")
    for name, cost in imports.items():
        print(f"import {name:23} {cost:9.2f} ms")
    worst = max(added for _, added in reads.values())
    print(f"worst: {worst:.1f} us; promise: at most {PROMISE_US:g} us")
    if arguments.json:
        row = {
            "name": "one read seen (pandas, Polars, Arrow, DuckDB, sqlite), time added, the slowest of ten",
            "promise": f"<= {PROMISE_US:g} us",
            "measured": round(worst, 1),
            "unit": "us",
            "peer": "",
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
