"""What was to be kept and could not be written before the kernel ended is said not to be kept."""

import threading
from pathlib import Path

import pytest

from celltrail.capture import session as sessions
from celltrail.config import Settings
from celltrail.fingerprint.files import digest_bytes
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
