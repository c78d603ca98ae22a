"""Random small notebooks that end, run as a kernel would: their cells, what was recorded, what they come to."""

import contextlib
import io
import random
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
from lineage_features import DEFINITIONS, USES

from celltrail.capture import namespace
from celltrail.capture.snapshots import changes, snapshot
from celltrail.records import ErrorInfo, FileUse, Status
from celltrail.runs.lineage import backward_slice
from celltrail.store.runs import CellExecution

NAMES = "abcdef"
FUNCTIONS = "fgh"
_RAISED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
    duckdb.Error,
    sqlite3.Error,
)


def execution(place: int, source: str, **known: object) -> CellExecution:
    """An execution as the store tells of it."""
    fields: dict[str, object] = {
        "execution_id": f"e{place}",
        "session_id": "s",
        "notebook_path": "n.ipynb",
        "cell_id": f"c{place}",
        "execution_count": place,
        "status": Status.FINISHED,
        "source": source,
        "source_length": len(source),
        "started_at": place,
        "ended_at": place,
        "duration_s": 0.0,
        "cpu_s": 0.0,
        "peak_memory_bytes": 0,
        "error": None,
        "tags": (),
        "names_read": (),
        "names_written": (),
        "files": (),
        "outputs": (),
        "notes": (),
        "run_ids": (),
    }
    return CellExecution(**(fields | known))


@dataclass
class Kernel:
    """A namespace in which cells run; what is recorded of each is what capture would record."""

    space: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})
    history: list[CellExecution] = field(default_factory=list)

    def run(self, source: str) -> CellExecution:
        names = namespace.analyse(source, lambda text: text)
        before = snapshot(self.space)
        error = None
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, "<cell>", "exec"), self.space)  # noqa: S102 - a kernel runs cells
        except _RAISED as caught:
            error = ErrorInfo(type(caught).__name__, str(caught), self._traceback(source, caught))
        changed = changes(before, self.space)
        done = execution(
            len(self.history) + 1,
            source,
            status=Status.FINISHED if error is None else Status.FAILED,
            error=error,
            names_read=namespace.read(names, changed, self.space),
            names_written=namespace.written(names, changed, self.space, ended_well=error is None),
        )
        self.history.append(done)
        return done

    def _traceback(self, source: str, error: Exception) -> str:
        """As much as IPython shows of the cell's own frame."""
        frame = error.__traceback__
        while frame is not None and frame.tb_frame.f_code.co_filename != "<cell>":
            frame = frame.tb_next
        line = frame.tb_lineno if frame is not None else 0
        return f"Cell In[{len(self.history) + 1}], line {line}\n----> {line} {source.splitlines()[line - 1]}"


Cell = str | tuple[str, dict[str, object]]


def told(place: int, cell: Cell) -> CellExecution:
    """An execution: its source, perhaps with what was recorded of it."""
    source, known = cell if isinstance(cell, tuple) else (cell, {})
    return execution(place, source, **known)


def sliced(*cells: Cell, **options: object) -> list[int]:
    """The executions, counted from 1, that the last cell needs."""
    history = [told(place, cell) for place, cell in enumerate(cells, 1)]
    found = backward_slice(history, {history[-1].execution_id}, **options)
    return [step.execution.execution_count for step in found.steps]


def reading(source: str, *paths: str, digest: str = "") -> Cell:
    """A cell that was seen to read files."""
    return source, {"files": tuple(FileUse(path, "read", digest) for path in paths)}


def writing(source: str, *paths: str, digest: str = "") -> Cell:
    """A cell that was seen to write files."""
    return source, {"files": tuple(FileUse(path, "write", digest) for path in paths)}


def failing(source: str, name: str = "ValueError", **known: object) -> Cell:
    """A cell that raised."""
    return source, {"status": Status.FAILED, "error": ErrorInfo(name, "no"), **known}


def played(sources: Sequence[str]) -> Kernel:
    """These cells, run in a new kernel."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the notebooks draw from numpy's global generator
    kernel = Kernel()
    for source in sources:
        kernel.run(source)
    return kernel


def program(seed: int, length: int = 16, *, with_features: bool = False) -> list[str]:
    """The cells of a random notebook; the last one makes `result`."""
    rng = random.Random(seed)
    kinds = [*_KINDS, DEFINITIONS, DEFINITIONS, USES, USES, USES, USES] if with_features else _KINDS
    cells = [f"{name} = {rng.choice(_LITERALS)}" for name in rng.sample(NAMES, 4)]
    cells += ["\n".join(_line(rng, kinds) for _ in range(rng.choice([1, 1, 1, 2, 3]))) for _ in range(length)]
    shown = rng.sample(NAMES, rng.randint(1, 2))
    made = "\n".join(
        f"try:\n    shown.append(repr({name}))\nexcept Exception:\n    shown.append('-')" for name in shown
    )
    return [*cells, f"shown = []\n{made}\nresult = shown"]


_LITERALS = ("1", "2", "[]", "[1, 2]", "{'k': 1}", "{'k': [3]}", "[[1], [2]]", "(1, [2])", "set()")
_HOLE = re.compile(r"\b[ABFGNL]\b")


def _line(rng: random.Random, kinds: Sequence[Sequence[str]]) -> str:
    """A statement: A and B become names, F and G functions, N a digit, L a literal; the same one each time."""
    holes = {
        "A": rng.choice(NAMES),
        "B": rng.choice(NAMES),
        "F": rng.choice(FUNCTIONS),
        "G": rng.choice(FUNCTIONS),
        "N": str(rng.randint(0, 9)),
        "L": rng.choice(_LITERALS),
    }
    return _HOLE.sub(lambda hole: holes[hole[0]], rng.choice(rng.choice(kinds)))


_ASSIGN = ["A = L"]
_ALIAS = ["A = B", "A = [B, 0]", "A = {'k': B}", "A, B = B, A", "A = list(B)", "A, *B = B", "A = B = [B]"]
_CHANGE = [
    "A.append(B)", "A.append(N)", "A['k'] = B", "A['k'] = N", "A[0] = N", "A[0].append(N)", "A += [N]",
    "A.update(z=N)", "A['k'].append(B)", "A.pop()", "A.extend(list(B)[:3])", "A[:1] = [B]", "del A[0]", "A |= {'n': B}",
    "setattr(F, 'kept', B)", "F.kept.append(N)",
]  # fmt: skip
_COMPUTE = [
    "A = len(B)", "A = B + B", "A = [x for x in B]", "A = len(sorted(map(str, B)))", "A = B[0]", "A = B['k']",
    "A = type(B).__name__", "A = B.copy()", "A = B[:1]", "A = B or L", "A = [*B, N]", "A = {**B}", "A = f'{B}'",
    "A = F.kept", "A = getattr(F, 'kept', L)",
]  # fmt: skip
_HOLDER = """class F:
    shared = []
    def __init__(self, x):
        self.x = x
    def append(self, y):
        self.x = [self.x, y]
        self.shared.append(A)
    def __repr__(self):
        return f'{self.x} {self.shared} {B}'"""
_COUNTER = """class F:
    n = 0
    def __init__(self, x):
        type(self).n += 1
        self.k = F.n
    def __getitem__(self, i):
        if i == 3:
            raise IndexError
        A.append(i)
        return self.k
    def __repr__(self):
        return str(self.k)"""
_BASE = """class F:
    kept = []
    def __init__(self, x):
        self.x = x
    def __init_subclass__(cls, **given):
        F.kept.append(cls.__name__)
        A.append(N)
    def __repr__(self):
        return f'{self.x} {F.kept}'"""
_PLAIN = """from dataclasses import dataclass, field
@dataclass
class F:
    x: object
    kept: list = field(default_factory=lambda: [B])
    def append(self, y):
        self.kept.append(y)"""
_DEFINE = [
    "def F(x):\n    return [x, A]",
    "def F(x):\n    A.append(1)\n    return x",
    "def F(x):\n    x.append(2)\n    return x",
    "def F(x):\n    global A\n    A = [x]",
    "def F(x, kept=[]):\n    kept.append(1)\n    return kept",
    "def F(x):\n    return G(A) if len(str(x)) < 9 else B",
    "F = lambda x: (A, x)",
    "def F(x):\n    for y in list(A)[:3]:\n        x.append(y)\n    return A",
    "def F(x):\n    n = [0]\n    def inner(y=x):\n        n.append(y)\n        return n\n    return inner",
    "def F(x):\n    n = 0\n    def inner(y):\n        nonlocal n\n        n += 1\n        return n\n    return inner",
    "def F(x):\n    yield A\n    x.append(5)\n    yield x",
    "def F(*x, **y):\n    for z in x:\n        z.append(N)\n    return [x, y, A]",
    "class G(F):\n    pass",
    "class G(F):\n    def append(self, y):\n        B.append(y)",
    "def F(x):\n    try:\n        return x[A]\n    finally:\n        B.append(N)",
    _HOLDER, _COUNTER, _BASE, _PLAIN,
]  # fmt: skip
_CALL = [
    "A = F(B)", "F(B)", "A = F(B)(1)", "A = [F(y) for y in list(B)[:3]]", "A = list(map(F, list(B)[:3]))",
    "A = map(F, tuple(B)[:3])", "A = next(B)", "A = iter(B)", "A = B(3)", "A = list(F(B))",
    "A = (F(y) for y in list(B)[:3])", "A = B.append", "F.n = A", "A = F(*list(B)[:1])", "A = F(A, B)", "A = F(x=B)",
    "F = G", "A = zip(B, B)", "A = sorted(list(B)[:3], key=F)",
]  # fmt: skip
_CONTROL = [
    "if A:\n    B = [7]",
    "for i in range(2):\n    A.append(i)",
    "try:\n    A = B['k']\nexcept (KeyError, TypeError):\n    A = [8]",
    "for A in B:\n    pass",
    "while len(str(A)) < 12:\n    A = [A]",
    "del A",
    "del A\nA = L",
    "for x in B:\n    A = x\n    B = A",
    "import contextlib\nwith contextlib.suppress(Exception):\n    A.append(B)",
    "1 / 0\nA = 3",
    "A = 3\n1 / 0",
    "A = [N]\nB.append(A)\nF.missing\nB = 2",
    "if (A := B):\n    pass",
    "match B:\n    case [first, *rest]:\n        A = rest\n    case {'k': A}:\n        pass",
    "while (A := len(str(A))) > 99:\n    pass",
    "import contextvars\nF = contextvars.ContextVar('F', default=A)",
    "F.set(B)",
    "A = F.get()",
]
_ARRAY = [
    "import numpy as np", "import numpy as np\nA = np.array([1, 2, 3])\nB = A[1:]", "A = np.asarray(B)", "A += 1",
    "A = np.array(B)", "A = B.reshape(-1)", "A = B.copy()", "A = B[:2]", "A[-1] = N", "np.add(A, 1, A)", "A = A * 2",
    "A = B.sum()", "A = np.random.rand()", "np.random.seed(N)", "A.sort()", "A = B.T", "A.flat[0] = N",
    "np.random.shuffle(np.arange(3))\nA = np.random.rand()",
]  # fmt: skip
_DRAW = [
    "import random", "import random\nA = random.random()", "A = [random.randint(0, 99)]", "random.seed(N)",
    "random.shuffle(A)",
]  # fmt: skip
_KINDS = [
    _ASSIGN, _ALIAS, _ALIAS, _CHANGE, _CHANGE, _CHANGE, _COMPUTE, _COMPUTE, _DEFINE, _DEFINE, _CALL, _CALL, _CALL,
    _CONTROL, _DRAW, _ARRAY, _ARRAY,
]  # fmt: skip
