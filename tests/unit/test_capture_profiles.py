"""What is noted of a file's columns when a cell has read it: right numbers, only of what is the file's content."""

import subprocess
import sys
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest

from celltrail.capture import profiles
from celltrail.capture.profiles import SAMPLE, frames_read
from celltrail.execute.explain.profiles import profile_columns

describe = partial(profiles.describe, budget_s=60)  # of all columns, also on a busy machine
READ = "import pandas as pd\ndf = pd.read_csv('data/sales.csv')\ndf"
PATHS = ("/p/data/sales.csv",)


def test_the_numbers_of_a_small_frame_are_those_of_pandas():
    rng = np.random.default_rng(0)
    numbers = np.where(rng.random(500) < 0.1, np.nan, rng.normal(3, 2, 500))
    texts = rng.choice(["north", "south", None], 500)
    frame = pd.DataFrame({"n": numbers, "i": rng.integers(0, 9, 500), "t": texts, "b": rng.random(500) < 0.5})
    found = {column.name: column.profile for column in describe(frame).columns}
    assert found.keys() == {"n", "i", "t", "b"}
    for name, wanted in profile_columns(frame, [*found]).items():
        one = found[name]
        assert (one.count, one.missing, one.distinct, one.sample) == (500, wanted.missing, wanted.distinct, None)
        assert one.quantiles == pytest.approx(wanted.quantiles)
        assert (one.mean, one.std) == (pytest.approx(wanted.mean), pytest.approx(wanted.std))
        assert {(top.text, top.count) for top in one.top} == {(top.text, top.count) for top in wanted.top}


def test_a_large_frame_is_looked_at_in_every_nth_row_and_says_so():
    values = pd.Series(np.random.default_rng(1).exponential(size=100_000)).mask(lambda one: one > 3)
    [column] = describe(pd.DataFrame({"n": values})).columns
    part = values[:: -(-100_000 // SAMPLE)]
    assert column.profile.sample == len(part) <= SAMPLE
    assert column.profile.quantiles == pytest.approx(part.quantile([0, 0.25, 0.5, 0.75, 1]).tolist())
    assert (column.profile.mean, column.profile.std) == (pytest.approx(part.mean()), pytest.approx(part.std()))
    assert column.profile.missing == pytest.approx(values.isna().sum(), rel=0.2)


def test_a_frame_of_polars_has_the_profile_of_the_same_frame_of_pandas():
    rng = np.random.default_rng(2)
    rows = 9_000
    texts = rng.choice(["north", "south", None], rows)
    frame = pd.DataFrame({"n": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(3, 2, rows)), "t": texts})
    frame["i"] = rng.integers(0, 9, rows)
    frame["b"] = rng.random(rows) < 0.5
    same = describe(pl.DataFrame({"n": frame.n.to_list(), "t": list(texts), "i": frame.i, "b": frame.b}))
    assert same.rows == rows
    for one, other in zip(describe(frame).columns, same.columns, strict=True):
        assert one.name == other.name
        assert (one.profile.missing, one.profile.top) == (other.profile.missing, other.profile.top)
        assert (one.profile.distinct, one.profile.sample) == (other.profile.distinct, other.profile.sample)
        assert one.profile.quantiles == pytest.approx(other.profile.quantiles)
        assert (one.profile.mean, one.profile.std) == pytest.approx((other.profile.mean, other.profile.std))


def test_a_frame_of_polars_that_a_cell_read_is_found_and_numpy_is_not_loaded_for_it(tmp_path):
    (tmp_path / "a.csv").write_text("n,t\n1,x\n,y\n3,x\n")
    program = """
import sys
import polars as pl
from celltrail.capture.profiles import describe, frames_read
source = "df = pl.read_csv('a.csv')"
df = pl.read_csv('a.csv')
frame = frames_read(source, {"df": df}, ("/p/a.csv",))["/p/a.csv"]
number, text = (column.profile for column in describe(frame).columns)
print(number.mean, number.missing, number.quantiles[2], text.top[0].text, "numpy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "2.0 1 2.0 x False\n"


def test_what_would_run_code_of_the_values_is_passed_over():
    class Shouting:
        def __str__(self):
            raise AssertionError("nobody asked")

    frame = pd.DataFrame({"o": [Shouting(), "a"], "d": pd.date_range("2020", periods=2), "f": [np.inf, 1.0]})
    found = describe(frame).columns
    assert [column.profile is None for column in found] == [True, True, False]
    assert found[2].profile.quantiles == ()


@pytest.mark.parametrize(
    ("source", "paths", "found"),
    [
        (READ, PATHS, PATHS),
        ("import pandas as pd\npath = 'x'\ndf = pd.read_csv(path)", PATHS, PATHS),
        ("import pandas as pd\ndf = pd.read_csv(path)", (*PATHS, "/p/other.csv"), ()),
        (READ.replace("sales", "other"), (*PATHS, "/p/other.csv"), ("/p/other.csv",)),
        # what may have changed what was read
        (f"{READ}['n'] = 1", PATHS, ()),
        (f"{READ}\nclean(df)", PATHS, ()),
        (f"{READ}\ndf = df.dropna()", PATHS, ()),
        (READ.replace("')\n", "').dropna()\n"), PATHS, ()),
        # a part of the file
        (READ.replace("csv')", "csv', nrows=5)"), PATHS, ()),
        (READ.replace("csv')", "csv', usecols=['n'])"), PATHS, ()),
        (READ.replace("csv')", "csv', **options)"), PATHS, ()),
        ("import pandas as pd\ndf = pd.read_excel('sales.csv', 'second')", PATHS, ()),
        (READ.replace("csv')", "csv', sep=';')"), PATHS, PATHS),
        (READ, (), ()),
        ("not python at all", PATHS, ()),
    ],
)
def test_a_frame_is_the_files_only_where_nothing_else_touched_it(source, paths, found):
    assert tuple(frames_read(source, {"df": pd.DataFrame({"n": [1]})}, paths)) == found
