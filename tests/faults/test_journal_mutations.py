"""A thousand damaged segments: never a bad record, never a crash, and damage is told from a torn tail."""

import random

import pytest

from celltrail.journal import events
from celltrail.journal.reader import Document, read_batches
from celltrail.journal.writer import JournalWriter
from celltrail.records import ErrorInfo, Status

SLOT = 32


def flip_bits(data, rng):
    for _ in range(rng.choice([1, 1, 1, 2, 8])):
        bit = rng.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8


def truncate(data, rng):
    del data[rng.randrange(len(data)) :]


def swap_slots(data, rng):
    count = rng.choice([1, 1, 2, 5])
    first, second = sorted(rng.sample(range(len(data) // SLOT - count), 2))
    one, two = (slice(n * SLOT, (n + count) * SLOT) for n in (first, second))
    data[one], data[two] = data[two], data[one]


def double_slots(data, rng):
    count = rng.choice([1, 2, 5])
    start = rng.randrange(len(data) // SLOT - count) * SLOT
    data[start:start] = data[start : start + count * SLOT]


def remove_slots(data, rng):
    count = rng.choice([1, 2, 5])
    start = rng.randrange(len(data) // SLOT - count) * SLOT
    del data[start : start + count * SLOT]


def zero_run(data, rng):
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice([1, 32, 100, 4096]))
    data[start:end] = bytes(end - start)


def garbage(data, rng):
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice([4, 32, 512]))
    data[start:end] = rng.randbytes(end - start)


def append_garbage(data, rng):
    data += rng.randbytes(rng.choice([1, 31, 32, 500]))


def take_from_another(data, rng, other=b""):
    start = rng.randrange(len(data) // SLOT) * SLOT
    end = min(len(data), len(other), start + rng.choice([32, 512]))
    data[start:end] = other[start:end]


MUTATIONS = (flip_bits, truncate, swap_slots, double_slots, remove_slots, zero_run, garbage, append_garbage)


def flatten(path, max_bytes):
    """Every record with its offset, and the last batch."""
    records = []
    for batch in read_batches(path, max_bytes=max_bytes):
        for item in batch.items:
            if isinstance(item, Document):
                records.append((item.offset, item.event))
            else:
                records += [(item.offset + n * SLOT, row) for n, row in enumerate(item.rows())]
    return records, batch


def write_mixture(folder, *, close):
    writer = JournalWriter(folder)
    series = [writer.series("run", f"key{n}") for n in range(5)]
    for step in range(300):
        writer.metric(series[step % 5], step, step, step / 3)
        if step % 9 == 0:
            writer.append(events.RunFinished("run", step, Status.FAILED, ErrorInfo("E", "m" * step)))
    (writer.close if close else writer.sync)()
    return writer, next(folder.iterdir())


@pytest.fixture(scope="module", params=["sealed", "live"])
def mixture(request, tmp_path_factory):
    """A segment, its bytes, all of its records, and the bytes of another writer's segment."""
    writer, path = write_mixture(tmp_path_factory.mktemp("one"), close=request.param == "sealed")
    _, other = write_mixture(tmp_path_factory.mktemp("two"), close=False)
    yield path, path.read_bytes(), flatten(path, 1 << 20)[0], other.read_bytes()
    writer.close()


def frame_starts(records, size):
    starts = [offset for offset, _ in records]
    return list(zip(starts, [*starts[1:], size], strict=True))


@pytest.mark.parametrize("mutate", [*MUTATIONS, take_from_another], ids=lambda mutate: mutate.__name__)
def test_a_damaged_segment_gives_a_beginning_of_what_was_written_and_nothing_else(mixture, mutate, tmp_path):
    """60 of each kind, on a sealed and on a live segment: 1,080 in all."""
    path, original, records, other = mixture
    rng = random.Random(mutate.__name__)
    for number in range(60):
        data = bytearray(original)
        if mutate is take_from_another:
            take_from_another(data, rng, other)
        else:
            mutate(data, rng)
        damaged = tmp_path / str(number) / path.name
        damaged.parent.mkdir()
        damaged.write_bytes(data)
        found, batch = flatten(damaged, rng.choice([32, 1000, 1 << 20]))
        untouched = next((n for n, (a, b) in enumerate(zip(data, original, strict=False)) if a != b), len(data))
        whole = [
            record
            for (_, end), record in zip(frame_starts(records, len(original)), records, strict=True)
            if end <= untouched
        ]
        assert found == whole, "all that stands before the damage, and nothing behind it"
        intact = any(
            data[a:b] == original[a:b]
            for a, b in frame_starts(records, len(original))
            if a >= batch.end + SLOT and b <= len(data)
        )
        assert (batch.damaged_at is not None) == (intact or (batch.is_sealed and len(data) > batch.end))
        assert damaged.read_bytes() == data, "a reader changes nothing"
