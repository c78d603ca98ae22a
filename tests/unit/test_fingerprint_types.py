"""Every column type of pandas, Polars and Arrow is read whole, and by its values rather than by its encoding."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from celltrail.fingerprint.data import fingerprint
from celltrail.records import DatasetVersion


def version(value: object, **options: int) -> DatasetVersion:
    found = fingerprint(value, **options)
    assert found is not None
    return found


def digest(value: object) -> str:
    return version(value).digest


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


# --- every type there is -------------------------------------------------------------------------------------------

POLARS = {
    "Int128": pl.Series([1, None, 2**100], dtype=pl.Int128),
    "List": pl.Series([[1, 2], None]),
    "Array": pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int64, 2)),
    "Struct": pl.Series([{"a": 1, "b": "x"}, None]),
    "Object": pl.Series([{1, 2}, 3], dtype=pl.Object),
    "Decimal": pl.Series([Decimal("1.10"), None]),
    "Binary": pl.Series([b"a", None]),
    "Time": pl.Series([dt.time(1), None]),
    "Duration": pl.Series([dt.timedelta(1), None]),
    "Null": pl.Series([None, None]),
    "lists of categories": pl.Series([["a"]], dtype=pl.List(pl.Categorical)),
    "empty text": pl.Series([], dtype=pl.String),
    "empty dates": pl.Series([], dtype=pl.Date),
    "empty categories": pl.Series([], dtype=pl.Categorical),
    "missing categories": pl.Series([None], dtype=pl.Categorical),
}
ARROW = {
    "map": pa.array([[("a", 1)], None], type=pa.map_(pa.string(), pa.int64())),
    "union": pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]),
    "struct": pa.array([{"a": 1}]),
    "fixed list": pa.array([[1, 2]], type=pa.list_(pa.int64(), 2)),
    "list view": pa.array([[1]], type=pa.list_view(pa.int64())),
    "decimal256": pa.array([Decimal("1.1")], type=pa.decimal256(40, 2)),
    "half": pa.array(np.array([1, 2], "float16")),
    "uuid": pa.array([bytes(16)], type=pa.uuid()),
    "run ends": pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]),
    "time32": pa.array([1, 2], type=pa.time32("s")),
    "fixed binary": pa.array([b"ab", None], type=pa.binary(2)),
    "binary view": pa.array([b"ab", None], type=pa.binary_view()),
    "no chunks of categories": pa.chunked_array([], type=pa.dictionary(pa.int8(), pa.string())),
    "no chunks of text": pa.chunked_array([], type=pa.string()),
    "a missing category": pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", None])),
    "a batch": pa.record_batch({"a": [1]}),
    "one name twice": pa.table([[1], [2]], names=["a", "a"]),
}
PANDAS = {
    "bins": pd.cut(pd.Series([1, 2, 3.0]), 2),
    "categories with a zone": pd.Series(pd.Categorical(pd.date_range("2020", periods=2, tz="UTC"))),
    "categories of periods": pd.Series(pd.Categorical(pd.period_range("2020", periods=2, freq="M"))),
    "periods": pd.Series([pd.Period("2020"), 1], dtype=object),
    "intervals": pd.Series([pd.Interval(1, 2)], dtype=object),
    "timedeltas": pd.Series([pd.Timedelta(1), 1], dtype=object),
    "arrow categories": pd.Series(["a"], dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))),
    "multi-index": pd.MultiIndex.from_product([[1, 2], ["a"]]),
    "category index": pd.DataFrame({"a": [1]}, index=pd.CategoricalIndex(["x"])),
    "missing index": pd.DataFrame({"a": [1]}, index=pd.Index([None], dtype=object)),
}


@pytest.mark.parametrize("value", [*POLARS.values(), *ARROW.values(), *PANDAS.values()], ids=[*POLARS, *ARROW, *PANDAS])
def test_every_type_is_read_whole_and_without_a_warning(value):
    assert "partial" not in digest(value)


def test_one_value_has_one_digest_in_every_encoding():
    same = [
        [pa.array(["a", "a", "b"]), pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"])],
        [
            pa.array([b"ab", None], type=kind)
            for kind in (pa.binary(), pa.binary(2), pa.large_binary(), pa.binary_view())
        ],
        [
            pa.array([Decimal("1.1")], type=kind)
            for kind in (pa.decimal32(4, 2), pa.decimal128(9, 1), pa.decimal256(40, 3))
        ],
        [pa.array([86_400_000, None], type=pa.date64()), pa.array([1, None], type=pa.date32())],
        [
            pa.array([1_000, 2_000], type=pa.time32("ms")),
            pa.array([1, 2], type=pa.time32("s")),
            pl.Series([dt.time(0, 0, 1), dt.time(0, 0, 2)]),
        ],
        [pa.array([[1, 2]]), pa.array([[1, 2]], type=pa.list_(pa.int64(), 2)), pl.Series([[1, 2]])],
        [pd.Series([True, None], dtype=object), pd.Series([True, None], dtype="boolean"), pl.Series([True, None])],
    ]
    for values in same:
        assert len({digest(value) for value in values}) == 1


@pytest.mark.parametrize(
    "value",
    [
        pa.array([[1, 2]] * 1_000),
        pl.Series([[1, 2]] * 1_000),
        pl.Series([Decimal(1)] * 1_000),
        pd.Series([[1, 2]] * 1_000, dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
        pd.Series(["a"] * 1_000, dtype="string[python]"),
        pd.Series(["a"] * 1_000, dtype="object"),
    ],
    ids=["arrow", "polars", "decimal", "pandas over arrow", "string[python]", "object"],
)
def test_what_takes_long_to_read_weighs_more_in_the_budget(value):
    assert version(value, budget_bytes=100_000).is_sampled
    assert not version(value, budget_bytes=2_000_000).is_sampled
