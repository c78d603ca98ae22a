"""What a namespace holds before a cell, compared with what it holds after."""

import gc
import random
import sys
import threading
import weakref

from celltrail.capture.snapshots import Changes, changes, snapshot


def difference(source: str, **before: object) -> Changes:
    """What executing `source` does to a namespace."""
    space: dict[str, object] = {"__builtins__": {"exec": exec, "globals": globals}, **before}
    at_start = snapshot(space)
    exec(source, space)  # noqa: S102 - cells are executed
    found = changes(at_start, space)
    assert found is not None
    return found


def test_nothing_differs_where_nothing_happened() -> None:
    assert difference("a; b", a=1, b=[]) == Changes()


def test_names_bound_by_exec_are_seen() -> None:
    found = difference("exec('a = [1]; c = 2')", a=[1], b=3)
    assert (found.rebound, found.added, found.removed) == ({"a"}, {"c"}, frozenset())


def test_a_name_put_into_globals_is_seen() -> None:
    found = difference("globals()['a'] = 'x'; globals()['c'] = 'y'", a=1, b=2)
    assert (found.rebound, found.added) == ({"a"}, {"c"})


def test_a_deleted_name_is_removed_and_those_behind_it_stay_the_same() -> None:
    found = difference("del a", a=1, b=2, c=3)
    assert found == Changes(removed=frozenset({"a"}))


def test_the_last_name_deleted_is_removed() -> None:
    assert difference("del c", a=1, b=2, c=3) == Changes(removed=frozenset({"c"}))


def test_as_many_names_deleted_as_bound_are_told_apart() -> None:
    found = difference("del b, d; e = f = 0", a=1, b=2, c=3, d=4)
    assert found == Changes(added=frozenset({"e", "f"}), removed=frozenset({"b", "d"}))


def test_a_name_deleted_and_bound_again_to_another_object_is_rebound() -> None:
    found = difference("del a; a = [2]", a=[1], b=2)
    assert found == Changes(rebound=frozenset({"a"}))


def test_a_name_deleted_and_bound_again_to_the_same_object_is_the_same() -> None:
    assert difference("keep = a; del a; a = keep; del keep", a=[1], b=2) == Changes()


def test_two_names_that_swap_their_objects_are_both_rebound() -> None:
    assert difference("a, b = b, a", a=[1], b=[2]) == Changes(rebound=frozenset({"a", "b"}))


def test_any_cell_s_changes_are_those_that_a_comparison_by_name_finds() -> None:
    choose = random.Random(4)
    for _ in range(300):
        space: dict[str, object] = {f"n{number}": object() for number in range(choose.randrange(12))}
        old = dict(space)  # alive, so that no object takes another's place in memory
        before = snapshot(space)
        for _ in range(choose.randrange(8)):
            name = f"n{choose.randrange(15)}"
            if choose.random() < 0.4:
                space.pop(name, None)
            else:
                space[name] = object()
        found = changes(before, space)
        assert found is not None
        assert found.added == space.keys() - old.keys()
        assert found.removed == old.keys() - space.keys()
        assert found.rebound == {name for name in space.keys() & old.keys() if space[name] is not old[name]}


def test_what_an_object_says_of_its_identity_is_not_asked() -> None:
    class Liar:
        def __hash__(self) -> int:
            raise AssertionError

        def __eq__(self, other: object) -> bool:
            raise AssertionError

        @property
        def __class__(self) -> type:  # type: ignore[override] - a proxy's trick
            raise AssertionError

    class Meta(type):
        def __hash__(cls) -> int:
            raise AssertionError

    space: dict[str, object] = {"liar": Liar(), "kind": Meta("Kind", (), {})}
    before = snapshot(space)
    space["liar"] = Liar()
    found = changes(before, space)
    assert found is not None
    assert found.rebound == {"liar"}


def test_looking_keeps_no_object_alive() -> None:
    class Large:
        pass

    space: dict[str, object] = {"a": Large()}
    seen = weakref.ref(space["a"])
    before = snapshot(space)
    del space["a"]
    gc.collect()
    assert seen() is None
    assert changes(before, space) == Changes(removed=frozenset({"a"}))


def test_looking_raises_no_audit_event() -> None:
    """An audit hook, ours or a debugger's, would make each name cost ten times as much."""
    raised: list[str] = []
    watching = [False]

    def note(event: str, _arguments: tuple[object, ...]) -> None:
        if watching[0]:
            raised.append(event)

    sys.addaudithook(note)
    space: dict[str, object] = {f"n{number}": object() for number in range(10)}
    watching[0] = True
    changes(snapshot(space), space)
    watching[0] = False
    assert raised == []


def test_names_that_a_thread_binds_during_the_cell_are_seen() -> None:
    space: dict[str, object] = {"a": 1, "b": 2}
    before = snapshot(space)
    thread = threading.Thread(target=space.update, args=({"b": 3, "from_thread": 4},))
    thread.start()
    thread.join()
    assert changes(before, space) == Changes(frozenset({"b"}), frozenset({"from_thread"}))


def test_each_name_keeps_its_own_object_while_threads_bind_and_delete() -> None:
    """Were names and identities taken at two moments, names that nobody touched would seem rebound."""
    space: dict[str, object] = {f"still_{number}": object() for number in range(400)}
    is_over = threading.Event()

    def stir(own: str) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            space[f"{own}_{number}"] = number
            space.pop(f"{own}_{number - 3}", None)

    threads = [threading.Thread(target=stir, args=(own,)) for own in ("x", "y")]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for _ in range(300):
            found = changes(snapshot(space), space)
            assert found is not None
            assert not any(name.startswith("still_") for name in found.rebound | found.added | found.removed)
    finally:
        is_over.set()
        sys.setswitchinterval(interval)
        for thread in threads:
            thread.join()
