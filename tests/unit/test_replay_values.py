"""Values of a run and its replay: what counts as the same, and what does not count."""

import math
from dataclasses import replace

import pytest
from lineage_programs import execution

from celltrail.execute.replay.report import Finding, Verdict
from celltrail.execute.replay.steps import Pair, compare_outputs
from celltrail.execute.replay.values import compare_numbers, compare_values
from celltrail.records import DatasetRole, DatasetVersion, Evidence, OutputDigest, Status
from celltrail.store.runs import DatasetUse, MetricValue, RunDetail, RunSummary


def detail(metrics: dict[str, float] | None = None, trained_on: tuple[str, ...] = ()) -> RunDetail:
    """A run with these metrics, fitted on parts of X with these digests."""
    head = ("run", "Ridge", Status.FINISHED, "fit", "s", "e", "n.ipynb", "c", 1, 0, 1, 1.0)
    summary = RunSummary(*head, "", "", "", "", 0, None)
    measured = tuple(
        MetricValue(key, value, 0, 0, 1, value, value, Evidence.OWN, "", "") for key, value in (metrics or {}).items()
    )
    used = tuple(DatasetUse("X[part]", DatasetRole.TRAIN, DatasetVersion(digest, "ndarray")) for digest in trained_on)
    return RunDetail(summary, None, (), measured, (), (), used, (), None, None, None, None, 0, None, ())


def statuses(before: RunDetail, after: RunDetail) -> list[Verdict]:
    found: tuple[Finding, ...] = compare_values(before, after)
    return [finding.status for finding in found if finding.name != "state"]


def test_clocks_of_scikit_learn_are_not_compared() -> None:
    clocks = ("mean_fit_time", "score_time", "refit_time")
    before = detail({**dict.fromkeys(clocks, 1.0), "mean_test_score": 0.5})
    assert statuses(before, detail({**dict.fromkeys(clocks, 2.0), "mean_test_score": 0.5})) == [Verdict.IDENTICAL]
    assert statuses(detail({"lifetime": 1.0}), detail({"lifetime": 2.0})) == [Verdict.DIFFERS]


def test_many_datasets_of_one_name_are_compared_each_with_its_own() -> None:
    parts = ("x:1", "x:2", "x:3")
    assert statuses(detail(trained_on=parts), detail(trained_on=parts[::-1])) == [Verdict.IDENTICAL] * 3
    found = statuses(detail(trained_on=parts), detail(trained_on=("x:1", "x:9", "x:3")))
    assert sorted(found) == sorted([Verdict.IDENTICAL, Verdict.DIFFERS, Verdict.IDENTICAL])
    assert statuses(detail(trained_on=parts), detail(trained_on=parts[:2]))[-1] is Verdict.DIFFERS


def test_a_metric_of_one_name_on_two_datasets_is_compared_each_with_its_own() -> None:
    valid = MetricValue("accuracy_score_frame", 0.93, 0, 0, dataset_name="frame", dataset_digest="x:1")
    test = replace(valid, value=0.91, dataset_digest="x:2")
    before, after = (replace(detail(), metrics=both) for both in ((valid, test), (test, valid)))
    assert statuses(before, after) == [Verdict.IDENTICAL] * 2


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (0.1, 0.1, Verdict.IDENTICAL),
        (math.nan, math.nan, Verdict.IDENTICAL),
        (math.inf, -math.inf, Verdict.DIFFERS),
        (1.0, 1.0 + 1e-12, Verdict.TOLERATED),
        (1.0, 1.0 + 1e-8, Verdict.DIFFERS),
        (0.0, 1e-300, Verdict.DIFFERS),
    ],
)
def test_numbers_are_equal_within_the_stated_tolerance(left: float, right: float, verdict: Verdict) -> None:
    assert compare_numbers(left, right) is verdict


def test_a_file_that_is_there_already_is_no_other_output() -> None:
    def showing(source: str, digest: str) -> Finding:
        both = [
            execution(1, source, outputs=(OutputDigest("stream", ("text/plain",), each, 1),)) for each in ("a", digest)
        ]
        return compare_outputs([Pair(*both)])

    assert showing("%%writefile made.py\nX = 1", "b").status is Verdict.IDENTICAL
    assert showing("print(1)", "b").status is Verdict.DIFFERS
