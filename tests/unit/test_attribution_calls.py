"""A wrapped function or method is the original to everybody who looks: traceback, warning, pickle, signature."""

import copy
import inspect
import logging
import pickle
import subprocess
import sys
import traceback
import warnings
from typing import Any

import cloudpickle
import pytest

from celltrail.capture.estimators.calls import (
    Switch,
    track_in_closure,
    track_methods,
    untrack_in_closure,
    untrack_methods,
)


class Seen:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.returned_count = 0
        self.failed_count = 0

    def returned(self, result: Any) -> Any:
        self.returned_count += 1
        return result

    def failed(self, _error: BaseException) -> None:
        self.failed_count += 1


def make_class() -> type:
    class Model:
        def fit(self, data: Any, y: Any = None, *, deep: bool = False) -> Any:  # noqa: ARG002 - for the signature
            """Fit it."""
            warnings.warn("mind the step", UserWarning, stacklevel=2)
            logging.getLogger("model").warning("said", stacklevel=2)
            if data == "raise":
                raise ValueError("no such data")
            return self

    return Model


def tracked(seen: Seen) -> tuple[type, Switch]:
    switch = Switch(begin=lambda *_: seen)
    model = make_class()
    track_methods(model, frozenset({"fit"}), switch)
    return model, switch


def frames_of(model: Any, *args: Any) -> list[tuple[str, str]]:
    with pytest.raises(
        (ValueError, TypeError), match=r"no such data|missing 1 required positional argument: 'data'"
    ) as info:
        model.fit(*args)
    return [(frame.filename, frame.name) for frame in traceback.extract_tb(info.value.__traceback__)]


@pytest.mark.filterwarnings("ignore:mind the step")
def test_a_traceback_has_the_same_frames_with_the_wrapper_and_without() -> None:
    seen = Seen()
    model, _ = tracked(seen)
    assert frames_of(model(), "raise") == frames_of(make_class()(), "raise")
    assert frames_of(model()) == frames_of(make_class()())
    assert seen.failed_count == 2


def test_a_stacklevel_reaches_the_same_line(caplog: pytest.LogCaptureFixture) -> None:
    model, _ = tracked(Seen())
    for made in (model(), make_class()()):
        with pytest.warns(UserWarning, match="mind the step") as caught:
            made.fit(0)
        line = inspect.getsourcelines(test_a_stacklevel_reaches_the_same_line)[1] + 4
        assert (caught[0].filename, caught[0].lineno) == (__file__, line)
        assert (caplog.records[-1].pathname, caplog.records[-1].lineno) == (__file__, line)


@pytest.mark.filterwarnings("ignore:mind the step")
def test_signature_name_and_documentation_are_the_originals() -> None:
    model, _ = tracked(Seen())
    plain = make_class()
    for one, other in ((model.fit, plain.fit), (model().fit, plain().fit)):
        assert inspect.signature(one) == inspect.signature(other)
        assert (one.__name__, one.__doc__, one.__qualname__) == (other.__name__, other.__doc__, other.__qualname__)
    assert inspect.isfunction(model.fit)
    assert inspect.ismethod(model().fit)
    assert inspect.getsource(model.fit) == inspect.getsource(plain.fit)


def test_a_class_pickled_by_value_arrives_as_it_was_without_celltrail() -> None:
    model, _ = tracked(Seen())
    data = cloudpickle.dumps((model, model(), model().fit))
    program = f"""
import sys, pickle
sys.modules["celltrail"] = None
cls, made, method = pickle.loads({data!r})
assert type(vars(cls)["fit"]).__name__ == "function"
import warnings; warnings.simplefilter("ignore")
made.fit(1); method(2)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


@pytest.mark.filterwarnings("ignore:mind the step")
def test_copies_of_instances_and_classes_work() -> None:
    seen = Seen()
    model, _ = tracked(seen)
    copy.deepcopy(model()).fit(1)
    copy.copy(model()).fit(1)
    assert seen.returned_count == 2
    assert copy.deepcopy(model) is model


def test_a_switch_that_is_off_or_was_pickled_watches_nothing() -> None:
    switch = Switch(begin=lambda *_: None)
    assert pickle.loads(pickle.dumps(switch)) == {}  # noqa: S301 - our own bytes
    assert type(pickle.loads(pickle.dumps(switch))) is dict  # noqa: S301 - our own bytes


def test_untracking_restores_the_very_function() -> None:
    plain = make_class()
    original = vars(plain)["fit"]
    names = frozenset({"fit"})
    track_methods(plain, names, Switch())
    track_methods(plain, names, Switch())
    untrack_methods(plain, names)
    assert vars(plain)["fit"] is original


def test_a_decorated_function_is_reached_through_every_name_it_has() -> None:
    def decorate(func: Any) -> Any:
        def wrapper(*args: Any) -> Any:
            return func(*args)

        return wrapper

    @decorate
    def double(value: int) -> int:
        return 2 * value

    alias = double
    seen = Seen()
    assert track_in_closure("metric", double, "func", Switch(begin=lambda *_: seen))
    assert not track_in_closure("metric", double, "func", Switch())
    assert alias(4) == 8
    assert seen.returned_count == 1
    untrack_in_closure(double, "func")
    assert alias(4) == 8
    assert seen.returned_count == 1
