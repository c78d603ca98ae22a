"""Draws of random numbers that no seed decides, as a cell's source shows them: no execution of it is like another."""

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from celltrail.runs.effects.source import parse_cell
from celltrail.runs.reasons import name_execution
from celltrail.store.runs import CellExecution

_OWN = frozenset({"default_rng", "RandomState", "SeedSequence", "SystemRandom"})  # without an argument: from the system
_SEEDING = frozenset({"seed", "manual_seed", "set_seed", "seed_everything", "set_random_seed"})
_MADE = _OWN | {"Random", "Generator"}  # what these give decides its draws by itself
_TAKES_SEED = frozenset({"train_test_split", "sample", "resample", "shuffle", "permutation_importance"})
_SEED_WORDS = frozenset({"random_state", "seed", "rng", "generator"})
_NUMPY = "numpy"  # what scikit-learn and pandas draw from as well
_FAMILIES = {"random": "random", "np.random": _NUMPY, "numpy.random": _NUMPY, "torch": "torch"}
_DRAWS = frozenset({
    "random", "rand", "randn", "randint", "normal", "uniform", "choice", "choices", "permutation", "shuffle", "gauss",
    "standard_normal", "integers", "sample", "randperm", "binomial", "poisson", "exponential", "beta", "gamma",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnseededDraw:
    """A draw of one execution; `what` is the call as written: `train_test_split`."""

    execution: CellExecution
    what: str

    @property
    def text(self) -> str:
        """For people: `train_test_split in [4]`."""
        return f"{self.what} in {name_execution(self.execution)}"


def unseeded_draws(steps: Sequence[CellExecution]) -> tuple[UnseededDraw, ...]:
    """What the executions draw without a seed: generators made without one, global ones that no earlier cell seeded."""
    found: list[UnseededDraw] = []
    seeded: set[str] = set()
    generators: set[str] = set()
    for step in steps:
        tree = parse_cell(step.source).tree
        nodes = [] if tree is None else [*ast.walk(tree)]
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        generators.update(name for node in nodes for name in _names_of_generators(node))
        seeded.update(family for call in calls for family in _seeded_by(call))
        names = dict.fromkeys(_draws(calls, generators, seeded))
        found += [UnseededDraw(step, name) for name in names]
    return tuple(found)


def _seeded_by(call: ast.Call) -> Collection[str]:
    """The global generators that a call seeds; of a function that is not known all of them."""
    owner, _, last = _dotted(call.func).rpartition(".")
    if last not in _SEEDING or not _is_given_something(call):
        return ()
    return (_FAMILIES[owner],) if owner in _FAMILIES else _FAMILIES.values()


def _draws(calls: Sequence[ast.Call], generators: Collection[str], seeded: Collection[str]) -> Iterator[str]:
    for call in calls:
        owner, _, last = _dotted(call.func).rpartition(".")
        name = f"{owner}.{last}" if owner else last
        words = {word.arg for word in call.keywords if not _is_none(word.value)}
        if last in _OWN:
            if not _is_given_something(call):
                yield name
        elif words & _SEED_WORDS or None in words or owner in generators or _FAMILIES.get(owner, _NUMPY) in seeded:
            continue
        elif last in _TAKES_SEED or (last in _DRAWS and owner in _FAMILIES):
            yield name


def _names_of_generators(node: ast.AST) -> Iterator[str]:
    """The names that a generator of its own is given to: where it has no seed, that is told where it is made."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _last(node.value) in _MADE:
        yield from (_dotted(target) for target in node.targets)


def _is_given_something(call: ast.Call) -> bool:
    """Whether a call has an argument that is not None: `default_rng(None)` is without a seed."""
    return not all(_is_none(one) for one in (*call.args, *(word.value for word in call.keywords)))


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _last(call: ast.Call) -> str:
    return _dotted(call.func).rpartition(".")[2]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return f"{head}.{node.attr}" if head else node.attr
    return node.id if isinstance(node, ast.Name) else ""
