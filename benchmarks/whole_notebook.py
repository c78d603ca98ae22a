"""What capture adds to a whole ordinary notebook: CPU seconds of two real kernels, one with celltrail and one without.

    python benchmarks/whole_notebook.py [--json FILE] [--pairs N] [--only WORD] [--cells]

The two kernels of a pair live at the same time and take turns cell by cell, each beginning as often as the other, so
that what disturbs the machine disturbs both alike. A kernel's CPU is the system's own figure for the process from its
start to its end, with all of its threads and with the processes that it waited for (git). The figure is the median of
the pairs' differences; its interval is that of the median's order statistics, with the certainty that is shown. The
kernel without celltrail does not import it at all. Both work in a git repository, with one BLAS thread: idle ones burn
CPU time that is nobody's work.
"""

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client import KernelManager
from ordinary_notebooks import Notebook, ordinary_notebooks

PROMISE = 0.03
PAIRS = 11
WITHOUT = "--IPKernelApp.extra_extensions=[]"
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "init.defaultBranch=main")


def children_cpu_s() -> float:
    """CPU seconds of all processes below this one that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def new_project() -> Iterator[Path]:
    """A folder under git with a notebook in it."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "pyproject.toml").touch()
        (project / "notebook.ipynb").write_text("{}", encoding="utf-8")
        for step in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "begin")):
            subprocess.run([*GIT, *step], cwd=project, check=True)
        yield project


class Kernel:
    """A kernel in a project."""

    def __init__(self, project: Path, *, is_on: bool) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed celltrail is compiled
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(
            cwd=project, env=environment, extra_arguments=[] if is_on else [WITHOUT], stderr=subprocess.DEVNULL
        )
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)
        self._clock = (~self._manager.provisioner.pid << 3) | 2  # the CPU clock of another process: clock_getcpuclockid

    def run(self, source: str) -> float:
        """CPU seconds of the kernel's process while one cell runs."""
        before = time.clock_gettime(self._clock)
        self._client.execute_interactive(source, output_hook=lambda _message: None, timeout=600)
        return time.clock_gettime(self._clock) - before

    def end(self) -> float:
        """CPU seconds of its whole life; nothing else of ours may end meanwhile."""
        before = children_cpu_s()
        self._client.stop_channels()
        self._manager.shutdown_kernel()
        return children_cpu_s() - before


@dataclass(frozen=True, slots=True)
class Measured:
    """The pairs of one notebook: CPU seconds of whole kernels, and what each cell took more with capture."""

    notebook: Notebook
    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    cells: list[list[float]] = field(default_factory=list)

    def added(self) -> list[float]:
        """What capture adds, as shares, in ascending order."""
        return sorted(one / other - 1 for one, other in zip(self.on, self.off, strict=True))

    def interval(self) -> tuple[float, float, float]:
        """Two order statistics, and how sure it is that the true median lies between them: at least 90 %."""
        added = self.added()
        count = len(added)
        outside = [2 * sum(math.comb(count, low) for low in range(left + 1)) / 2**count for left in range(count // 2)]
        left = max((place for place, share in enumerate(outside) if share <= 0.1), default=0)
        return added[left], added[-1 - left], 1 - (outside[left] if outside else 1)


def run_pair(projects: dict[bool, Path], number: int, measured: Measured) -> None:
    """One kernel with and one without, cell by cell in turns."""
    is_on = (number % 2 == 0, number % 2 == 1)
    kernels = {each: Kernel(projects[each], is_on=each) for each in is_on}
    used: dict[bool, list[float]] = {True: [], False: []}
    for place, source in enumerate(measured.notebook.cells):
        for each in is_on if place % 2 else reversed(is_on):
            used[each].append(kernels[each].run(source))
    whole = {each: kernels[each].end() for each in is_on}
    measured.on.append(whole[True])
    measured.off.append(whole[False])
    measured.cells.append([one - other for one, other in zip(used[True], used[False], strict=True)])


def measure(notebook: Notebook, pairs: int) -> Measured:
    """All pairs of a notebook, each side in a project of its own.

    A first pair does not count: it compiles, fills the disk's cache, and lists the packages, which a project remembers.
    """
    measured = Measured(notebook)
    with new_project() as first, new_project() as second:
        projects = {True: first, False: second}
        run_pair(projects, 0, Measured(notebook))
        for number in range(pairs):
            run_pair(projects, number, measured)
    return measured


def describe(measured: Measured) -> str:
    low, high, certainty = measured.interval()
    difference_ms = 1000 * statistics.median(one - other for one, other in zip(measured.on, measured.off, strict=True))
    fastest = min(measured.on) / min(measured.off) - 1
    return (
        f"{statistics.median(measured.off):.2f} s without, {difference_ms:+.0f} ms, fastest {fastest:+.1%}: "
        f"{statistics.median(measured.added()):+.1%} ({low:+.1%} to {high:+.1%}, {certainty:.0%} sure, "
        f"{len(measured.on)} pairs)"
    )


def print_cells(measured: Measured) -> None:
    """What each cell of a notebook took more, as medians: where to look, not what to promise."""
    for place, source in enumerate(measured.notebook.cells):
        added = [pair[place] * 1000 for pair in measured.cells]
        print(f"    {statistics.median(added):8.1f} ms  {source.splitlines()[0][:90]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--only", default="", help="notebooks with this word in their name")
    parser.add_argument("--cells", action="store_true", help="show what each cell took more")
    arguments = parser.parse_args()
    rows = []
    for notebook in ordinary_notebooks():
        if arguments.only not in notebook.name:
            continue
        before = os.getloadavg()[0]
        measured = measure(notebook, arguments.pairs)
        name = f"{notebook.name}, {len(notebook.cells)} cells"
        said = f"{describe(measured)}; load {before:.1f} to {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        print(f"{name}: {said}", flush=True)
        if arguments.cells:
            print_cells(measured)
        low, high, certainty = measured.interval()
        rows.append(
            {
                "name": f"a whole notebook, CPU added by capture: {name}",
                "promise": f"<= {PROMISE:.0%}",
                "measured": round(100 * statistics.median(measured.added()), 1),
                "unit": "%",
                "peer": f"{low:+.1%} to {high:+.1%} ({certainty:.0%} sure); "
                f"{statistics.median(measured.off):.1f} s without",
            }
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
