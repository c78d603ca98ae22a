"""What was to be kept and could not be written before the kernel ended is said not to be kept."""

import threading
from pathlib import Path

import pytest

from celltrail.capture import session as sessions
from celltrail.config import Settings
from celltrail.fingerprint.files import digest_bytes
from celltrail.journal import events
from celltrail.journal.events import ContentKept
from celltrail.journal.reader import list_segments, read_batches
from celltrail.records import FileUse


def test_a_content_that_still_waits_when_the_kernel_ends_is_said_not_to_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sessions, "_DRAIN_S", 0.1)
    (tmp_path / "a.csv").write_bytes(b"a")
    session = sessions.Session(Settings(tmp_path, tmp_path / ".celltrail", keep_inputs_bytes=9), front_end="script")
    session.begin()
    slow = threading.Event()
    session.background.submit("slow", lambda: bool(slow.wait(30)))
    session.keeper.keep_file(FileUse("a.csv", "read", digest_bytes(b"a"), 1))
    session.end()
    said = [
        event
        for segment in list_segments(tmp_path / ".celltrail" / "journal")
        for batch in read_batches(segment.path)
        for _, event in batch.documents
        if isinstance(event, ContentKept)
    ]
    slow.set()
    assert [(one.source, one.blob, one.note) for one in said] == [
        ("a.csv", "", "not kept: it could not be written before the kernel ended")
    ]


def told(store: Path) -> list[events.Event]:
    return [
        event
        for segment in list_segments(store / "journal")
        for batch in read_batches(segment.path)
        for _, event in batch.documents
    ]


def test_a_step_of_the_end_that_fails_takes_no_other_step_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    session = sessions.Session(Settings(tmp_path, tmp_path / ".celltrail"), front_end="script")
    session.begin()

    class Stubborn:
        def drain(self) -> None:
            raise RuntimeError("a thread that does not end")

    session.recorder.models = Stubborn()  # type: ignore[assignment] - what a library's failure looks like here
    session.end()
    assert [event.session_id for event in told(tmp_path / ".celltrail") if isinstance(event, events.SessionEnded)] == [
        session.session_id
    ]
    assert "a thread that does not end" in capsys.readouterr().err


def test_what_goes_on_in_a_thread_after_the_end_prints_nothing_and_begins_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sessions, "_DRAIN_S", 0.1)
    session = sessions.Session(Settings(tmp_path, tmp_path / ".celltrail"), front_end="script")
    session.begin()
    slow, begun = threading.Event(), []
    ended = events.SessionEnded("late", 0)
    session.background.submit("keep", lambda: (slow.wait(30), session.recorder.writer.append(ended))[1])
    session.background.submit("keep", lambda: begun.append("another"))
    thread = session.background._thread
    session.end()
    slow.set()
    assert thread is not None
    thread.join(30)
    assert capsys.readouterr().err == ""
    assert session.failures.counts == {"keep": 1}
    assert begun == []
