"""What comparing costs: 20 runs of 100,000, a pair explained, a series of a million points as a curve.

python benchmarks/compare.py
python benchmarks/compare.py --store FOLDER     # made before by benchmarks/big_store.py
python benchmarks/compare.py --json FILE
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import duckdb
from big_store import make_big_store
from page import timings

from celltrail import codec
from celltrail.config import load_settings
from celltrail.execute.explain.pairs import explain_pair
from celltrail.runs.compare import compare_runs
from celltrail.runs.figures.drawing import draw_figure
from celltrail.runs.figures.records import FigureKind, FigureQuestion
from celltrail.store.base import Store
from celltrail.store.open import open_store
from celltrail.store.schema import FILE_NAME

ROUNDS = 15
POINTS = 1_000_000
COMPARE_MS, CURVE_MS = 300.0, 150.0
LONG_RUN = 777


def run_id(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()  # noqa: S324 - how big_store makes its ids


def add_long_series(store_folder: Path) -> None:
    """A series of a million points on one run, as a fold would leave it."""
    with duckdb.connect(store_folder / FILE_NAME) as connection:
        [number] = connection.execute("SELECT run_no FROM run WHERE run_id = ?", [run_id(LONG_RUN)]).fetchone()
        if connection.execute("SELECT count(*) FROM key WHERE key = 'long'").fetchone()[0]:
            return
        key = connection.execute("SELECT max(key_no) + 1 FROM key").fetchone()[0]
        series = connection.execute("SELECT max(series_no) + 1 FROM series").fetchone()[0]
        connection.execute("INSERT INTO key VALUES (?, 'long')", [key])
        connection.execute(
            "INSERT INTO series SELECT ?, writer, ?, ?, ?, 'logged', '', '', '', '' FROM series LIMIT 1",
            [series, series, number, key],
        )
        connection.execute(
            "INSERT INTO metric SELECT ?, i, 1750000000000000 + i * 1000, sin(i / 1e4) + random() / 10"
            " FROM range(?) t(i)",
            [series, POINTS],
        )
        connection.execute(
            "INSERT INTO metric_last VALUES (?, ?, ?, true, ?, 0, 0.5, ?, -1, 1)",
            [series, number, key, POINTS - 1, POINTS],
        )


def measure(store: Store, folder: Path) -> list[dict[str, object]]:
    """A row for each promise; each answer is made to the bytes that go to the browser."""
    twenty = tuple(run_id(number * 4_999) for number in range(20))
    pair = store.get_runs((run_id(40), run_id(99_999 - 40)))
    settings = load_settings(folder)
    question = FigureQuestion(FigureKind.CURVES, (run_id(LONG_RUN), run_id(1)), "long")
    works = {
        "20 of 100,000 runs x 40 keys compared": (
            lambda: codec.dumps(compare_runs(store.get_runs(twenty))),
            COMPARE_MS,
        ),
        "two of them explained, each in a session of 1,250 cells": (
            lambda: codec.dumps(explain_pair(store, settings, (pair[0], pair[1]))),
            COMPARE_MS,
        ),
        "a series of 1 M points, its extremes read": (
            lambda: codec.dumps(store.metric_history(run_id(LONG_RUN), "long", 4_000)),
            CURVE_MS,
        ),
        "the same as a figure beside another run, with all that can be chosen": (
            lambda: codec.dumps(draw_figure(store, question)),
            COMPARE_MS,
        ),
    }
    rows = []
    for name, (work, promise) in works.items():
        wall, _, cpu = timings(work, ROUNDS)
        size = len(work())
        rows.append({
            "name": name,
            "promise": f"<= {promise:.0f} ms",
            "measured": cpu,
            "unit": "ms CPU",
            "peer": f"wall {wall:.0f} ms, {size / 1000:.0f} kB to the browser",
        })  # fmt: skip
    return rows


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.store or Path(temporary)
        if not (folder / ".celltrail").exists():
            make_big_store(folder / ".celltrail")
        add_long_series(folder / ".celltrail")
        store = open_store(folder / ".celltrail")
        rows = measure(store, folder)
        store.close()
    for row in rows:
        print(f"{row['name']:60} {row['measured']:6.1f} {row['unit']}  promise {row['promise']:10} {row['peer']}")
    if options.json:
        options.json.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
