"""Signatures and examples say what is in the data, by its own library."""

import io
import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from celltrail.capture.models.rows import Sample, sample
from celltrail.capture.models.signature import MAX_COLUMNS, specs
from celltrail.capture.models.tables import table_file
from celltrail.records import ValueSpec

FRAME = pd.DataFrame({"age": [1, 2], "pay": [0.5, np.nan], "name": ["a", "b"], "on": [True, False]})


def test_a_frame_has_a_line_for_each_column() -> None:
    assert specs(FRAME) == (
        ValueSpec("age", "int64", nullable="no"),
        ValueSpec("pay", "float64", nullable="yes"),
        ValueSpec("name", str(FRAME["name"].dtype), nullable="not seen"),
        ValueSpec("on", "bool", nullable="no"),
    )


def test_frames_of_other_libraries_name_their_own_types() -> None:
    polars = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})
    assert specs(polars) == (ValueSpec("a", "Int64", nullable="yes"), ValueSpec("b", "String", nullable="not seen"))
    schema = pa.schema([pa.field("a", pa.int64(), nullable=False), pa.field("b", pa.string())])
    arrow = pa.table({"a": [1], "b": [None]}, schema=schema)
    assert specs(arrow) == (ValueSpec("a", "int64", nullable="no"), ValueSpec("b", "string", nullable="yes"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.zeros((5, 3)), ValueSpec("", "float64", "(-1, 3)", "not seen")),
        (np.array([1.0, np.nan]), ValueSpec("", "float64", "(-1,)", "yes")),
        (np.array([1, 2], dtype="int8"), ValueSpec("", "int8", "(-1,)", "no")),
        (scipy.sparse.csr_matrix(np.eye(3)), ValueSpec("", "float64", "(-1, 3)", "not seen")),
        (["a", "b"], ValueSpec("", "str", "(-1,)", "not seen")),
        ([[1.0, 2.0], [3.0, 4.0]], ValueSpec("", "float", "(-1, 2)", "not seen")),
    ],
    ids=str,
)
def test_a_whole_has_one_line_with_its_shape(value: object, expected: ValueSpec) -> None:
    assert specs(value) == (expected,)


def test_columns_are_bounded_and_what_is_no_data_has_no_signature() -> None:
    assert len(specs(pd.DataFrame(np.zeros((1, MAX_COLUMNS + 5))))) == MAX_COLUMNS
    assert specs(object()) == ()


def example(value: object) -> Sample:
    found = sample(value)
    assert found is not None
    return found.first(5)


def test_an_example_of_a_frame_is_parquet_that_any_library_reads() -> None:
    for frame in (FRAME, pl.from_pandas(FRAME), pa.Table.from_pandas(FRAME)):
        file = table_file(example(frame))
        assert file.ending == ".parquet"
        assert pl.read_parquet(io.BytesIO(file.data))["age"].to_list() == [1, 2]


def test_what_parquet_has_no_type_for_is_csv() -> None:
    file = table_file(example(pd.DataFrame({"a": [1, "x"], "b": [2, 3]})))
    assert (file.ending, pd.read_csv(io.BytesIO(file.data))["b"].tolist()) == (".csv", [2, 3])
    assert table_file(example(pd.DataFrame([[1, 2]], columns=["a", "a"]))).ending == ".csv"


def test_arrays_and_lists_are_json_with_exact_numbers() -> None:
    file = table_file(example(np.array([[0.1 + 0.2, np.nan]] * 9)))
    assert json.loads(file.data) == [[0.1 + 0.2, "NaN"]] * 5
    assert json.loads(table_file(example(["x", "ü"])).data) == ["x", "ü"]
    assert json.loads(table_file(example(scipy.sparse.csr_matrix(np.eye(2)))).data) == [[1.0, 0.0], [0.0, 1.0]]
