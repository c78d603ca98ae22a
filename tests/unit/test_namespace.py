"""Which names a cell reads and writes."""

import pathlib

import pytest

from celltrail.capture import namespace


def run(source: str, **before: object) -> tuple[set[str], set[str]]:
    """Execute a cell in a namespace; returns the names read and written."""
    space: dict[str, object] = {"__name__": "__main__", **before}
    names = namespace.analyse(source, lambda text: text)
    at_start = namespace.snapshot(space)
    ended_well = True
    try:
        exec(source, space)  # noqa: S102 - cells are executed
    except ZeroDivisionError:
        ended_well = False
    return (
        set(namespace.read(names, at_start, space)),
        set(namespace.written(names, at_start, space, ended_well=ended_well)),
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
    before = namespace.snapshot(space)
    exec("y = outer(3)", space)  # noqa: S102 - cells are executed
    assert set(namespace.read(names, before, space)) == {"outer", "inner", "rate", "base"}


def test_the_globals_of_a_class_of_the_notebook_count_as_reads_of_the_cell_that_uses_an_instance() -> None:
    space: dict[str, object] = {"__name__": "__main__"}
    exec("rate = 2\nclass Model:\n    def fit(self): return rate\nmodel = Model()", space)  # noqa: S102 - cells are executed
    names = namespace.analyse("model.fit()", lambda text: text)
    assert set(namespace.read(names, namespace.snapshot(space), space)) == {"model", "rate"}


def test_a_function_that_calls_itself_ends_the_search() -> None:
    space: dict[str, object] = {"__name__": "__main__"}
    exec("def f(n): return g(n)\ndef g(n): return f(n)", space)  # noqa: S102 - cells are executed
    names = namespace.analyse("f", lambda text: text)
    assert set(namespace.read(names, namespace.snapshot(space), space)) == {"f", "g"}


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


def test_a_namespace_of_very_many_names_is_not_compared() -> None:
    space = {f"n{number}": number for number in range(21_000)}
    names = namespace.analyse("fresh = n1", lambda text: text)
    assert namespace.snapshot(space) == {}
    exec("fresh = n1", space)  # noqa: S102 - cells are executed
    assert namespace.written(names, {}, space, ended_well=True) == ("fresh",)
