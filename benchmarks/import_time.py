"""What a kernel's start pays for capture: CPU of loading the extension, on top of what a kernel imports anyway.

    python benchmarks/import_time.py [--json FILE]

Each figure is a fresh process that has IPython and ipykernel loaded, as a kernel has before its extensions. The process
time of loading celltrail and starting to record is taken once per process.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PROMISE_MS = 30
REPEATS = 15
PROBE = """
import time, gc
import ipykernel.ipkernel, ipykernel.zmqshell, ipykernel.kernelapp
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.kernel = object()  # a notebook kernel's shell has one
gc.collect()
start = time.process_time()
shell.extension_manager.load_extension("celltrail")
loaded = time.process_time()
shell.run_cell("x = 1", store_history=True)
first = time.process_time()
shell.run_cell("y = x", store_history=True)
second = time.process_time()
import celltrail.capture.active as active
assert active.current_recorder() is not None
print((loaded - start) * 1e3, (first - loaded) * 1e3, (second - first) * 1e3)
"""


def measure() -> list[tuple[float, float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").touch()
        found = []
        for _ in range(REPEATS + 1):
            done = subprocess.run([sys.executable, "-c", PROBE], cwd=folder, capture_output=True, text=True, check=True)
            load, first, second = (float(part) for part in done.stdout.split()[-3:])
            found.append((load, first, second))
    return found[1:]  # the first one compiles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = measure()
    load = statistics.median(row[0] for row in rows)
    first = statistics.median(row[1] for row in rows)
    print(f"{'promise':<52}{'at most':>10}{'measured':>12}{'p99':>10}")
    worst = max(row[0] for row in rows)
    print(f"{'celltrail loaded and recording, CPU':<52}{PROMISE_MS:>7} ms{load:>9.1f} ms{worst:>7.1f} ms")
    print(f"{'the first cell (packages are listed in a thread)':<52}{'':>10}{first:>9.1f} ms")
    if arguments.json:
        answer = {
            "name": "`import celltrail` with capture active, in a kernel",
            "promise": f"<= {PROMISE_MS} ms CPU",
            "measured": round(load, 1),
            "unit": "ms",
            "peer": "",
        }
        arguments.json.write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
