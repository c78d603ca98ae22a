"""How fast a dataset's content becomes a digest, beside what else makes one: GB/s of CPU time, median of five.

python benchmarks/fingerprint.py                      # celltrail, pandas, joblib
python benchmarks/fingerprint.py --peers FOLDER       # and mlflow, from FOLDER/mlflow
python benchmarks/fingerprint.py --json FILE
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from celltrail.fingerprint.data import fingerprint

REPEATS = 5
PEER_REPEATS = 3
MLFLOW = """
import statistics, sys, time
import mlflow.data, numpy as np, pandas as pd
frame = pd.DataFrame(np.random.default_rng(0).normal(size=(5_000_000, 10)), columns=list("abcdefghij"))
before = mlflow.data.from_pandas(frame).digest
times = []
for _ in range(3):
    start = time.process_time()
    mlflow.data.from_pandas(frame).digest
    times.append(time.process_time() - start)
frame.loc[2_500_000, "e"] += 1
print(statistics.median(times), mlflow.data.from_pandas(frame).digest != before)
"""


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median CPU seconds of all threads, after one run that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def frames() -> dict[str, pd.DataFrame]:
    """The shapes that are measured, 200 to 400 MB each."""
    rng = np.random.default_rng(0)
    floats = rng.normal(size=(5_000_000, 10))
    missing = floats.copy()
    missing[rng.random(floats.shape) < 0.05] = np.nan
    text = np.array([f"customer {number}" for number in range(1_000)], dtype=object)
    names = list("abcdefghij")
    return {
        "10 x 5M float64": pd.DataFrame(floats, columns=names),
        "the same, 5 % missing": pd.DataFrame(missing, columns=names),
        "1000 x 50k float64": pd.DataFrame(rng.normal(size=(50_000, 1_000))),
        "10 x 5M int64": pd.DataFrame(rng.integers(0, 1_000, (5_000_000, 10)), columns=names),
        "10 x 20M bool": pd.DataFrame(rng.random((20_000_000, 10), dtype="float32") < 0.5, columns=names),
        "2 x 5M text (Arrow)": pd.DataFrame(
            {name: text[rng.integers(0, 1_000, 5_000_000)] for name in "ab"}, dtype="str"
        ),
        "2 x 500k text (objects)": pd.DataFrame(
            {name: text[rng.integers(0, 1_000, 500_000)] for name in "ab"}, dtype=object
        ),
        "4 x 5M timestamps": pd.DataFrame(
            {name: pd.to_datetime(rng.integers(0, 10**18, 5_000_000)) for name in "abcd"}
        ),
    }


def gigabytes(frame: pd.DataFrame) -> float:
    """The size of the values; of text its UTF-8 bytes."""
    text = [name for name in frame if frame[name].dtype in {"object", "str"}]
    numbers = frame.drop(columns=text).to_numpy().nbytes if len(frame.columns) > len(text) else 0
    return (numbers + sum(int(frame[name].str.len().sum()) for name in text)) / 1e9


def other_forms() -> dict[str, object]:
    """The same 80 MB of numbers as other libraries hold it."""
    values = np.random.default_rng(0).normal(size=(1_000_000, 10))
    frame = pd.DataFrame(values)
    frame.columns = list("abcdefghij")
    return {
        "numpy, C order": values,
        "numpy, Fortran order": np.asfortranarray(values),
        "pandas over a C-order array": pd.DataFrame(values, copy=False),
        "Polars": pl.from_pandas(frame),
        "Arrow": pa.Table.from_pandas(frame),
    }


def measure_shapes() -> list[dict[str, object]]:
    """GB/s for each shape, pandas' own hash and joblib's beside it."""
    rows = []
    for name, frame in frames().items():
        size = gigabytes(frame)
        rows.append(
            {
                "shape": name,
                "celltrail": size / seconds(lambda frame=frame: fingerprint(frame)),
                "pandas": size / seconds(lambda frame=frame: pd.util.hash_pandas_object(frame), PEER_REPEATS),
                "joblib": size / seconds(lambda frame=frame: joblib.hash(frame), PEER_REPEATS),
            }
        )
        print(f"{name:28} {rows[-1]['celltrail']:8.2f} {rows[-1]['pandas']:8.2f} {rows[-1]['joblib']:8.2f}", flush=True)
    return rows


def mixed_frame() -> pd.DataFrame:
    """A frame as people have them, of 97 MB: numbers, a key, a flag, a time, a text."""
    rng = np.random.default_rng(0)
    count = 1_000_000
    cities = np.array([f"city {number}" for number in range(1_000)])
    return pd.DataFrame(
        {
            **{f"x{number}": rng.normal(size=count) for number in range(8)},
            "key": rng.integers(0, 99, count),
            "flag": rng.random(count) < 0.5,
            "time": pd.Timestamp("2020") + pd.to_timedelta(rng.integers(0, 10**6, count), "s"),
            "city": pd.Series(cities[rng.integers(0, 1_000, count)], dtype="str"),
        }
    )


def measure_mlflow(peers: Path | None) -> str:
    """What mlflow's digest of the first shape costs, and whether it sees an edited cell in the middle."""
    python = peers / "mlflow" / "bin" / "python" if peers else None
    if python is None or not python.exists():
        return ""
    done = subprocess.run([str(python), "-c", MLFLOW], capture_output=True, text=True, check=True)
    taken, sees = done.stdout.split()[-2:]
    seen = "sees" if sees == "True" else "does not see"
    return f"mlflow {float(taken) * 1e3:.0f} ms for the same frame; {seen} one edited cell in its middle"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--peers", type=Path, help="folder with a virtual environment `mlflow`")
    options = parser.parse_args()
    print(f"{'GB/s of CPU time':28} {'celltrail':>8} {'pandas':>8} {'joblib':>8}")
    rows = measure_shapes()
    for name, value in other_forms().items():
        print(f"{name:28} {0.08 / seconds(lambda value=value: fingerprint(value)):8.2f}")
    small = pd.DataFrame(np.zeros((150, 4)), columns=list("abcd"))
    small_us = seconds(lambda: [fingerprint(small) for _ in range(200)]) / 200 * 1e6
    print(f"{'150 x 4, microseconds':28} {small_us:8.1f}")
    mlflow = measure_mlflow(options.peers)
    print(mlflow or "mlflow: not measured, --peers names no environment of it")
    mixed = mixed_frame()
    mixed_ms = seconds(lambda: fingerprint(mixed)) * 1e3
    print(f"{'a mixed frame of 97 MB, ms':28} {mixed_ms:8.1f}")
    if options.json:
        first, slowest = rows[0], min(rows[:5], key=lambda row: row["celltrail"])
        peer = f"pandas {first['pandas']:.2f} GB/s, joblib {first['joblib']:.2f} GB/s" + (
            f"; {mlflow}" if mlflow else ""
        )
        answer = [
            {
                "name": "DataFrame fingerprint, 10 x 5M float64, every row",
                "promise": ">= 4 GB/s",
                "measured": first["celltrail"],
                "unit": "GB/s",
                "peer": peer,
            },
            {
                "name": f"the slowest numeric frame ({slowest['shape']})",
                "promise": ">= 4 GB/s",
                "measured": slowest["celltrail"],
                "unit": "GB/s",
                "peer": f"pandas {slowest['pandas']:.2f} GB/s, joblib {slowest['joblib']:.2f} GB/s",
            },
            {
                "name": "a frame of 97 MB, numbers, key, flag, time and text",
                "promise": "<= 40 ms",
                "measured": mixed_ms,
                "unit": "ms",
                "peer": "",
            },
        ]
        options.json.write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
