"""What it costs to see a read: CPU added to one call of each kind of reader, and to the import of each library.

    python benchmarks/readers.py [--json FILE]

A cell makes the same call fifty times, with capture on and off, in turns; what capture adds to a cell without a read is
taken off. The digest of the file, made after the cell and once while it stays the same, is hardly in it. The second
table is what is installed when a library is imported.
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

PROMISE_US = 100.0
CALLS, REPEATS = 50, 7
PREPARE = """
import sqlite3, numpy as np, pandas as pd, polars as pl, pyarrow.parquet as pq, duckdb
frame = pd.DataFrame({"a": np.arange(10_000), "b": np.arange(10_000) / 3})
frame.to_parquet("in.parquet"); frame.to_csv("in.csv", index=False)
con = sqlite3.connect("shop.db"); frame.head(100).to_sql("sales", con, index=False, if_exists="replace"); con.commit()
memory = duckdb.connect(); memory.execute("CREATE TABLE t AS FROM range(100)")
lazy = pl.scan_parquet("in.parquet")
"""
NOTHING = "a cell without a read"
READS = {
    NOTHING: "None",
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


def cpu_ms(shell: object, source: str) -> float:
    started = time.process_time_ns()
    shell.run_cell(source, store_history=True)
    return (time.process_time_ns() - started) / 1e6


def measure_reads(shell: object, tracking: object) -> dict[str, tuple[float, float]]:
    """Microseconds of one call without capture, and what capture adds to it."""
    found = {}
    for name, call in READS.items():
        source = f"for _ in range({CALLS}): {call}"
        on, off = [], []
        for number in range(REPEATS):
            tracking.stop()
            cpu_ms(shell, "con.close(); con = sqlite3.connect('shop.db')")
            off.append(cpu_ms(shell, f"{source}\n# {number}"))
            tracking.start()
            cpu_ms(shell, "con.close(); con = sqlite3.connect('shop.db')")
            on.append(cpu_ms(shell, f"{source}\n# {number}"))
        differences = [one - other for one, other in zip(on, off, strict=True)]
        found[name] = statistics.median(off) / CALLS * 1000, statistics.median(differences) / CALLS * 1000
    _, whole_cell = found.pop(NOTHING)
    return {name: (alone, added - whole_cell) for name, (alone, added) in found.items()}


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
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from celltrail.capture.tracking import Tracking

    imports = measure_imports()
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        Path("pyproject.toml").touch()
        shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        tracking = Tracking(shell)
        tracking.start()
        cpu_ms(shell, PREPARE + "rows = pl.DataFrame({'a': [1, 5]})")
        time.sleep(3)  # the environment is listed in a thread
        reads = measure_reads(shell, tracking)
        tracking.unload()
        os.chdir(before)
    return reads, imports


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
            "name": "one read seen (pandas, Polars, Arrow, DuckDB, sqlite), CPU added, the slowest of ten",
            "promise": f"<= {PROMISE_US:g} us",
            "measured": round(worst, 1),
            "unit": "us",
            "peer": "",
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
