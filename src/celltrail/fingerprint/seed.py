"""Randomness: the states of the global generators, so that a cell that draws from one is known exactly."""

import random
import sys
from array import array
from collections.abc import Callable, Iterator
from typing import Any

from celltrail.fingerprint.digest import of_bytes
from celltrail.records import GeneratorState

RawStates = tuple[tuple[str, Any], ...]
"""The states as the generators give them, by the generator's name: for `digested` alone."""


def generator_states() -> tuple[GeneratorState, ...]:
    """The states of the global generators of Python, numpy and torch, those that are loaded.

    Nothing is drawn and no state is changed.
    """
    return digested(raw_states())


def raw_states() -> RawStates:
    """Copies of the same, not yet digested: before every cell they are taken, and few cells need the digests."""
    found: list[tuple[str, Any]] = [("python", random.getstate())]
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        owner = getattr(getattr(numpy_random, "mtrand", None), "_rand", numpy_random)
        if hasattr(owner, "get_state"):  # half imported, it has not
            found.append(("numpy", owner.get_state(legacy=False)))
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "get_rng_state"):
        found.append(("torch", torch.get_rng_state()))
    return tuple(found)


def digested(states: RawStates) -> tuple[GeneratorState, ...]:
    """What the states are recorded as."""
    return tuple(GeneratorState(name, of_bytes(_CONTENT[name](state))) for name, state in states)


def changed(before: tuple[GeneratorState, ...], after: tuple[GeneratorState, ...]) -> tuple[str, ...]:
    """The names of the generators whose state differs; one that was loaded in between is not counted as drawn from."""
    earlier = {state.name: state.digest for state in before}
    return tuple(state.name for state in after if earlier.get(state.name, state.digest) != state.digest)


def _python(state: Any) -> bytes:
    version, words, gauss = state
    return array("Q", words).tobytes() + repr((version, gauss)).encode()


def _numpy(state: Any) -> bytes:
    return b"\0".join(_flatten(state))


def _torch(state: Any) -> memoryview:
    return memoryview(state.numpy())


def _flatten(state: Any) -> Iterator[bytes]:
    """The entries of a bit generator's state: numbers, arrays of numbers, and dicts of them."""
    for key, part in state.items():
        yield key.encode()
        if isinstance(part, dict):
            yield from _flatten(part)
        else:
            yield part.tobytes() if hasattr(part, "tobytes") else repr(part).encode()


_CONTENT: dict[str, Callable[[Any], bytes | memoryview]] = {"python": _python, "numpy": _numpy, "torch": _torch}
