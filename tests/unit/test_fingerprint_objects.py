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
from scipy import sparse

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


def test_strings_are_strings_in_every_storage():
    cells = ["a", None, "wörd"]
    series = [pd.Series(cells, dtype=kind) for kind in ("object", "str", "string[python]", "string[pyarrow]")]
    arrow = [pa.array(cells, type=kind) for kind in (pa.string(), pa.large_string(), pa.string_view())]
    assert len({digest(value) for value in [*series, *arrow, pl.Series(cells)]}) == 1


def test_bytes_hidden_beneath_a_null_are_no_content():
    hidden = pa.StringArray.from_buffers(
        2, pa.array([0, 3, 4], type=pa.int32()).buffers()[1], pa.py_buffer(b"abcx"), pa.py_buffer(b"\x02"), 1
    )
    assert hidden.to_pylist() == [None, "x"]
    assert digest(hidden) == digest(pa.array([None, "x"]))


def test_numbers_beneath_a_null_are_no_content():
    mask = np.array([False, True])
    one, other = (pd.arrays.IntegerArray(np.array([1, hidden]), mask) for hidden in (5, 6))
    assert digest(pd.Series(one)) == digest(pd.Series(other)) == digest(pa.array([1, None]))


def test_a_categorical_counts_by_its_values():
    plain = pd.Series(pd.Categorical(["b", "a", None, "b"]))
    other_codes = pd.Series(pd.Categorical(["b", "a", None, "b"], categories=["unused", "b", "a"]))
    assert digest(plain) == digest(other_codes)
    assert digest(plain) == digest(pl.Series(["b", "a", None, "b"], dtype=pl.Categorical))
    assert digest(plain) == digest(pl.Series(["b", "a", None, "b"], dtype=pl.Enum(["z", "a", "b"])))
    chunks = pa.chunked_array([pa.array(["b"]).dictionary_encode(), pa.array(["a", None, "b"]).dictionary_encode()])
    assert digest(plain) == digest(chunks)
    assert digest(plain) != digest(plain.astype("str"))
    ordered = [
        pd.Series(pd.Categorical(["a", "b"], categories=names, ordered=True)) for names in (["a", "b"], ["b", "a"])
    ]
    assert len({digest(value) for value in [*ordered, ordered[0].astype("category").cat.as_unordered()]}) == 3


def test_a_categorical_with_more_than_int32_cannot_be_confused():
    assert digest(pd.Series(pd.Categorical([1, 2]))) != digest(pd.Series(pd.Categorical(["1", "2"])))


@pytest.mark.parametrize(
    "array",
    [
        pd.array([1, None], dtype="Int8"),
        pd.array([1.5, None], dtype="Float32"),
        pd.array([True, None], dtype="boolean"),
        pd.array(["a", None], dtype="string[python]"),
        pd.array([1, None], dtype="int64[pyarrow]"),
        pd.array([dt.date(2020, 1, 1), None], dtype="date32[pyarrow]"),
        pd.array([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
        pd.period_range("2020", periods=2, freq="M").array,
        pd.arrays.IntervalArray.from_breaks([0.0, 1.0, 2.0]),
        pd.arrays.SparseArray([0.0, 1.0]),
        pd.array([0, 1], dtype="complex128"),
    ],
    ids=lambda array: str(array.dtype),
)
def test_every_extension_array_of_pandas_is_read(array):
    frame = pd.DataFrame({"a": array})
    assert "partial" not in digest(frame)
    assert digest(frame) == digest(frame.copy())
    assert digest(frame) != digest(frame.iloc[[0, 0]].reset_index(drop=True))


class StrangeArray(pd.api.extensions.ExtensionArray):
    """An extension array that nobody knows."""

    def __init__(self, count: int) -> None:
        self._count = count

    @property
    def dtype(self):
        return StrangeType()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, item):
        return StrangeArray(len(range(*item.indices(self._count)))) if isinstance(item, slice) else None

    def copy(self):
        return self

    def __array__(self, *_: object, **__: object):
        raise AssertionError("user code was run")


class StrangeType(pd.api.extensions.ExtensionDtype):
    name = "strange"
    type = object

    @classmethod
    def construct_array_type(cls):
        return StrangeArray


def test_an_extension_array_that_nobody_knows_is_partial():
    frame = pd.DataFrame({"a": StrangeArray(3), "b": [1, 2, 3]})
    found = version(frame)
    assert found.digest.startswith("xxh3-128-partial:")
    assert found.columns[1].digest == version(frame[["b"]]).columns[0].digest


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


# --- arrays -------------------------------------------------------------------------------------------------------

ARRAYS = [
    np.arange(12.0).reshape(3, 4),
    np.arange(12).reshape(3, 4).astype("int8"),
    np.array([True, False]),
    np.array([1 + 2j, np.nan]),
    np.array([1, 2], dtype="float16"),
    np.array([1, 2], dtype="longdouble"),
    np.array([1, 2], dtype="clongdouble"),
    np.array(["a", "bc"]),
    np.array([b"a", b"bc"]),
    np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
    np.array(["2020", "NaT"], dtype="datetime64[D]"),
    np.array([3, 4], dtype="timedelta64[h]"),
    np.array([(1, 2.0, "x"), (2, 3.0, "y")], dtype=[("a", "i4"), ("b", "f8"), ("c", "U3")]),
    np.array([1, "a", None, [2]], dtype=object),
    np.zeros((0, 3)),
    np.zeros((3, 0)),
    np.zeros((2, 3, 4, 5)),
    np.array([b"ab", b"cd"], dtype="V2"),
    np.asfortranarray(np.arange(600_000.0).reshape(300, 2_000)),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}-{array.shape}")
def test_an_array_is_its_dtype_its_shape_and_its_values(array):
    assert "partial" not in digest(array)
    assert digest(array) == digest(array.copy())
    if array.ndim > 1 and array.size:
        assert digest(np.asfortranarray(array)) == digest(np.ascontiguousarray(array))
        assert digest(array.T) != digest(array)
    elif array.size:
        assert digest(array[::-1]) != digest(array)
        wide = np.repeat(array, 3)
        assert digest(wide[::3]) == digest(array)


def test_every_dtype_and_shape_has_its_own_digest():
    assert len({digest(array) for array in ARRAYS}) == len(ARRAYS)
    assert digest(np.zeros((2, 6))) != digest(np.zeros((6, 2)))
    assert digest(np.zeros(4, dtype="int32")) != digest(np.zeros(4, dtype="uint32"))


def test_the_byte_order_of_the_memory_is_not_content():
    assert digest(np.arange(5).astype(">i8")) == digest(np.arange(5).astype("<i8"))
    assert digest(np.arange(5).astype(">f4")) == digest(np.arange(5).astype("<f4"))
    assert digest(np.array(["2020"], dtype=">M8[D]")) == digest(np.array(["2020"], dtype="<M8[D]"))


def test_a_masked_array_is_its_mask_too():
    values = np.arange(4.0)
    masks = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert len({digest(np.ma.masked_array(values, mask=mask)) for mask in masks} | {digest(values)}) == 4


def test_a_subclass_of_an_array_is_read_as_the_array():
    class Loud(np.ndarray):
        def __array_finalize__(self, _: object) -> None:
            if getattr(threading.current_thread(), "armed", False):
                raise AssertionError("user code was run")

        def __getitem__(self, _: object):
            raise AssertionError("user code was run")

    loud = np.arange(5.0).view(Loud)
    threading.current_thread().armed = True
    try:
        assert digest(loud) == digest(np.arange(5.0))
    finally:
        threading.current_thread().armed = False


def test_a_memory_map_is_read(tmp_path):
    array = np.arange(100_000.0)
    np.save(tmp_path / "a.npy", array)
    assert digest(np.load(tmp_path / "a.npy", mmap_mode="r")) == digest(array)


@pytest.mark.parametrize("layout", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
@pytest.mark.parametrize("make", [sparse.random, sparse.random_array])
def test_sparse_matrices_of_every_layout_are_read(layout, make):
    shape = (20, 30)
    if make is sparse.random:
        matrix = sparse.random(*shape, density=0.2, format=layout, random_state=1)
    else:
        matrix = sparse.random_array(shape, density=0.2, format=layout, rng=1)
    found = version(matrix)
    assert (found.kind, found.rows, found.column_count) == ("sparse", 20, 30)
    assert digest(matrix.copy()) == found.digest
    assert digest(matrix * 2) != found.digest


def test_the_width_of_sparse_indices_is_not_content():
    matrix = sparse.random_array((20, 30), density=0.2, format="csr", rng=1)
    wide = matrix.copy()
    wide.indices, wide.indptr = wide.indices.astype("int64"), wide.indptr.astype("int64")
    assert digest(wide) == digest(matrix)


def test_a_frame_that_another_thread_changes_gives_some_digest_and_no_error():
    frame = pd.DataFrame({"a": np.zeros(300_000), "b": np.array(["x", "y", None] * 100_000, dtype=object)})
    values = frame["a"].to_numpy(copy=False)
    rows = list(range(100_000))
    stop = threading.Event()
    values = np.asarray(values).view()

    def change() -> None:
        while not stop.is_set():
            frame.loc[0, "a"] += 1
            rows.append(1)
            del rows[:2]
            frame["c"] = 1
            del frame["c"]

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(20):
            version(rows)
            version(values)
    finally:
        stop.set()
        thread.join()
