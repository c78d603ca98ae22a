"""Which names a cell reads and writes."""

import pathlib

import pytest

from celltrail.capture import namespace
from celltrail.capture.snapshots import changes, snapshot


def run(source: str, **before: object) -> tuple[set[str], set[str]]:
    """Execute a cell in a namespace; returns the names read and written."""
    space: dict[str, object] = {"__name__": "__main__", **before}
    names = namespace.analyse(source, lambda text: text)
    at_start = snapshot(space)
    ended_well = True
    try:
        exec(source, space)  # noqa: S102 - cells are executed
    except ZeroDivisionError:
        ended_well = False
    changed = changes(at_start, space)
    return (
        set(namespace.read(names, changed, space)),
        set(namespace.written(names, changed, space, ended_well=ended_well)),
    )


@pytest.mark.parametrize(
    ("source", "read", "written"),
    [
        ("y = x + 1", {"x"}, {"y"}),
        ("x = 1\ny = x", set(), {"x", "y"}),
        ("x += 1", {"x"}, {"x"}),
        ("y = [x * i for i in range(3)]", {"x"}, {"y"}),
        ("y = [x for x in range(3)]", set(), {"y"}),
        ("for i in range(x):\n    y = i", {"x"}, {"i", "y"}),
        ("if x:\n    a = 1\nb = a", {"x", "a"}, {"a", "b"}),
        ("try:\n    a = 2\nexcept ValueError:\n    pass\nb = a", {"a"}, {"a", "b"}),
        ("with open(name) as file:\n    text = file.read()", {"name"}, {"file", "text"}),
        ("items.append(x)", {"items", "x"}, set()),
        ("table['k'] = x", {"table", "x"}, {"table"}),
        ("box.size = x", {"box", "x"}, {"box"}),
        ("del x", set(), {"x"}),
        ("exec('fresh = 1')", set(), {"fresh"}),
        ("f = lambda value: value + x", {"x"}, {"f"}),
        ("import json as j", set(), {"j"}),
        ("(y := x)", {"x"}, {"y"}),
        ("y: int = x", {"x"}, {"y"}),
        ("a, (b, *c) = x, (2, 3)", {"x"}, {"a", "b", "c"}),
        ("print(f'{x:>{a}}')", {"x", "a"}, set()),
        ("y = 1\n1 / 0\nz = x", {"x"}, {"y"}),
        ("x = x", {"x"}, {"x"}),
        ("match x:\n    case 5:\n        hit = a", {"x", "a"}, {"hit"}),
    ],
)
def test_a_cell_reads_what_it_did_not_assign_before_and_writes_what_it_binds(
    source: str, read: set[str], written: set[str], tmp_path: object
) -> None:
    box = type("Box", (), {})()
    name = f"{tmp_path}/file"
    with pathlib.Path(name).open("w") as file:
        file.write("text")
    assert run(source, x=5, a=3, items=[], table={}, box=box, name=name) == (read, written)


def test_the_globals_of_a_called_function_count_as_reads_through_the_functions_that_it_calls() -> None:
    space: dict[str, object] = {"__name__": "__main__"}
    exec("rate = 2\nbase = 1\nunused = 0\ndef inner(v): return v * rate\ndef outer(v): return inner(v) + base", space)  # noqa: S102 - cells are executed
    names = namespace.analyse("y = outer(3)", lambda text: text)
    before = snapshot(space)
    exec("y = outer(3)", space)  # noqa: S102 - cells are executed
    assert set(namespace.read(names, changes(before, space), space)) == {"outer", "inner", "rate", "base"}


def test_the_globals_of_a_class_of_the_notebook_count_as_reads_of_the_cell_that_uses_an_instance() -> None:
    space: dict[str, object] = {"__name__": "__main__"}
    exec("rate = 2\nclass Model:\n    def fit(self): return rate\nmodel = Model()", space)  # noqa: S102 - cells are executed
    names = namespace.analyse("model.fit()", lambda text: text)
    assert set(namespace.read(names, changes(snapshot(space), space), space)) == {"model", "rate"}


def test_a_function_that_calls_itself_ends_the_search() -> None:
    space: dict[str, object] = {"__name__": "__main__"}
    exec("def f(n): return g(n)\ndef g(n): return f(n)", space)  # noqa: S102 - cells are executed
    names = namespace.analyse("f", lambda text: text)
    assert set(namespace.read(names, changes(snapshot(space), space), space)) == {"f", "g"}


def test_importing_again_changes_nothing() -> None:
    import json

    assert run("import json", json=json) == (set(), set())


def test_the_code_inside_time_magics_is_read_as_the_cell_s_own() -> None:
    names = namespace.analyse("get_ipython().run_cell_magic('time', '', 'y = x\\n')", lambda text: text)
    assert names.read - {"get_ipython"} == {"x"}
    assert names.assigned == {"y"}


def test_a_source_that_is_no_python_or_very_large_is_partial_and_says_so() -> None:
    assert namespace.analyse("x = (", lambda text: text).is_partial
    assert namespace.analyse("x = 1\n" * 100_000, lambda text: text).is_partial
    assert namespace.analyse("x = 1\0", lambda text: text).is_partial


def test_only_the_outermost_loops_are_loops() -> None:
    names = namespace.analyse("for i in a:\n    for j in b:\n        pass\nx = [k for k in c]\n", lambda text: text)
    assert names.loops == [(1, 3), (4, 4)]


def test_a_source_that_is_run_again_is_analysed_once() -> None:
    assert namespace.analyse("again = 1", str) is namespace.analyse("again = 1", str)


def test_the_code_in_a_magic_is_read_again_as_the_transformation_may_have_changed() -> None:
    source = "get_ipython().run_cell_magic('time', '', 'body')"
    assert namespace.analyse(source, lambda _: "y = x").assigned == {"y"}
    assert namespace.analyse(source, lambda _: "z = x").assigned == {"z"}


def test_many_sources_do_not_pile_up() -> None:
    for number in range(500):
        assert namespace.analyse(f"name_{number} = 1", str).assigned == {f"name_{number}"}
    assert len(namespace._known) <= 100


@pytest.mark.parametrize("count", [20_000, 20_001])
def test_a_namespace_that_grows_beyond_what_is_compared_has_the_names_of_its_tree_written(count: int) -> None:
    space: dict[str, object] = {f"n{number}": number for number in range(count)}
    names = namespace.analyse("fresh = n1", str)
    before = snapshot(space)
    assert (before is None) == (count > 20_000)
    exec("fresh = n1", space)  # noqa: S102 - cells are executed
    changed = changes(before, space)
    assert changed is None
    assert namespace.written(names, changed, space, ended_well=True) == ("fresh",)
    assert namespace.read(names, changed, space) == ("n1",)
