"""What a slice knows of the project's own modules: their functions are followed as those of cells are."""

import importlib
import importlib.util
import random
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from IPython.extensions.autoreload import superreload
from lineage_programs import Kernel, played, sliced, told

from celltrail.runs.effects.module_sources import ModuleSources
from celltrail.runs.lineage import backward_slice, stale_set
from messy_notebook import named

PURE = """
import numpy as np
SCALES = {"a": 2.0}
def build(frame, columns=("a",)):
    made = frame.copy()
    for name in columns:
        made[name] = scaled(frame[name], SCALES[name])
    return made
def scaled(column, by):
    return column / by
if __name__ == "__main__":
    exec(open("x").read())
"""
STATE = """
from ours.words import said
kept, count = [], 0
def keep(x):
    global count
    count += 1
    kept.append(x)
    return said(x)
def total():
    return len(kept) + count
class Counter:
    def __init__(self):
        self.n = 0
    def up(self):
        self.n += 1
        kept.append(self.n)
"""
WORDS = "import random\nrandom.seed(3)\ndef said(x):\n    return [x]\ndef draw():\n    return random.random()\n"
MODULES = ModuleSources(
    {"pure": PURE, "ours": "", "ours.state": STATE, "ours.words": WORDS, "odd": "def run(x):\n    exec(x)\n",
     "ours.near": "from .words import said\nfrom . import state\ndef say(x):\n    return state.keep(said(x))\n"},
    frozenset({"ours"}),
)  # fmt: skip
PANDAS = "import pandas as pd\nd, e = pd.DataFrame(), pd.DataFrame()"


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        ((PANDAS, "from pure import build", "x = build(d)", "y = build(e)", "y['k'] = 1", "x"), [1, 2, 3, 6]),
        (("import pure", "x = pure.scaled(4, 2)", "d = [x]", "d.append(1)", "x"), [1, 2, 5]),
        ((PANDAS, "import pure as p", "p.SCALES['a'] = 3", "other = 1", "p.build(d)"), [1, 2, 3, 5]),
        ((PANDAS, "import pure", "pure.SCALES = {}", "x = 1", "pure.build(d)"), [1, 2, 3, 5]),
        ((PANDAS, "import pure", "from pure import scaled", "x = 1", "scaled(3, 2)"), [2, 3, 5]),
        (("import json", "from pure import scaled", "x = 1", "x"), [3, 4]),
        # what they keep
        (("from ours.state import keep, total", "keep(1)", "x = 1", "total()"), [1, 2, 4]),
        (("from ours.state import keep", "from ours import state", "keep(1)", "x = 1", "state.kept"), [1, 2, 3, 5]),
        (("from ours.state import keep", "from ours import state", "keep(1)", "x = 1", "state.count"), [1, 2, 3, 5]),
        (("import ours.state", "a = []", "ours.state.keep(a)", "a.append(1)", "ours.state.kept"), [1, 2, 3, 4, 5]),
        (("from ours.state import Counter, kept", "c = Counter()", "b = Counter()", "x = 1",
          "c.n"), [1, 2, 5]),
        (("from ours.state import Counter, kept", "c = Counter()", "c.up()", "x = 1", "kept"), [1, 2, 3, 5]),
        (("from ours.near import say", "from ours.state import total", "say(1)", "x = 1", "total()"), [1, 2, 3, 5]),
        (("count = 5", "from ours.state import keep", "keep(1)", "count"), [1, 4]),
        (("count = 5", "from ours.state import total", "x = 1", "total()"), [2, 4]),
        # what happens when they are imported, and what they draw
        (("import random", "random.seed(1)", "from ours.words import draw", "x = 1", "random.random()"), [1, 2, 3, 5]),
        (("from ours.words import draw", "draw()", "x = 1", "draw()"), [1, 2, 4]),
        ((PANDAS, "from pure import scaled", "x = d['k'].apply(scaled)", "y = e['k'].apply(scaled)", "x"),
          [1, 2, 3, 5]),
        # what cannot be followed counts as before
        (("a, b = [1], [2]", "from odd import run", "run(a)", "b.append(1)", "a"), [1, 2, 3, 5]),
        ((PANDAS, "from pure import build", "from odd import run", "run(1)", "x = build(d)", "x"), [1, 2, 3, 4, 5, 6]),
        ((PANDAS, "if x:\n    from pure import build", "x = 1", "build(d)", "build(d)"), [1, 2, 4, 5]),
        ((PANDAS, "from strange import f", "f()", "from pure import build", "build(d)"), [1, 2, 3, 4, 5]),
    ],
)  # fmt: skip
def test_functions_of_modules_are_followed(cells, needed):
    assert sliced(*cells, modules=MODULES) == needed


def test_without_their_sources_they_may_do_anything_that_they_can_reach():
    cells = (PANDAS, "from pure import build", "x = build(d)", "y = build(e)", "y['k'] = 1", "build(x)")
    assert sliced(*cells, modules=MODULES) == [1, 2, 3, 6]
    assert sliced(*cells) == [1, 2, 3, 4, 6]


def test_an_ordinary_notebook_with_an_own_module_needs_the_table_that_is_in_its_model():
    notebook = named("own_module")
    modules = ModuleSources({"features": notebook.files["features.py"]})
    history = [told(place, step.source) for place, step in enumerate(notebook.steps(), 1)]

    def needed(place):
        found = backward_slice(history, {f"e{place}"}, modules=modules).steps
        return [step.execution.execution_count for step in found]

    assert {place: needed(place) for place in (5, 6, 9, 10, 14)} == {
        5: [1, 2, 4, 5],
        6: [1, 2, 4, 5, 6],
        9: [1, 2, 7, 8, 9],
        10: [1, 2, 4, 5, 7, 8, 10],
        14: [1, 2, 11, 13, 14],
    }
    found = {step.execution.execution_count: step.reasons for step in stale_set(history, "e4", modules=modules)}
    assert [*found] == [5, 6, 10]
    assert found[5] == ("uses heavy, which [4] writes",)
    assert [one.execution.execution_count for one in stale_set(history, "e11", modules=modules)] == [12, 13, 14, 15]


_MODULE = """
import random
kept, count, table = [], 0, {"k": [1]}
def keep(x):
    kept.append(x)
    return x
def fresh(x):
    return [x, len(kept)]
def up(n=1):
    global count
    count += n
    return count
def change(x):
    x.append(count)
def both(x, y):
    x.append(y)
    return table
def replaced(x):
    global kept
    kept = [x]
class Box:
    made = []
    def __init__(self, x):
        self.x = x
        self.made.append(1)
    def put(self, y):
        self.x = [self.x, y]
        return kept
def later(x):
    yield x
    kept.append(2)
    yield count
def draw():
    return random.randint(0, 99)
def calls(f, x):
    return f(x)
def outer(x):
    def inner(y):
        kept.append(y)
        return x
    return inner
"""
_LINES = [
    "A = B", "A = [B]", "A.append(N)", "A = [N]", "A = m.keep(B)", "A = m.fresh(B)", "A = m.up(N)", "m.change(A)",
    "A = m.both(B, A)", "m.replaced(A)", "A = m.Box(B)", "A = A.put(B)", "A = m.kept", "m.kept.append(N)",
    "m.count = N", "A = m.table['k']", "m.table['k'] = B",
    "A = m.later(B)", "A = next(A)", "A = list(A)", "A = m.draw()",
    "import random\nrandom.seed(N)", "A = m.calls(m.keep, B)", "A = m.calls(len, B)", "A = m.outer(B)", "A = A(N)",
    "A = list(map(m.keep, tuple(B)[:3]))", "from own_fuzz import keep, up, kept",
    "keep(A)", "up()", "A = kept", "A = m.Box.made",
    "def f(x): return m.keep([x])", "A = f(B)", "kept = [A]", "m.fresh = m.keep",
    "A = len(B)", "setattr(m, 'count', N)",
]  # fmt: skip


def _program(seed):
    rng = random.Random(seed)
    names = {"A": "abcd", "B": "abcd", "N": "0123456"}
    lines = [re.sub(r"\b[ABN]\b", lambda hole: rng.choice(names[hole[0]]), rng.choice(_LINES)) for _ in range(16)]
    shown = ", ".join(rng.sample("abcd", 2))
    return [
        "import own_fuzz as m", "a, b, c, d = [1], [2], [], 3", *lines,
        f"result = [repr(one) for one in [{shown}] if isinstance(one, list | int | dict)]",
    ]  # fmt: skip


def _shown(kernel):
    return re.sub(r"0x[0-9a-f]+", "", str(kernel.space.get("result")))


def _played(cells):
    sys.modules.pop("own_fuzz", None)
    return played(cells)


def test_a_slice_comes_to_the_same_result_as_the_full_history(tmp_path, monkeypatch):
    (tmp_path / "own_fuzz.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "own_fuzz", None)  # put back at the end
    shares = []
    for seed in range(150):
        cells = _program(seed)
        whole = _played(cells)
        modules = ModuleSources({"own_fuzz": _MODULE})
        found = backward_slice(whole.history, {whole.history[-1].execution_id}, modules=modules)
        again = _played([step.execution.source for step in found.steps])
        assert _shown(again) == _shown(whole), f"program {seed}"
        shares.append(len(found.steps) / len(cells))
    assert np.mean(shares) < 0.85


def test_reasons_name_what_the_cell_itself_had_a_name_for():
    cells = (PANDAS, "from pure import build", "x = build(d)", "later = x['k']", "later")
    history = [told(place, cell) for place, cell in enumerate(cells, 1)]
    found = {
        step.execution.execution_count: step.reasons for step in backward_slice(history, {"e5"}, modules=MODULES).steps
    }
    assert found[3] == ("makes an object without a name, used by [5]", "writes x, read by [4]")
    assert found[2] == ("makes the module pure, used by [3]", "writes build, read by [3]")
    stale = {step.execution.execution_count: step.reasons for step in stale_set(history, "e3", modules=MODULES)}
    assert stale[4] == ("uses x, which [3] writes",)


_VERSION = "kept = []\ndef keep(x):\n{0}    return [x]\nclass Box:\n    def put(self, x):\n    {0}        return 1\n"
_VERSIONS = (_VERSION.format(""), _VERSION.format("    kept.append(x)\n"))
_EDITED = ModuleSources({"edited": _VERSIONS[0]}, later={"edited": _VERSIONS[1:]}, reloads={"e3": ("edited",)})


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        # who saw the first source may run the second now: autoreload changes functions in place
        (
            ("from edited import keep", "a = [1]", "x = 1", "keep(a)", "import edited", "edited.kept"),
            [1, 2, 3, 4, 5, 6],
        ),
        (("import edited", "b = edited.Box()", "x = 1", "b.put(7)", "y = 2", "edited.kept"), [1, 2, 3, 4, 6]),
        (("import edited", "a = [1]", "x = 1", "c = [2]", "edited.keep(a)", "c"), [4, 6]),
        (("import edited", "a = edited.kept", "x = 1", "z = 2", "edited.kept is a"), [1, 2, 3, 5]),
        (("import edited", "a = [1]", "x = 1", "d = edited.keep(3)", "a"), [2, 5]),
    ],
)
def test_a_module_that_was_reloaded_counts_as_all_that_it_ever_was(cells, needed):
    assert sliced(*cells, modules=_EDITED) == needed


def test_a_module_that_is_named_like_a_known_library_is_the_one_that_was_executed():
    modules = ModuleSources({"statistics": "def mean(x):\n    x.append(1)\n    return x\n"})
    cells = ("from statistics import mean", "a = [1]", "b = mean(a)", "a")
    assert sliced(*cells, modules=modules) == [1, 2, 3, 4]
    assert sliced(*cells) == [2, 4]


def test_a_slice_says_why_modules_are_not_followed():
    history = [told(place, cell) for place, cell in enumerate(("import gone", "x = 1"), 1)]
    found = backward_slice(history, {"e2"}, modules=ModuleSources(problem="gone is not known"))
    assert found.notes == ("gone is not known",)


_LATER = _MODULE.replace("    return x\ndef fresh", "    kept.append(2)\n    return [x, count]\ndef fresh").replace(
    "        self.x = [self.x, y]\n", "        kept.append(y)\n        self.x = y\n"
)


class _Edited:
    """Runs cells while the module's file is edited between them, as autoreload and a replay find it."""

    def __init__(self, path):
        self.path = path
        self.reloaded = []

    def play(self, cells):
        sys.modules.pop("own_fuzz", None)
        random.seed(0)
        kernel, loaded = Kernel(), _MODULE
        self.reloaded = []
        for source, is_later in cells:
            wanted = _LATER if is_later else _MODULE
            if wanted != loaded:
                loaded = wanted
                self.path.write_text(wanted)
                importlib.invalidate_caches()
                Path(importlib.util.cache_from_source(str(self.path))).unlink(missing_ok=True)
                if "own_fuzz" in sys.modules:
                    superreload(sys.modules["own_fuzz"], importlib.reload, {})
                    self.reloaded.append(len(kernel.history) + 1)
            kernel.run(source)
        self.path.write_text(_MODULE)
        return kernel


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_slice_over_an_edit_that_autoreload_took_over_comes_to_the_same_result(tmp_path, monkeypatch):
    path = tmp_path / "own_fuzz.py"
    path.write_text(_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "own_fuzz", None)  # put back at the end
    shares = []
    for seed in range(40):
        cells = [(cell, place > 5 + seed % 9) for place, cell in enumerate(_program(1000 + seed))]
        edited = _Edited(path)
        whole = edited.play(cells)
        reloads = {f"e{place}": ("own_fuzz",) for place in edited.reloaded}
        modules = ModuleSources({"own_fuzz": _MODULE}, later={"own_fuzz": (_LATER,)}, reloads=reloads)
        found = backward_slice(whole.history, {whole.history[-1].execution_id}, modules=modules)
        chosen = {step.execution.execution_id for step in found.steps}
        again = edited.play(
            [cell for cell, one in zip(cells, whole.history, strict=True) if one.execution_id in chosen]
        )
        assert _shown(again) == _shown(whole), f"program {seed}"
        shares.append(len(found.steps) / len(cells))
    assert np.mean(shares) < 0.95
