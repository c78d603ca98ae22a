"""What goes into a journal comes out of it, bit for bit."""

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celltrail.errors import JournalError
from celltrail.journal import events, frames, run_events
from celltrail.journal.reader import Document, list_segments, read_batches, read_segment
from celltrail.journal.writer import JournalWriter
from celltrail.records import ErrorInfo, Evidence, Origin, Param, ParamKind, Status, Tag
from journal_trail import bits, read_all

int64 = st.integers(-(2**63), 2**63 - 1)
any_float = st.integers(0, 2**64 - 1).map(lambda n: struct.unpack("<d", struct.pack("<Q", n))[0])
characters = st.characters(codec=None, categories=None) | st.sampled_from("\ud800\udfff😀א\x00\u202e\n\x01\x02")
any_text = st.text(characters).map(
    # a high surrogate before a low one is one character to JSON, however Python keeps it
    lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
)
params = st.builds(
    Param, any_text, any_text, st.sampled_from(ParamKind), st.sampled_from(Origin), any_text, st.booleans()
)
documents = st.one_of(
    st.builds(events.SessionEnded, any_text, int64, st.sampled_from(Status)),
    st.builds(events.ParamsLogged, any_text, int64, st.lists(params, max_size=4).map(tuple)),
    st.builds(events.TagsSet, any_text, int64, st.lists(st.builds(Tag, any_text, any_text), max_size=4).map(tuple)),
    st.builds(events.CellStarted, any_text, any_text, int64, any_text, int64, any_text, st.lists(any_text).map(tuple)),
    st.builds(
        events.CellFinished,
        any_text,
        int64,
        st.sampled_from(Status),
        st.none() | st.builds(ErrorInfo, any_text, any_text, any_text),
        st.floats(allow_nan=False),
    ),
)
metrics = st.tuples(st.integers(0, 5), int64, int64, any_float)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(documents | metrics, max_size=30),
    st.sampled_from([200, 1000, 1 << 20]),
    st.sampled_from([32, 500, 1 << 20]),
)
def test_any_mixture_of_events_comes_back_in_order_and_to_the_bit(
    tmp_path_factory, written, segment_bytes, piece_bytes
):
    """NaN payloads, infinities, -0.0, extreme integers, lone surrogates and emoji; any rotation, any size of reads."""
    folder = tmp_path_factory.mktemp("journal")
    writer = JournalWriter(folder, max_segment_bytes=segment_bytes)
    expected_metrics = []
    for item in written:
        if isinstance(item, tuple):
            number, step, at, value = item
            writer.metric(writer.series(f"run{number}", f"key{number}"), step, at, value)
            expected_metrics.append((f"run{number}", f"key{number}", step, at, bits(value)))
        else:
            writer.append(item)
    writer.close()
    trail = read_all(folder, piece_bytes)
    assert trail.documents == [item for item in written if not isinstance(item, tuple)]
    assert trail.metrics == expected_metrics


def test_a_source_of_ten_megabytes_comes_back_whole_beside_small_reads(tmp_path):
    source = "x = '😀 ünï'\n" * (10_000_000 // 13)
    cell = events.CellStarted("e", "s", 1, "c", 1, source)
    writer = JournalWriter(tmp_path)
    writer.append(cell, events.SessionEnded("s", 2))
    writer.close()
    trail = read_all(tmp_path, max_bytes=4096)
    assert trail.documents == [cell, events.SessionEnded("s", 2)]


def test_a_reader_finds_the_same_from_every_position_that_a_batch_ended_at(tmp_path):
    writer = JournalWriter(tmp_path)
    series = writer.series("run", "loss")
    for step in range(50):
        writer.metric(series, step, step, float(step))
        if step % 7 == 0:
            writer.append(events.SessionEnded("s", step))
    writer.close()
    (segment,) = list_segments(tmp_path)
    whole = read_segment(segment.path)
    ends = [batch.end for batch in read_batches(segment.path, max_bytes=64)]
    assert len(ends) > 20
    for position in ends:
        rest = read_segment(segment.path, position)
        assert rest.opened == whole.opened
        assert rest.documents == [(offset, event) for offset, event in whole.documents if offset >= position]
        steps = [row[1] for block in rest.items if not isinstance(block, Document) for row in block.rows()]
        assert steps == list(range(50 - len(steps), 50))


def test_a_series_is_declared_in_every_segment_before_its_first_metric_there(tmp_path):
    writer = JournalWriter(tmp_path, max_segment_bytes=1000)
    series = writer.series("run", "rmse", evidence=Evidence.SAME_OBJECT, dataset_name="X_test", slice_name="n > 3")
    for step in range(100):
        writer.metric(series, step, step, 0.5)
    writer.close()
    trail = read_all(tmp_path)
    assert [row[2] for row in trail.metrics] == list(range(100))
    assert len(list_segments(tmp_path)) > 4
    declared = events.SeriesDeclared(series, "run", "rmse", Evidence.SAME_OBJECT, "", "X_test", "", "n > 3")
    assert set(trail.declared) == {declared}


def test_the_same_series_gets_the_same_number_and_another_slice_another(tmp_path):
    writer = JournalWriter(tmp_path)
    first = writer.series("run", "rmse")
    assert writer.series("run", "rmse") == first
    assert writer.series("run", "rmse", slice_name="old") != first
    assert writer.series("other", "rmse") != first


def test_nothing_is_on_disk_before_the_first_event(tmp_path):
    folder = tmp_path / ".celltrail" / "journal"
    writer = JournalWriter(folder)
    writer.series("run", "rmse")
    assert not folder.parent.exists()
    writer.append(events.SessionEnded("s", 1))
    assert len(list_segments(folder)) == 1
    assert (folder.parent / ".gitignore").read_text().endswith("*\n"), "the store ignores itself in git"
    writer.close()


def test_several_events_and_several_metrics_are_one_write_each(tmp_path):
    """One write, so that a kill leaves all or a beginning of them, and a reader sees no gap."""
    writer = JournalWriter(tmp_path)
    series = [writer.series("run", key) for key in "abc"]
    writer.append(events.SessionEnded("s", 1), events.SessionEnded("s", 2))
    writer.metrics((number, 7, 8, float(number)) for number in series)
    writer.close()
    trail = read_all(tmp_path)
    assert [event.at for event in trail.documents] == [1, 2]
    assert trail.metrics == [("run", key, 7, 8, bits(float(n))) for n, key in zip(series, "abc", strict=True)]


def test_a_closed_writer_says_so_and_its_last_segment_is_sealed_as_the_last(tmp_path):
    writer = JournalWriter(tmp_path, max_segment_bytes=600)
    series = writer.series("run", "rmse")
    for step in range(30):
        writer.metric(series, step, 0, math.pi)
    writer.close()
    writer.close()
    with pytest.raises(JournalError, match="is closed"):
        writer.append(events.SessionEnded("s", 1))
    with pytest.raises(JournalError, match="is closed"):
        writer.metric(series, 1, 1, 1.0)
    seals = [batch.documents[-1][1] for batch in read_all(tmp_path).batches]
    assert [seal.is_last for seal in seals] == [False] * (len(seals) - 1) + [True]


def test_a_number_that_was_not_declared_or_does_not_fit_is_refused_and_harms_nothing(tmp_path):
    writer = JournalWriter(tmp_path)
    series = writer.series("run", "rmse")
    writer.metric(series, 1, 1, 1.0)
    with pytest.raises(JournalError, match="was not declared"):
        writer.metric(series + 1, 1, 1, 1.0)
    with pytest.raises(struct.error, match=r"int|format|range"):
        writer.metric(series, 2**63, 1, 1.0)
    with pytest.raises(struct.error, match="required argument is not a float"):
        writer.metrics([(series, 1, 1, 1.0), (series, 2, 2, "high")])
    writer.metric(series, 2, 2, 2.0)
    writer.close()
    assert [row[2] for row in read_all(tmp_path).metrics] == [1, 2]


def test_an_event_that_json_cannot_say_is_refused_before_anything_is_written(tmp_path):
    writer = JournalWriter(tmp_path / "journal")
    with pytest.raises(TypeError, match="cannot hold a object"):
        writer.append(events.SessionEnded("s", object()))
    assert list_segments(tmp_path / "journal") == []


def test_every_event_type_has_a_document(tmp_path):
    """A type that is missing in the union would be ignored by every reader."""
    types = {
        cls
        for module in (events, run_events)
        for cls in vars(module).values()
        if isinstance(cls, type) and cls.__module__ == module.__name__
    }
    assert types == set(frames._TYPES.values())
