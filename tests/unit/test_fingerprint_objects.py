"""Odd datasets: strange cells, names, dtypes, arrays; no user code is run, and what is not read is said."""

import datetime as dt
import enum
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from celltrail.fingerprint.cells import CellEncoder
from celltrail.fingerprint.data import fingerprint, is_dataset
from celltrail.records import DatasetVersion


def version(value: object, **options: int) -> DatasetVersion:
    found = fingerprint(value, **options)
    assert found is not None
    return found


def digest(value: object) -> str:
    return version(value).digest


class Hostile:
    """Whoever calls any method of it fails the test."""

    def _refuse(self, *_: object) -> None:
        raise AssertionError("user code was run")

    __repr__ = __str__ = __eq__ = __hash__ = __len__ = __bool__ = __iter__ = __getattr__ = __getattribute__ = _refuse
    __array__ = __float__ = __int__ = __reduce__ = __reduce_ex__ = __getstate__ = __index__ = __lt__ = _refuse


class Meta(type):
    @property
    def __mro__(cls):
        raise AssertionError("user code was run")

    @property
    def __module__(cls):
        raise AssertionError("user code was run")


class HostileClass(metaclass=Meta):
    @property
    def __class__(self):
        raise AssertionError("user code was run")


class LoudText(str):
    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        raise AssertionError("user code was run")

    __str__ = __len__ = __iter__ = __eq__ = __hash__ = encode


class Colour(enum.IntEnum):
    RED = 1


def column_of(*cells: object) -> pd.DataFrame:
    values = np.empty(len(cells), dtype=object)
    for place, cell in enumerate(cells):
        values[place] = cell
    return pd.DataFrame({"a": values})


def test_objects_that_do_harm_are_not_touched_and_the_digest_says_that_it_is_partial():
    for cell in (Hostile(), HostileClass(), Hostile):
        found = version(column_of(1, cell, "x"))
        assert found.digest.startswith("xxh3-128-partial:")
        assert found.columns[0].digest.startswith("xxh3-128-partial:")
        assert not is_dataset(cell)


def test_a_partial_digest_still_tells_classes_and_places_apart():
    cells = [column_of(1, Hostile(), 2), column_of(1, 2, Hostile()), column_of(1, HostileClass(), 2)]
    assert len({digest(frame) for frame in cells}) == 3
    assert digest(column_of(object())) == digest(column_of(object()))


def test_only_the_columns_that_cannot_be_read_are_partial():
    frame = column_of(object(), object()).assign(b=[1, 2])
    assert [column.digest.partition(":")[0] for column in version(frame).columns] == ["xxh3-128-partial", "xxh3-128"]


def test_subclasses_of_plain_types_are_read_through_their_base():
    assert digest(column_of(LoudText("a"))) != digest(column_of(LoudText("b")))
    assert digest(column_of(Colour.RED)) != digest(column_of(1))
    assert "partial" not in digest(column_of(LoudText("a"), Colour.RED))


@pytest.mark.parametrize(
    "pair",
    [
        (1, 1.0),
        (1, True),
        (1, "1"),
        ("1", b"1"),
        (0.0, -0.0),
        (1, Decimal(1)),
        (16**5000, 16**5000 + 1),
        (1j, 2j),
        (Fraction(1, 2), 0.5),
        (dt.date(2020, 1, 1), dt.datetime(2020, 1, 1)),  # noqa: DTZ001 - naive on purpose
        (dt.timedelta(1), dt.timedelta(1, 0, 1)),
        (dt.time(1), dt.time(1, tzinfo=dt.UTC)),
        ((1, 2), (12,)),
        ([[1], 2], [1, [2]]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (np.array([1, 2]), np.array([1, 3])),
        (np.datetime64("2020"), np.datetime64("2021")),
        ("\ud800", "\ud801"),
        (float("inf"), float("-inf")),
        (None, 0),
        (None, ""),
    ],
    ids=lambda pair: type(pair[0]).__name__,
)
def test_unequal_cells_have_unequal_digests(pair):
    first, second = (column_of("other", 3.5, cell) for cell in pair)
    assert digest(first) != digest(second)
    assert "partial" not in digest(first) + digest(second)


def test_equal_cells_have_equal_digests_whatever_their_order_or_wrapping():
    assert digest(column_of({"a": 1, "b": {2, 3}}, 1)) == digest(column_of({"b": {3, 2}, "a": 1}, 1))
    assert digest(column_of(np.int64(3), "x")) == digest(column_of(3, "x"))
    assert digest(column_of(Decimal("1.10"), None)) == digest(column_of(Decimal("1.1"), np.nan))
    assert digest(column_of([1, 2], None)) == digest(column_of(np.array([1, 2]), None))


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT], ids=repr)
def test_all_ways_to_be_missing_are_one(missing):
    assert digest(column_of("a", missing)) == digest(column_of("a", None))
    assert digest(column_of(1, "a", missing)) == digest(column_of(1, "a", None))


def test_a_list_within_itself_ends():
    loop: list[object] = [1]
    loop.append(loop)
    assert digest(column_of(loop)).startswith("xxh3-128-partial:")
    encoder = CellEncoder()
    encoder.encode([[[[[[[[1]]]]]]]])
    assert not encoder.is_partial


# --- names --------------------------------------------------------------------------------------------------------


def test_duplicate_and_strange_column_names_are_kept_apart():
    values = np.arange(6.0).reshape(2, 3)
    names = [["a", "a", "b"], ["a", "b", "a"], [0, 1, 2], ["0", "1", "2"], [0.0, 1.0, 2.0], [None, "", "x"]]
    names += [[("a", 1), ("a", 2), ("b", 1)], [pd.Timestamp("2020"), "b", "c"], ["<script>", "\u202eabc", "🙂"]]
    found = [version(pd.DataFrame(values, columns=pd.Index(columns, tupleize_cols=False))) for columns in names]
    assert len({one.digest for one in found}) == len(names)
    assert found[0].column_count == 3
    assert [column.name for column in found[6].columns] == ["('a', 1)", "('a', 2)", "('b', 1)"]


def test_a_hostile_column_name_is_named_by_its_class():
    class Name:
        __hash__ = object.__hash__

        def __repr__(self) -> str:
            raise AssertionError("user code was run")

    frame = pd.DataFrame([[1]], columns=pd.Index([Name()], dtype=object))
    found = version(frame)
    assert "Name" in found.columns[0].name
    assert "partial" in found.digest


def test_empty_frames_have_digests_that_differ_by_what_they_have():
    empties = [
        pd.DataFrame(),
        pd.DataFrame(index=range(3)),
        pd.DataFrame({"a": []}, dtype="float64"),
        pd.DataFrame({"a": []}, dtype="int64"),
        pd.DataFrame({"a": []}, dtype="object"),
        pd.DataFrame({"a": []}, dtype="str"),
        pd.DataFrame({"a": pd.Categorical([])}),
    ]
    assert len({digest(frame) for frame in empties}) == len(empties)
    for frame in empties[2:]:
        assert digest(pa.Table.from_pandas(frame)) == digest(frame)
    for frame in (*empties[2:4], empties[5]):  # Polars gives an empty object column, or category, another type
        assert digest(pl.from_pandas(frame)) == digest(frame)


def test_a_subclass_of_a_frame_is_read_as_a_frame():
    class Fancy(pd.DataFrame):
        @property
        def columns(self):
            raise AssertionError("user code was run")

        def items(self):
            raise AssertionError("user code was run")

    plain = pd.DataFrame({"a": [1, 2]})
    fancy = Fancy.__new__(Fancy)
    object.__setattr__(fancy, "_mgr", plain._mgr)
    assert digest(fancy) == digest(plain)


def test_data_that_another_thread_changes_gives_some_digest_and_no_error():
    values = np.zeros(300_000)
    rows = list(range(100_000))
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            values[::1_000] += 1
            rows.append(1)
            del rows[:2]

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(5):
            version(pd.DataFrame({"a": values}, copy=False))
            version(rows)
            version(values)
    finally:
        stop.set()
        thread.join()
