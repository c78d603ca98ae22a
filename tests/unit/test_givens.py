"""A variable is a parameter where it was given, and a result where it was computed."""

import pytest

from celltrail.capture.attribution.givens import PastCells, Place, is_given, scope_of_text


def given(text: str, name: str, line: int, *, is_block: bool = False, past: tuple[str, ...] = ()) -> bool:
    """Whether `name` was given to what happens on a line of a cell that follows the cells of `past`."""
    return is_given(scope_of_text(text), name, Place(line, is_block), PastCells(past).is_given)


@pytest.mark.parametrize(
    "value",
    [
        "0.1",
        "'adam'",
        "-1",
        "10 ** -3",
        "1 if debug else 2",
        "int('3')",
        "round(2 / 3, 2)",
        "CONFIG['lr']",
        "cfg.lr",
        "args.lr",
        "os.environ.get('LR')",
        "trial.suggest_float('lr', 0, 1)",
        "f'{kind}-{size}'",
        "np.log10(1000)",
        "X.shape[0]",
        "len(df)",
    ],
)
def test_literals_arithmetic_items_and_plain_calls_are_given(value: str) -> None:
    past = ("df = pd.read_csv('x.csv'); cfg = Config(); args = parser.parse_args(); X, y = load_iris()",)
    assert given(f"lr = {value}\nfit(lr)", "lr", 2, past=past)


@pytest.mark.parametrize(
    "value",
    [
        "model.score(X, y)",
        "accuracy_score(y, p)",
        "float(accuracy_score(y, p))",
        "search.best_params_['C']",
        "(y == 0).mean()",
        "time.time()",
        "scores[0]",
        "1 - before",
        "max(before, 0)",
        "[f(i) for i in range(3)][0]",
        "(lambda: 3)()",
        "res['acc']",
    ],
)
def test_the_result_of_a_call_and_what_is_made_from_it_are_computed(value: str) -> None:
    past = ("scores = cross_val_score(m, X, y); res = evaluate(m)", "before = m.score(X, y)")
    assert not given(f"x = {value}\nfit(x)", "x", 2, past=past)


def test_a_loop_gives_its_targets_to_what_runs_inside() -> None:
    cell = "for i, (a, b) in enumerate(pairs):\n    fit(a)\nfit(3)"
    assert given(cell, "i", 2)
    assert given(cell, "b", 2)
    assert not given(cell, "i", 3)


def test_what_a_loop_computed_in_its_last_turn_is_a_result() -> None:
    assert not given("acc = 0\nfor c in cs:\n    fit(c)\n    acc = m.score(X, y)", "acc", 3)


def test_a_name_that_is_bound_after_the_fit_is_not_its_parameter() -> None:
    assert not given("fit(1)\nk = 5\nuse(k)", "k", 1)
    assert given("k = 5\nfit(1)", "k", 2)


def test_a_block_takes_what_it_gives_itself_but_no_counter() -> None:
    cell = "with start_run():\n    lr = 0.1\n    step = 0\n    for epoch in range(3):\n        step += 1"
    assert given(cell, "lr", 1, is_block=True)
    assert not given(cell, "epoch", 1, is_block=True)
    assert not given(cell, "step", 1, is_block=True)


def test_a_block_in_a_loop_takes_the_loops_targets() -> None:
    assert given("for lr in rates:\n    with start_run():\n        fit(lr)", "lr", 2, is_block=True)


def test_the_latest_cell_that_binds_a_name_decides() -> None:
    cells = ("k = f()", "k = 3")
    assert given("fit(k)", "k", 1, past=cells)
    assert not given("fit(k)", "k", 1, past=cells[::-1])


def test_a_chain_of_cells_that_name_each_other_ends() -> None:
    assert isinstance(given("fit(a)", "a", 1, past=("a = b", "b = a")), bool)


def test_a_name_that_no_cell_binds_counts_as_given() -> None:
    assert given("fit(k)", "k", 1, past=("%not python", "other = 1"))


def test_what_a_computed_condition_selects_is_a_result() -> None:
    cell = "for t in (0.2, 0.3):\n    if f1_score(y, p > t) > 0.8:\n        best = t"
    assert not given("fit(1)", "best", 1, past=(cell,))
    cell = "for t in ts:\n    err = loss(t)\n    if err < low:\n        low, best = err, t"
    assert not given("fit(1)", "best", 1, past=(cell,))
    assert given("if quick:\n    n = 10\nelse:\n    n = 1000\nfit(n)", "n", 5, past=("quick = True",))


def test_magics_do_not_hide_what_stands_beside_them() -> None:
    cell = "%matplotlib inline\n!pip list\nk = m.score(X)\nfiles = !ls\nwhen = %timeit f()"
    for name in ("k", "files", "when"):
        assert not given("fit(1)", name, 1, past=(cell,))


def test_a_loop_inside_a_function_does_not_hide_a_variable_of_the_cell() -> None:
    assert given("def f():\n    for k in x:\n        pass\nfit(k)", "k", 4, past=("k = 3",))
