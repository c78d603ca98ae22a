"""Long values side by side show where they differ; values that are no numbers have no difference."""

import math

import pytest

from celltrail.runs.compare import difference_of
from celltrail.runs.text import told_apart
from odd_runs import MEGABYTE

LONG = "x" * (MEGABYTE - 1)


def test_two_megabytes_that_differ_at_their_end_are_told_apart():
    first, second = told_apart((f"{LONG}x", f"{LONG}z"), 40)
    assert (first, second) == (f"… {'x' * 11} (1,000,000 characters)", f"… {'x' * 10}z (1,000,000 characters)")


def test_what_is_short_or_there_once_or_differs_early_is_shown_from_its_beginning():
    assert told_apart(("a", None, "b"), 40) == ("a", "", "b")
    assert told_apart((f"{LONG}x", None), 3) == ("xxx … (1,000,000 characters)", "")
    assert told_apart((f"a{LONG}", f"b{LONG}"), 3) == ("axx … (1,000,000 characters)", "bxx … (1,000,000 characters)")


@pytest.mark.parametrize(
    ("baseline", "value", "difference"),
    [
        (math.nan, 1.0, None),
        (1.0, math.nan, None),
        (math.inf, math.inf, 0.0),
        (math.nan, math.nan, 0.0),
        (1.0, 3.0, 2.0),
    ],
)
def test_nothing_tells_how_far_a_number_is_from_one_that_is_none(baseline, value, difference):
    assert difference_of(baseline, value) == difference
