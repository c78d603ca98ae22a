"""Swaps of a replay: what the user writes, and seeds that take the place of others."""

import ast

import pytest

from celltrail.errors import ParameterError
from celltrail.execute.replay.conditions import Conditions, parse_swap
from celltrail.execute.replay.report import Cause
from celltrail.execute.replay.reseeding import reseed

SOURCE = """%time x = 1
SEED = 42; name = "é"; rng = np.random.default_rng(42)
model = Forest(n_estimators=42, random_state=0)  # random_state=0
def split(rows, seed=3, *, random_state=None, rng=4): return seed
np.random.seed(SEED)
grid = {"random_state": 5, "depth": 5}
seeds = [1, 2]
"""


def test_a_seed_takes_the_place_of_every_number_that_is_one_and_of_nothing_else():
    found = reseed(SOURCE, 77)
    assert found.source == (
        SOURCE.replace("SEED = 42", "SEED = 77")
        .replace("default_rng(42)", "default_rng(77)")
        .replace("random_state=0)", "random_state=77)")
        .replace("seed=3", "seed=77")
        .replace("rng=4", "rng=77")
        .replace('"random_state": 5', '"random_state": 77')
    )
    assert found.replaced == (
        "SEED=42",
        "default_rng=42",
        "random_state=0",
        "seed=3",
        "rng=4",
        "random_state=5",
    )


@pytest.mark.parametrize("source", ["x = (", "%%bash\necho 1", "alpha = 0.5", "seed = True", "f(seed=None)", "\0"])
def test_a_source_without_such_a_number_stays_as_it_is(source):
    assert reseed(source, 7).source == source


def test_a_source_with_another_seed_is_still_python():
    ast.parse(reseed(SOURCE.partition("\n")[2], 2**31 - 1).source)


@pytest.mark.parametrize(
    "text", ["seed=7", "data", "code", "environment", "data:sales.csv", "data:in/sales.csv=/tmp/a=b.csv"]
)
def test_a_swap_reads_as_the_user_wrote_it(text):
    assert parse_swap(text).label == text


def test_a_seed_that_is_not_given_is_drawn_and_told():
    swap = parse_swap("seed")
    assert swap.cause is Cause.SEED
    assert 0 <= int(swap.given) < 2**31


def test_the_present_environment_and_the_recorded_one_at_once_are_refused():
    with pytest.raises(ParameterError, match="leave out one of the two"):
        Conditions((parse_swap("environment"),), rebuilds_environment=True)
    with pytest.raises(ParameterError, match="takes one seed"):
        Conditions((parse_swap("seed=1"), parse_swap("seed=2")))
