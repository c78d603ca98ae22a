"""The rows that a model is asked on are kept by column beside what it said, with what a fit was to learn of them."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from celltrail.capture.models import predictions
from celltrail.capture.models.predictions import InputColumn
from celltrail.capture.models.rows import sample

X = np.arange(800.0).reshape(200, 4)


def test_rows_and_truth_go_with_the_predictions_and_come_back_from_the_file() -> None:
    taken = sample(X, pd.Series(["a", "b", "c", "d"] * 50), count=4)
    assert taken is not None
    said, _, notes = predictions.predict(Ridge().fit(X, X.sum(axis=1)), taken)
    again = predictions.from_file(predictions.as_file(said))
    assert again.inputs == tuple(InputColumn(str(n), [n, n + 200.0, n + 400.0, n + 600.0]) for n in range(4))
    assert (again.truth, again.row_count, again.total_rows, notes) == (["a", "c", "a", "c"], 4, 200, ())


def test_a_frames_columns_keep_their_own_types() -> None:
    frame = pd.DataFrame({"age": [1, 2], "when": pd.Timestamp("2026-01-01"), "share": [0.5, 0.25], "who": ["a", None]})
    taken = sample(frame)
    assert taken is not None
    assert predictions.columns_of(taken)[:3] == (
        InputColumn("age", [1, 2]),
        InputColumn("when", ["2026-01-01 00:00:00"] * 2),
        InputColumn("share", [0.5, 0.25]),
    )


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (pl.DataFrame({"a": [1, 2], "b": ["x", None]}), ["a", "b"]),
        (pa.table({"a": [1, 2], "b": ["x", None]}), ["a", "b"]),
        (pd.Series([1, 2]), [""]),
        (sparse.csr_matrix([[1, 0], [0, 2]]), ["0", "1"]),
        ([[1, 2], [3, 4]], ["0", "1"]),
        (["a text", "another"], [""]),
        (np.zeros((2, 3, 4)), []),
        (np.zeros((2, 60_000)), []),
    ],
)
def test_rows_of_any_kind_are_kept_by_column_unless_they_are_too_many(rows: Any, names: list[str]) -> None:
    taken = sample(rows)
    assert taken is not None
    assert [column.name for column in predictions.columns_of(taken)] == names


@pytest.mark.parametrize("target", [np.arange(3), object(), {"a": 1}, None])
def test_a_target_of_another_length_or_of_a_strange_kind_is_no_truth(target: Any) -> None:
    taken = sample(X, target)
    assert taken is not None
    assert taken.truth is None
