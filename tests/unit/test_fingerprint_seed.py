"""The states of the global generators: seen exactly, never changed."""

# ruff: noqa: NPY002 - the global generator is what is tested here

import random
import subprocess
import sys

import numpy as np
import pytest

from celltrail.fingerprint.seed import digested, drawn_from, generator_states, packed, raw_states, restore


def test_looking_changes_nothing():
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    for _ in range(3):
        generator_states()
    assert (random.random(), np.random.random()) == expected


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (random.random, "python"),
        (lambda: random.gauss(0, 1), "python"),
        (np.random.random, "numpy"),
        (np.random.standard_normal, "numpy"),
        (lambda: np.random.shuffle([1, 2, 3]), "numpy"),
    ],
    ids=["random", "gauss", "numpy", "normal", "shuffle"],
)
def test_a_draw_is_seen_on_the_generator_that_was_drawn_from(draw, name):
    before = raw_states()
    draw()
    assert drawn_from(before, raw_states()) == (name,)


def test_a_second_gauss_that_was_kept_from_the_first_is_seen():
    """Both generators make two normal numbers at a time and keep one; the words of their state stay the same then."""
    random.seed(0)
    random.gauss(0, 1)
    np.random.seed(0)
    np.random.normal()
    before = raw_states()
    random.gauss(0, 1)
    np.random.normal()
    assert set(drawn_from(before, raw_states())) == {"python", "numpy"}


def test_own_generators_are_not_global_ones():
    before = raw_states()
    np.random.default_rng(0).random()
    random.Random(0).random()
    assert drawn_from(before, raw_states()) == ()


def test_the_same_seed_is_the_same_state_in_every_process():
    code = (
        "import random, numpy.random\n"
        "from celltrail.fingerprint.seed import generator_states\n"
        "random.seed(3); numpy.random.seed(3)\nprint(generator_states())"
    )
    results = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(results) == 1


def test_another_bit_generator_is_read_too():
    before = np.random.get_bit_generator()
    try:
        np.random.set_bit_generator(np.random.Philox(1))
        states = raw_states()
        np.random.random()
        assert drawn_from(states, raw_states()) == ("numpy",)
    finally:
        np.random.set_bit_generator(before)


def test_numpy_is_not_imported_to_look():
    code = (
        "import sys\nfrom celltrail.fingerprint.seed import generator_states\n"
        "assert [state.name for state in generator_states()] == ['python']\nassert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_generator_that_appeared_in_between_was_not_drawn_from():
    after = raw_states()
    assert drawn_from(after[:1], after) == ()


def test_a_state_that_is_digested_later_is_the_one_of_its_moment():
    random.seed(5)
    np.random.seed(5)
    expected = generator_states()
    raw = raw_states()
    random.random()
    np.random.normal()
    assert digested(raw) == expected
    assert drawn_from(raw, raw_states()) == ("python", "numpy")


def test_a_draw_is_seen_without_digests():
    before = raw_states()
    assert drawn_from(before, raw_states()) == ()
    random.gauss(0, 1)
    assert drawn_from(before, raw_states()) == ("python",)
    np.random.standard_normal(3)
    assert drawn_from(before, raw_states()) == ("python", "numpy")


def test_packed_states_bring_the_same_numbers_back():
    """Also the second normal number that both generators keep from a pair."""
    random.gauss(0, 1)
    np.random.normal()
    kept = packed(raw_states())
    expected = [random.gauss(0, 1), random.random(), np.random.normal(), np.random.random(5).tolist()]
    np.random.seed(3)
    random.seed(3)
    assert set(restore(kept)) >= {"python", "numpy"}
    assert [random.gauss(0, 1), random.random(), np.random.normal(), np.random.random(5).tolist()] == expected


def test_another_bit_generator_behind_the_global_one_is_packed_whole():
    original = np.random.get_bit_generator()
    try:
        np.random.set_bit_generator(np.random.PCG64(5))
        kept = packed(raw_states())
        expected = np.random.random(3).tolist()
        np.random.random(7)
        restore(kept)
        assert np.random.random(3).tolist() == expected
    finally:
        np.random.set_bit_generator(original)


@pytest.mark.parametrize("content", [b"[]", b'{"format": 2, "states": {}}', b"not json"])
def test_what_is_no_packed_state_is_refused_and_changes_nothing(content):
    before = generator_states()
    with pytest.raises(ValueError, match=r"packed|Expecting"):
        restore(content)
    assert generator_states() == before
