"""What a reader makes of segments that are growing, torn, foreign, newer or not segments at all."""

import os
import struct
import tracemalloc

import pytest

from celltrail.errors import NewerJournalError
from celltrail.journal import events, frames
from celltrail.journal.reader import list_segments, read_batches, read_segment
from celltrail.journal.writer import JournalWriter

WRITER = "0123456789abcdef"


def opened(version=events.FORMAT_VERSION, writer=WRITER, seq=0):
    return events.SegmentOpened(version, writer, seq, 1, 1, "host", "boot", 1)


def segment_bytes(bodies, writer=WRITER, seq=0, version=events.FORMAT_VERSION):
    """A segment made by docs/journal.md alone, not by the writer."""
    data = frames.frame(frames.document_body(opened(version, writer, seq), 1), 0)
    for body in bodies:
        data += frames.frame(body, frames.salt(writer, seq) + len(data))
    return data


def document(event):
    return frames.document_body(event, 1)


def raw_document(text):
    payload = text.encode() + b" " * (-len(text.encode()) % 32)
    return frames.HEAD_BODY.pack(2, len(payload), 1, 0) + payload


def metric(series, step, value=0.5):
    return frames.METRIC_BODY.pack(series << 8 | 1, step, 1, value)


ENDED = events.SessionEnded("s", 7)


def write_segment(folder, data, name=f"{WRITER}-0.ctj"):
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_torn_tail_is_the_present_end_and_the_rest_is_read_once_it_is_there(tmp_path):
    data = segment_bytes([document(ENDED), metric(1, 1), document(ENDED)])
    for cut in range(len(data) + 1):
        path = write_segment(tmp_path, data[:cut])
        first = read_segment(path)
        assert (first.damaged_at, first.has_more, first.is_sealed) == (None, False, False)
        assert first.end <= cut
        path.write_bytes(data)
        rest = read_segment(path, first.end)
        offsets = [item.offset for item in (*first.items, *rest.items)]
        assert offsets == [item.offset for item in read_segment(path).items]
        assert rest.end == len(data)


def test_an_empty_file_is_a_segment_that_has_not_begun(tmp_path):
    batch = read_segment(write_segment(tmp_path, b""))
    assert (batch.opened, batch.end, batch.items, batch.damaged_at, batch.has_more) == (None, 0, (), None, False)


def test_a_newer_segment_is_refused_by_name_and_left_as_it_is(tmp_path):
    data = segment_bytes([document(ENDED)], version=events.FORMAT_VERSION + 1)
    path = write_segment(tmp_path, data)
    with pytest.raises(NewerJournalError, match=r"has format 2, this celltrail knows up to 1: upgrade celltrail"):
        read_segment(path)
    assert path.read_bytes() == data


def test_events_and_values_of_later_additions_are_counted_and_passed_by(tmp_path):
    bodies = [
        raw_document('{"type":"RunPraised","run_id":"r"}'),
        raw_document('{"type":"SessionEnded","session_id":"s","at":1,"status":"evaporated"}'),
        raw_document('{"type":"SessionEnded","session_id":"s","at":7,"status":"finished","mood":"good"}'),
        raw_document('["no","event"]'),
        raw_document("[" * 100_000),
        raw_document('{"type":["SessionEnded"]}'),
        raw_document("\xff not json"),
        metric(1, 1),
    ]
    batch = read_segment(write_segment(tmp_path, segment_bytes(bodies)))
    assert [event for _, event in batch.documents[1:]] == [ENDED], "an unknown field of a known event is no obstacle"
    assert len(batch.ignored) == 6
    assert "RunPraised" in batch.ignored[0].reason
    assert "evaporated" in batch.ignored[1].reason
    assert batch.metric_count == 1
    assert batch.damaged_at is None


def test_a_copy_under_another_name_is_not_taken_for_a_second_segment(tmp_path):
    """Else a file copied within the folder would double its events."""
    data = segment_bytes([document(ENDED)])
    batch = read_segment(write_segment(tmp_path, data, f"{WRITER}-1.ctj"))
    assert (batch.items, batch.damaged_at, batch.end) == ((), 0, 0)
    elsewhere = read_segment(write_segment(tmp_path, data, "kept by hand.ctj"))
    assert [event for _, event in elsewhere.documents] == [opened(), ENDED]


def test_only_regular_files_with_a_segments_name_are_segments(tmp_path):
    good = write_segment(tmp_path, segment_bytes([]))
    hostile = [
        "../evil-0.ctj".replace("/", "\u2215"),
        "0123456789ABCDEF-0.ctj",
        "0123456789abcdef-00.ctj",
        "0123456789abcdef--1.ctj",
        "0123456789abcdef-1.ctj.tmp",
        "0123456789abcdef-1.CTJ",
        "0123456789abcdef-٣.ctj",
        "0123456789abcdef-1.ctj\n",
        "<script>-0.ctj",
        ".ctj",
    ]
    for name in hostile:
        (tmp_path / name).write_bytes(b"x" * 64)
    (tmp_path / "0123456789abcdef-2.ctj").mkdir()
    (tmp_path / "0123456789abcdef-3.ctj").symlink_to(good)
    os.mkfifo(tmp_path / "0123456789abcdef-4.ctj")
    assert [(s.path, s.writer, s.seq) for s in list_segments(tmp_path)] == [(good, WRITER, 0)]
    assert list_segments(tmp_path / "nowhere") == []


def test_segments_are_listed_by_writer_and_by_number(tmp_path):
    for name in (f"{WRITER}-10.ctj", f"{WRITER}-9.ctj", "0000000000000000-3.ctj"):
        write_segment(tmp_path, b"", name)
    assert [(s.writer[:4], s.seq) for s in list_segments(tmp_path)] == [("0000", 3), ("0123", 9), ("0123", 10)]


def test_damage_before_valid_frames_is_told_with_its_place_and_what_stands_before_is_kept(tmp_path):
    data = bytearray(segment_bytes([metric(1, 1), metric(1, 2), metric(1, 3), document(ENDED)]))
    second = data.index(metric(1, 2)) - 4
    data[second + 20] ^= 1
    path = write_segment(tmp_path, data)
    batch = read_segment(path)
    assert (batch.damaged_at, batch.end, batch.metric_count) == (second, second, 1)
    assert read_segment(path, second).damaged_at == second, "and again from there"


def test_bytes_behind_the_seal_are_damage(tmp_path):
    sealed = segment_bytes([document(ENDED), document(events.SegmentSealed(9, is_last=True))])
    batch = read_segment(write_segment(tmp_path, sealed + b"\0" * 32))
    assert (batch.is_sealed, batch.damaged_at) == (True, len(sealed))
    batch = read_segment(write_segment(tmp_path, sealed))
    assert (batch.is_sealed, batch.damaged_at, batch.end) == (True, None, len(sealed))


def test_a_file_that_shrank_below_what_was_read_is_damaged(tmp_path):
    data = segment_bytes([metric(1, n) for n in range(10)])
    path = write_segment(tmp_path, data[:-64])
    batch = read_segment(path, len(data))
    assert (batch.damaged_at, batch.items) == (len(data) - 64, ())


def test_a_bad_slot_at_the_end_of_a_large_document_is_found_to_be_damage(tmp_path):
    """The frame behind the bad slot is larger than one read."""
    large = document(events.CellStarted("e", "s", 1, "c", 1, "x" * (9 << 20)))
    data = bytearray(segment_bytes([metric(1, 1), large]))
    start = data.index(metric(1, 1)) - 4
    data[start] ^= 0xFF
    assert read_segment(write_segment(tmp_path, data)).damaged_at == start


@pytest.mark.parametrize(
    ("length", "file_mb"),
    [(2**64 - 32, 40), (2**62, 40), (2**40, 40), (2**31, 40), (513 << 20, 600), (33, 40), (0, 40)],
)
def test_an_absurd_length_takes_no_memory(tmp_path, length, file_mb):
    data = segment_bytes([metric(1, 1), struct.pack("<IQQQ", 2, length, 1, 0) + b" " * 64])
    path = write_segment(tmp_path, data)
    os.truncate(path, file_mb << 20)  # sparse: the file itself is that long
    tracemalloc.start()
    batch = read_segment(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert batch.metric_count == 1
    assert batch.damaged_at is None
    assert peak < 24 << 20


def test_a_long_segment_is_read_in_bounded_memory(tmp_path):
    writer = JournalWriter(tmp_path)
    series = writer.series("r", "k")
    for start in range(0, 300_000, 20_000):
        writer.metrics((series, step, 0, 0.5) for step in range(start, start + 20_000))
    writer.close()
    (segment,) = list_segments(tmp_path)
    tracemalloc.start()
    count = sum(batch.metric_count for batch in read_batches(segment.path, max_bytes=1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300_000
    assert peak < 6 << 20
