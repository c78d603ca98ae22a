"""Random small notebooks that end, run as a kernel would: their cells, what was recorded, what they come to."""

import contextlib
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from celltrail.capture import namespace
from celltrail.capture.snapshots import changes, snapshot
from celltrail.records import ErrorInfo, Status
from celltrail.store.base import CellExecution

NAMES = "abcdef"
FUNCTIONS = "fgh"
_RAISED = (ArithmeticError, AttributeError, LookupError, NameError, RuntimeError, StopIteration, TypeError, ValueError)


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
            error = ErrorInfo(type(caught).__name__, str(caught))
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


def result_of(sources: Sequence[str]) -> object:
    """What `result` is after these cells, in a new namespace."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the notebooks draw from numpy's global generator
    kernel = Kernel()
    for source in sources:
        kernel.run(source)
    return kernel.space.get("result", "nothing")


def program(seed: int, length: int = 16) -> list[str]:
    """The cells of a random notebook; the last one makes `result`."""
    rng = random.Random(seed)
    cells = [f"{name} = {_literal(rng)}" for name in rng.sample(NAMES, 4)]
    cells += [_cell(rng) for _ in range(length)]
    shown = rng.sample(NAMES, rng.randint(1, 2))
    made = "\n".join(
        f"try:\n    shown.append(repr({name}))\nexcept NameError:\n    shown.append('-')" for name in shown
    )
    return [*cells, f"shown = []\n{made}\nresult = shown"]


def _literal(rng: random.Random) -> str:
    return rng.choice(["1", "2", "[]", "[1, 2]", "{'k': 1}", "{'k': [3]}", "[[1], [2]]", "(1, [2])", "set()"])


def _cell(rng: random.Random) -> str:
    lines = [rng.choice(_KINDS)(rng) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    return "\n".join(lines)


def _name(rng: random.Random) -> str:
    return rng.choice(NAMES)


def _assign(rng: random.Random) -> str:
    return f"{_name(rng)} = {_literal(rng)}"


def _alias(rng: random.Random) -> str:
    a, b = _name(rng), _name(rng)
    return rng.choice(
        [f"{a} = {b}", f"{a} = [{b}, 0]", f"{a} = {{'k': {b}}}", f"{a}, {b} = {b}, {a}", f"{a} = list({b})"]
    )


def _change(rng: random.Random) -> str:
    a, b = _name(rng), _name(rng)
    return rng.choice(
        [
            f"{a}.append({b})",
            f"{a}.append({rng.randint(0, 9)})",
            f"{a}['k'] = {b}",
            f"{a}['k'] = {rng.randint(0, 9)}",
            f"{a}[0] = {rng.randint(0, 9)}",
            f"{a}[0].append({rng.randint(0, 9)})",
            f"{a} += [{rng.randint(0, 9)}]",
            f"{a}.update(z={rng.randint(0, 9)})",
            f"{a}['k'].append({b})",
            f"{a}.pop()",
            f"{a}.extend(list({b})[:3])",
        ]
    )


def _compute(rng: random.Random) -> str:
    a, b = _name(rng), _name(rng)
    return rng.choice(
        [
            f"{a} = len({b})",
            f"{a} = {b} + {b}",
            f"{a} = [x for x in {b}]",
            f"{a} = len(sorted(map(str, {b})))",
            f"{a} = {b}[0]",
            f"{a} = {b}['k']",
            f"{a} = type({b}).__name__",
            f"{a} = {b}.copy()",
            f"{a} = {b}[:1]",
            f"{a} = {b} or {_literal(rng)}",
        ]
    )


_HOLDER = """class {f}:
    shared = []
    def __init__(self, x):
        self.x = x
    def append(self, y):
        self.x = [self.x, y]
        self.shared.append({a})
    def __repr__(self):
        return f'{{self.x}} {{self.shared}} {{{b}}}'"""
_CLOSURE = """def {f}(x):
    n = 0
    def inner(y):
        nonlocal n
        n += 1
        return n
    return inner"""
_COUNTER = """class {f}:
    n = 0
    def __init__(self, x):
        type(self).n += 1
        self.k = {f}.n
    def __getitem__(self, i):
        if i == 3:
            raise IndexError
        {a}.append(i)
        return self.k
    def __repr__(self):
        return str(self.k)"""


def _define(rng: random.Random) -> str:
    f, a, b, other = rng.choice(FUNCTIONS), _name(rng), _name(rng), rng.choice(FUNCTIONS)
    return rng.choice(
        [
            f"def {f}(x):\n    return [x, {a}]",
            f"def {f}(x):\n    {a}.append(1)\n    return x",
            f"def {f}(x):\n    x.append(2)\n    return x",
            f"def {f}(x):\n    global {a}\n    {a} = [x]",
            f"def {f}(x, kept=[]):\n    kept.append(1)\n    return kept",
            f"def {f}(x):\n    return {other}({a}) if len(str(x)) < 9 else {b}",
            f"{f} = lambda x: ({a}, x)",
            f"def {f}(x):\n    for y in list({a})[:3]:\n        x.append(y)\n    return {a}",
            f"def {f}(x):\n    n = [0]\n    def inner(y=x):\n        n.append(y)\n        return n\n    return inner",
            _CLOSURE.format(f=f),
            f"def {f}(x):\n    yield {a}\n    x.append(5)\n    yield x",
            _HOLDER.format(f=f, a=a, b=b),
            _COUNTER.format(f=f, a=a),
        ]
    )


def _call(rng: random.Random) -> str:
    f, a, b = rng.choice(FUNCTIONS), _name(rng), _name(rng)
    return rng.choice(
        [
            f"{a} = {f}({b})",
            f"{f}({b})",
            f"{a} = {f}({b})(1)",
            f"{a} = [{f}(y) for y in list({b})[:3]]",
            f"{a} = list(map({f}, list({b})[:3]))",
            f"{a} = map({f}, tuple({b})[:3])",
            f"{a} = next({b})",
            f"{a} = iter({b})",
            f"{a} = {b}(3)",
            f"{a} = list({f}({b}))",
            f"{a} = ({f}(y) for y in list({b})[:3])",
            f"{a} = {b}.append",
            f"{f}.n = {a}",
        ]
    )


def _control(rng: random.Random) -> str:
    a, b = _name(rng), _name(rng)
    return rng.choice(
        [
            f"if {a}:\n    {b} = [7]",
            f"for i in range(2):\n    {a}.append(i)",
            f"try:\n    {a} = {b}['k']\nexcept (KeyError, TypeError):\n    {a} = [8]",
            f"for {a} in {b}:\n    pass",
            f"while len(str({a})) < 12:\n    {a} = [{a}]",
            f"del {a}",
            f"for x in {b}:\n    {a} = x\n    {b} = {a}",
            f"import contextlib\nwith contextlib.suppress(Exception):\n    {a}.append({b})",
            f"1 / 0\n{a} = 3",
            f"{a} = 3\n1 / 0",
            f"if ({a} := {b}):\n    pass",
        ]
    )


def _array(rng: random.Random) -> str:
    a, b = _name(rng), _name(rng)
    return rng.choice(
        [
            "import numpy as np",
            f"import numpy as np\n{a} = np.array([1, 2, 3])\n{b} = {a}[1:]",
            f"{a} = np.asarray({b})",
            f"{a} = np.array({b})",
            f"{a} = {b}.reshape(-1)",
            f"{a} = {b}.copy()",
            f"{a} = {b}[:2]",
            f"{a} += 1",
            f"{a}[-1] = {rng.randint(0, 9)}",
            f"np.add({a}, 1, {a})",
            f"{a} = {a} * 2",
            f"{a} = {b}.sum()",
            f"{a} = np.random.rand()",
            f"np.random.seed({rng.randint(0, 9)})",
            f"{a}.sort()",
            f"np.random.shuffle(np.arange(3))\n{a} = np.random.rand()",
        ]
    )


def _draw(rng: random.Random) -> str:
    a = _name(rng)
    return rng.choice(
        [
            "import random",
            f"import random\n{a} = random.random()",
            f"{a} = [random.randint(0, 99)]",
            f"random.seed({rng.randint(0, 9)})",
            f"random.shuffle({a})",
        ]
    )


_KINDS: list[Callable[[random.Random], str]] = [
    _assign, _alias, _alias, _change, _change, _change, _compute, _compute, _define, _define, _call, _call, _call,
    _control, _draw, _array, _array,
]  # fmt: skip
