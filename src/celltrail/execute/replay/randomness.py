"""Randomness that a cell's text shows: who seeds a global generator, and who makes one without a seed."""

import re

from celltrail.capture.estimators.seeding import seeding_calls

_SEEDED_BY = {
    "numpy": re.compile(r"^numpy\.random\.seed\((?!\))"),
    "python": re.compile(r"^random\.seed\((?!\))"),
    "torch": re.compile(r"^torch\.(manual_seed|random\.manual_seed)\((?!\))"),
}
_UNSEEDED = re.compile(r"(?:^|\.)(default_rng|RandomState|PCG64|SeedSequence)\((?:None)?\)$")


def seeds(source: str) -> frozenset[str]:
    """The global generators that a cell seeds."""
    calls = seeding_calls(source)
    return frozenset(name for name, pattern in _SEEDED_BY.items() if any(pattern.match(call) for call in calls))


def unseeded(source: str) -> tuple[str, ...]:
    """The calls that make a generator of the system's entropy: `numpy.random.default_rng()`."""
    return tuple(call for call in seeding_calls(source) if _UNSEEDED.search(call))
