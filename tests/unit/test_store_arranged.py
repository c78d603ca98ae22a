"""The latest values of metrics are put in the order of their keys as a store grows; no answer changes by that."""

import contextlib
import runpy
from pathlib import Path

from celltrail.config import ensure_store_folder
from celltrail.store import arrange
from celltrail.store.open import open_store, take_store
from celltrail.store.owner import Ownership
from celltrail.store.runs import RunQuery
from celltrail.store.schema import connect
from journal_writing import Trail

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
RUNS = 10_000
QUESTION = RunQuery(
    filter="metrics.m03 < 0.5 AND params.model = 'Ridge'", order_by=("metrics.m07 DESC",), limit=500, keys=None
)
# How often the key changes from one row to the next.
CHANGES = """SELECT count(*) FILTER (key_no <> before) FROM (
    SELECT key_no, lag(key_no) OVER (ORDER BY rowid) AS before FROM metric_last)"""


def changes(folder):
    """The changes of keys in the table, and whether it is to be arranged."""
    ownership = Ownership.take(folder)
    with connect(folder) as connection:
        found = connection.execute(CHANGES).fetchall()[0][0], arrange.needs_arranging(connection)
    ownership.release()
    return found


def test_a_fold_arranges_what_has_grown_and_answers_stay_as_they_were(tmp_path):
    folder = tmp_path / ".celltrail"
    ensure_store_folder(folder)
    runpy.run_path(str(BENCHMARKS / "big_store.py"))["make_big_store"](folder, runs=RUNS)
    assert changes(folder) == (RUNS * 20 - 1, True)
    with contextlib.closing(take_store(folder, address="")) as store:
        before = store.search_runs(QUESTION), store.group_runs(RunQuery(keys=("metrics.m00",), group_by="params.model"))
        store.fold()
        after = store.search_runs(QUESTION), store.group_runs(RunQuery(keys=("metrics.m00",), group_by="params.model"))
    assert len(before[0].runs) == 500
    assert after == before
    assert changes(folder) == (19, False)


def test_a_run_that_comes_after_it_is_found_with_its_metrics(tmp_path):
    folder = tmp_path / ".celltrail"
    ensure_store_folder(folder)
    runpy.run_path(str(BENCHMARKS / "big_store.py"))["make_big_store"](folder, runs=RUNS)
    open_store(folder).close()
    trail = Trail(folder)
    run_id = trail.run()
    trail.metric(run_id, "m07", 1e9)
    trail.end()
    with contextlib.closing(open_store(folder)) as store:
        first = store.search_runs(RunQuery(order_by=("metrics.m07 DESC",), limit=1, keys=("metrics.m07",))).runs[0]
    assert (first.run_id, first.metrics) == (run_id, {"m07": 1e9})
