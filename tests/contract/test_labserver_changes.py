"""Growth of a journal is noticed cheaply, and what changed is told in few events that say when they are not whole."""

import asyncio
import os

import pytest
from tornado.ioloop import IOLoop

from celltrail.labserver.changes import LIMIT, Announcer
from celltrail.labserver.replies import ProjectState, StoreChanged
from celltrail.labserver.watch import JournalWatch


@pytest.fixture
def journal(tmp_path):
    (tmp_path / "journal").mkdir()
    return tmp_path / "journal"


def test_a_journal_that_is_not_there_yet_is_no_news_until_it_is(tmp_path):
    watch = JournalWatch(tmp_path)
    assert not watch.has_news()
    (tmp_path / "journal").mkdir()
    assert not watch.has_news()
    (tmp_path / "journal" / "a-0.ctj").write_bytes(b"x")
    assert watch.has_news()
    assert not watch.has_news()


def test_growth_is_news_once_and_a_removed_segment_is_none(tmp_path, journal):
    watch = JournalWatch(tmp_path)
    for name in ("a-0.ctj", "b-0.ctj", "note.txt"):
        (journal / name).write_bytes(b"x")
    assert watch.has_news()
    with (journal / "b-0.ctj").open("ab") as segment:
        segment.write(b"y")
    assert [watch.has_news(), watch.has_news()] == [True, False]
    (journal / "note.txt").write_bytes(b"longer")
    (journal / "a-0.ctj").unlink()
    assert not any(watch.has_news() for _ in range(3))


def test_after_forgetting_everything_is_news_again(tmp_path, journal):
    (journal / "a-0.ctj").write_bytes(b"x")
    watch = JournalWatch(tmp_path)
    assert [watch.has_news(), watch.has_news()] == [True, False]
    watch.forget()
    assert watch.has_news()


def test_a_segment_that_was_quiet_for_years_is_noticed_when_it_grows(tmp_path, journal):
    for number in range(200):
        path = journal / f"{number:03}-0.ctj"
        path.write_bytes(b"x")
        os.utime(path, (1e9 + number, 1e9 + number))
    watch = JournalWatch(tmp_path)
    assert watch.has_news()
    with (journal / "000-0.ctj").open("ab") as segment:
        segment.write(b"y")
    assert sum(watch.has_news() for _ in range(100)) == 1


def change(run_ids=(), notebooks=(), project="p", state=ProjectState.OWNED, **fields):
    return StoreChanged(
        project,
        state,
        fields.get("is_paused", False),
        tuple(run_ids),
        tuple(notebooks),
        fields.get("is_partial", False),
    )


def announced(changes, pause_s=0.0):
    """What is sent when the changes come `pause_s` apart."""

    async def run():
        sent = []
        announcer = Announcer(IOLoop.current(), sent.append)
        for item in changes:
            announcer.announce(item)
            if pause_s:
                await asyncio.sleep(pause_s)
        await asyncio.sleep(0.3)
        return sent

    return asyncio.run(run())


def test_changes_of_one_moment_are_one_event_in_their_order_without_repetition():
    sent = announced([change(["a", "b"], ["n"]), change(["b", "c"], ["n", "m"])])
    assert sent == [change(["a", "b", "c"], ["n", "m"])]


def test_projects_are_told_apart_and_the_last_state_counts():
    sent = announced([change(["a"]), change(["b"], project="q"), change(state=ProjectState.FAILED, is_paused=True)])
    assert sent == [change(["a"], state=ProjectState.FAILED, is_paused=True), change(["b"], project="q")]


def test_a_stream_of_changes_is_at_most_ten_events_a_second_and_loses_no_run():
    sent = announced([change([str(number)]) for number in range(60)], pause_s=0.01)
    assert [run_id for event in sent for run_id in event.changed_run_ids] == [str(number) for number in range(60)]
    assert len(sent) <= 15


@pytest.mark.parametrize("what", ["run_ids", "notebooks"])
def test_more_than_fits_is_cut_and_says_so(what):
    names = [str(number) for number in range(LIMIT + 1)]
    (event,) = announced([change(**{what: names[:60]}), change(**{what: names[60:]})])
    assert event.is_partial
    assert len(event.changed_run_ids) + len(event.changed_notebooks) == LIMIT
    (whole,) = announced([change(**{what: names[:LIMIT]})])
    assert not whole.is_partial
