"""The slice of a result has the executions that it needs, and leaves out those that it does not."""

import re

import numpy as np
import pytest
from lineage_programs import execution, failing, played, program, reading, sliced, told, writing

from celltrail.errors import StoreError
from celltrail.records import Status
from celltrail.runs.lineage import MarkKind, backward_slice, full_history, list_marks, stale_set

IMPORTS = "import numpy as np, pandas as pd"


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        # names
        (("a = 1", "b = 2", "c = a", "c"), [1, 3, 4]),
        (("a = 1", "a = 2", "a"), [2, 3]),
        (("a = 1", "if c:\n    a = 2", "a"), [1, 2, 3]),
        (("a = 1", "b = a", "a = 2", "b"), [1, 2, 4]),
        (("a = 1", "a += 1", "a"), [1, 2, 3]),
        (("a = 1", "del a", "a = 2", "a"), [3, 4]),
        (("a, b = 1, 2", "b = 3", "a, b = b, a", "b"), [1, 2, 3, 4]),
        (("a = 1", "[a for a in range(3)]", "a"), [1, 3]),
        (("a = 1", "b = 1", "(a := 2)", "b, a"), [1, 2, 3, 4]),
        (("for i in range(3): x = i", "y = 1", "x"), [1, 3]),
        (("_hidden = 1", "_other = 2", "_hidden"), [1, 3]),
        # change in place
        (("a = []", "b = []", "a.append(1)", "b.append(2)", "a"), [1, 3, 5]),
        (("a = {}", "a['k'] = 1", "len(a)", "a"), [1, 2, 4]),
        (("a = []", "a += [1]", "b = a + [2]", "a"), [1, 2, 4]),
        ((IMPORTS, "d = pd.DataFrame()", "d.drop(columns='x', inplace=True)", "d"), [1, 2, 3, 4]),
        ((IMPORTS, "d = pd.DataFrame()", "d.drop(columns='x')", "d.describe()", "d"), [1, 2, 5]),
        ((IMPORTS, "d = pd.read_csv('x')", "e = d.dropna()", "e['k'] = 1", "d"), [1, 2, 5]),
        ((IMPORTS, "d = pd.read_csv('x')", "e = d['k']", "e[0] = 1", "d"), [1, 2, 3, 4, 5]),
        ((IMPORTS, "a = np.zeros(3)", "b = a[1:]", "b[0] = 1", "a"), [1, 2, 3, 4, 5]),
        ((IMPORTS, "a = np.zeros(3)", "b = np.exp(a)", "b[0] = 1", "a"), [1, 2, 5]),
        ((IMPORTS, "a = np.zeros(3)", "np.add(a, 1, a)", "np.add(a, 1)", "a"), [1, 2, 3, 5]),
        ((IMPORTS, "a = np.zeros(3)", "np.exp(a, out=a)", "np.copyto(a, 3)", "a"), [1, 2, 3, 4, 5]),
        # pictures of frames
        ((IMPORTS, "d = pd.read_csv('x')", "d.k.hist(bins=3)", "d.plot()", "d.plot.scatter('a', 'b')", "d.k.plot.kde()",
          "d.groupby('a').k.sum().plot(kind='bar')", "d"), [1, 2, 8]),
        ((IMPORTS, "d = pd.read_csv('x')", "import matplotlib.pyplot as plt", "_, ax = plt.subplots()", "d.plot(ax=ax)",
          "ax"), [1, 2, 3, 4, 5, 6]),
        ((IMPORTS, "d = pd.read_csv('x')", "ax = d.plot()", "ax.set_title('y')", "b = 1", "ax"), [1, 2, 3, 4, 6]),
        ((IMPORTS, "d = pd.read_csv('x')", "for c in d.columns:\n    d[c].hist()", "d.style.bar()", "d"), [1, 2, 5]),
        ((IMPORTS, "d = pd.read_csv('x')", "for c in d.columns:\n    d[c].append(1)", "d"), [1, 2, 3, 4]),
        (("from other import f", "d = f()", "d.plot()", "d"), [1, 2, 3, 4]),
        (("from other import f", "a = [1]", "f(a)", "b = 2", "a"), [1, 2, 3, 5]),
        (("a = [1]", "len(a), sum(a), sorted(a)", "a"), [1, 3]),
        # two names of one object
        (("a = []", "b = a", "b.append(1)", "a"), [1, 2, 3, 4]),
        (("a = []", "b = [a]", "b[0].append(1)", "a"), [1, 2, 3, 4]),
        (("a = []", "b = list(a)", "b.append(1)", "a"), [1, 4]),
        (("a = [[]]", "b = list(a)", "b[0].append(1)", "a"), [1, 2, 3, 4]),
        (("a = []", "b = {'k': a}", "for x in b.values():\n    x.append(1)", "a"), [1, 2, 3, 4]),
        (("a = []", "b = a", "b = []", "b.append(1)", "a"), [1, 5]),
        (("a = []", "add = a.append", "add(1)", "a"), [1, 2, 3, 4]),
        (("a = []", "add = a.append", "sorted([1], key=add)", "a"), [1, 2, 3, 4]),
        (("a = []", "add = a.count", "sorted([1], key=add)", "a"), [1, 4]),
        (("a = 1", "while len(str(a)) < 12:\n    a = [a]", "b = a[:1]", "b[0].append(9)", "a"), [1, 2, 3, 4, 5]),
        (("i = iter([1, 2])", "next(i)", "x = 1", "next(i)"), [1, 2, 4]),
        (("g = (x for x in [1, 2])", "list(g)", "list(g)"), [1, 2, 3]),
        (("a = []", "b = a[:1]", "b.append(1)", "b"), [1, 2, 3, 4]),
        (("a = []", "a.append(a)", "b = a[0]", "a.append(1)", "b"), [1, 2, 3, 4, 5]),
        (("a = 'x y'.split()", "a.append(1)", "b = 1", "a"), [1, 2, 4]),
        # functions and classes
        (("k = 1", "def f(): return k", "k = 2", "f()"), [2, 3, 4]),
        (("def f(): return g()", "def g(): return k", "k = 2", "j = 1", "f()"), [1, 2, 3, 5]),
        (("def f(): return 1", "def f(): return 2", "f()"), [2, 3]),
        (("log = []", "def f(): log.append(1)", "f()", "x = 1", "log"), [1, 2, 3, 5]),
        (("log = []", "def f(): log.append(1)", "g = f", "log"), [1, 4]),
        (("def f(x): x.append(1)", "a, b = [], []", "f(a)", "f(b)", "a"), [1, 2, 3, 5]),
        (("def f(x, kept=[]):\n    kept.append(x)\n    return kept", "f(1)", "f(2)"), [1, 2, 3]),
        (("def f():\n    global a\n    a = 1", "f()", "a"), [1, 2, 3]),
        (("def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n        return n\n    return up",
          "c = make()", "d = make()", "c()", "d()", "c()"), [1, 2, 4, 6]),
        (("fs = [lambda: i for i in range(3)]", "i = 7", "fs[0]()"), [1, 3]),
        (("fs = []\nfor i in range(3):\n    fs.append(lambda: i)", "i = 7", "fs[0]()"), [1, 2, 3]),
        (("class A:\n    def __init__(self): self.x = []\n    def add(self): self.x.append(1)",
          "a = A()", "b = A()", "a.add()", "b.add()", "a.x"), [1, 2, 4, 6]),
        (("class A:\n    shared = []\n    def add(self): self.shared.append(1)",
          "a = A()", "b = A()", "b.add()", "a.shared"), [1, 2, 3, 4, 5]),
        (("k = 1", "class A:\n    def f(self): return k", "a = A()", "k = 2", "a.f()"), [2, 3, 4, 5]),
        (("k = 1", "class A:\n    @property\n    def p(self): return k", "a = A()", "k = 2", "a.p"), [2, 3, 4, 5]),
        (("n = []", "class A:\n    def __add__(self, o):\n        n.append(1)\n        return self",
          "a = A()", "a + a", "n"), [1, 2, 3, 4, 5]),
        (("class A: pass", "a = A()", "A.f = lambda self: 3", "a.f()"), [1, 2, 3, 4]),
        (("def g(n): return n if n < 2 else g(n - 1)", "x = 1", "g(3)"), [1, 3]),
        (("def f(n): return g(n)", "def g(n): return f(n - 1) if n else k", "k = 1", "f(2)"), [1, 2, 3, 4]),
        (("def gen():\n    yield k", "k = 1", "g = gen()", "k = 2", "list(g)"), [1, 2, 3, 4, 5]),
        (("import asyncio", "async def f(): return k", "k = 1", "j = 2", "await f()"), [2, 3, 5]),
        # imports
        (("import math", "import json", "math.pi"), [1, 3]),
        (("import os.path", "import scipy.stats", "import scipy", "scipy.stats.norm"), [2, 3, 4]),
        (("from math import pi", "from math import e", "e"), [2, 3]),
        # state of modules
        (("import os", "os.chdir('x')", "y = 1"), [1, 2, 3]),
        (("import os", "os.environ['A'] = '1'", "os.environ['A']"), [1, 2, 3]),
        (("import os", "os.environ.get('A')", "os.getcwd()"), [1, 3]),
        (("import sys", "sys.path.insert(0, 'x')", "y = 1"), [1, 2, 3]),
        (("import warnings", "warnings.filterwarnings('ignore')", "warnings.warn('x')", "y = 1"), [1, 2, 4]),
        ((IMPORTS, "pd.set_option('display.precision', 2)", "pd.DataFrame()"), [1, 2, 3]),
        (("import matplotlib.pyplot as plt", "plt.rcParams['figure.dpi'] = 80", "plt.plot([1])", "y = 1"), [1, 2, 4]),
        ((IMPORTS, "pd.DataFrame.total = lambda self: 1", "y = 1"), [1, 2, 3]),
        (("%matplotlib inline", "x = 1", "y = 1"), [1, 3]),
        (("import ours", "ours.set_up()", "x = 1", "ours.result()"), [1, 2, 4]),
        # global generators
        ((IMPORTS, "np.random.seed(0)", "np.random.rand()", "x = 1", "np.random.rand()"), [1, 2, 3, 5]),
        ((IMPORTS, "np.random.rand()", "np.random.seed(0)", "np.random.rand()"), [1, 3, 4]),
        ((IMPORTS, "np.random.seed(0)", "np.random.rand()", "x = 1"), [4]),
        ((IMPORTS, "np.random.seed(0)", "import random", "random.seed(1)", "random.random()"), [3, 4, 5]),
        ((IMPORTS, "if x:\n    np.random.seed(0)", "np.random.rand()", "np.random.rand()"), [1, 2, 3, 4]),
        ((IMPORTS, "r = np.random.default_rng(0)", "r.normal()", "np.random.rand()", "r.normal()"), [1, 2, 3, 5]),
        ((IMPORTS, "def f(): return np.random.rand()", "f()", "f()"), [1, 2, 3, 4]),
        (("from sklearn.ensemble import RandomForestClassifier as R", "R().fit(a, b)", "R(random_state=0).fit(a, b)",
          "R().fit(a, b)"), [1, 2, 4]),
        (("from sklearn.linear_model import Ridge as R", "R().fit(a, b)", "m = R()", "m.fit(a, b)", "m"), [1, 3, 4, 5]),
        (("from sklearn.utils import resample as s", "s(a)", "s(a, random_state=0)", "s(a)"), [1, 2, 4]),
        (("from sklearn.model_selection import KFold, cross_val_score as c", IMPORTS,
          "c(m, X, cv=KFold(2, shuffle=True))", "c(m, X, cv=KFold(2))", "np.random.rand()"), [1, 2, 3, 5]),
        ((IMPORTS, "import ours", "o = ours.make()", "np.random.seed(0)", "o.sample()", "np.random.rand()"),
          [1, 2, 3, 4, 5, 6]),
        ((IMPORTS, "from_startup()", "x = 1", "np.random.rand()"), [1, 2, 4]),
        # models
        (("import numpy as np\nfrom sklearn.linear_model import Lasso, Ridge", "X = np.ones(3)",
          "r = Ridge().fit(X, X)", "l = Lasso().fit(X, X)", "r.predict(X)", "l.predict(X)"), [1, 2, 4, 6]),
        (("from sklearn.pipeline import make_pipeline as p", "from sklearn.linear_model import Ridge", "r = Ridge()",
          "m = p(r)", "m.fit(X, X)", "r.coef_"), [1, 2, 3, 4, 5, 6]),
        # effects that are not known
        (("a = 1", "exec(text)", "b = 2", "b"), [1, 2, 3, 4]),
        (("a = 1", "globals()['b'] = 2", "a"), [1, 2, 3]),
        (("a = 1", "%run other.py", "c = 1", "b"), [1, 2, 4]),
        (("a = 1", "!pip install x", "b = 1", "b"), [2, 3, 4]),
        (("a = 1", "%mine a", "a"), [1, 2, 3]),
        (("a = 1", "b = 2", "!echo {a}", "x = 3"), [1, 3, 4]),
        (("a = 1", "%time b = a", "c = 1", "b"), [1, 2, 4]),
        (("a = 1", "%%time\nb = a", "%%html\n<b>", "b"), [1, 2, 4]),
        (("a = !ls", "b = 1", "a"), [1, 3]),
        (("a = 1", "a?", "a"), [1, 3]),
        (("a = 1", "b = 2", "_i1 + 1"), [1, 2, 3]),
        (("_ = 1", "b = 2", "_ + 1"), [1, 3]),
        (("a = 1", "b = 'exec(a)'", "a"), [1, 3]),
        (("a = '''\n%x\n!y'''", "b = 2", "a"), [1, 3]),
    ],
)  # fmt: skip
def test_what_a_result_needs_is_taken_in_and_the_rest_is_left_out(cells, needed):
    assert sliced(*cells) == needed


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (("a = []", failing("a.append(1)\n1 / 0"), "b = 1", "a"), [1, 2, 4]),
        (("a = 1", failing("b = 1\n1 / 0\na = 2"), "a"), [1, 2, 3]),
        (("a = 1", failing("b = 1\n1 / 0"), "a"), [1, 3]),
        (("a = 1", failing("a = (", "SyntaxError"), "a"), [1, 3]),
        (("a = 1", ("a = slow()", {"status": Status.INTERRUPTED}), "a"), [1, 2, 3]),
        (("a = 1", ("a = slow()", {"status": Status.KILLED}), "a"), [1, 2, 3]),
        (("a = 1", ("a = (", {}), "a"), [1, 2, 3]),
        (("x = 1", reading("read()", "d.csv")), [2]),
        ((writing("open('d.csv', 'w')", "d.csv"), writing("open('e.csv', 'w')", "e.csv"),
          reading("open('d.csv')", "d.csv")), [1, 3]),
        (("import pandas as pd\nd = pd.DataFrame()", "d.to_parquet('x')", "pd.read_parquet('x')"), [1, 2, 3]),
        (("import os", "os.remove(x)", reading("read()", "d.csv")), [1, 2, 3]),
        ((("from ours import *", {"names_written": ("f", "g")}), "x = 1", "f()"), [1, 3]),
        ((("call()", {"names_written": ("a",)}), "b = 1", "a"), [1, 3]),
        (("a = 1", ("if c:\n    a = 2", {"names_written": ("a",)}), "a"), [2, 3]),
        (("a = {}", ("a['k'] = 2", {"names_written": ("a",), "names_read": ("a",)}), "a"), [1, 2, 3]),
        (("a = 1", ("odd()", {"names_read": ("a",)})), [1, 2]),
        (("a = 1", ("run()", {"notes": ("it ran 2 nested cells, which are part of it",)}), "b = 2", "b"), [1, 2, 3, 4]),
        (("a = 1", ("%%capture\na", {"notes": ("it ran 1 nested cells, which are part of it",)}), "b = 2", "b"),
          [3, 4]),
        (("a = 1", ("%%capture\na", {"notes": ("it ran 2 nested cells, which are part of it",)}), "b = 2", "b"),
          [1, 2, 3, 4]),
        (("a = 1", ("b = 1", {"source_length": 900}), "c = 1", "c"), [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_what_was_recorded_counts_beside_the_source(cells, needed):
    assert sliced(*cells) == needed


def test_each_step_says_why_it_is_there():
    found = backward_slice(
        [told(1, "a = []"), told(2, "!ls"), told(3, "a.append(1)"), told(4, "exec(x)"), told(5, "a")], {"e5"}
    )
    assert [step.reasons for step in found.steps] == [
        ("writes a, read by [5]",),
        ("sets what all later cells see: !ls",),
        ("changes a, used by [5]",),
        ("its effects are not known: it calls exec()",),
        ("the result was made here",),
    ]
    assert (found.total, found.run_id) == (5, "")


def test_several_results_share_one_slice_up_to_the_last():
    history = [told(place, cell) for place, cell in enumerate(["a = 1", "b = 2", "a", "c = 3", "b", "c"], 1)]
    found = backward_slice(history, ["e3", "e5"], run_id="r")
    assert [step.execution.execution_count for step in found.steps] == [1, 2, 3, 5]
    assert (found.total, found.run_id) == (5, "r")


def test_the_full_history_ends_with_the_last_result():
    history = [told(place, cell) for place, cell in enumerate(["a = 1", "b = 2", "a", "c = 3"], 1)]
    found = full_history(history, {"e3"})
    assert [step.execution.execution_id for step in found.steps] == ["e1", "e2", "e3"]
    assert found.total == 3


@pytest.mark.parametrize("targets", [set(), {"unknown"}])
def test_a_result_that_is_not_in_the_history_is_an_error(targets):
    with pytest.raises(StoreError, match="no cell execution"):
        backward_slice([told(1, "a = 1")], targets)


def test_notes_tell_of_cells_that_failed_were_edited_or_ran_out_of_order():
    history = [
        execution(1, "a = 1", cell_id="top"),
        execution(2, "b = [a]", cell_id="middle"),
        execution(3, "b.append(2)\n1 / 0", cell_id="low", **failing("")[1]),
        execution(4, "a = 5", cell_id="top"),
        execution(5, "a, b", cell_id="end"),
        execution(6, "b = None", cell_id="middle"),
    ]
    found = backward_slice(history, {"e5"})
    assert found.notes == (
        "[3] failed: what it did before is repeated as far as it comes",
        "[4] ran after [3], whose cell stands below it",
        "[1] was edited since: its cell ran with another source at [4]",
        "[2] was edited since: its cell ran with another source at [6]",
    )


def test_marks_tell_what_the_notebook_hides():
    history = [
        execution(1, "a = 1", cell_id="low", names_written=("a",)),
        execution(2, "b = a", cell_id="gone", names_read=("a",), names_written=("b",)),
        execution(3, "c = b", cell_id="top", names_read=("b",), names_written=("c",)),
        execution(4, "b = 7", cell_id="low", names_written=("b",)),
    ]
    marks = list_marks(history, history[:3], cell_order=("top", "low"))
    assert [(mark.execution.execution_count, mark.kind) for mark in marks] == [
        (1, MarkKind.EDITED),
        (2, MarkKind.DELETED),
        (3, MarkKind.OUT_OF_ORDER),
        (3, MarkKind.REBOUND),
    ]
    assert marks[-1].text == "[3] used what was bound again later: b at [4]"
    assert list_marks(history[:3], [], cell_order=("top",)) == ()


def test_the_stale_set_has_what_would_change_and_not_what_was_made_anew_since():
    cells = ["a = []", "b = [a]", "c = 1", "b = 2", "d = c", "a.append(1)", "b", "a"]
    history = [told(place, cell) for place, cell in enumerate(cells, 1)]
    assert [step.execution.execution_count for step in stale_set(history, "e1")] == [2, 6, 8]
    assert stale_set(history, "e2") == ()
    [step] = stale_set(history, "e3")
    assert (step.execution.execution_id, step.reasons) == ("e5", ("uses c, which [3] writes",))
    history.insert(3, told(9, "exec(x)"))
    assert len(stale_set(history, "e3")) == 6


_ADDRESS = re.compile(r"0x[0-9a-f]+")


@pytest.mark.parametrize(("seeds", "with_features"), [(range(300), False), (range(100), True)])
def test_a_slice_comes_to_the_same_result_as_the_full_history(seeds, with_features):
    shares = []
    for seed in seeds:
        cells = program(seed, with_features=with_features)
        whole = played(cells)
        found = backward_slice(whole.history, {whole.history[-1].execution_id})
        again = played([step.execution.source for step in found.steps])
        assert _shown(again) == _shown(whole), f"program {seed}"
        shares.append(len(found.steps) / len(cells))
    assert np.mean(shares) < 0.8  # of the full history


def _shown(kernel):
    return _ADDRESS.sub("", str(kernel.space.get("result", "nothing")))
