"""What the sampler of processor, memory and disk costs: its share of one core in a long cell, and while none runs.

    python benchmarks/sampling.py [--json FILE]

The sampler's own thread is timed by the system (`/proc/self/task/<id>/schedstat`). The process has twenty threads and
two children, as a kernel with a pool of workers has.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

PROMISE_PERCENT = 0.5
SECONDS = 12.0
THREADS = 20
CHILDREN = 2


def thread_cpu_s(native_id: int) -> float:
    return int(Path(f"/proc/self/task/{native_id}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def percent(native_id: int, seconds: float) -> float:
    before, began = thread_cpu_s(native_id), time.monotonic()
    time.sleep(seconds)
    return 100 * (thread_cpu_s(native_id) - before) / (time.monotonic() - began)


def main() -> None:
    from celltrail.capture.system.sampler import Sampler

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    over = threading.Event()
    for _ in range(THREADS):
        threading.Thread(target=over.wait, daemon=True).start()
    children = [subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) for _ in range(CHILDREN)]
    sampler = Sampler()
    sampler.cell_began("cell")
    sampler.begin("run")
    thread = next(one for one in threading.enumerate() if one.name == "celltrail-system")
    first = percent(thread.native_id or 0, 1.0)
    long = percent(thread.native_id or 0, SECONDS)
    sampler.cell_ended("cell")
    time.sleep(3)
    idle = percent(thread.native_id or 0, 5.0)
    repeats = 2000
    began = time.process_time_ns()
    for number in range(repeats):
        sampler.cell_began(str(number))
        sampler.cell_ended(str(number))
    cell_us = (time.process_time_ns() - began) / repeats / 1000
    sampler.stop()
    over.set()
    for child in children:
        child.communicate(b"\n")
    print(
        f"share of one core: in a cell's first second {first:.2f} %, afterwards {long:.3f} %, while idle {idle:.4f} %"
    )
    print(f"both ends of a cell {cell_us:.0f} us CPU; promise: at most {PROMISE_PERCENT:g} % at one sample a second")
    if arguments.json:
        row = {
            "name": "sampling processor, memory and disk once a second, share of one core",
            "promise": f"<= {PROMISE_PERCENT:g} %",
            "measured": round(long, 3),
            "unit": "%",
            "peer": f"in a cell's first second {first:.2f} %, while idle {idle:.4f} %, per cell {cell_us:.0f} us",
        }
        arguments.json.write_text(json.dumps(row), encoding="utf-8")


if __name__ == "__main__":
    main()
