"""How fast journals become rows: events per CPU second, from files to a committed transaction, median of five.

    python benchmarks/fold.py
    python benchmarks/fold.py --json FILE

Metric events are what grows: 500,000 of them in 200 series. Documents are whole runs with ten parameters.
The peer is the same rows through `executemany`, the way of a tracker that writes row by row, on 1 % of the metrics.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from celltrail.store.local import LocalStore
from celltrail.store.owner import Ownership

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from journal_writing import Trail

METRICS = 500_000
SERIES = 200
RUNS = 4_000
REPEATS = 5
PROMISE = 0.5


def write_metrics(folder: Path) -> int:
    """One run's metrics in as many series; returns how many events."""
    trail = Trail(folder)
    run_id = trail.run()
    series = [trail.writer.series(run_id, f"metric {i}") for i in range(SERIES)]
    for start in range(0, METRICS, 1000):
        rows = [(series[i % SERIES], i // SERIES, 1_700_000_000_000_000 + i, i / 7) for i in range(start, start + 1000)]
        trail.writer.metrics(rows)
    trail.end()
    return METRICS


def write_runs(folder: Path) -> int:
    """Runs with ten parameters and three metrics each; returns how many documents."""
    trail = Trail(folder)
    for i in range(RUNS):
        execution = trail.cell("model.fit(X, y)", f"cell {i % 50}")
        params = {f"p{j}": j * i for j in range(10)}
        trail.run(execution_id=execution, params=params, metrics={"rmse": 1.0, "mae": 2.0, "r2": 0.5}, tags={"a": "b"})
    trail.end()
    return RUNS * 6


def fold_seconds(folder: Path) -> float:
    """CPU seconds of a first fold, of all threads."""
    ownership = Ownership.take(folder)
    assert ownership is not None
    store = LocalStore(ownership)
    start = time.process_time()
    store.fold()
    seconds = time.process_time() - start
    store.close()
    (folder / "store.duckdb").unlink()
    return seconds


def row_by_row_seconds(count: int) -> float:
    """CPU seconds of as many metrics through executemany."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(Path(folder) / "x.duckdb") as connection:
        connection.execute("CREATE TABLE metric (series INTEGER, step BIGINT, logged_at BIGINT, value DOUBLE)")
        start = time.process_time()
        connection.executemany("INSERT INTO metric VALUES (?, ?, ?, ?)", [(i % 200, i, i, i / 7) for i in range(count)])
        return time.process_time() - start


def measure(write: object) -> tuple[int, float]:
    """How many events, and the median CPU seconds of folding them."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / ".celltrail"
        count = write(store)
        fold_seconds(store)
        return count, statistics.median(fold_seconds(store) for _ in range(REPEATS))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    metrics, metric_s = measure(write_metrics)
    documents, document_s = measure(write_runs)
    peer = METRICS // 100 / row_by_row_seconds(METRICS // 100) / 1e6
    rows = [
        {
            "name": "fold metric events",
            "promise": f">= {PROMISE} M events/s CPU",
            "measured": metrics / metric_s / 1e6,
            "unit": "M events/s",
            "peer": f"executemany row by row: {peer:.4f} M events/s",
        },
        {
            "name": "fold documents (cells, runs, params, tags)",
            "promise": "no promise",
            "measured": documents / document_s / 1e3,
            "unit": "k documents/s",
            "peer": "",
        },
    ]
    for row in rows:
        print(f"{row['name']:45} {row['measured']:8.2f} {row['unit']:14} promise {row['promise']:24} {row['peer']}")
    if options.json:
        options.json.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
