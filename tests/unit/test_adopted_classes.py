"""Each of scikit-learn's classes is adopted once, and again where somebody changed it meanwhile."""

from collections.abc import Iterator
from types import FunctionType

import pytest
from sklearn.linear_model import Ridge

from celltrail.capture.estimators import calls, classes
from celltrail.capture.estimators.calls import TrackedMethod


@pytest.fixture(autouse=True)
def originals() -> Iterator[None]:
    """What a test adopts is let go again."""
    yield
    for owner in classes._watched:
        calls.untrack_methods(owner, classes._METHODS)
    classes._watched.clear()
    classes._adopted.clear()


def test_a_class_that_nobody_changed_is_left_as_it_is() -> None:
    classes.adopt(Ridge)
    count, method = len(classes._watched), vars(Ridge)["fit"]
    classes.adopt(Ridge)
    assert isinstance(method, TrackedMethod)
    assert (len(classes._watched), vars(Ridge)["fit"]) == (count, method)


def test_a_method_that_was_put_into_a_class_afterwards_is_watched_from_the_next_class_below_it_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fit(self: Ridge) -> Ridge:
        return self

    classes.adopt(Ridge)
    with monkeypatch.context() as patch:
        patch.setattr(Ridge, "fit", fit)
        patch.setattr(Ridge, "decision_function", fit, raising=False)
        assert isinstance(vars(Ridge)["fit"], FunctionType)
        classes.adopt(Ridge)
        assert [vars(Ridge)[name].original for name in ("fit", "decision_function")] == [fit, fit]
