"""What tracking adds to a small scikit-learn fit: CPU time of a cell that fits, with capture on and off, in turns.

    python benchmarks/tracked_fit.py [--json FILE] [--peers FOLDER]

The cell fits a ridge regression on 150 rows and 4 columns, predicts and measures its error. FOLDER/mlflow is a
virtual environment with MLflow and scikit-learn: there the same runs under `mlflow.sklearn.autolog()`, once with its
defaults and once without the model that it saves with each fit. Both with one BLAS thread: idle ones burn CPU time that
is nobody's work.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from tracked_shell import ONE_THREAD, cpu_ms, tracked_shell

PROMISE_MS = 10.0
REPEATS = 200
PREPARE = """
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
X, y = load_iris(return_X_y=True)
"""
CELL = "model = Ridge().fit(X, y)\nmean_squared_error(y, model.predict(X))"
PEER = """
import logging, os, resource, statistics, sys, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
folder, models = sys.argv[1], sys.argv[2] == "models"
os.chdir(folder)
import mlflow
mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("small fits")
def cpu():
    mine, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime
{prepare}
def fit():
    started = cpu()
    with mlflow.start_run() if tracked else warnings.catch_warnings():
{cell}
    return (cpu() - started) * 1000
tracked = False
off = [fit() for _ in range(8)][3:]
mlflow.sklearn.autolog(log_models=models, silent=True)
tracked = True
on = [fit() for _ in range(6)][1:]
print(statistics.median(on) - statistics.median(off))
"""


def measure() -> tuple[list[float], list[float]]:
    """CPU milliseconds of the cell with capture and without."""
    on: list[float] = []
    off: list[float] = []
    with tracked_shell(PREPARE) as (shell, tracking):
        for number in range(REPEATS):
            fresh = f"{CELL}\n# {number}"
            tracking.stop()
            off.append(cpu_ms(shell, fresh))
            tracking.start()
            on.append(cpu_ms(shell, fresh))
    return on[5:], off[5:]


def peer_ms(python: Path, *, with_models: bool) -> float:
    """CPU milliseconds that MLflow's autologging adds to the same fit."""
    cell = "\n".join(f"        {line}" for line in CELL.split("\n"))
    program = PEER.replace("{prepare}", PREPARE).replace("{cell}", cell)
    with tempfile.TemporaryDirectory() as folder:
        command = [str(python), "-c", program, folder, "models" if with_models else "none"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=900, env={**os.environ, **ONE_THREAD}
        )
    return float(done.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--peers", type=Path)
    arguments = parser.parse_args()
    os.environ.update(ONE_THREAD)
    on, off = measure()
    differences = [one - other for one, other in zip(on, off, strict=True)]
    added = statistics.median(differences)
    p99 = statistics.quantiles(differences, n=100)[98]
    print(f"the cell without tracking {statistics.median(off):.2f} ms, with {statistics.median(on):.2f} ms")
    print(f"added: median {added:.2f} ms, 99th percentile {p99:.2f} ms; promise: at most {PROMISE_MS:g} ms")
    peer = ""
    python = arguments.peers / "mlflow" / "bin" / "python" if arguments.peers else None
    if python is not None and python.exists():
        whole, bare = peer_ms(python, with_models=True), peer_ms(python, with_models=False)
        peer = f"MLflow 3.17 autolog: {whole:,.0f} ms, without its model {bare:,.0f} ms"
        print(peer)
    if arguments.json:
        row = {
            "name": "a small fit, its prediction and its metric, CPU added by tracking",
            "promise": f"<= {PROMISE_MS:g} ms",
            "measured": round(added, 2),
            "unit": "ms",
            "peer": peer,
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    main()
