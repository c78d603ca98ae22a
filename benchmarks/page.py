"""A page of 50 out of 100,000 runs with 40 keys each, filtered and sorted: CPU time of all threads, median.

    python benchmarks/page.py
    python benchmarks/page.py --store FOLDER     # made before by benchmarks/big_store.py
    python benchmarks/page.py --json FILE

Beside it the same question to a table with one column per key, which is what docs/decisions/0002 weighs: without and
with the cost of bringing that table up to date after a fold.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from big_store import make_big_store

from celltrail.store.open import open_store
from celltrail.store.runs import RunQuery
from celltrail.store.schema import FILE_NAME

ROUNDS = 60
PROMISE_MS = 100.0
QUERY = RunQuery(
    filter="metrics.m03 < 0.5 and params.model = 'Ridge'",
    order_by=("metrics.m07",),
    limit=50,
    keys=("metrics.m03", "metrics.m07", "params.model", "params.p01", "tags.team"),
)
QUESTIONS = {
    "filtered on a metric and a parameter, sorted by a metric": QUERY,
    "newest first": RunQuery(limit=50),
    "sorted by a metric": RunQuery(limit=50, order_by=("metrics.m07 DESC",)),
    "two words of the search box": RunQuery(limit=50, text="ridge churn"),
}
WIDE_QUERY = """
WITH hit AS MATERIALIZED (SELECT run_no, m07, m03 FROM wide WHERE m03 < 0.5 AND model = 'Ridge')
SELECT (SELECT count(*) FROM hit), run.*, wide.m03, wide.m07, wide.model, wide.p01
FROM hit JOIN wide USING (run_no) JOIN run USING (run_no) ORDER BY hit.m07, run_no LIMIT 50
"""


def timings(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float, float]:
    """Median and p99 of the wall time, and median CPU time of all threads, in milliseconds."""
    work()
    walls, cpus = [], []
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        walls.append((time.perf_counter() - wall) * 1e3)
        cpus.append((time.process_time() - cpu) * 1e3)
    return statistics.median(walls), statistics.quantiles(walls, n=100)[98], statistics.median(cpus)


def wide_timings(store_folder: Path) -> tuple[float, float, float]:
    """The wide table: median of the question, of making it anew, and of changing one run in it, in milliseconds."""
    with duckdb.connect(store_folder / FILE_NAME, read_only=True) as connection:
        keys = connection.execute("SELECT DISTINCT key_no, key FROM metric_last JOIN key USING (key_no)").fetchall()
        params = connection.execute("SELECT DISTINCT key_no, key FROM param JOIN key USING (key_no)").fetchall()
        metrics = ", ".join(f"max(value) FILTER (key_no = {number}) AS {key}" for number, key in keys)
        texts = ", ".join(f"max(value) FILTER (key_no = {number}) AS {key}" for number, key in params)
        make = f"""CREATE OR REPLACE TEMP TABLE wide AS
            SELECT * FROM (SELECT run_no, {metrics} FROM metric_last WHERE is_chosen GROUP BY run_no)
            JOIN (SELECT run_no, {texts} FROM param GROUP BY run_no) USING (run_no)"""  # noqa: S608 - our names
        making, _, _ = timings(lambda: connection.execute(make), 3)
        asking, _, _ = timings(lambda: connection.execute(WIDE_QUERY).fetchall())
        changing, _, _ = timings(lambda: connection.execute("UPDATE wide SET m03 = 1 WHERE run_no = 777"))
    return asking, making, changing


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.store or Path(temporary)) / ".celltrail"
        if not folder.exists():
            make_big_store(folder)
        store = open_store(folder)
        measured = {name: timings(lambda query=query: store.search_runs(query)) for name, query in QUESTIONS.items()}
        store.close()
        asking, making, changing = wide_timings(folder)
    peer = f"wide table {asking:.0f} ms, made anew in {making:.0f} ms, one run changed in {changing:.1f} ms"
    rows = [
        {
            "name": f"page of 50 of 100,000 runs x 40 keys: {name}",
            "promise": f"<= {PROMISE_MS:.0f} ms",
            "measured": cpu,
            "unit": "ms CPU",
            "peer": f"wall {median:.0f} ms, p99 {p99:.0f} ms" + (f"; {peer}" if query is QUERY else ""),
        }
        for (name, query), (median, p99, cpu) in zip(QUESTIONS.items(), measured.values(), strict=True)
    ]
    for row in rows:
        print(f"{row['name']:98} {row['measured']:6.1f} {row['unit']}  promise {row['promise']:10} {row['peer']}")
    if options.json:
        options.json.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
