"""Equal digests mean equal content: across libraries, chunkings and files; and one changed cell changes one column."""

import datetime as dt
import io
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celltrail.fingerprint.data import fingerprint, is_dataset
from celltrail.records import DatasetVersion

ROWS = 30_000
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def version(value: object, **options: int) -> DatasetVersion:
    found = fingerprint(value, **options)
    assert found is not None
    return found


def digest(value: object) -> str:
    return version(value).digest


def changed_columns(before: object, after: object) -> list[str]:
    pairs = zip(version(before).columns, version(after).columns, strict=True)
    return [old.name for old, new in pairs if old != new]


def through_parquet(frame: pd.DataFrame) -> pd.DataFrame:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return pd.read_parquet(buffer)


@pytest.fixture(scope="module")
def messy() -> pd.DataFrame:
    """A frame with every ordinary type, each with something missing."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "float": rng.normal(size=ROWS),
            "float32": rng.normal(size=ROWS).astype("float32"),
            "int": rng.integers(-9, 9, ROWS),
            "uint8": rng.integers(0, 255, ROWS).astype("uint8"),
            "nullable": pd.array(rng.integers(0, 9, ROWS), dtype="Int64"),
            "flag": rng.random(ROWS) > 0.5,
            "maybe": pd.array(rng.random(ROWS) > 0.5, dtype="boolean"),
            "text": [f"wörd {number % 97}" for number in range(ROWS)],
            "when": pd.date_range("2020-01-01", periods=ROWS, freq="h"),
            "zoned": pd.date_range("2020-01-01", periods=ROWS, freq="h", tz="Europe/Berlin"),
            "took": pd.to_timedelta(rng.integers(0, 10**9, ROWS), unit="us"),
            "kind": pd.Categorical.from_codes(rng.integers(0, 3, ROWS), ["b", "a", "ü"]),
        }
    )
    for place, column in enumerate(frame.columns):
        if column not in {"int", "uint8", "flag", "float32"}:
            frame.loc[place * 11, column] = None
    return frame


def test_pandas_polars_and_arrow_agree_on_the_same_content(messy):
    expected = version(messy)
    assert version(pl.from_pandas(messy)).columns == expected.columns
    assert version(pa.Table.from_pandas(messy)).columns == expected.columns
    assert digest(pl.from_pandas(messy)) == digest(pa.Table.from_pandas(messy)) == expected.digest


def test_a_parquet_round_trip_keeps_the_digest(messy):
    assert digest(through_parquet(messy)) == digest(messy)


def test_polars_and_arrow_read_the_same_parquet_file_as_pandas(messy, tmp_path):
    path = tmp_path / "messy.parquet"
    messy.to_parquet(path)
    assert digest(pl.read_parquet(path)) == digest(messy)
    assert digest(pq.read_table(path)) == digest(messy)


def test_chunks_leave_no_trace(messy):
    whole = pa.Table.from_pandas(messy)
    cuts = [0, 1, 17, 17, 4_096, 29_999, ROWS]
    pieces = [whole.slice(start, stop - start) for start, stop in pairwise(cuts)]
    chunked = pa.concat_tables(pieces)
    assert chunked.column("text").num_chunks > 1
    assert digest(chunked) == digest(messy)
    frame = pl.from_pandas(messy)
    stacked = pl.concat([frame[:5], frame[5:20_001], frame[20_001:]], rechunk=False)
    assert digest(stacked) == digest(messy)


def test_a_slice_is_what_it_shows_and_not_what_it_was_cut_from(messy):
    part = messy.iloc[100:2_000].reset_index(drop=True)
    assert digest(pa.Table.from_pandas(messy).slice(100, 1_900)) == digest(part)
    assert digest(pl.from_pandas(messy)[100:2_000]) == digest(part)


def test_every_second_row_is_read_through_its_strides(messy):
    every_other = messy.iloc[::2].reset_index(drop=True)
    assert digest(every_other) == digest(pa.Table.from_pandas(every_other))


def edited(frame: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    copy = frame.copy()
    copy.loc[row, column] = value
    return copy


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("float", lambda cell: cell + 1e-12),
        ("float", lambda _: None),
        ("float32", lambda cell: np.nextafter(cell, np.float32(9), dtype="float32")),
        ("int", lambda cell: cell + 1),
        ("uint8", lambda cell: cell ^ 1),
        ("nullable", lambda _: None),
        ("nullable", lambda cell: cell + 1),
        ("flag", lambda cell: not cell),
        ("maybe", lambda cell: not cell),
        ("text", lambda cell: cell + " "),
        ("text", lambda _: ""),
        ("text", lambda _: None),
        ("when", lambda cell: cell + pd.Timedelta(days=1)),
        ("zoned", lambda cell: cell + pd.Timedelta(microseconds=1)),
        ("took", lambda cell: -cell),
        ("kind", lambda cell: "a" if cell != "a" else "b"),
    ],
)
def test_one_edited_cell_in_row_20000_changes_the_digest_and_names_the_column(messy, column, change):
    after = edited(messy, 20_000, column, change(messy.loc[20_000, column]))
    assert after[column].dtype == messy[column].dtype
    assert digest(after) != digest(messy)
    assert changed_columns(messy, after) == [column]
    assert changed_columns(pl.from_pandas(messy), pl.from_pandas(after)) == [column]


def test_two_cells_that_change_places_change_the_digest():
    assert digest(pd.DataFrame({"a": [1.0, 2.0]})) != digest(pd.DataFrame({"a": [2.0, 1.0]}))
    assert digest(pd.DataFrame({"a": ["ab", "c"]})) != digest(pd.DataFrame({"a": ["a", "bc"]}))
    assert digest(pd.DataFrame({"a": ["", None]})) != digest(pd.DataFrame({"a": [None, ""]}))


def test_type_name_order_and_rows_count(messy):
    assert digest(messy.astype({"int": "int32"})) != digest(messy)
    assert digest(messy.rename(columns={"int": "integer"})) != digest(messy)
    assert digest(messy[list(messy.columns[::-1])]) != digest(messy)
    assert digest(messy.iloc[:-1]) != digest(messy)
    assert digest(messy[["int"]]) != digest(messy["int"])


def test_a_zone_is_part_of_the_type_and_the_unit_is_not():
    naive = pd.Series(pd.date_range("2020", periods=3))
    berlin, utc = naive.dt.tz_localize("Europe/Berlin"), naive.dt.tz_localize("UTC")
    assert len({digest(naive), digest(berlin), digest(utc)}) == 3
    assert digest(naive.astype("datetime64[s]")) == digest(naive.astype("datetime64[ns]"))


def test_instants_beyond_the_range_of_nanoseconds_are_read_exactly():
    far = pd.Series(np.array(["0001-01-01", "9999-12-31", "NaT"], dtype="datetime64[us]"))
    near = pd.Series(np.array(["0001-01-01", "9999-12-30", "NaT"], dtype="datetime64[us]"))
    assert digest(far) != digest(near)
    assert digest(far.astype("datetime64[ms]")) == digest(far)
    assert digest(pl.Series(far.to_numpy())) == digest(far)


def test_a_time_zone_has_one_name_whichever_library_made_it():
    frames = [
        pd.Series(pd.date_range("2020", periods=3, tz=zone))
        for zone in ("UTC", dt.UTC, __import__("zoneinfo").ZoneInfo("UTC"))
    ]
    assert len({digest(frame) for frame in frames}) == 1
    offset = pd.Series(pd.to_datetime(["2020-01-01T00:00:00+01:00"]))
    assert digest(pa.Table.from_pandas(offset.to_frame("a"))) == digest(offset.to_frame("a"))


def test_a_default_index_is_no_content_and_any_other_is(messy):
    plain = messy[["int"]]
    assert digest(plain.set_axis(np.arange(ROWS), axis=0)) == digest(plain)
    shifted = plain.set_axis(range(1, ROWS + 1), axis=0)
    assert digest(shifted) != digest(plain)
    assert [column.dtype for column in version(shifted).columns] == ["int64", "index int64"]
    assert digest(plain.set_axis(np.arange(1, ROWS + 1), axis=0)) == digest(shifted)
    assert digest(plain.iloc[::-1]) != digest(plain)
    named = plain.rename_axis("row")
    assert digest(named) != digest(plain)


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["x", "y", "z"], name="key"),
        pd.Index([5, 6, 8]),
        pd.RangeIndex(10, 16, 2),
        pd.date_range("2020", periods=3, tz="Europe/Berlin"),
        pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["k", None]),
    ],
    ids=["text", "numbers", "range", "dates", "multi"],
)
def test_an_index_survives_parquet_and_arrow(index):
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=index)
    assert digest(through_parquet(frame)) == digest(frame)
    if not isinstance(index, pd.RangeIndex):
        assert digest(pa.Table.from_pandas(frame)) == digest(frame)
    assert digest(frame.reset_index(drop=True)) != digest(frame)


# --- Hypothesis ---------------------------------------------------------------------------------------------------

COLUMNS = {
    "float64": st.one_of(st.none(), st.floats(allow_nan=False)),
    "int64": st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    "bool": st.one_of(st.none(), st.booleans()),
    "string": st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=6)),
    "date": st.one_of(st.none(), st.dates()),
    "decimal": st.one_of(st.none(), st.decimals(-999, 999, places=2)),
    "binary": st.one_of(st.none(), st.binary(max_size=4)),
    "time": st.one_of(st.none(), st.times()),
    "timestamp": st.one_of(st.none(), st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1))),  # noqa: DTZ001 - naive
}
ARROW = {
    "float64": pa.float64(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "string": pa.string(),
    "date": pa.date32(),
    "decimal": pa.decimal128(9, 2),
    "binary": pa.binary(),
    "time": pa.time64("us"),
    "timestamp": pa.timestamp("us"),
}


def as_pandas(kind: str, cells: list[object]) -> pd.Series:
    dtypes = {"float64": "float64", "int64": "Int64", "bool": "boolean", "string": "str", "timestamp": "datetime64[us]"}
    return pd.Series(cells, dtype=dtypes.get(kind, "object"))


@st.composite
def columns(draw: st.DrawFn) -> tuple[str, list[object]]:
    kind = draw(st.sampled_from(sorted(COLUMNS)))
    cells = draw(st.lists(COLUMNS[kind], min_size=1, max_size=40))
    return kind, cells if any(cell is not None for cell in cells) else [
        *cells,
        draw(COLUMNS[kind].filter(lambda c: c is not None)),
    ]


@QUICK
@given(columns(), st.integers(0, 40))
def test_any_column_has_one_digest_in_all_three_libraries(column, cut):
    kind, cells = column
    array = pa.array(cells, type=ARROW[kind])
    halves = pa.chunked_array([array.slice(0, cut), array.slice(cut)])
    expected = digest(as_pandas(kind, cells))
    assert digest(array) == expected
    assert digest(halves) == expected
    assert digest(pl.Series("", halves)) == expected


@QUICK
@given(columns(), st.data())
def test_any_other_cell_gives_another_digest(column, data):
    kind, cells = column
    place = data.draw(st.integers(0, len(cells) - 1))
    other = data.draw(COLUMNS[kind])
    same = other == cells[place] and str(other) == str(cells[place])
    replaced = [*cells[:place], other, *cells[place + 1 :]]
    assert (digest(pa.array(replaced, type=ARROW[kind])) == digest(pa.array(cells, type=ARROW[kind]))) == same


@QUICK
@given(columns())
def test_a_one_column_frame_survives_parquet_whatever_it_holds(column):
    kind, cells = column
    frame = as_pandas(kind, cells).to_frame("a")
    assert digest(through_parquet(frame)) == digest(frame)


def test_nothing_of_the_dataset_is_changed(messy):
    copy = messy.copy(deep=True)
    version(messy)
    version(pa.Table.from_pandas(messy))
    version(pl.from_pandas(messy))
    pd.testing.assert_frame_equal(messy, copy)


def test_a_read_only_array_is_read():
    array = np.arange(10.0)
    array.setflags(write=False)
    assert digest(array) == digest(np.arange(10.0))


# --- budgets ------------------------------------------------------------------------------------------------------


def test_above_the_budget_the_digest_says_that_it_is_sampled(messy):
    sampled = version(messy, budget_bytes=100_000)
    assert sampled.is_sampled
    assert sampled.digest.startswith("xxh3-128-sampled:")
    assert sampled.rows == ROWS
    assert all(column.digest.startswith("xxh3-128-sampled:") for column in sampled.columns)
    assert version(messy, budget_bytes=100_000) == sampled
    assert not version(messy).is_sampled


@pytest.mark.parametrize("row", [0, ROWS - 1])
def test_a_sample_holds_the_first_row_and_the_last(messy, row):
    after = edited(messy, row, "int", 1_000)
    assert version(after, budget_bytes=100_000).digest != version(messy, budget_bytes=100_000).digest


def test_a_sample_knows_how_many_rows_there_are():
    assert (
        version(np.zeros(1_000_000), budget_bytes=1_000).digest
        != version(np.zeros(1_000_001), budget_bytes=1_000).digest
    )


@pytest.mark.parametrize(
    "value",
    [
        pl.DataFrame({"a": range(100_000)}),
        pa.table({"a": range(100_000)}),
        np.zeros((100_000, 3)),
        pd.Series(range(100_000)),
        list(range(100_000)),
        pa.array(range(100_000)),
        pl.Series(range(100_000)),
    ],
    ids=lambda value: type(value).__module__.partition(".")[0] + type(value).__name__,
)
def test_every_kind_can_be_sampled(value):
    assert version(value, budget_bytes=20_000).is_sampled
    assert not version(value).is_sampled


# --- what is a dataset --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        *(None, 3, "text", b"bytes", {}, {"a": [1]}, [], (), object(), int, np.float64(3), np.array(3)),
        *(pl.LazyFrame({"a": [1]}), [object()], [{"a": 1}], range(3), {1, 2}, sys),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_dataset_gives_none(value):
    assert not is_dataset(value)
    assert fingerprint(value) is None


@pytest.mark.parametrize(
    "value",
    [
        [1, 2],
        (1.5, None),
        ["a", "b"],
        [[0, 0], [1, 1]],
        [np.float64(1)],
        [Decimal(1)],
        [dt.date(2020, 1, 1)],
        [np.zeros(3)],
    ],
    ids=str,
)
def test_a_list_of_plain_values_is_a_dataset(value):
    found = version(value)
    assert (found.kind, found.rows) == ("list", len(value))
    assert "partial" not in found.digest


def test_no_library_is_imported_to_look_at_a_value():
    code = (
        "import sys\n"
        "from celltrail.fingerprint.data import fingerprint, is_dataset\n"
        "assert is_dataset([1, 2]) and not is_dataset(object())\n"
        "assert fingerprint([1, 2]).digest.startswith('xxh3-128:')\n"
        "heavy = {'numpy', 'pandas', 'polars', 'pyarrow', 'scipy', 'duckdb'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_xxhash_the_digest_says_blake2b():
    code = (
        "import sys\nsys.modules['xxhash'] = None\n"
        "from celltrail.fingerprint.data import fingerprint\n"
        "import pandas as pd\n"
        "version = fingerprint(pd.DataFrame({'a': [1.0], 'b': ['x']}))\n"
        "assert version.digest.startswith('blake2b-128:') and version.columns[0].digest.startswith('blake2b-128:')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_polars_is_read_without_pyarrow():
    code = (
        "import sys\nsys.modules['pyarrow'] = None\n"
        "import polars as pl, datetime as dt\n"
        "from celltrail.fingerprint.data import fingerprint\n"
        "frame = pl.DataFrame({'s': ['a', None, 'ü'], 'n': [1, None, 3], 'f': [1.0, None, float('nan')],\n"
        "    'd': [dt.date(2020, 1, 1)] * 3, 'b': [True, None, False], 'c': pl.Series(['x', 'y', None],\n"
        "    dtype=pl.Categorical)})\n"
        "print(fingerprint(frame).digest)"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    frame = pl.DataFrame(
        {
            "s": ["a", None, "ü"],
            "n": [1, None, 3],
            "f": [1.0, None, float("nan")],
            "d": [dt.date(2020, 1, 1)] * 3,
            "b": [True, None, False],
            "c": pl.Series(["x", "y", None], dtype=pl.Categorical),
        }
    )
    assert out.strip() == digest(frame) == digest(frame.to_arrow())


@pytest.mark.parametrize("shape", [(40_000, 3), (3_000, 700), (5, 1)])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "bool"])
def test_a_frame_over_an_array_is_its_columns_however_they_lie(shape, dtype):
    values = np.random.default_rng(1).normal(size=shape).astype(dtype)
    if dtype.startswith("float"):
        values[2::7] = np.nan
    before = values.copy()
    over = pd.DataFrame(values, copy=False)
    assert digest(over) == digest(pd.DataFrame(values.copy(order="F"), copy=False))
    assert digest(over.iloc[::-1]) == digest(over.iloc[::-1].copy())
    np.testing.assert_array_equal(values, before)
