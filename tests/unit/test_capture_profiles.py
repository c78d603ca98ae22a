"""What is noted of a file's columns when a cell has read it: right numbers, only of what is the file's content."""

import numpy as np
import pandas as pd
import pytest

from celltrail.capture.profiles import SAMPLE, describe, frames_read
from celltrail.execute.explain.profiles import profile_columns

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
