"""What a slice knows of files, generators, IPython and classes: what lies beside names and their objects."""

import pytest
from lineage_programs import execution, failing, reading, sliced, told, writing

from celltrail.records import ErrorInfo, OutputDigest, Status
from celltrail.runs.effects.draws import Draws
from celltrail.runs.lineage import backward_slice

PANDAS = "import pandas as pd\nd = pd.DataFrame({'price': [1]})"
POLARS = "import polars as pl"
MAGICS = "from IPython.core.magic import register_cell_magic as magic"
LISTENING = """import logging
class Handler(logging.Handler):
    seen = []
    def emit(self, record):
        self.seen.append(record)
h = Handler()"""
SHOWS = {"outputs": (OutputDigest("execute_result", ("text/plain",), "x", 1),)}
PRINTS = {"outputs": (OutputDigest("stream", ("text/plain",), "x", 1),)}


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        # a file that is removed, moved or made by its name: that file only
        (("import os", reading("g = open('given.csv')", "given.csv"), "os.remove('given.csv')",
          writing("0", "made.csv"), reading("m = open('made.csv'); os.remove('made.csv')", "made.csv"), "m"),
          [1, 4, 5, 6]),
        (("import os\nP = 'a.csv'", "os.remove(P)", reading("0", "b.csv")), [3]),
        (("import os\nP = input()", "os.remove(P)", reading("0", "b.csv")), [1, 2, 3]),
        (("import os\nP = 'a.csv'", "P = input()", "os.remove(P)", reading("0", "b.csv")), [1, 2, 3, 4]),
        (("import os", "os.remove('sub/../b.csv')", reading("0", "b.csv")), [1, 2, 3]),
        (("from pathlib import Path\nP = Path('x') / 'a.csv'", "P.unlink()", "Path('b.csv').unlink()",
          reading("0", "b.csv")), [1, 3, 4]),
        (("import shutil", "shutil.rmtree('old')", "shutil.rmtree('data')", reading("0", "data/deep/b.csv")),
          [1, 3, 4]),
        (("import shutil", "shutil.rmtree('/old')", reading("0", "b.csv")), [1, 2, 3]),
        (("import os", "os.rename('a.csv', 'b.csv')", "os.replace('c.csv', 'd.csv')", reading("0", "b.csv")),
          [1, 2, 4]),
        (("import os", writing("0", "a.csv"), "os.rename('a.csv', 'b.csv')", reading("0", "b.csv")),
          [1, 2, 3, 4]),
        (("import os", "os.remove('a.csv')", "os.path.exists('b.csv')", "os.path.exists('a.csv')"), [1, 2, 4]),
        (("import glob", writing("0", "data/a.csv"), writing("0", "b.csv"), "glob.glob('data/*.csv')"), [1, 2, 4]),
        ((PANDAS, "d.to_parquet('a.parquet')", "d.to_parquet('b.parquet')", "pd.read_parquet('a.parquet')"), [1, 2, 4]),
        ((PANDAS, "d.rename(columns={'a': 'b'})", "[1].remove(1)", reading("0", "b.csv")), [4]),
        (("import os", "os.makedirs('out/deep')", "os.makedirs('other')", writing("0", "out/deep/a.csv")), [1, 2, 4]),
        (("import os", "os.makedirs(folder)", "os.remove(x)", writing("0", "out/a.csv")), [1, 2, 4]),
        # source files, which capture leaves out
        (("%%writefile rules.py\nL = 3", "x = 1", "import rules", "%%writefile rules.py\nL = 4", "import importlib",
          "importlib.reload(rules)", "rules.L"), [1, 3, 4, 5, 6, 7]),
        (("%%writefile rules.py\nL = 3", "%%writefile other.py\nL = 3", "import rules", "rules.L"), [1, 3, 4]),
        (("%%writefile rules.py\nL = 3", "%%writefile -a rules.py\nM = 3", "from rules import M", "M"), [1, 2, 3, 4]),
        (("%%writefile ours/rules.py\nL = 3", "x = 1", "import ours.rules", "ours"), [1, 3, 4]),
        (("x = 1", "open('rules.py', 'w').write('L = 1')", "open('rules.py').read()", "import rules"), [2, 4]),
        (("x = 1", "open(x, 'w').write('L = 1')", "import rules"), [1, 2, 3]),
        (("from pathlib import Path", "Path('rules.py').write_text('L = 1')", "Path('b.py').write_text('')",
          "import rules"), [1, 2, 4]),
        (("x = 1", "%%writefile notes.txt\nx", reading("0", "b.txt")), [3]),
        # a file that another content was read from than anybody left there
        ((writing("0", "v.npy", digest="1"), reading("m = open('v.npy')", "v.npy", digest="1"), "m[2] = 50",
          "colour = [1]\ncolour.sort()", reading("0", "v.npy", digest="2")), [1, 2, 3, 5]),
        ((writing("f = open('a', 'w')", "a", digest="1"), "f.write(x)", "f = None", reading("0", "a", digest="2")),
          [1, 2, 3, 4]),
        ((writing("f = open('a', 'w')", "a", digest="1"), "f.write(x)", "del f", reading("0", "a", digest="1")),
          [1, 4]),
        ((writing("f = open('a', 'w')", "a", digest="1"), "def g(): f.write(x)", "g()", reading("0", "a", digest="2")),
          [1, 2, 3, 4]),
        ((PANDAS, reading("t = pd.read_csv('a')", "a", digest="1"), "t.sort_values('k', inplace=True)",
          reading("u = pd.read_csv('a')", "a", digest="2")), [1, 4]),
        ((POLARS, reading("t = pl.read_csv('a')", "a", digest="1"), "t = t.with_columns(n=0)",
          reading("u = pl.read_csv('a')", "a", digest="2")), [1, 4]),
        ((POLARS, reading("t = pl.scan_csv('a')", "a", digest="1"), "t.collect()",
          reading("u = pl.read_csv('a')", "a", digest="2")), [1, 2, 3, 4]),
        ((POLARS, reading("t = pl.read_csv('a')", "a", digest="1"), "t.write_csv(somewhere)",
          reading("u = pl.read_csv('a')", "a", digest="2")), [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_files_that_are_named_moved_or_changed_unseen(cells, needed):
    assert sliced(*cells) == needed


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        # what cells showed
        ((("2.5 * 4", SHOWS), ("_ + 1", SHOWS), "c = 3", "t = _ + __ + Out[1]", "t"), [1, 2, 4, 5]),
        ((("a = [1]\na", SHOWS), ("7", SHOWS), "_1.append(3)", "a"), [1, 3, 4]),
        ((("5", SHOWS), ("7", SHOWS), "c = 3", "t = _"), [2, 4]),
        ((("5", SHOWS), ("f(7)", {}), "c = 3", "t = _"), [1, 2, 4]),
        ((("5", SHOWS), ("print(7)", PRINTS), "c = 3", "t = _"), [1, 4]),
        ((("5", SHOWS), ("exec(x)", {}), "t = Out[1]"), [1, 2, 3]),
        ((("5", SHOWS), "x = 1", "t = Out", "sum(t.values())"), [1, 3, 4]),
        (("_, x = 1, 2", ("5", SHOWS), "_ + 1"), [1, 3]),
        (("a = 1", "b = 2", "In[1]"), [1, 2, 3]),
        # magics of cells, the shell's object, names in texts
        (("factor = 3", f"{MAGICS}\n@magic\ndef scaled(line, cell):\n    found.append(float(cell) * factor)",
          "found = []", "x = 1", "%%scaled\n1", "sum(found)"), [1, 2, 3, 5, 6]),
        (("a = 1", "b = 2", "%unknown"), [1, 2, 3]),
        (("a = 1", "b = 2", "get_ipython().ex('c = a')", "c"), [1, 2, 3, 4]),
        (("a = 1", "ip = get_ipython()", "ip.user_ns['a']"), [1, 2, 3]),
        (("a = 1", "get_ipython().run_line_magic('who', '')", "a"), [1, 3]),
        (("a = 1", "b = 2", "!echo a {b}", "x = 3"), [2, 3, 4]),
        (("x = 1", "%%bash\necho x", "y = 1"), [2, 3]),
        ((PANDAS, "cheap = 1", "price = 2", "d.query('price > @cheap')"), [1, 2, 4]),
        ((PANDAS, "cheap = 1", "price = 2", "q = 'price > @cheap'", "d.query(q)"), [1, 2, 4, 5]),
        ((PANDAS, "cheap = 1", "price = 2", "q = f('@cheap')", "d.query(q)"), [1, 2, 4, 5]),
        ((PANDAS, "cheap = 1", "x = 2", "d.eval(f'{x} * @cheap')"), [1, 2, 3, 4]),
        ((PANDAS, "a = 1", "b = 2", "pd.eval('a + 1')"), [1, 2, 4]),
        (("import duckdb", "frame = 1", "other = 2", "duckdb.sql('select * from frame')"), [1, 2, 4]),
        (("from duckdb import sql", "frame = 1", "other = 2", "sql('select * from frame')"), [1, 2, 4]),
        # classes that others hear of
        (("class S:\n    known = []\n    def __init_subclass__(cls):\n        S.known.append(cls)", "class T(S): n = 3",
          "class Q(T): n = 4", "class U: pass", "S.known"), [1, 2, 3, 5]),
        (("class S: pass", "class T(S): n = 3", "class Q: n = 4", "S.__subclasses__()"), [1, 2, 4]),
        (("known = []", "class M(type):\n    def __init__(cls, *given):\n        known.append(cls)",
          "class T(metaclass=M): pass", "class Q(T): pass", "class U: pass", "known"), [1, 2, 3, 4, 6]),
        (("ended = []", "class A:\n    def __del__(self): ended.append(1)", "a = A()", "b = 1", "a = None", "ended"),
          [1, 2, 3, 5, 6]),
        # what libraries keep
        ((LISTENING, "logging.getLogger().addHandler(h)", "logging.warning('a')", "x = 1", "len(h.seen)"),
          [1, 2, 3, 5]),
        (("import logging", "logging.warning('a')", "x = 1", "x"), [3, 4]),
        (("import decimal", "decimal.getcontext().prec = 3", "x = 1", "decimal.Decimal(1) / 3"), [1, 2, 4]),
        (("import asyncio", "await asyncio.sleep(0)", "x = 1", "x"), [3, 4]),
        (("import numpy as np\na = np.zeros(3)", "for x in np.nditer(a, op_flags=['readwrite']):\n    x[...] = 1", "a"),
          [1, 2, 3]),
        (("import array\na = array.array('d', [1])", "m = memoryview(a)", "m[0] = 3.0", "b = 1", "a"), [1, 2, 3, 5]),
        (("T = type('T', (), {'x': []})", "T.x.append(1)", "b = 1", "T.x"), [1, 2, 4]),
        (("names = []", "class D:\n    def __set_name__(self, owner, name):\n        names.append(name)",
          "class T:\n    d = D()", "class U: pass", "names"), [1, 2, 3, 5]),
    ],
)  # fmt: skip
def test_what_ipython_and_classes_keep_behind_the_names(cells, needed):
    assert sliced(*cells) == needed


def _ended(place: int, source: str, line: int, shown: str = "") -> object:
    """A cell that failed, with as much of its traceback as IPython shows of the cell's own frame."""
    arrow = f"----> {line} {shown or source.splitlines()[line - 1]}"
    text = f"ValueError  Traceback (most recent call last)\nCell In[{place}], line {line}\n      0 x\n{arrow}\n"
    inner = "\nCell In[1], line 9, in f()\n----> 9 odd()"
    error = ErrorInfo("ValueError", "no", text + inner)
    return source, {"status": Status.FAILED, "error": error}


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (("a = []", _ended(2, "b = 1\nf()\na.append(2)", 2), "a"), [1, 3]),
        (("a = []", _ended(2, "a = 1\nf()", 2), "a"), [2, 3]),
        (("a = []", _ended(2, "f()\na = 1", 1), "a"), [1, 3]),
        (("a = []", _ended(2, "for i in x:\n    a.append(i)\n    f()\na = 3", 3), "a"), [1, 2, 3]),
        (("a = []", _ended(2, "@f\ndef g():\n    pass\na = 3", 1), "a"), [1, 3]),
        # where the traceback does not fit the source, all of it counts
        (("a = []", _ended(2, "b = 1\nf()\na.append(2)", 2, "other()"), "a"), [1, 2, 3]),
        (("a = []", _ended(7, "b = 1\nf()\na.append(2)", 2), "a"), [1, 2, 3]),
        (("a = []", failing("b = 1\nf()\na.append(2)"), "a"), [1, 2, 3]),
        (("a = []", _ended(2, "%%time\nf()\na.append(2)", 2), "a"), [1, 2, 3]),
    ],
)  # fmt: skip
def test_what_stands_after_the_failing_statement_did_not_run(cells, needed):
    assert sliced(*cells) == needed


def test_a_raised_cause_is_not_taken_for_the_failing_statement():
    text = "Cell In[2], line 1\n----> 1 f()\n\nDuring handling of the above exception, another exception occurred:\n\n"
    text += "Cell In[2], line 3\n----> 3 raise caught\n"
    error = ErrorInfo("ValueError", "no", text)
    failed = ("caught = f()\na.append(2)\nraise caught\na = 3", {"status": Status.FAILED, "error": error})
    assert sliced("a = []", failed, "a") == [1, 2, 3]


DRAWING = ("import numpy as np", "np.random.seed(0)", "x = np.random.rand()", "ours()", "y = np.random.rand()")


def test_draws_before_a_cell_whose_state_is_put_back_are_not_needed():
    numpy = frozenset({"numpy"})
    assert sliced(*DRAWING) == [1, 2, 3, 4, 5]
    drawn = {"e2": numpy, "e3": numpy, "e5": numpy}
    assert sliced(*DRAWING, draws=Draws(drawn, frozenset({"e5"}))) == [1, 5]
    assert sliced(*DRAWING, draws=Draws(drawn)) == [1, 2, 3, 4, 5]


def test_a_cell_that_was_seen_not_to_draw_moves_no_generator():
    numpy = frozenset({"numpy"})
    cells = ("import numpy as np", "np.random.seed(0)", "from sklearn.ensemble import RandomForestClassifier as R",
             "R().fit(a, b)", "np.random.rand()")  # fmt: skip
    assert sliced(*cells) == [1, 2, 3, 4, 5]
    drawn = {"e2": numpy, "e4": frozenset[str](), "e5": numpy}
    assert sliced(*cells, draws=Draws(drawn)) == [1, 2, 5]
    looks = (*cells[:2], "state = np.random.get_state()", "state")
    assert sliced(*looks, draws=Draws({"e2": numpy, "e3": frozenset()})) == [1, 2, 3, 4]


def test_the_reasons_of_these_are_in_plain_words():
    cells = [
        told(1, "import os"),
        told(2, "os.makedirs('out')"),
        execution(3, "5", **SHOWS),
        told(4, writing("f = open(_, 'w')", "out/a.csv", digest="1")),
        told(5, "f.flush()"),
        told(6, reading("0", "out/a.csv", digest="2")),
    ]
    found = {step.execution.execution_count: step.reasons for step in backward_slice(cells, {"e6"}).steps}
    assert "makes the folder out, in which [4] writes" in found[2]
    assert found[3] == ("shows what [4] uses by its number",)
    assert "writes the file out/a.csv, read by [6]" in found[4]
    assert "may have written out/a.csv, which [6] read otherwise than it was left" in found[5]
