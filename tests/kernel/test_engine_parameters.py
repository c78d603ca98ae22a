"""Parameters are typed: by annotation, else by default value; what does not fit is an error before anything runs."""

import pytest
from written_notebooks import cell, celltrail, printed, run, write_notebook

from celltrail.errors import ParameterError
from celltrail.execute.parameters import check_values, read_declared, resolve_texts

CELL = """
alpha = 0.5
depth = 3  # levels
name = "ridge"
is_fast = False
folds: int | None = None
columns = ["bmi", "bp"]
options = {"cv": 3}
rate: float = 1
start = pd.Timestamp("2026-01-01")
"""


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("alpha", "2", 2.0),
        ("alpha", "1e-3", 0.001),
        ("depth", "-4", -4),
        ("name", "17", "17"),
        ("name", "True", "True"),
        ("is_fast", "yes", True),
        ("is_fast", "False", False),
        ("folds", "None", None),
        ("folds", "5", 5),
        ("columns", "[age, sex]", ["age", "sex"]),
        ("options", "{cv: 5}", {"cv": 5}),
        ("rate", "2", 2.0),
        ("start", "2026-02-01", "2026-02-01"),
        ("start", "3", 3),
    ],
)
def test_a_text_is_read_as_the_type_that_the_notebook_declares(name, text, value):
    (given,) = resolve_texts(read_declared(CELL), {name: text}).values()
    assert given == value
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("alpha", "high", r"parameter 'alpha': 'high' is no float \(its default is 0\.5\)"),
        ("depth", "3.5", "is no int"),
        ("is_fast", "perhaps", "is no bool"),
        ("columns", "age", "is no list"),
        ("alhpa", "1", r"no such parameter; did you mean alpha\?"),
        ("zzz", "1", "it declares alpha, depth, name"),
    ],
)
def test_a_text_that_does_not_fit_is_an_error_that_says_why(name, text, message):
    with pytest.raises(ParameterError, match=message):
        resolve_texts(read_declared(CELL), {name: text})


def test_typed_values_fit_or_are_refused():
    declared = read_declared(CELL)
    assert check_values(declared, {"alpha": 2, "folds": None}) == {"alpha": 2.0, "folds": None}
    with pytest.raises(ParameterError, match="True is no int"):
        check_values(declared, {"depth": True})
    with pytest.raises(ParameterError, match="'3' is no int"):
        check_values(declared, {"depth": "3"})


def test_a_notebook_without_a_parameters_cell_takes_no_parameter():
    with pytest.raises(ParameterError, match="tag a cell with `parameters`"):
        resolve_texts(read_declared(""), {"alpha": "1"})


@pytest.fixture
def notebook(tmp_path):
    shows = "print(repr(alpha), repr(name))"
    return write_notebook(tmp_path / "given.ipynb", cell("alpha = 1.0\nname = 'a'", "parameters"), shows)


def test_parameters_of_the_command_are_stronger_than_those_of_the_file(notebook):
    (notebook.parent / "given.yaml").write_text("alpha: 3\nname: file\n", encoding="utf-8")
    said = run(notebook, "-y", "given.yaml", "-p", "name", 'it\'s "quoted"')
    assert printed(said.executed) == "3.0 'it\\'s \"quoted\"'\n"


def test_an_unknown_parameter_is_wrong_usage_and_nothing_runs(notebook):
    said = celltrail("run", notebook.name, "-p", "alhpa", 2, folder=notebook.parent)
    assert (said.code, said.out) == (2, "")
    assert said.err == "celltrail: parameter 'alhpa': the notebook has no such parameter; did you mean alpha?\n"
    assert not (notebook.parent / ".celltrail").exists()
