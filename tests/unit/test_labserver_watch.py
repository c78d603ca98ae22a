"""The server looks for news often, and rests after folds that cost much."""

import pytest

from celltrail.labserver.watch import JournalWatch, pause_s


@pytest.mark.parametrize(
    ("usual", "fold", "expected"),
    [(0.12, 0.0, 0.12), (0.12, 0.02, 0.12), (0.12, 0.09, 0.36), (0.12, 0.25, 1.0), (0.12, 30.0, 1.0), (1.0, 0.3, 1.0)],
)
def test_a_pause_is_four_times_the_last_fold_but_never_more_than_a_second(usual, fold, expected):
    assert pause_s(usual, fold) == pytest.approx(expected)


def test_a_clock_that_was_set_back_during_a_fold_shortens_no_pause():
    assert pause_s(0.12, -3600.0) == 0.12


def test_only_growth_is_news_and_a_failed_fold_makes_all_of_it_news_again(tmp_path):
    watch = JournalWatch(tmp_path)
    assert not watch.has_news()
    (tmp_path / "journal").mkdir()
    segment = tmp_path / "journal" / "a.ctj"
    segment.write_bytes(b"1")
    assert watch.has_news()
    assert not watch.has_news()
    segment.write_bytes(b"12")
    assert watch.has_news()
    watch.forget()
    assert watch.has_news()
    segment.unlink()
    assert not watch.has_news()
