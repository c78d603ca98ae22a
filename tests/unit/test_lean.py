"""Dataclasses that compile nothing are dataclasses, and the collector is left as it was."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field

import pytest

from celltrail.lean import mutable, record


@record
class Point:
    """A place."""

    x: int
    y: int = 0
    tags: tuple[str, ...] = ()
    items: list[int] = field(default_factory=list)


@mutable
class Counter:
    """A count."""

    name: str
    count: int = 0
    seen: list[int] = field(default_factory=list)


def test_values_come_by_place_by_name_and_by_default() -> None:
    assert dataclasses.astuple(Point(1)) == (1, 0, (), [])
    assert dataclasses.astuple(Point(1, tags=("a",))) == (1, 0, ("a",), [])
    assert dataclasses.astuple(Point(y=2, x=1, items=[3])) == (1, 2, (), [3])
    assert Point(1).items is not Point(1).items


@pytest.mark.parametrize(
    ("args", "given", "said"),
    [
        ((), {}, "Point needs a value for 'x'"),
        ((1, 2, (), [], 5), {}, "Point takes 4 values but 5 were given"),
        ((1,), {"z": 3}, "Point takes no 'z'"),
        ((1,), {"x": 3}, "Point takes no 'x', or it was given twice"),
    ],
)
def test_what_fits_no_field_is_refused(args: tuple, given: dict, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        Point(*args, **given)


def test_a_record_is_compared_shown_copied_and_never_changed() -> None:
    one, other = Point(1, 2, ("a",)), Point(1, 2, ("a",))
    assert one == other
    assert one != Point(1)
    assert hash(Point(1, 2, ("a",), ())) == hash(Point(1, 2, ("a",), ()))
    assert repr(one) == "Point(x=1, y=2, tags=('a',), items=[])"
    assert pickle.loads(pickle.dumps(one)) == copy.copy(one) == one  # noqa: S301 - what was just made
    assert dataclasses.replace(one, y=5) == Point(1, 5, ("a",))
    assert [each.name for each in dataclasses.fields(Point)] == ["x", "y", "tags", "items"]
    with pytest.raises(FrozenInstanceError, match="cannot change 'x': a Point is immutable"):
        one.x = 3  # type: ignore[misc]
    match one:
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_a_mutable_one_changes_and_is_only_itself() -> None:
    one = Counter("a")
    one.count += 1
    one.seen.append(1)
    assert (one.count, one.seen, Counter("a").seen) == (1, [1], [])
    assert one != Counter("a", 1, [1])
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        one.other = 1  # type: ignore[attr-defined]
