"""What keeping the model of each fit costs: CPU time of a cell that fits, with models kept and not, in turns.

    python benchmarks/model_logging.py [--json FILE] [--peers FOLDER]

The cell fits a ridge regression on 150 rows and 4 columns, as in tracked_fit.py. The kernel's process is measured, and
the process that writes the models (file, signature, example, predictions), for which nobody waits. FOLDER/mlflow is an
environment with MLflow: there the same fit runs under `mlflow.sklearn.autolog()`, with its model and without.
"""

import argparse
import json
import os
import resource
import statistics
import time
from pathlib import Path

from tracked_fit import CELL, PREPARE, peer_ms
from tracked_shell import ONE_THREAD, cpu_ms, tracked_shell

PROMISE_MS = 10.0
REPEATS = 60


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure() -> tuple[list[float], list[float], float, int]:
    """CPU milliseconds of the cell with models and without, CPU seconds of the process that wrote, and for how many."""
    on: list[float] = []
    off: list[float] = []
    with tracked_shell(PREPARE) as (shell, tracking):
        assert tracking.session is not None
        models = tracking.session.recorder.fitted_models()
        models.is_on = True
        cpu_ms(shell, CELL)
        models.wait(120)  # the process is started, and skops imported in it
        time.sleep(1)
        for number in range(REPEATS):
            fresh = f"{CELL}\n# {number}"
            models.is_on = False
            off.append(cpu_ms(shell, fresh))
            models.is_on = True
            on.append(cpu_ms(shell, fresh))
            began = time.process_time_ns()
            models.wait(60)  # the thread's part of the kernel's process belongs to the cell too
            on[-1] += (time.process_time_ns() - began) / 1e6
    return on[3:], off[3:], children_s(), REPEATS + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--peers", type=Path)
    arguments = parser.parse_args()
    os.environ.update(ONE_THREAD)
    on, off, written_s, count = measure()
    added = statistics.median(one - other for one, other in zip(on, off, strict=True))
    print(f"the cell {statistics.median(off):.2f} ms, with its model kept {statistics.median(on):.2f} ms")
    print(f"added in the kernel: median {added:.2f} ms; promise: at most {PROMISE_MS:g} ms")
    print(f"the process that writes: {written_s:.1f} s CPU for {count} models, its start among it")
    peer = ""
    python = arguments.peers / "mlflow" / "bin" / "python" if arguments.peers else None
    if python is not None and python.exists():
        whole, bare = peer_ms(python, with_models=True), peer_ms(python, with_models=False)
        peer = f"MLflow 3.17 autolog's model: {whole - bare:,.0f} ms"
        print(peer)
    if arguments.json:
        row = {
            "name": "a small fit, CPU added to the kernel by keeping its model",
            "promise": f"<= {PROMISE_MS:g} ms",
            "measured": round(added, 2),
            "unit": "ms",
            "peer": f"{peer}; the process that writes {1000 * written_s / count:.0f} ms a model".lstrip("; "),
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    main()
