"""What capture adds to a cell: real cells in a real IPython shell, with capture on and off, in turns.

    python benchmarks/cell_capture.py [--json FILE]

Five cells with capture and five without, in turns, so that the noise of the machine meets both; the figures are the
differences of the medians and of the 99th percentiles. CPU is that of the whole process, our threads included; wall is
what the user waits. Each run of a cell has another source, or it would not be analysed again, except where the row
says so.
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PROMISE_MS = 1.0
PROMISE_P99_MS = 5.0
TURNS = 80
CELLS_A_TURN = 5
ONE_LINE = "a_value = number_1 + number_2"
BETWEEN = "between = 0"  # not measured: to turn capture on or off empties caches, and a session does it once
TWELVE_LINES = """
total = 0
for step in range(50):
    total += step * number_3
names = [name for name in ("a", "b", "c") if name != "b"]
table = {name: index for index, name in enumerate(names)}
def scaled(value, by=number_4):
    return value * by + number_5
results = [scaled(value) for value in range(20)]
text = f"{total} {len(results)} {table}"
if total > 10:
    flag = True
box = (text, flag)
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One row: a cell, and the namespace that it runs in."""

    name: str
    source: str
    variables: int = 300
    is_same_source: bool = False
    has_libraries: bool = False


CASES = (
    Case("one assignment", ONE_LINE),
    Case("twelve lines", TWELVE_LINES),
    Case("twelve lines, run again", TWELVE_LINES, is_same_source=True),
    Case("a result that is shown", "number_7 * 6"),
    Case("a file that is read", "with open('small.csv') as file:\n    lines = file.read()"),
    Case("one assignment, 500 variables", ONE_LINE, variables=500),
    Case("twelve lines, 500 variables", TWELVE_LINES, variables=500),
    Case("one assignment, 3,000 variables", ONE_LINE, variables=3000),
    Case("twelve lines, pandas and sklearn", TWELVE_LINES, has_libraries=True),
)


@dataclass(frozen=True, slots=True)
class Times:
    """The runs of one case, in milliseconds, with capture or without."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Added:
    """What capture adds to one case, in milliseconds."""

    case: Case
    without: float
    median: float
    p99: float
    wall: float
    wall_p99: float


def run(shell: object, source: str, times: Times) -> None:
    started, started_cpu = time.perf_counter_ns(), time.process_time_ns()
    shell.run_cell(source, store_history=True)
    times.cpu.append((time.process_time_ns() - started_cpu) / 1e6)
    times.wall.append((time.perf_counter_ns() - started) / 1e6)


def set_variables(shell: object, count: int) -> None:
    """A namespace of `count` variables, and none of IPython's two per cell: let it stay that of a short session."""
    for name in list(shell.user_ns):
        if name.startswith("number_") or (name.startswith("_") and name.lstrip("_i").isdigit()):
            del shell.user_ns[name]
    shell.user_ns.update({f"number_{number}": number for number in range(count)})


def measure(shell: object, tracking: object, case: Case) -> Added:
    if case.has_libraries:
        importlib.import_module("pandas")
        importlib.import_module("sklearn.linear_model")
    on, off = Times(), Times()
    for turn in range(TURNS):
        for times, change in ((off, tracking.stop), (on, tracking.start)):
            set_variables(shell, case.variables)
            change()
            run(shell, BETWEEN, Times())
            for number in range(CELLS_A_TURN):
                source = case.source if case.is_same_source else f"{case.source}\n# {turn}, {number}"
                run(shell, source, times)
    return Added(
        case,
        statistics.median(off.cpu[20:]),
        statistics.median(on.cpu[20:]) - statistics.median(off.cpu[20:]),
        p99(on.cpu) - p99(off.cpu),
        statistics.median(on.wall[20:]) - statistics.median(off.wall[20:]),
        p99(on.wall) - p99(off.wall),
    )


def p99(times: list[float]) -> float:
    return statistics.quantiles(times[20:], n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from celltrail.capture.tracking import Tracking

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("pyproject.toml").touch()
        Path("small.csv").write_text("a,b\n" * 100, encoding="utf-8")
        # IPython's own history thread would do its work of one cell within the measured time of another
        shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        tracking = Tracking(shell)
        tracking.start()
        with contextlib.redirect_stdout(io.StringIO()):
            run(shell, "start = 1", Times())
            time.sleep(2)  # the environment is listed in a thread
            found = [measure(shell, tracking, case) for case in CASES]
        tracking.unload()
        os.chdir("/")
    report(found, arguments.json)


def report(found: list[Added], target: Path | None) -> None:
    print(f"{'':<34}{'cell alone':>12}{'added CPU':>12}{'p99':>8}{'added wall':>13}{'p99':>8}   (ms)")
    for added in found:
        line = f"{added.case.name:<34}{added.without:>12.2f}{added.median:>12.2f}{added.p99:>8.2f}"
        print(f"{line}{added.wall:>13.2f}{added.wall_p99:>8.2f}")
    print(f"promise: at most {PROMISE_MS} ms median and {PROMISE_P99_MS} ms at the 99th percentile")
    if target:
        rows = [
            row(f"capture of a cell, {count:,} variables, CPU added", PROMISE_MS, [a.median for a in of(found, count)])
            for count in (300, 500, 3000)
        ]
        rows.append(row("capture of a cell, wall time added", PROMISE_MS, [added.wall for added in found]))
        rows.append(row("capture of a cell, CPU, 99th percentile", PROMISE_P99_MS, [added.p99 for added in found]))
        target.write_text(json.dumps(rows), encoding="utf-8")


def of(found: list[Added], variables: int) -> list[Added]:
    return [added for added in found if added.case.variables == variables]


def row(name: str, promise_ms: float, measured: list[float]) -> dict[str, object]:
    return {
        "name": f"{name} (slowest kind of cell)",
        "promise": f"<= {promise_ms:g} ms",
        "measured": round(max(measured), 2),
        "unit": "ms",
        "peer": "",
    }


if __name__ == "__main__":
    main()
