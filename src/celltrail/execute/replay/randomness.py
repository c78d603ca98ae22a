"""Randomness that a cell's text shows: who draws from a global generator, and who makes one without a seed."""

import ast
import re

from celltrail.capture.estimators.seeding import seeding_calls
from celltrail.runs.effects.source import parse_cell

_MODULES = {"np.random": "numpy", "numpy.random": "numpy", "random": "python", "torch": "torch"}
_NO_DRAWS = frozenset({
    "seed", "default_rng", "RandomState", "Generator", "SeedSequence", "PCG64", "MT19937", "Philox", "SFC64", "Random",
    "SystemRandom", "get_state", "set_state", "getstate", "setstate", "manual_seed",
})  # fmt: skip
_TORCH_DRAWS = frozenset({"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial"})
# Library calls that draw from numpy's global generator where they are given no seed.
_BY_DEFAULT = frozenset({
    "train_test_split", "sample", "shuffle", "resample", "make_classification", "make_regression", "make_blobs",
    "make_moons", "make_circles", "make_friedman1", "permutation_importance", "RandomizedSearchCV", "ShuffleSplit",
    "StratifiedShuffleSplit", "GroupShuffleSplit",
})  # fmt: skip
_SEEDS = frozenset({"random_state", "seed", "rng"})
_SEEDED_BY = {
    "numpy": re.compile(r"^numpy\.random\.seed\((?!\))"),
    "python": re.compile(r"^random\.seed\((?!\))"),
    "torch": re.compile(r"^torch\.(manual_seed|random\.manual_seed)\((?!\))"),
}
_UNSEEDED = re.compile(r"(?:^|\.)(default_rng|RandomState|PCG64|SeedSequence)\((?:None)?\)$")


def draws(source: str) -> frozenset[str]:
    """The global generators (python, numpy, torch) that a cell's statements draw from, as far as its text shows."""
    tree = parse_cell(source).tree
    if tree is None:
        return frozenset()
    found = (_drawn_by(node) for node in ast.walk(tree) if isinstance(node, ast.Call))
    return frozenset(name for name in found if name)


def seeds(source: str) -> frozenset[str]:
    """The global generators that a cell seeds."""
    calls = seeding_calls(source)
    return frozenset(name for name, pattern in _SEEDED_BY.items() if any(pattern.match(call) for call in calls))


def unseeded(source: str) -> tuple[str, ...]:
    """The calls that make a generator of the system's entropy: `numpy.random.default_rng()`."""
    return tuple(call for call in seeding_calls(source) if _UNSEEDED.search(call))


def _drawn_by(call: ast.Call) -> str:
    text = ast.unparse(call.func)
    owner, _, name = text.rpartition(".")
    module = _MODULES.get(owner, "")
    if module == "torch":
        return module if name in _TORCH_DRAWS else ""
    if module:
        return "" if name in _NO_DRAWS else module
    is_seeded = any(keyword.arg in _SEEDS and not _is_none(keyword.value) for keyword in call.keywords)
    return "numpy" if name in _BY_DEFAULT and not is_seeded else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
