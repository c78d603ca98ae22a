"""A model is copied as it is, within a budget, and without running code of the user's."""

import random
import threading
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge, SGDRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from celltrail.capture.models import snapshot
from celltrail.capture.models.rows import sample

X = np.arange(600.0).reshape(150, 4)
Y = X.sum(axis=1)


RAN: list[str] = []


class WithHook(BaseEstimator):
    def __getstate__(self) -> dict[str, Any]:
        RAN.append("getstate")
        return {}


class Plain(BaseEstimator):
    mean_ = 0.0


@pytest.mark.parametrize(
    "model", [Ridge(), RandomForestRegressor(5, random_state=0), make_pipeline(StandardScaler(), Ridge())], ids=str
)
def test_the_copy_predicts_what_the_model_does_and_shares_nothing_with_it(model: Any) -> None:
    expected = model.fit(X, Y).predict(X)
    taken = snapshot.take(model, budget_s=10)
    copy = taken.model()
    model.fit(X, -Y)
    assert (copy.predict(X) == expected).all()
    assert {module.partition(".")[0] for module in taken.modules} <= {
        "sklearn",
        "numpy",
        "builtins",
        "copyreg",
        "_codecs",
    }
    assert not taken.own


def test_a_copied_array_can_be_written_to() -> None:
    """partial_fit writes in place, and some predictions want a buffer that could be written to."""
    copy = snapshot.take(SGDRegressor(random_state=0).fit(X, Y), budget_s=10).model()
    copy.partial_fit(X, Y)
    assert copy.coef_.flags.writeable


def test_a_model_over_its_budget_of_bytes_is_given_up_before_it_is_copied() -> None:
    model = Ridge().fit(X, Y)
    model.extra_ = np.zeros(20 << 20, dtype="uint8")
    with pytest.raises(snapshot.CutError, match="larger than 1 MB"):
        snapshot.take(model, budget_s=10, max_bytes=1 << 20)


def test_a_model_over_its_budget_of_time_is_given_up() -> None:
    model = RandomForestRegressor(50, random_state=0).fit(X, Y)
    with pytest.raises(snapshot.CutError, match="longer than its budget"):
        snapshot.take(model, budget_s=1e-5)


def test_code_of_the_users_own_does_not_run_to_make_a_copy() -> None:
    for model in (WithHook(), make_pipeline(FunctionTransformer(), WithHook())):
        with pytest.raises(snapshot.CutError, match="WithHook has code of its own"):
            snapshot.take(model, budget_s=10)
    assert RAN == []


def test_a_class_of_the_users_without_such_code_is_copied_and_named() -> None:
    model = Plain()
    model.mean_ = 2.5
    taken = snapshot.take(model, budget_s=10)
    assert list(taken.own) == [f"{__name__}.Plain"]
    assert taken.model().mean_ == 2.5


def test_what_cannot_be_pickled_says_so_itself() -> None:
    model = Ridge().fit(X, Y)
    model.lock_ = threading.Lock()
    with pytest.raises(TypeError, match="lock"):
        snapshot.take(model, budget_s=10)
    with pytest.raises(Exception, match="lambda"):
        snapshot.take(FunctionTransformer(lambda values: values), budget_s=10)


def test_the_rows_of_a_sample_are_evenly_spaced_and_nothing_is_drawn() -> None:
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002 - the global one is meant
    found = sample(np.arange(1000).reshape(500, 2))
    assert found is not None
    assert found.rows[:, 0].tolist() == [2 * (place * 5) for place in range(100)]
    assert (found.count, found.total) == (100, 500)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002 - as above


def test_a_sample_shares_no_memory_with_the_data_and_is_bounded() -> None:
    data = np.zeros((200, 100_000))
    found = sample(data)
    assert found is not None
    assert found.count == 5
    assert found.rows.nbytes <= 4 << 20
    assert not np.shares_memory(found.rows, data)


def test_no_sample_is_taken_of_what_is_no_table() -> None:
    for value in (None, 5, {"a": 1}, object(), [], np.zeros((0, 3)), np.zeros((3, 10_000_000), dtype="int8")):
        assert sample(value) is None
