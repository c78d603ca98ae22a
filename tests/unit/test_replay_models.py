"""Models of a run and of its replay: the same file, the same predictions, or named with both values."""

from dataclasses import replace

import pytest

from celltrail.capture.models.predictions import Predicted, SamplePredictions, as_file
from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.models import compare_models
from celltrail.execute.replay.plan import Planned
from celltrail.execute.replay.report import CheckItem, Finding, ReplayPlan, Verdict
from celltrail.execute.replay.verdict import conclude
from celltrail.records import LoggedModel, ModelState
from celltrail.store.open import open_store
from celltrail.store.runs import Artifact
from journal_writing import Trail

KEPT = LoggedModel("forest", ModelState.KEPT, "Forest", "skops", digest="a", predictions_path="forest.predictions.json")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A run without models."""
    folder = tmp_path_factory.mktemp("models")
    trail = Trail(folder)
    run_id = trail.run()
    trail.end()
    store = open_store(folder)
    try:
        return store.get_run(run_id)
    finally:
        store.close()


def compared(plain, first, second, *predicted, rows=("r", "r"), **other):
    """The findings of two runs whose models predict `first` and `second`."""
    blobs = {
        name: as_file(SamplePredictions(digest, 2, 2, tuple(Predicted(*one) for one in values)))
        for name, digest, values in zip(("p1", "p2"), rows, (first, second), strict=True)
    }

    def read(digest):
        try:
            return blobs[digest]
        except KeyError:
            raise BlobNotFoundError(digest) from None

    sides = [
        replace(plain, models=(model,), artifacts=(Artifact(model.predictions_path, digest, 1, "", "table", 1),))
        for model, digest in ((KEPT, "p1"), (replace(KEPT, **{"digest": "b", **other}), "p2"))
    ]
    return compare_models(*sides, read)


def of(*values):
    return [("predict", "float64", list(values))]


def test_equal_files_are_the_same_model_whatever_else(plain):
    [found] = compared(plain, of(1.0), of(2.0), digest="a")
    assert found.status is Verdict.IDENTICAL


def test_other_bytes_with_the_same_predictions_are_the_same_model(plain):
    [found] = compared(plain, of(1.0, "NaN", [0.25, 0.75]), of(1.0, "NaN", [0.25, 0.75]))
    assert (found.status, found.note) == (Verdict.IDENTICAL, "the same predictions on 2 rows")


def test_predictions_that_differ_are_named_with_both_values(plain):
    [found] = compared(plain, of([0.5, 0.5], [0.25, 0.75]), of([0.5, 0.5 + 1e-13], [0.25, 0.7]))
    assert (found.name, found.status, found.before, found.after) == ("model forest", Verdict.DIFFERS, "0.75", "0.7")
    assert found.note == "predict of sample row [1][1]"


def test_predictions_that_differ_by_rounding_are_within_the_tolerance(plain):
    [found] = compared(plain, of(1.0), of(1.0 + 1e-12))
    assert found.status is Verdict.TOLERATED


@pytest.mark.parametrize(
    "second", [of(1.0), of(1.0, 2.0, 3.0), of("a", "b"), [("predict_proba", "float64", [1.0, 2.0])]]
)
def test_fewer_more_or_other_predictions_differ(plain, second):
    [found] = compared(plain, of(1.0, 2.0), second)
    assert found.status is Verdict.DIFFERS


def test_another_class_and_other_rows_differ(plain):
    [found] = compared(plain, of(1.0), of(1.0), class_name="Ridge")
    assert (found.status, found.after) == (Verdict.DIFFERS, "Ridge")
    [found] = compared(plain, of(1.0), of(1.0), rows=("r", "s"))
    assert (found.status, found.note) == (Verdict.DIFFERS, "the rows that it was asked on are others")


def test_a_model_that_the_replay_has_not_differs_unless_celltrail_kept_it_by_itself(plain):
    [found] = compare_models(replace(plain, models=(KEPT,)), plain, {}.__getitem__)
    assert (found.status, found.note) == (Verdict.DIFFERS, "the replay has none")
    assert compare_models(replace(plain, models=(replace(KEPT, is_automatic=True),)), plain, {}.__getitem__) == ()


def test_without_sample_predictions_other_bytes_tell_nothing_and_that_is_said(plain):
    [found] = compared(plain, of(1.0), of(2.0), predictions_path="")
    assert found.status is Verdict.CANNOT
    assert "no sample predictions" in found.note


def test_a_model_of_which_nothing_can_be_said_is_not_called_equal():
    plan = ReplayPlan("run", (), 0, is_full=False, working_directory="", reads=(), writes=(), missing=(), notes=())
    same = (Finding("metric a", Verdict.IDENTICAL, "1", "1"),)
    status, reason = conclude(same, (), Planned(plan, (), ()), "", unknown=["model net"])
    assert status is Verdict.IDENTICAL
    assert reason == "parameters, metrics and datasets are equal; nothing can be said of model net"
    near = (Finding("metric a", Verdict.TOLERATED, "1", "1.0000000001"),)
    assert conclude(near, (), Planned(plan, (), ()), "", unknown=["model net"])[1].endswith("said of model net")


def test_the_verdict_says_of_which_data_only_the_rows_were_compared():
    plan = ReplayPlan("run", (), 0, is_full=False, working_directory="", reads=(), writes=(), missing=(), notes=())
    shop = Finding("shop", Verdict.UNCOMPARED, "3 rows", "3 rows", "same rows, content not compared")
    checklist = (CheckItem("data", Verdict.UNCOMPARED, findings=(shop,)),)
    for before, after in ((Verdict.IDENTICAL, "1"), (Verdict.DIFFERS, "2")):
        results = (Finding("metric a", before, "1", after),)
        status, reason = conclude(results, checklist, Planned(plan, (), ()), "")
        assert status is before
        assert "; of shop the content was not compared" in reason
