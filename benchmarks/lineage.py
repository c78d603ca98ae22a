"""What lineage costs: the names that capture notes of each cell, and the slice of a session of 2,000 cells.

    python benchmarks/lineage.py [--json FILE]

CPU, not wall. Capture: what happens at both ends of a cell for the names that it reads and writes, in a namespace of
500 variables, twelve lines with another text each time; IPython's tree is used, as in a kernel. The analysis: 2,000
executions of twenty pieces of work in turns (tests/unit/long_session.py), each slice from the records on; the sources
are parsed for the first. Each slice is held against what the measurement is known to need.
"""

import argparse
import ast
import json
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "unit")]

from cell_capture import TWELVE_LINES  # noqa: E402 - the path above
from long_session import LongSession, long_session, write_session  # noqa: E402 - the path above

from celltrail.capture import namespace, snapshots  # noqa: E402 - the path above
from celltrail.runs.effects.source import parse_cell  # noqa: E402 - the path above
from celltrail.runs.lineage import backward_slice, stale_set  # noqa: E402 - the path above

T = TypeVar("T")
PROMISE_MS = 1.0
LENGTH = 2000
VARIABLES = 500
CELLS = 400
SLICES = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, in which unit, and what is promised of it."""

    name: str
    value: float
    unit: str
    promise: str

    def plain(self) -> dict[str, object]:
        """The row as benchmarks/all.py reads it."""
        return {"name": self.name, "promise": self.promise, "measured": self.value, "unit": self.unit, "peer": ""}


# --- capture -------------------------------------------------------------------------------------------------------


def capture_ms(variables: int) -> list[float]:
    """CPU milliseconds for the names of each of many cells."""
    space: dict[str, object] = {f"number_{i}": float(i) for i in range(variables)}
    found = []
    for turn in range(CELLS):
        source = f"{TWELVE_LINES.strip()}\nlast = {turn}\n"
        tree = ast.parse(source)
        before, spent_before = timed(lambda: snapshots.snapshot(space))
        names, spent_parsed = timed(lambda source=source, tree=tree: namespace.analyse(source, str, tree))
        exec(compile(tree, "<cell>", "exec"), space)  # noqa: S102 - a kernel runs cells
        _, spent_after = timed(lambda before=before, names=names: end(before, names, space))
        found.append((spent_before + spent_parsed + spent_after) * 1000)
    return found


def end(before: snapshots.Snapshot | None, names: namespace.SourceNames, space: dict[str, object]) -> None:
    """What capture does for the names at a cell's end."""
    changed = snapshots.changes(before, space)
    namespace.written(names, changed, space, ended_well=True)
    namespace.read(names, changed, space)


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """What a call gives, and its CPU seconds."""
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


# --- analysis ------------------------------------------------------------------------------------------------------


def first_slice_ms(session: LongSession) -> float:
    """CPU milliseconds per cell of a slice, with every source parsed."""
    parse_cell.cache_clear()
    target = [*session.needed][-1]
    found, spent_s = timed(lambda: backward_slice(session.history, {target}))
    check(session, target, [step.execution.execution_id for step in found.steps])
    return spent_s * 1000 / len(session.history)


def slice_ms(session: LongSession) -> float:
    """The same for further slices: their sources are parsed."""
    spent = []
    for target in [*session.needed][-SLICES:]:
        found, spent_s = timed(lambda target=target: backward_slice(session.history, {target}))
        check(session, target, [step.execution.execution_id for step in found.steps])
        spent.append(spent_s * 1000 / found.total)
    return statistics.median(spent)


def check(session: LongSession, target: str, found: list[str]) -> None:
    """A slice that is quick and wrong counts for nothing."""
    if found != session.needed[target]:
        sys.exit(f"the slice of {target} is not what it needs: {len(found)} of {len(session.needed[target])}")


def stale_ms(session: LongSession) -> float:
    """CPU milliseconds per cell for what would change if the first cell of the last piece of work ran again."""
    first = session.needed[[*session.needed][-1]][2]
    return timed(lambda: stale_set(session.history, first))[1] * 1000 / len(session.history)


def peak_mb(session: LongSession) -> float:
    """The memory that a slice takes beyond the records, at its peak, parsed sources included."""
    parse_cell.cache_clear()
    tracemalloc.start()
    backward_slice(session.history, {[*session.needed][-1]})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def plan_s(session: LongSession) -> float:
    """CPU seconds from a run's id to both plans of its replay, the slice and the full history, from the journal."""
    from celltrail.config import load_settings
    from celltrail.execute.replay.plan import plan_replay
    from celltrail.execute.replay.session import read_session
    from celltrail.store.open import open_store

    with tempfile.TemporaryDirectory() as temporary:
        run_id, wanted = write_session(session, Path(temporary))
        settings = load_settings(Path(temporary))
        store = open_store(settings.store)
        detail = store.get_run(run_id)
        store.close()
        parse_cell.cache_clear()
        started = time.process_time()
        recorded = read_session(settings.store, detail.run.session_id)
        plans = [plan_replay(detail, recorded, settings, is_full=is_full).plan for is_full in (False, True)]
        spent_s = time.process_time() - started
    if [step.execution_count for step in plans[0].steps] != wanted or len(plans[1].steps) != plans[1].total:
        sys.exit("the plan of a long session is not what its run needs")
    return spent_s


def figures() -> list[Figure]:
    """All of them."""
    session = long_session(LENGTH)
    names = capture_ms(VARIABLES)
    in_all = first_slice_ms(session)
    promise = f"<= {PROMISE_MS:g} ms"
    return [
        Figure(f"names of a cell, {VARIABLES} variables, median", statistics.median(names), "ms CPU", promise),
        Figure(f"names of a cell, {VARIABLES} variables, 99th percentile", percentile(names), "ms CPU", "no promise"),
        Figure(f"effects and slice of {LENGTH:,} cells, per cell", in_all, "ms CPU", promise),
        Figure("the same once the sources are parsed", slice_ms(session), "ms CPU", "no promise"),
        Figure(f"stale set of {LENGTH:,} cells, per cell", stale_ms(session), "ms CPU", "no promise"),
        Figure(f"memory for the slice of {LENGTH:,} cells", peak_mb(session), "MB", "no promise"),
        Figure(f"both plans of a replay of {LENGTH:,} cells, from the journal", plan_s(session), "s CPU", "no promise"),
    ]


def percentile(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = figures()
    for row in rows:
        print(f"{row.name:60} {row.value:10.3f} {row.unit:8} {row.promise}")
    if options.json:
        plain = [row.plain() | {"name": f"lineage: {row.name}"} for row in rows]
        options.json.write_text(json.dumps(plain, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
